"""always-writable. select() is asked for room to send even when there is nothing to send.

Nearly always there is room. So select() returns at once, for nothing, again and again: a whole core
is busy as soon as one client is connected, whether it plays or not.
"""

import select

FD_SETSIZE = 1024  # select() cannot watch a descriptor with this number or a higher one


def serve(listener, new_game):
    games = {}
    outbox = {}
    while True:
        listening = [conn for conn in games if not outbox[conn]]
        readables, writeables, exceptions = select.select([listener, *listening], outbox, [])
        for conn in writeables:
            send(conn, games, outbox)
        for sock in readables:
            if sock is listener:  # somebody waits to be let in
                accept(listener, games, outbox, new_game)
            else:
                talk(sock, games, outbox)
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
        data = conn.recv(1024)  # b"" says: this client has finished sending
    except BlockingIOError:
        return  # nothing to read after all
    except OSError:
        data = b""  # this client is gone, in the middle of its game
    outbox[conn] = games[conn].play(data)


def send(conn, games, outbox):
    try:
        sent = conn.send(outbox[conn])
    except BlockingIOError:
        sent = 0
    except OSError:
        sent = len(outbox[conn])  # nobody is left to read it
        games[conn].over = True
    outbox[conn] = outbox[conn][sent:]
