"""use-after-close. The socket of a client who gave up is closed, and then used once more.

After a guess of 0 the code goes on as if nothing had happened, and sends on the closed socket:
`OSError: [Errno 9] Bad file descriptor`. That ends the server for everybody. Winning does no harm.
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
        if data.strip() == b"0":
            conn.sendall(game.play(data))
            hang_up(conn, games)
        conn.sendall(game.play(data))
    except ConnectionError:
        game.over = True  # this client is gone, in the middle of its game
    if game.over:
        hang_up(conn, games)


def hang_up(conn, games):
    del games[conn]
    conn.close()
