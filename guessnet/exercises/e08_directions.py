"""Exercise 08. A client that has finished sending still gets its replies.

The stub takes the end of one direction for the end of both, and throws away what it still owes.
"""

import select

SCENARIOS = (
    "first-reply",
    "ends-after-game",
    "client-leaves",
    "client-resets",
    "half-close",
    "last-line",
    "descriptors",
)


def stub(listener, new_game):
    games = {}
    outbox = {}

    def goodbye(conn):
        del games[conn], outbox[conn]
        conn.close()

    while True:
        reading = [conn for conn in games if not games[conn].over]
        waiting = [conn for conn in games if outbox[conn]]
        readables, writeables, exceptions = select.select([listener, *reading], waiting, [])
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                conn.setblocking(False)
                games[conn], outbox[conn] = new_game(), b""
                continue
            try:
                data = sock.recv(1024)
            except OSError:
                data = b""
            if data:
                outbox[sock] += games[sock].play(data)
            else:
                goodbye(sock)
        for conn in writeables:
            if conn not in games:
                continue
            try:
                sent = conn.send(outbox[conn])
            except OSError:
                goodbye(conn)
                continue
            outbox[conn] = outbox[conn][sent:]
            if games[conn].over and not outbox[conn]:
                goodbye(conn)


def solution(listener, new_game):
    games = {}
    outbox = {}

    def goodbye(conn):
        del games[conn], outbox[conn]
        conn.close()

    while True:
        reading = [conn for conn in games if not games[conn].over]
        waiting = [conn for conn in games if outbox[conn]]
        readables, writeables, exceptions = select.select([listener, *reading], waiting, [])
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                conn.setblocking(False)
                games[conn], outbox[conn] = new_game(), b""
                continue
            try:
                data = sock.recv(1024)
            except OSError:
                goodbye(sock)
                continue
            outbox[sock] += games[sock].play(data)
            if games[sock].over and not outbox[sock]:
                goodbye(sock)
        for conn in writeables:
            if conn not in games:
                continue
            try:
                sent = conn.send(outbox[conn])
            except OSError:
                goodbye(conn)
                continue
            outbox[conn] = outbox[conn][sent:]
            if games[conn].over and not outbox[conn]:
                goodbye(conn)


# Wrong answers. All of them send in the same way


def send_to(writeables, games, outbox, goodbye):
    for conn in writeables:
        if conn not in games:
            continue
        try:
            sent = conn.send(outbox[conn])
        except OSError:
            goodbye(conn)
            continue
        outbox[conn] = outbox[conn][sent:]
        if games[conn].over and not outbox[conn]:
            goodbye(conn)


def sends_what_there_is_and_forgets_the_last_line(listener, new_game):
    games = {}
    outbox = {}

    def goodbye(conn):
        del games[conn], outbox[conn]
        conn.close()

    while True:
        reading = [conn for conn in games if not games[conn].over]
        waiting = [conn for conn in games if outbox[conn]]
        readables, writeables, exceptions = select.select([listener, *reading], waiting, [])
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                conn.setblocking(False)
                games[conn], outbox[conn] = new_game(), b""
                continue
            try:
                data = sock.recv(1024)
            except OSError:
                goodbye(sock)
                continue
            if data:
                outbox[sock] += games[sock].play(data)
            elif outbox[sock]:
                games[sock].over = True
            else:
                goodbye(sock)
        send_to(writeables, games, outbox, goodbye)


def reads_on_after_the_end(listener, new_game):
    games = {}
    outbox = {}

    def goodbye(conn):
        del games[conn], outbox[conn]
        conn.close()

    while True:
        waiting = [conn for conn in games if outbox[conn]]
        readables, writeables, exceptions = select.select([listener, *games], waiting, [])
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                conn.setblocking(False)
                games[conn], outbox[conn] = new_game(), b""
                continue
            try:
                data = sock.recv(1024)
            except OSError:
                goodbye(sock)
                continue
            outbox[sock] += games[sock].play(data)
        send_to(writeables, games, outbox, goodbye)


def closes_only_who_was_sent_something(listener, new_game):
    games = {}
    outbox = {}

    def goodbye(conn):
        del games[conn], outbox[conn]
        conn.close()

    while True:
        reading = [conn for conn in games if not games[conn].over]
        waiting = [conn for conn in games if outbox[conn]]
        readables, writeables, exceptions = select.select([listener, *reading], waiting, [])
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                conn.setblocking(False)
                games[conn], outbox[conn] = new_game(), b""
                continue
            try:
                data = sock.recv(1024)
            except OSError:
                goodbye(sock)
                continue
            outbox[sock] += games[sock].play(data)
        send_to(writeables, games, outbox, goodbye)


def expects_no_reset(listener, new_game):
    games = {}
    outbox = {}

    def goodbye(conn):
        del games[conn], outbox[conn]
        conn.close()

    while True:
        reading = [conn for conn in games if not games[conn].over]
        waiting = [conn for conn in games if outbox[conn]]
        readables, writeables, exceptions = select.select([listener, *reading], waiting, [])
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                conn.setblocking(False)
                games[conn], outbox[conn] = new_game(), b""
                continue
            outbox[sock] += games[sock].play(sock.recv(1024))
            if games[sock].over and not outbox[sock]:
                goodbye(sock)
        send_to(writeables, games, outbox, goodbye)


def goes_on_after_the_goodbye(listener, new_game):
    games = {}
    outbox = {}

    def goodbye(conn):
        del games[conn], outbox[conn]
        conn.close()

    while True:
        reading = [conn for conn in games if not games[conn].over]
        waiting = [conn for conn in games if outbox[conn]]
        readables, writeables, exceptions = select.select([listener, *reading], waiting, [])
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                conn.setblocking(False)
                games[conn], outbox[conn] = new_game(), b""
                continue
            try:
                data = sock.recv(1024)
            except OSError:
                data = b""
            if not data and not outbox[sock]:
                goodbye(sock)
            outbox[sock] += games[sock].play(data)
        send_to(writeables, games, outbox, goodbye)


ANTICIPATED = (
    (sends_what_there_is_and_forgets_the_last_line, "half-close-lost"),
    (reads_on_after_the_end, "eof-ignored"),
    (closes_only_who_was_sent_something, "fd-leak"),
    (expects_no_reset, "reset-crash"),
    (goes_on_after_the_goodbye, "eof-crash"),
)
