"""not-closed-after-win. The game ends, but not the conversation.

정답 or 종료 is sent, and then the server waits for what the client will say next. The client waits
too, for the connection to end. Whatever it says now, nothing is answered.
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
            while True:
                data = conn.recv(1024)  # b"" says: this client has finished sending
                conn.sendall(game.play(data))
                if not data:
                    break
        except OSError:
            pass  # this client is gone, in the middle of its game
