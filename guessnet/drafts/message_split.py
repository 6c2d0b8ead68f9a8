"""message-split. The end of what one recv() returned is taken for the end of a message.

A stream has no seams: a line may arrive in two parts. Here each part is answered as if it were a
line, so that 10 can be read as 1 and 0, and the 0 means that the client gives up.
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
                if not data:
                    break
                lines = data.removesuffix(b"\n").split(b"\n")
                conn.sendall(b"".join(game.play(line + b"\n") for line in lines))
        except OSError:
            pass  # this client is gone, in the middle of its game
