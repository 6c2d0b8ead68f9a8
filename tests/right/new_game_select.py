"""select() and sendall(), in a few lines; the rules come from outside."""

import select
import socket
import time


def serve(listener, new_game):
    games = {}
    while True:
        readables, _, _ = select.select([listener, *games], [], [])
        for sock in readables:
            if sock is not listener:
                if not talk(sock, games[sock]):
                    del games[sock]
                    sock.close()
                continue
            try:
                conn, _ = listener.accept()
            except OSError:
                time.sleep(0.01)  # no descriptor is left
                continue
            if conn.fileno() < 1024:  # select() takes no other
                games[conn] = new_game()
            else:
                conn.close()


def talk(conn, game):
    """Read once and answer it; False when the client has finished sending, or is gone."""
    try:
        data = conn.recv(1024)
        if game.over:  # only what is left is read: at a close() it would cause a reset
            return data != b""
        conn.sendall(game.play(data))
        if game.over:
            conn.shutdown(socket.SHUT_WR)
    except OSError:
        return False
    return data != b""
