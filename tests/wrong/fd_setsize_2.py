"""Generators for the players, and a selector that tells which of them can go on."""

import selectors
from selectors import EVENT_READ, EVENT_WRITE


def serve(listener, new_game):
    with selectors.SelectSelector() as selector:
        selector.register(listener, EVENT_READ, welcome(listener, new_game, selector))
        while True:
            for key, _ in selector.select():
                task = key.data
                if key.fileobj is listener:
                    next(task)
                    continue
                selector.unregister(key.fileobj)
                resume(task, selector)


def resume(task, selector):
    wanted = next(task, None)
    if wanted:
        selector.register(*wanted, task)


def welcome(listener, new_game, selector):
    while True:
        try:
            conn, _ = listener.accept()
        except OSError:
            yield
            continue
        conn.setblocking(False)
        resume(play(conn, new_game()), selector)
        yield


def play(conn, game):
    with conn:
        try:
            while not game.over:
                yield conn, EVENT_READ
                replies = game.play(conn.recv(1024))
                while replies:
                    yield conn, EVENT_WRITE
                    replies = replies[conn.send(replies) :]
        except OSError:
            return
