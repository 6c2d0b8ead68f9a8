"""Step 2. One client after the other.

New: accept() stands in a loop. Whoever comes during a game is connected by the kernel all the same,
and waits in its queue until the game is over and accept() is called again.
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
                data = conn.recv(1024)  # b"" says: this client has finished sending
                conn.sendall(game.play(data))
        except OSError:
            pass  # this client is gone, in the middle of its game
