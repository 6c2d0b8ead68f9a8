"""Threads; each reads as long as there is something to read, and then answers all of it."""

import threading


def serve(listener, new_game):
    while True:
        try:
            conn, _ = listener.accept()
        except OSError:
            continue
        threading.Thread(target=play, args=(conn, new_game()), daemon=True).start()


def play(conn, game):
    with conn:
        try:
            while not game.over:
                chunks = receive(conn)
                if chunks is None:
                    return
                for data in chunks:
                    conn.sendall(game.play(data))
        except OSError:
            pass


def receive(conn):
    """Wait for input, then take what there is, at most 64 chunks; None if the player has left."""
    conn.setblocking(True)
    chunks = [conn.recv(1024)]
    conn.setblocking(False)
    try:
        while chunks[-1] and len(chunks) < 64:
            chunks.append(conn.recv(1024))
    except BlockingIOError:
        pass
    conn.setblocking(True)
    return chunks if chunks[-1] else None
