"""fd-leak. A client has left, so its socket is believed to be closed.

It is closed at the client's end only. Ours stays open and keeps its descriptor, one for each client
that ever left. When they are used up (often there are 1,024) nobody can be let in any more.
"""

import select

FD_SETSIZE = 1024  # select() cannot watch a descriptor with this number or a higher one


def serve(listener, new_game):
    games = {}
    left = set()
    while True:
        playing = games.keys() - left
        readables, writeables, exceptions = select.select([listener, *playing], [], [])
        for sock in readables:
            if sock is listener:  # somebody waits to be let in
                accept(listener, games, new_game)
            else:
                talk(sock, games, left)


def accept(listener, games, new_game):
    try:
        conn, address = listener.accept()
    except OSError:
        return  # this newcomer could not be let in: on to the next
    if conn.fileno() < FD_SETSIZE:
        games[conn] = new_game()
    else:
        conn.close()


def talk(conn, games, left):
    game = games[conn]
    try:
        data = conn.recv(1024)  # b"" says: this client has finished sending
        conn.sendall(game.play(data))
        if not data:
            left.add(conn)
    except OSError:
        left.add(conn)  # this client is gone, in the middle of its game
    if game.over and conn not in left:
        del games[conn]
        conn.close()
