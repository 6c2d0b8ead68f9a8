"""shared-answer. One secret is drawn, for everybody.

It is drawn before the first client comes and not when each of them comes. Whoever has won can tell
all the others the answer, until the server is started again.
"""

import random
import select

FD_SETSIZE = 1024  # select() cannot watch a descriptor with this number or a higher one


def serve(listener, new_game):
    answer = random.randint(1, 9)
    games = {}
    while True:
        readables, writeables, exceptions = select.select([listener, *games], [], [])
        for sock in readables:
            if sock is listener:  # somebody waits to be let in
                accept(listener, games, new_game, answer)
            else:
                talk(sock, games)


def accept(listener, games, new_game, answer):
    try:
        conn, address = listener.accept()
    except OSError:
        return  # this newcomer could not be let in: on to the next
    if conn.fileno() < FD_SETSIZE:
        games[conn] = new_game()
        games[conn].secret = answer
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
