"""A poll() server: descriptors are what it knows its players by."""

import select


def serve(listener, new_game):
    poller = select.poll()
    poller.register(listener, select.POLLIN)
    players = {}
    while True:
        for fd, _ in poller.poll():
            if fd == listener.fileno():
                try:
                    conn, _ = listener.accept()
                except OSError:
                    continue
                poller.register(conn, select.POLLIN)
                players[conn.fileno()] = conn, new_game()
                continue
            conn, game = players[fd]
            try:
                data = conn.recv(1024)
                conn.sendall(game.play(data))
                gone = not data
            except OSError:
                gone = True
            if gone:
                del players[fd]
                conn.close()
                poller.unregister(conn)
            elif game.over:
                del players[fd]
                poller.unregister(conn)
                conn.close()
