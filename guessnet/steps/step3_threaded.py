"""Step 3. A thread for each client.

New: the game is played in a thread of its own, so the loop is back in accept() at once. Each thread
may wait in its own recv() for as long as it likes.
"""

import threading


def serve(listener, new_game):
    while True:
        try:
            conn, address = listener.accept()
        except OSError:
            continue  # this newcomer could not be let in: on to the next
        threading.Thread(target=handle, args=(conn, new_game())).start()


def handle(conn, game):
    with conn:
        try:
            while not game.over:
                data = conn.recv(1024)  # b"" says: this client has finished sending
                conn.sendall(game.play(data))
        except OSError:
            pass  # this client is gone, in the middle of its game
