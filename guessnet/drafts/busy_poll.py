"""busy-poll. select() is told not to wait.

With a timeout of 0 it returns at once, mostly with empty lists, and the loop asks again. The
replies are right and come fast. But a whole core is busy, even while nobody is connected.
"""

import select

FD_SETSIZE = 1024  # select() cannot watch a descriptor with this number or a higher one


def serve(listener, new_game):
    games = {}
    while True:
        readables, writeables, exceptions = select.select([listener, *games], [], [], 0)
        for sock in readables:
            if sock is listener:  # somebody waits to be let in
                accept(listener, games, new_game)
            else:
                talk(sock, games)


def accept(listener, games, new_game):
    try:
        conn, address = listener.accept()
    except OSError:
        return  # this newcomer could not be let in: on to the next
    if conn.fileno() < FD_SETSIZE:
        games[conn] = new_game()
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
