"""Step 6. Thousands of clients.

New: a selector is told of each socket once, and remembers it. It uses the best that the system has
(epoll, kqueue): its cost is per event and not per client, and any descriptor will do.
"""

import selectors
from selectors import EVENT_READ, EVENT_WRITE


def serve(listener, new_game):
    games = {}
    outbox = {}
    listener.setblocking(False)
    with selectors.DefaultSelector() as selector:
        selector.register(listener, EVENT_READ)
        while True:
            for key, events in selector.select():
                if key.fileobj is listener:  # somebody waits to be let in
                    accept(listener, games, new_game, selector)
                    continue
                conn = key.fileobj
                if events & EVENT_WRITE:
                    send(conn, games, outbox)
                else:
                    talk(conn, games, outbox)
                if conn in games:
                    selector.modify(conn, EVENT_WRITE if conn in outbox else EVENT_READ)
                else:
                    selector.unregister(key.fd)


def accept(listener, games, new_game, selector):
    try:
        conn, address = listener.accept()
    except OSError:
        return  # this newcomer could not be let in: on to the next
    conn.setblocking(False)
    games[conn] = new_game()
    selector.register(conn, EVENT_READ)


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
