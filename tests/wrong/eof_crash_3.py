"""An epoll server; sockets and games are looked up by descriptor."""

import select


def serve(listener, new_game):
    connections, games = {}, {}
    with select.epoll() as poll:
        poll.register(listener, select.EPOLLIN)
        while True:
            for fd, _ in poll.poll():
                if fd == listener.fileno():
                    try:
                        conn, _ = listener.accept()
                    except OSError:
                        continue
                    connections[conn.fileno()], games[conn.fileno()] = conn, new_game()
                    poll.register(conn, select.EPOLLIN)
                    continue
                try:
                    data = connections[fd].recv(1024)
                    assert data, "recv() without data"
                    connections[fd].sendall(games[fd].play(data))
                    over = games[fd].over
                except OSError:
                    over = True
                if over:
                    poll.unregister(fd)
                    del games[fd]
                    connections.pop(fd).close()
