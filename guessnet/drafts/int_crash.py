"""int-crash. Every line is taken for a number.

int() raises ValueError for a word, and for an empty line. Nobody catches it, and the server ends
for everybody. What int() takes besides, such as 1_0, is answered like a number.
"""

import select

FD_SETSIZE = 1024  # select() cannot watch a descriptor with this number or a higher one


def serve(listener, new_game):
    games = {}
    unfinished = {}
    while True:
        readables, writeables, exceptions = select.select([listener, *games], [], [])
        for sock in readables:
            if sock is listener:  # somebody waits to be let in
                accept(listener, games, unfinished, new_game)
            else:
                talk(sock, games, unfinished)


def accept(listener, games, unfinished, new_game):
    try:
        conn, address = listener.accept()
    except OSError:
        return  # this newcomer could not be let in: on to the next
    if conn.fileno() < FD_SETSIZE:
        games[conn], unfinished[conn] = new_game(), b""
    else:
        conn.close()


def talk(conn, games, unfinished):
    game = games[conn]
    try:
        data = conn.recv(1024)  # b"" says: this client has finished sending
        *lines, unfinished[conn] = (unfinished[conn] + (data or b"\n")).split(b"\n")
        guesses = [int(line) for line in lines if data or line]
        conn.sendall(b"".join(game.play(b"%d\n" % guess) for guess in guesses))
        game.over = game.over or not data or len(unfinished[conn]) > 1024
    except OSError:
        game.over = True  # this client is gone, in the middle of its game
    if game.over:
        del games[conn], unfinished[conn]
        conn.close()
