"""A game server in ticks: what was said during the last 20 ms is answered all at once."""

import select
import time

TICK = 0.02  # seconds
ENOUGH = 1 << 16  # bytes of replies that wait for the tick


def serve(listener, new_game):
    games, replies = {}, {}
    tick = None  # when it is; as long as nothing has been said, none is needed
    while True:
        reading = [conn for conn in games if len(replies[conn]) < ENOUGH]
        patience = None if tick is None else max(0, tick - time.monotonic())
        readables, _, _ = select.select([listener, *reading], [], [], patience)
        for sock in readables:
            if sock is listener:
                welcome(listener, games, replies, new_game)
                continue
            try:
                data = sock.recv(1024)
            except OSError:
                data = b""
            if data:
                replies[sock] += games[sock].play(data)
                tick = tick or time.monotonic() + TICK
            else:
                leave(sock, games, replies)
        if tick and time.monotonic() >= tick:
            tick = None
            for conn in list(games):
                try:
                    conn.sendall(replies[conn])
                    replies[conn] = b""
                except OSError:
                    games[conn].play(b"")
                if games[conn].over:
                    leave(conn, games, replies)


def welcome(listener, games, replies, new_game):
    try:
        conn, _ = listener.accept()
    except OSError:
        return
    if conn.fileno() < 1024:
        games[conn], replies[conn] = new_game(), b""
    else:
        conn.close()


def leave(conn, games, replies):
    del games[conn], replies[conn]
    conn.close()
