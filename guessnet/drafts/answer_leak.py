"""answer-leak. The secret is sent to the client.

It was meant for whoever runs the server, to be printed there. Sent, it is the first thing that the
client reads, so one guess is enough.
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
            conn.sendall(f"클라이언트가 접속했습니다. 정답은 {game.secret} 입니다.\n".encode())
            while not game.over:
                data = conn.recv(1024)  # b"" says: this client has finished sending
                conn.sendall(game.play(data))
        except OSError:
            pass  # this client is gone, in the middle of its game
