"""partial-send. What send() returns is not looked at.

send() takes what there is room for, and says how many bytes that was. Here the rest is thrown away
with them. A client that reads slowly gets replies with holes in them.
"""

import select

FD_SETSIZE = 1024  # select() cannot watch a descriptor with this number or a higher one


def serve(listener, new_game):
    games = {}
    outbox = {}
    while True:
        listening = [conn for conn in games if conn not in outbox]
        readables, writeables, exceptions = select.select([listener, *listening], outbox, [])
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
        conn.send(outbox[conn])
    except BlockingIOError:
        return  # there is no room for it now
    except OSError:
        games[conn].over = True  # nobody is left to read it
    del outbox[conn]
    if games[conn].over:
        del games[conn]
        conn.close()
