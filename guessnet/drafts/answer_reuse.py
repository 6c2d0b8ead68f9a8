"""answer-reuse. A client's secret is kept when the client has gone.

Secrets are looked up by descriptor, and the system gives the number of a closed socket to the next
one. So the next client inherits a secret that somebody else has been looking for.
"""

import random
import select

FD_SETSIZE = 1024  # select() cannot watch a descriptor with this number or a higher one


def serve(listener, new_game):
    games = {}
    answers = {}  # by descriptor
    while True:
        readables, writeables, exceptions = select.select([listener, *games], [], [])
        for sock in readables:
            if sock is listener:  # somebody waits to be let in
                accept(listener, games, answers, new_game)
            else:
                talk(sock, games)


def accept(listener, games, answers, new_game):
    try:
        conn, address = listener.accept()
    except OSError:
        return  # this newcomer could not be let in: on to the next
    number = conn.fileno()
    if number < FD_SETSIZE:
        if number not in answers:
            answers[number] = random.randint(1, 9)
        games[conn] = new_game()
        games[conn].secret = answers[number]
    else:
        conn.close()


def talk(conn, games):
    game = games[conn]
    try:
        data = conn.recv(1024)  # b"" says: this client has finished sending
        conn.sendall(game.play(data))
    except OSError:
        game.over = True  # this client is gone, in the middle of its game
    if game.over:
        del games[conn]
        conn.close()
