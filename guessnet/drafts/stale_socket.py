"""stale-socket. A closed socket stays in the list that is given to select().

It has no descriptor any more, only a -1, and select() refuses that: `ValueError: file descriptor
cannot be a negative integer (-1)`. So the end of one game is the end of the server, for everybody.
"""

import select

FD_SETSIZE = 1024  # select() cannot watch a descriptor with this number or a higher one


def serve(listener, new_game):
    games = {}
    while True:
        readables, writeables, exceptions = select.select([listener, *games], [], [])
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
        conn.close()
