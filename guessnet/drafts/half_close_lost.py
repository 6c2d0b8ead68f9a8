"""half-close-lost. b"" is taken for "the client has gone".

It says only that the client has finished sending; it may still be listening. Here whatever waits in
its outbox is thrown away: `printf '10\\n' | nc`, which sends and finishes at once, sees no reply.
"""

import select

FD_SETSIZE = 1024  # select() cannot watch a descriptor with this number or a higher one
ENOUGH = 1 << 16  # bytes in an outbox


def serve(listener, new_game):
    games = {}
    outbox = {}
    while True:
        listening = [conn for conn in games if len(outbox[conn]) < ENOUGH]
        waiting = [conn for conn in games if outbox[conn]]
        readables, writeables, exceptions = select.select([listener, *listening], waiting, [])
        for sock in readables:
            if sock is listener:  # somebody waits to be let in
                accept(listener, games, outbox, new_game)
            else:
                talk(sock, games, outbox)
        for conn in writeables:
            send(conn, games, outbox)
        for conn in [conn for conn in games if games[conn].over and not outbox[conn]]:
            del games[conn], outbox[conn]
            conn.close()


def accept(listener, games, outbox, new_game):
    try:
        conn, address = listener.accept()
    except OSError:
        return  # this newcomer could not be let in: on to the next
    if conn.fileno() < FD_SETSIZE:
        conn.setblocking(False)
        games[conn], outbox[conn] = new_game(), b""
    else:
        conn.close()


def talk(conn, games, outbox):
    try:
        data = conn.recv(1024)
    except BlockingIOError:
        return  # nothing to read after all
    except OSError:
        data = b""  # this client is gone, in the middle of its game
    if data:
        outbox[conn] += games[conn].play(data)
    else:
        games[conn].over, outbox[conn] = True, b""


def send(conn, games, outbox):
    try:
        sent = conn.send(outbox[conn])
    except BlockingIOError:
        sent = 0
    except OSError:
        sent = len(outbox[conn])  # nobody is left to read it
        games[conn].over = True
    outbox[conn] = outbox[conn][sent:]
