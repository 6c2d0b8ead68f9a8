"""Step 9. What real servers run: a reactor.

New: the system's epoll itself, told of a socket only when something changes about it. A message
costs one recv() and one send(); who takes no replies is not read from; there are never more than
`max_clients`, and who is not heard of for `idle_timeout` seconds is sent away.
"""

import select
import selectors
import time


def serve(listener, new_game, *, max_clients=10_000, idle_timeout=300):
    with Epoll() as epoll:
        Reactor(listener, new_game, epoll, max_clients, idle_timeout).run()


class Reactor:
    def __init__(self, listener, new_game, epoll, max_clients, idle_timeout):
        self.listener = listener
        self.new_game = new_game
        self.epoll = epoll
        self.max_clients = max_clients
        self.idle_timeout = idle_timeout
        self.conns = {}  # by descriptor: that is how the system tells of a socket
        self.games = {}
        self.outbox = {}
        self.heard = {}  # when each client was last heard of

    def run(self):
        self.listener.setblocking(False)
        self.epoll.register(self.listener.fileno(), READ)
        pause = self.idle_timeout / 10 or None  # without a limit it waits for as long as it takes
        swept = time.monotonic()
        while True:
            ready = self.epoll.poll(pause)
            self.now = time.monotonic()
            for fd, _ in ready:
                if fd in self.outbox:
                    self.send(fd, self.outbox[fd])
                elif fd in self.games:
                    self.talk(fd)
                else:
                    self.accept(len(ready))
            if pause and self.now > swept + pause:
                self.send_idle_away()
                swept = self.now

    def accept(self, at_most):
        """Let in no more newcomers than there are others who have their turn."""
        for _ in range(at_most):
            try:
                conn, address = self.listener.accept()
            except OSError:
                return  # nobody is left, or this newcomer could not be let in
            if len(self.games) == self.max_clients:
                conn.close()
                continue
            conn.setblocking(False)
            fd = conn.fileno()
            self.conns[fd] = conn
            self.games[fd] = self.new_game()
            self.heard[fd] = self.now
            self.epoll.register(fd, READ)

    def talk(self, fd):
        try:
            data = self.conns[fd].recv(1024)  # b"" says: this client has finished sending
        except BlockingIOError:
            return  # nothing to read after all
        except OSError:
            self.close(fd)  # this client is gone, in the middle of its game
            return
        self.heard[fd] = self.now
        self.send(fd, self.games[fd].play(data))

    def send(self, fd, replies):
        try:
            sent = self.conns[fd].send(replies) if replies else 0
        except BlockingIOError:
            sent = 0
        except OSError:
            self.close(fd)  # nobody is left to read it
            return
        if sent < len(replies):
            if fd not in self.outbox:
                self.epoll.modify(fd, WRITE)
            self.outbox[fd] = replies[sent:]
        elif self.games[fd].over:
            self.close(fd)
        elif fd in self.outbox:
            del self.outbox[fd]
            self.epoll.modify(fd, READ)

    def close(self, fd):
        self.epoll.unregister(fd)
        self.conns.pop(fd).close()
        del self.games[fd], self.heard[fd]
        self.outbox.pop(fd, None)

    def send_idle_away(self):
        for fd, heard in tuple(self.heard.items()):
            if self.now - heard > self.idle_timeout:
                self.close(fd)


if hasattr(select, "epoll"):
    Epoll, READ, WRITE = select.epoll, select.EPOLLIN, select.EPOLLOUT
else:
    READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE

    class Epoll(selectors.DefaultSelector):
        """The best that another system has, under the names of epoll."""

        def poll(self, timeout):
            return [(key.fd, events) for key, events in self.select(timeout)]
