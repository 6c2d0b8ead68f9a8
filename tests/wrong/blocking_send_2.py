"""Threads that read, and one that writes: replies go out in the order in which they were made."""

import contextlib
import queue
import threading


def serve(listener, new_game):
    replies = queue.Queue(maxsize=1000)
    threading.Thread(target=write, args=(replies,), daemon=True).start()
    try:
        while True:
            try:
                conn, _ = listener.accept()
            except OSError:
                continue
            threading.Thread(target=read, args=(conn, new_game(), replies), daemon=True).start()
    finally:
        replies.put(None)


def read(conn, game, replies):
    while not game.over:
        try:
            data = conn.recv(1024)
        except OSError:
            data = b""
        replies.put((conn, game.play(data), game.over))


def write(replies):
    while item := replies.get():
        conn, reply, was_last = item
        with contextlib.suppress(OSError):  # the reader notices, too
            conn.sendall(reply)
        if was_last:
            conn.close()
