"""decode-crash. All that arrives is taken for text in UTF-8.

Bytes can be anything: another encoding, a picture, half a Korean character. decode() then raises
`UnicodeDecodeError`, nobody catches it, and the server ends for everybody.
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
        data = conn.recv(1024).decode()  # "" says: this client has finished sending
        conn.sendall(game.play(data.encode()))
    except OSError:
        game.over = True  # this client is gone, in the middle of its game
    if game.over:
        del games[conn]
        conn.close()
