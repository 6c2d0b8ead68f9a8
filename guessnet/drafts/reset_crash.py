"""reset-crash. Nobody expects an error of recv() or sendall().

A client that goes while a reply is still unread, as when its program is killed, resets the
connection. The server then dies of `ConnectionResetError: [Errno 104] Connection reset by peer`, or
of `BrokenPipeError: [Errno 32] Broken pipe`.
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
        while not game.over:
            data = conn.recv(1024)  # b"" says: this client has finished sending
            conn.sendall(game.play(data))
