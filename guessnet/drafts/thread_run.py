"""thread-run. A thread is made, but run() is called instead of start().

run() is a call like any other: it plays the game here and now, in the thread that should be back in
accept(). So there is only ever one thread, and the second client waits until the first has gone.
"""

import threading


def serve(listener, new_game):
    while True:
        try:
            conn, address = listener.accept()
        except OSError:
            continue  # this newcomer could not be let in: on to the next
        threading.Thread(target=handle, args=(conn, new_game())).run()


def handle(conn, game):
    with conn:
        try:
            while not game.over:
                data = conn.recv(1024)  # b"" says: this client has finished sending
                conn.sendall(game.play(data))
        except OSError:
            pass  # this client is gone, in the middle of its game
