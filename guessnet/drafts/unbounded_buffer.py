"""unbounded-buffer. A line may be as long as it likes.

What has no newline yet is kept, and more is read. A client that sends and sends, and never a
newline, fills the memory of the whole machine.
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
    unfinished = b""
    with conn:
        try:
            while not game.over:
                data = conn.recv(1024)  # b"" says: this client has finished sending
                unfinished += data or b"\n"
                *lines, unfinished = unfinished.split(b"\n")
                replies = [game.play(line + b"\n") for line in lines if data or line]
                conn.sendall(b"".join(replies))
                if not data:
                    break
        except OSError:
            pass  # this client is gone, in the middle of its game
