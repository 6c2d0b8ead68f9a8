"""Threads on sockets that do not block, so that none of them can hang for ever."""

import selectors
import threading


def serve(listener, new_game):
    while True:
        try:
            conn, _ = listener.accept()
        except OSError:
            continue
        conn.setblocking(False)
        threading.Thread(target=play, args=(conn, new_game()), daemon=True).start()


def play(conn, game):
    with conn, selectors.DefaultSelector() as selector:
        selector.register(conn, selectors.EVENT_READ)
        try:
            while not game.over:
                selector.modify(conn, selectors.EVENT_READ)
                selector.select()
                send(conn, game.play(conn.recv(1024)), selector)
        except OSError:
            pass  # the player has gone


def send(conn, replies, selector):
    """Send the replies, as soon as there is room."""
    selector.modify(conn, selectors.EVENT_WRITE)
    while True:
        try:
            conn.send(replies)
        except BlockingIOError:
            selector.select()
        else:
            return
