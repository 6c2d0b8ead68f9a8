"""Exercise 07. The outbox: no call waits but select(), and no reply is lost.

The stub is step 4 in one function: its sendall() waits for a client that does not read.
"""

import select

SCENARIOS = (
    "first-reply",
    "rest",
    "ends-after-game",
    "client-leaves",
    "never-reads",
    "late-reader",
)


def stub(listener, new_game):
    games = {}
    while True:
        readables, writeables, exceptions = select.select([listener, *games], [], [])
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                games[conn] = new_game()
            else:
                try:
                    sock.sendall(games[sock].play(sock.recv(1024)))
                except OSError:
                    games[sock].over = True
                if games[sock].over:
                    del games[sock]
                    sock.close()


def solution(listener, new_game):
    games = {}
    outbox = {}

    def send(conn):
        try:
            sent = conn.send(outbox[conn])
        except BlockingIOError:
            return
        except OSError:
            sent = len(outbox[conn])
            games[conn].over = True
        outbox[conn] = outbox[conn][sent:]
        if not outbox[conn]:
            del outbox[conn]
            if games[conn].over:
                del games[conn]
                conn.close()

    while True:
        reading = [conn for conn in games if conn not in outbox]
        readables, writeables, exceptions = select.select([listener, *reading], outbox, [])
        for conn in writeables:
            send(conn)
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                conn.setblocking(False)
                games[conn] = new_game()
            else:
                try:
                    data = sock.recv(1024)
                except OSError:
                    data = b""
                outbox[sock] = games[sock].play(data)
                send(sock)


# Wrong answers


def forgets_setblocking(listener, new_game):
    games = {}
    outbox = {}
    while True:
        reading = [conn for conn in games if conn not in outbox]
        readables, writeables, exceptions = select.select([listener, *reading], outbox, [])
        for conn in writeables:
            try:
                sent = conn.send(outbox[conn])
            except OSError:
                sent = len(outbox[conn])
                games[conn].over = True
            outbox[conn] = outbox[conn][sent:]
            if not outbox[conn]:
                del outbox[conn]
                if games[conn].over:
                    del games[conn]
                    conn.close()
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                games[conn] = new_game()
            else:
                try:
                    data = sock.recv(1024)
                except OSError:
                    data = b""
                outbox[sock] = games[sock].play(data)


def asks_for_everybody(listener, new_game):
    games = {}
    outbox = {}
    while True:
        readables, writeables, exceptions = select.select([listener, *games], games, [])
        for conn in writeables:
            try:
                sent = conn.send(outbox[conn])
            except OSError:
                sent = len(outbox[conn])
                games[conn].over = True
            outbox[conn] = outbox[conn][sent:]
            if games[conn].over and not outbox[conn]:
                del games[conn], outbox[conn]
                conn.close()
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                conn.setblocking(False)
                games[conn], outbox[conn] = new_game(), b""
            elif sock in games and not outbox[sock]:
                try:
                    data = sock.recv(1024)
                except OSError:
                    data = b""
                outbox[sock] = games[sock].play(data)


def does_not_look_at_what_was_sent(listener, new_game):
    games = {}
    outbox = {}
    while True:
        reading = [conn for conn in games if conn not in outbox]
        readables, writeables, exceptions = select.select([listener, *reading], outbox, [])
        for conn in writeables:
            try:
                conn.send(outbox.pop(conn))
            except OSError:
                games[conn].over = True
            if games[conn].over:
                del games[conn]
                conn.close()
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                conn.setblocking(False)
                games[conn] = new_game()
            else:
                try:
                    data = sock.recv(1024)
                except OSError:
                    data = b""
                outbox[sock] = games[sock].play(data)


def closes_only_who_left(listener, new_game):
    games = {}
    outbox = {}
    while True:
        reading = [conn for conn in games if conn not in outbox]
        readables, writeables, exceptions = select.select([listener, *reading], outbox, [])
        for conn in writeables:
            try:
                sent = conn.send(outbox[conn])
            except OSError:
                sent = len(outbox[conn])
            outbox[conn] = outbox[conn][sent:]
            if not outbox[conn]:
                del outbox[conn]
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                conn.setblocking(False)
                games[conn] = new_game()
                continue
            try:
                data = sock.recv(1024)
            except OSError:
                data = b""
            if data:
                outbox[sock] = games[sock].play(data)
            else:
                del games[sock]
                sock.close()


def never_closes(listener, new_game):
    games = {}
    outbox = {}
    over = []
    while True:
        reading = [conn for conn in games if conn not in outbox and conn not in over]
        readables, writeables, exceptions = select.select([listener, *reading], outbox, [])
        for conn in writeables:
            try:
                sent = conn.send(outbox[conn])
            except OSError:
                sent = len(outbox[conn])
            outbox[conn] = outbox[conn][sent:]
            if not outbox[conn]:
                del outbox[conn]
                if games[conn].over:
                    over.append(conn)
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                conn.setblocking(False)
                games[conn] = new_game()
            else:
                try:
                    data = sock.recv(1024)
                except OSError:
                    data = b""
                outbox[sock] = games[sock].play(data)


def tries_without_asking(listener, new_game):
    games = {}
    outbox = {}
    while True:
        reading = [conn for conn in games if conn not in outbox]
        readables, writeables, exceptions = select.select([listener, *reading], [], [], 0)
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                conn.setblocking(False)
                games[conn] = new_game()
            else:
                try:
                    data = sock.recv(1024)
                except OSError:
                    data = b""
                outbox[sock] = games[sock].play(data)
        for conn in list(outbox):
            try:
                sent = conn.send(outbox[conn])
            except BlockingIOError:
                continue
            except OSError:
                sent = len(outbox[conn])
                games[conn].over = True
            outbox[conn] = outbox[conn][sent:]
            if not outbox[conn]:
                del outbox[conn]
                if games[conn].over:
                    del games[conn]
                    conn.close()


ANTICIPATED = (
    (forgets_setblocking, "blocking-send"),
    (asks_for_everybody, "always-writable"),
    (does_not_look_at_what_was_sent, "partial-send"),
    (closes_only_who_left, "not-closed-after-win"),
    (never_closes, "fd-leak"),
    (tries_without_asking, "busy-poll"),
)
