"""one-shot. accept() is called once.

One call lets one client in. When that client's game is over the function ends, and the program with
it: whoever comes next is told that nobody listens there.
"""


def serve(listener, new_game):
    conn, address = listener.accept()
    game = new_game()
    with conn:
        try:
            while not game.over:
                data = conn.recv(1024)  # b"" says: this client has finished sending
                conn.sendall(game.play(data))
        except OSError:
            pass  # this client is gone, in the middle of its game
