"""Exercise 03. The select() loop, rebuilt from memory."""

import select

SCENARIOS = ("first-reply", "rest", "next-client", "client-leaves", "together")


def stub(listener, new_game):
    games = {}
    while True:
        readables, writeables, exceptions = select.select([listener], [], [])
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
            else:
                pass


def solution(listener, new_game):
    games = {}
    while True:
        readables, writeables, exceptions = select.select([listener, *games], [], [])
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                games[conn] = new_game()
            else:
                sock.sendall(games[sock].play(sock.recv(1024)))
                if games[sock].over:
                    del games[sock]
                    sock.close()


# Wrong answers


def accepts_first(listener, new_game):
    games = {}
    while True:
        conn, address = listener.accept()
        games[conn] = new_game()
        readables, writeables, exceptions = select.select(list(games), [], [])
        for sock in readables:
            sock.sendall(games[sock].play(sock.recv(1024)))
            if games[sock].over:
                del games[sock]
                sock.close()


def reads_everybody(listener, new_game):
    games = {}
    while True:
        readables, writeables, exceptions = select.select([listener, *games], [], [])
        if listener in readables:
            conn, address = listener.accept()
            games[conn] = new_game()
        for sock in list(games):
            sock.sendall(games[sock].play(sock.recv(1024)))
            if games[sock].over:
                del games[sock]
                sock.close()


def does_not_wait(listener, new_game):
    games = {}
    while True:
        readables, writeables, exceptions = select.select([listener, *games], [], [], 0)
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                games[conn] = new_game()
            else:
                sock.sendall(games[sock].play(sock.recv(1024)))
                if games[sock].over:
                    del games[sock]
                    sock.close()


def closes_and_keeps(listener, new_game):
    games = {}
    while True:
        readables, writeables, exceptions = select.select([listener, *games], [], [])
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                games[conn] = new_game()
            else:
                sock.sendall(games[sock].play(sock.recv(1024)))
                if games[sock].over:
                    sock.close()


def does_not_watch_connections(listener, new_game):
    games = {}
    while True:
        readables, writeables, exceptions = select.select([listener], [], [])
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                games[conn] = new_game()
            else:
                sock.sendall(games[sock].play(sock.recv(1024)))


ANTICIPATED = (
    (accepts_first, "accept-blocks"),
    (reads_everybody, "one-at-a-time"),
    (does_not_wait, "busy-poll"),
    (closes_and_keeps, "stale-socket"),
    (does_not_watch_connections, "silent"),
)
