"""answer-reuse. A client's game is kept when the client has gone.

Games are looked up by descriptor, and the system gives the number of a closed socket to the next
one. So the next client inherits a game that is not its own: one that is over, and it is hung up on,
or one in mid-game, with the secret that somebody else was looking for.
"""

import collections
import select

FD_SETSIZE = 1024  # select() cannot watch a descriptor with this number or a higher one


def serve(listener, new_game):
    conns = set()
    games = collections.defaultdict(new_game)  # by descriptor
    while True:
        readables, writeables, exceptions = select.select([listener, *conns], [], [])
        for sock in readables:
            if sock is listener:  # somebody waits to be let in
                accept(listener, conns)
            else:
                talk(sock, conns, games)


def accept(listener, conns):
    try:
        conn, address = listener.accept()
    except OSError:
        return  # this newcomer could not be let in: on to the next
    if conn.fileno() < FD_SETSIZE:
        conns.add(conn)
    else:
        conn.close()


def talk(conn, conns, games):
    game = games[conn.fileno()]
    try:
        data = conn.recv(1024)  # b"" says: this client has finished sending
        conn.sendall(game.play(data))
    except OSError:
        game.over = True  # this client is gone, in the middle of its game
    if game.over:
        conns.remove(conn)
        conn.close()
