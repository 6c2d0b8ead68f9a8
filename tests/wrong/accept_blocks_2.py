"""A selectors server that lets in everybody who waits, not one at a time."""

import selectors


def serve(listener, new_game):
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is listener:
                    welcome_all(listener, selector, new_game)
                elif not play(key.fileobj, key.data):
                    selector.unregister(key.fileobj)
                    key.fileobj.close()


def welcome_all(listener, selector, new_game):
    while True:
        try:
            conn, _ = listener.accept()
        except BlockingIOError:
            return  # that was everybody
        except OSError:
            continue
        selector.register(conn, selectors.EVENT_READ, new_game())


def play(conn, game):
    try:
        conn.sendall(game.play(conn.recv(1024)))
    except OSError:
        return False
    return not game.over
