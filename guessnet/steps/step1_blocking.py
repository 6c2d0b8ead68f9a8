"""Step 1. One client, then the program ends.

New: accept() waits until a client comes, recv() until that client has sent something. Both are
blocking calls: while one of them waits, this program does nothing else.
"""


def serve(listener, new_game):
    conn, address = listener.accept()
    handle(conn, new_game())


def handle(conn, game):
    with conn:
        try:
            while not game.over:
                data = conn.recv(1024)  # b"" says: this client has finished sending
                conn.sendall(game.play(data))
        except OSError:
            pass  # this client is gone, in the middle of its game
