"""multibyte-split. Each recv() is decoded for itself.

A Korean character is three bytes in UTF-8, and a stream may be cut between any two of them. Lines
are put together rightly here, but the character that was cut is lost before that: the reply shows
�� in its place. With digits nobody ever notices.
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
    unfinished = ""
    with conn:
        try:
            while not game.over:
                data = conn.recv(1024)  # b"" says: this client has finished sending
                unfinished += data.decode(errors="replace") if data else "\n"
                *lines, unfinished = unfinished.split("\n")
                replies = [game.play(line.encode() + b"\n") for line in lines if data or line]
                conn.sendall(b"".join(replies))
                if not data or len(unfinished.encode()) > 1024:
                    break
        except OSError:
            pass  # this client is gone, in the middle of its game
