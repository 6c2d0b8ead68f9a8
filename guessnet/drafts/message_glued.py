"""message-glued. What has arrived by the time a line ends is taken for one line.

A stream has no seams: two guesses that were sent one after the other may arrive together. Then
there are two newlines in it. Here both are dropped, and 1 and 2 are read as 12.
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
    with conn:
        try:
            while not game.over:
                line = read_line(conn)  # b"" says: this client has finished sending
                message = line.replace(b"\n", b"")
                conn.sendall(game.play(message + b"\n" if line else b""))
        except OSError:
            pass  # this client is gone, in the middle of its game


def read_line(conn):
    line = b""
    while not line.endswith(b"\n") and len(line) <= 1024:
        data = conn.recv(1024)
        if not data:
            break
        line += data
    return line
