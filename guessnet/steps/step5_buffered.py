"""Step 5. Many clients at once, and none can stop the others.

New: no call waits any more, except select(). What a client does not take now stays in its outbox,
and select() tells by `writeables` when it will take more. Until then nothing is read from it.
"""

import select

FD_SETSIZE = 1024  # select() cannot watch a descriptor with this number or a higher one


def serve(listener, new_game):
    games = {}
    outbox = {}
    while True:
        reading = [conn for conn in games if conn not in outbox]
        readables, writeables, exceptions = select.select([listener, *reading], outbox, [])
        for conn in writeables:
            send(conn, games, outbox)
        for sock in readables:
            if sock is listener:  # somebody waits to be let in
                accept(listener, games, new_game)
            else:
                talk(sock, games, outbox)


def accept(listener, games, new_game):
    try:
        conn, address = listener.accept()
    except OSError:
        return  # this newcomer could not be let in: on to the next
    if conn.fileno() < FD_SETSIZE:
        conn.setblocking(False)
        games[conn] = new_game()
    else:
        conn.close()


def talk(conn, games, outbox):
    try:
        data = conn.recv(1024)  # b"" says: this client has finished sending
    except BlockingIOError:
        return  # nothing to read after all
    except OSError:
        data = b""  # this client is gone, in the middle of its game
    outbox[conn] = games[conn].play(data)
    send(conn, games, outbox)


def send(conn, games, outbox):
    try:
        sent = conn.send(outbox[conn])
    except BlockingIOError:
        sent = 0
    except OSError:
        sent = len(outbox[conn])  # nobody is left to read it
        games[conn].over = True
    outbox[conn] = outbox[conn][sent:]
    if not outbox[conn]:
        del outbox[conn]
        if games[conn].over:
            del games[conn]
            conn.close()
