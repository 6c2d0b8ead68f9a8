"""blocking-send. sendall() waits, in the one thread that serves everybody.

A client that sends guesses and never reads its replies fills the buffers between it and the server.
Then sendall() waits until that client reads: the server stands still, and so does everybody else.
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
        del games[conn]
        conn.close()
