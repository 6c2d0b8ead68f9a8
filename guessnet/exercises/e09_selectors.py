"""Exercise 09. From select() to `selectors`: tell the system once, and again when it changes."""

import select
import selectors

SCENARIOS = ("first-reply", "rest", "next-client", "client-resets", "together", "beyond-select")


def stub(listener, new_game):
    games = {}
    while True:
        readables, writeables, exceptions = select.select([listener, *games], [], [])
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                games[conn] = new_game()
                continue
            game = games[sock]
            try:
                sock.sendall(game.play(sock.recv(1024)))
            except OSError:
                game.over = True
            if game.over:
                del games[sock]
                sock.close()


def solution(listener, new_game):
    games = {}
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                sock = key.fileobj
                if sock is listener:
                    conn, address = listener.accept()
                    games[conn] = new_game()
                    selector.register(conn, selectors.EVENT_READ)
                    continue
                game = games[sock]
                try:
                    sock.sendall(game.play(sock.recv(1024)))
                except OSError:
                    game.over = True
                if game.over:
                    del games[sock]
                    selector.unregister(sock)
                    sock.close()


# Wrong answers


def still_uses_select(listener, new_game):
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        games = {}
        while True:
            readables, writeables, exceptions = select.select([listener, *games], [], [])
            for sock in readables:
                if sock is listener:
                    conn, address = listener.accept()
                    games[conn] = new_game()
                    continue
                game = games[sock]
                try:
                    sock.sendall(game.play(sock.recv(1024)))
                except OSError:
                    game.over = True
                if game.over:
                    del games[sock]
                    sock.close()


def forgets_to_register(listener, new_game):
    games = {}
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                sock = key.fileobj
                if sock is listener:
                    conn, address = listener.accept()
                    games[conn] = new_game()
                    continue
                sock.sendall(games[sock].play(sock.recv(1024)))


def forgets_to_unregister(listener, new_game):
    games = {}
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                sock = key.fileobj
                if sock is listener:
                    conn, address = listener.accept()
                    games[conn] = new_game()
                    selector.register(conn, selectors.EVENT_READ)
                    continue
                game = games[sock]
                try:
                    sock.sendall(game.play(sock.recv(1024)))
                except OSError:
                    game.over = True
                if game.over:
                    del games[sock]
                    sock.close()


def registers_again(listener, new_game):
    games = {}
    with selectors.DefaultSelector() as selector:
        while True:
            for sock in [listener, *games]:
                selector.register(sock, selectors.EVENT_READ)
            for key, _ in selector.select():
                sock = key.fileobj
                if sock is listener:
                    conn, address = listener.accept()
                    games[conn] = new_game()
                    continue
                game = games[sock]
                try:
                    sock.sendall(game.play(sock.recv(1024)))
                except OSError:
                    game.over = True
                if game.over:
                    del games[sock]
                    selector.unregister(sock)
                    sock.close()


def watches_for_writing(listener, new_game):
    games = {}
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        while True:
            for key, events in selector.select():
                sock = key.fileobj
                if sock is listener:
                    conn, address = listener.accept()
                    games[conn] = new_game()
                    selector.register(conn, selectors.EVENT_READ | selectors.EVENT_WRITE)
                    continue
                if not events & selectors.EVENT_READ:
                    continue
                game = games[sock]
                try:
                    sock.sendall(game.play(sock.recv(1024)))
                except OSError:
                    game.over = True
                if game.over:
                    del games[sock]
                    selector.unregister(sock)
                    sock.close()


def does_not_wait(listener, new_game):
    games = {}
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select(0):
                sock = key.fileobj
                if sock is listener:
                    conn, address = listener.accept()
                    games[conn] = new_game()
                    selector.register(conn, selectors.EVENT_READ)
                    continue
                game = games[sock]
                try:
                    sock.sendall(game.play(sock.recv(1024)))
                except OSError:
                    game.over = True
                if game.over:
                    del games[sock]
                    selector.unregister(sock)
                    sock.close()


ANTICIPATED = (
    (still_uses_select, "fd-setsize"),
    (forgets_to_register, "silent"),
    (forgets_to_unregister, "stale-socket"),
    (registers_again, "closed"),
    (watches_for_writing, "always-writable"),
    (does_not_wait, "busy-poll"),
)
