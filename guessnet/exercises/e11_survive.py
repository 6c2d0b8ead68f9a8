"""Exercise 11. A server of the learner's own that survives everything: the whole of `check`."""

import select
import threading

from guessnet.grading.scenarios import SCENARIOS as _ALL

SCENARIOS = tuple(_ALL)


def stub(listener, new_game):
    while True:
        conn, address = listener.accept()
        game = new_game()
        while not game.over:
            conn.sendall(game.play(conn.recv(1024)))
        conn.close()


def solution(listener, new_game):
    def handle(conn, game):
        with conn:
            try:
                while not game.over:
                    conn.sendall(game.play(conn.recv(1024)))
            except OSError:
                pass

    while True:
        try:
            conn, address = listener.accept()
        except OSError:
            continue
        threading.Thread(target=handle, args=(conn, new_game()), daemon=True).start()


# Wrong answers


def one_after_the_other(listener, new_game):
    while True:
        conn, address = listener.accept()
        game = new_game()
        with conn:
            try:
                while not game.over:
                    conn.sendall(game.play(conn.recv(1024)))
            except OSError:
                pass


def no_except(listener, new_game):
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


def any_number(listener, new_game):
    games = {}
    while True:
        readables, writeables, exceptions = select.select([listener, *games], [], [])
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                games[conn] = new_game()
            else:
                try:
                    sock.sendall(games[sock].play(sock.recv(1024)))
                except OSError:
                    games[sock].over = True
                if games[sock].over:
                    del games[sock]
                    sock.close()


def waits_in_sendall(listener, new_game):
    games = {}
    while True:
        readables, writeables, exceptions = select.select([listener, *games], [], [])
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                if conn.fileno() < 1024:
                    games[conn] = new_game()
                else:
                    conn.close()
            else:
                try:
                    sock.sendall(games[sock].play(sock.recv(1024)))
                except OSError:
                    games[sock].over = True
                if games[sock].over:
                    del games[sock]
                    sock.close()


ANTICIPATED = (
    (one_after_the_other, "one-at-a-time"),
    (no_except, "reset-crash"),
    (any_number, "fd-setsize"),
    (waits_in_sendall, "blocking-send"),
)
