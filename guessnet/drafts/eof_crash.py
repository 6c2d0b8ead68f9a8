"""eof-crash. A client that leaves is taken for an error.

Leaving is the usual end of a conversation. Here it raises EOFError, which `except OSError` does not
catch, for it is none. So it goes all the way up and ends the server for everybody.
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
                conn.sendall(game.play(data))
                if not data:
                    raise EOFError("the client has left")
        except OSError:
            pass  # this client is gone, in the middle of its game
