"""eof-ignored. b"" is taken for "nothing yet".

When a client has left, recv() waits no longer: it returns b"" at once, every time. This loop skips
it and asks again, for ever. A whole core is busy with that, and nobody else is let in.
"""


def serve(listener, new_game):
    while True:
        try:
            conn, address = listener.accept()
        except OSError:
            continue  # this newcomer could not be let in: on to the next
        handle(conn, new_game())


def handle(conn, game):
    with conn:
        try:
            while not game.over:
                data = conn.recv(1024)
                if data:
                    conn.sendall(game.play(data))
        except OSError:
            pass  # this client is gone, in the middle of its game
