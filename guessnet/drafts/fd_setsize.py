"""fd-setsize. select() is given every socket that there is.

But it can only watch descriptors up to 1,023. The first client whose descriptor is higher ends the
server for everybody, with `ValueError: filedescriptor out of range in select()`.
"""

import select


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
    games[conn] = new_game()


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
