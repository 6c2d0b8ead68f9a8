"""one-at-a-time. One game is played to its end before the next begins.

The second client is connected, for the kernel sees to that, and can send its guess. But no reply
comes: the program stands in recv(), waiting for the first client, who may be out for lunch.
"""


def serve(listener, new_game):
    while True:
        try:
            conn, address = listener.accept()
        except OSError:
            continue  # this newcomer could not be let in: on to the next
        game = new_game()
        with conn:
            try:
                while not game.over:
                    data = conn.recv(1024)  # b"" says: this client has finished sending
                    conn.sendall(game.play(data))
            except OSError:
                pass  # this client is gone, in the middle of its game
