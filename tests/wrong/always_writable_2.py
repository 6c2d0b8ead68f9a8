"""A poll() server with outboxes; POLLIN and POLLOUT, so that nothing is missed."""

import select


def serve(listener, new_game):
    players = {}
    poller = select.poll()
    poller.register(listener, select.POLLIN)
    while True:
        for fd, events in poller.poll():
            if fd == listener.fileno():
                try:
                    conn, _ = listener.accept()
                except OSError:
                    continue
                conn.setblocking(False)
                players[conn.fileno()] = Player(conn, new_game())
                poller.register(conn, select.POLLIN | select.POLLOUT)
                continue
            player = players[fd]
            if events & select.POLLOUT:
                player.send()
            if events & ~select.POLLOUT and not player.outbox:
                player.receive()
            if player.game.over and not player.outbox:
                poller.unregister(fd)
                players.pop(fd).conn.close()


class Player:
    def __init__(self, conn, game):
        self.conn, self.game = conn, game
        self.outbox = b""

    def receive(self):
        try:
            data = self.conn.recv(1024)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self.outbox = self.game.play(data)
        self.send()

    def send(self):
        try:
            self.outbox = self.outbox[self.conn.send(self.outbox) :]
        except BlockingIOError:
            return
        except OSError:
            self.outbox = b""
            self.game.play(b"")
