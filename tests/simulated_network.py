"""A network and a clock that are simulated, for servers that run as they are.

The server runs in the thread of the test. Its sockets, and the modules `select`, `selectors`,
`random` and `time` that it looks up, come from here. Time passes only in its calls: a little in
each, and in a wait as much as it takes until something is ready. So one seed is one exact run.

What the sockets do is what Linux does. Like the connections that guessnet hands out, they lose
no reply in close(), and a newcomer for whom no descriptor is left is refused.
"""

import errno
import gc
import heapq
import itertools
import os
import selectors
import socket
import sys
import weakref
from collections import deque
from types import SimpleNamespace

EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP, EPOLLRDHUP = 0x1, 0x4, 0x8, 0x10, 0x2000
FD_SETSIZE = 1024

MOST_CALLS = 10_000  # without a wait between them
MOST_TOLD = 3  # times that a wait tells of the same thing while the server does nothing about it


class Violation(BaseException):
    """The server has done what no server may do. No `except Exception` of its own catches this."""


class TheEnd(BaseException):
    """Nothing will ever happen again."""


class Network:
    """What lies between a server and its clients.

    Parameters
    ----------
    rng
        Decides everything that is left to chance.
    first_descriptor
        The number of the first socket. Each one gets the lowest that is free, as everywhere.
    has_epoll
        Whether `select` has an epoll; `selectors` works without.
    refusing
        How likely it is that no descriptor is left for a newcomer.
    phantoms
        How likely it is that a wait tells of a socket, not blocking, which has nothing to read.
    """

    def __init__(self, rng, first_descriptor=3, has_epoll=True, refusing=0.0, phantoms=0.0):
        self.rng = rng
        self.refusing = refusing
        self.now = 0.0  # seconds
        self.log = []
        self.connections = []  # weak references to all that were accepted
        self.kept = []  # names of what was closed, and what the server still knew at the end
        self.ended = False
        self._descriptors = range(first_descriptor, sys.maxsize)
        self._phantoms = phantoms
        self._events = []
        self._order = itertools.count()
        self._open = {}  # by descriptor
        self._calls = 0  # since the last wait
        self._told = {}  # by descriptor: how often, since the server last did something about it
        self._returned = []  # by the last select()
        self.listener = Listener(self)
        epoll = {
            "epoll": lambda sizehint=-1, flags=0: Epoll(self),
            "EPOLLIN": EPOLLIN,
            "EPOLLOUT": EPOLLOUT,
            "EPOLLERR": EPOLLERR,
            "EPOLLHUP": EPOLLHUP,
            "EPOLLRDHUP": EPOLLRDHUP,
        }
        self.modules = {
            "select": SimpleNamespace(select=self._select, **(epoll if has_epoll else {})),
            "selectors": SimpleNamespace(
                DefaultSelector=type("DefaultSelector", (Selector,), {"network": self}),
                EVENT_READ=selectors.EVENT_READ,
                EVENT_WRITE=selectors.EVENT_WRITE,
            ),
            "random": SimpleNamespace(randint=lambda lowest, highest: self.newest_secret()),
            "time": SimpleNamespace(monotonic=lambda: self.now, sleep=self.sleep),
        }

    def at(self, moment, action, *arguments):
        """Do it when it is time for it; what was asked for first comes first."""
        heapq.heappush(self._events, (moment, next(self._order), action, arguments))

    def note(self, who, what, detail=""):
        """Write down what somebody does, for whoever replays this run."""
        self.log.append((round(self.now, 6), who, what, detail))

    def open(self, end):
        """Give it the lowest descriptor that is free."""
        descriptor = next(number for number in self._descriptors if number not in self._open)
        self._open[descriptor] = end
        return descriptor

    def close(self, descriptor):
        del self._open[descriptor]
        self.done(descriptor)

    def end_at(self, descriptor):
        if descriptor not in self._open:
            raise _error(errno.EBADF)
        return self._open[descriptor]

    def is_open(self, descriptor, end):
        return self._open.get(descriptor) is end

    def newest_secret(self):
        """The secret of the newcomer; anything, where there has been none."""
        newest = self.listener.newest
        return newest.client.secret if newest else self.rng.randint(1, 9)

    def calling(self):
        """Let the little time pass that a call takes."""
        self._calls += 1
        if self._calls > MOST_CALLS:
            raise Violation("it works and works, and never waits")
        self.sleep(self.rng.random() * 0.0001)

    def done(self, descriptor):
        """Take note that the server has done something about what it was told."""
        self._told.pop(descriptor, None)

    def wait(self, wanted, seconds):
        """Wait until something happens to one of these, for so many seconds at most.

        `wanted` has the events wanted, by descriptor; returned are those that have happened.
        """
        started = self.now
        self._calls = 0
        self.sleep(self.rng.random() * 0.0001)
        while not (ready := self._ready(wanted)):
            if not self._events:
                self._end()
            if seconds is not None and self._events[0][0] > started + seconds:
                self.sleep(started + seconds - self.now)
                break
            self._next_event()
        self._check_for_spinning(ready, self.now - started)
        if self.rng.random() < self._phantoms:
            self._add_phantom(ready, wanted)
        self.note("server", "is told", [self._open[descriptor].name for descriptor in ready])
        return ready

    def sleep(self, seconds):
        """Let time pass."""
        until = self.now + seconds
        while self._events and self._events[0][0] <= until:
            self._next_event()
        self.now = max(self.now, until)

    def _next_event(self):
        self.now, _, action, arguments = heapq.heappop(self._events)
        action(*arguments)

    def _ready(self, wanted):
        ready = {}
        for descriptor, events in wanted.items():
            happened = self._open[descriptor].events() & (events | EPOLLERR | EPOLLHUP)
            if happened:
                ready[descriptor] = happened
        return ready

    def _check_for_spinning(self, ready, seconds):
        if ready:
            self.done(None)
        told = ready or ([None] if seconds < 0.001 else [])  # of nothing, without having waited
        for descriptor in told:
            self._told[descriptor] = self._told.get(descriptor, 0) + 1
            if self._told[descriptor] > MOST_TOLD:
                name = "nothing" if descriptor is None else self._open[descriptor].name
                raise Violation(f"it spins: told of {name} again and again, it does nothing")

    def _add_phantom(self, ready, wanted):
        candidates = [
            descriptor
            for descriptor, events in wanted.items()
            if events & EPOLLIN and descriptor not in ready and not self._open[descriptor].blocking
        ]
        if candidates:
            ready[self.rng.choice(candidates)] = EPOLLIN

    def _end(self):
        """End the run before anything is cleaned up: what is left now would have stayed."""
        self.kept = self._gone_and_known()
        self.ended = True
        raise TheEnd

    def _gone_and_known(self):
        """The names of what is closed and still known, but for what the server looked at last."""
        held = [*self._returned]  # and what its variables hold, or refer to
        frame = sys._getframe()
        while (frame := frame.f_back) is not None:
            if "serve" in frame.f_globals:
                for value in frame.f_locals.values():
                    is_container = isinstance(value, dict | list | set)
                    held += [value] if is_container else [value, *gc.get_referents(value)]
        looked_at = {id(value) for value in held}
        kept = [
            conn.link.name
            for reference in self.connections
            if (conn := reference()) and conn.link.closed
            if conn.link is not self.listener.newest and id(conn) not in looked_at
        ]
        for entries in held:
            if isinstance(entries, dict):
                numbers = [key for key in entries if isinstance(key, int)]
                kept += [f"descriptor {key}" for key in numbers if key not in self._open]
        return kept

    def _select(self, reading, writing, exceptional, seconds=None):
        wanted = {}
        for sockets, events in ((reading, EPOLLIN), (writing, EPOLLOUT)):
            for sock in sockets:
                descriptor = descriptor_of(sock)
                if not 0 <= descriptor < FD_SETSIZE:
                    raise ValueError("filedescriptor out of range in select()")
                self.end_at(descriptor)
                wanted[descriptor] = wanted.get(descriptor, 0) | events
        ready = self.wait(wanted, seconds)
        readables, writeables = (
            [sock for sock in sockets if ready.get(descriptor_of(sock), 0) & events]
            for sockets, events in (
                (reading, EPOLLIN | EPOLLHUP | EPOLLERR),
                (writing, EPOLLOUT | EPOLLERR),
            )
        )
        self._returned = [*readables, *writeables]
        return readables, writeables, []


class Epoll:
    """`select.epoll`, level-triggered. A descriptor that is closed drops out by itself."""

    def __init__(self, network):
        self._network = network
        self._wanted = {}  # by descriptor: the end that it was registered for, and the events

    def register(self, sock, events=EPOLLIN | EPOLLOUT):
        descriptor = descriptor_of(sock)
        if self._registered(descriptor):
            raise _error(errno.EEXIST)
        self._wanted[descriptor] = self._network.end_at(descriptor), events

    def modify(self, sock, events):
        self.unregister(sock)
        self.register(sock, events)

    def unregister(self, sock):
        descriptor = descriptor_of(sock)
        self._network.end_at(descriptor)
        if not self._registered(descriptor):
            raise _error(errno.ENOENT)
        del self._wanted[descriptor]

    def poll(self, timeout=None, maxevents=-1):
        for descriptor in [*self._wanted]:
            if not self._registered(descriptor):
                del self._wanted[descriptor]
        wanted = {descriptor: events for descriptor, (_, events) in self._wanted.items()}
        seconds = None if timeout is None or timeout < 0 else timeout
        ready = list(self._network.wait(wanted, seconds).items())
        self._network.rng.shuffle(ready)
        return ready if maxevents == -1 else ready[:maxevents]

    def close(self):
        self._wanted.clear()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def _registered(self, descriptor):
        if descriptor not in self._wanted:
            return False
        end, _ = self._wanted[descriptor]
        return self._network.is_open(descriptor, end)


class Selector(selectors._PollLikeSelector):
    """`selectors.EpollSelector`, on the simulated epoll of its `network`."""

    _EVENT_READ = EPOLLIN
    _EVENT_WRITE = EPOLLOUT

    class _InMilliseconds(Epoll):
        def poll(self, timeout=None):
            return super().poll(None if timeout is None else timeout / 1000)

    def _selector_cls(self):
        return self._InMilliseconds(self.network)


class Socket:
    """What the listener and the connections share."""

    def __init__(self, network, number, end):
        self.network = network
        self.number = number  # of the client; 0 is the listener
        self._end = end
        self._descriptor = network.open(end)

    def __hash__(self):
        return self.number  # so that sets have the same order in every run

    def __eq__(self, other):
        return self is other

    def fileno(self):
        return self._descriptor

    def setblocking(self, flag):
        self._end.blocking = flag

    def setsockopt(self, *option):
        pass

    def _calling(self):
        if self._descriptor == -1:
            raise _error(errno.EBADF)
        self.network.calling()

    def _done(self, what, detail=""):
        self.network.done(self._descriptor)
        self._note(what, detail)

    def _note(self, what, detail=""):
        self.network.note("server", f"{what}, {self._end.name}", detail)

    def _not_ready(self, what):
        if self._end.blocking:
            raise Violation(f"{what}() would block")
        self._note(what, "EAGAIN")
        raise _error(errno.EAGAIN)


class Listener(Socket):
    """The listening socket."""

    name = "listener"
    blocking = True

    def __init__(self, network):
        super().__init__(network, 0, self)
        self.backlog = deque()
        self.newest = None  # the link that was accepted last

    def events(self):
        return EPOLLIN if self.backlog else 0

    def accept(self):
        self._calling()
        if not self.backlog:
            self._not_ready("accept")
        link = self.backlog.popleft()
        if self.network.rng.random() < self.network.refusing:
            link.refused = True
            link.close()
            self._done("refuse", link.name)
            raise _error(errno.EMFILE)
        self.newest = link
        conn = Connection(self.network, link)
        self._done("accept", link.name)
        return conn, conn.getpeername()


class Connection(Socket):
    """One client's socket, as accept() hands it out."""

    def __init__(self, network, link):
        super().__init__(network, link.client.number, link)
        self.link = link
        link.descriptor = self._descriptor
        network.connections.append(weakref.ref(self))

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def getpeername(self):
        return "127.0.0.1", 50_000 + self.number

    def recv(self, size, flags=0):
        self._calling()
        link = self.link
        if link.unread:
            data = bytes(link.unread[:size])
            del link.unread[:size]
            link.client.is_read(data)
            self._done("recv", data)
            return data
        if not link.finished:
            self._raise_pending("recv")
            if not link.broken:
                self._not_ready("recv")
        if not link.end_told:
            link.end_told = True
            self._done("recv", b"")
        return b""

    def recv_into(self, buffer, size=0, flags=0):
        data = self.recv(size or len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def send(self, data, flags=0):
        self._calling()
        link = self.link
        self._raise_pending("send")
        if link.broken or link.shut:
            self._done("send", "EPIPE")
            raise _error(errno.EPIPE)
        if not data:
            return 0
        room = link.capacity - link.untaken
        if not room:
            self._not_ready("send")
        if room > 1 and self.network.rng.random() < 0.1:
            room = self.network.rng.randrange(1, room)
        sent = bytes(data[:room])
        link.client.is_sent(len(sent))
        link.carry(sent)
        self._done("send", sent)
        return len(sent)

    def sendall(self, data, flags=0):
        while True:
            if data and self.link.blocking and not self.link.events() & EPOLLOUT:
                self.network.wait({self._descriptor: EPOLLOUT}, None)
            data = data[self.send(data) :]
            if not data:
                return

    def shutdown(self, how):
        self._calling()
        if self.link.broken:
            raise _error(errno.ENOTCONN)
        if how != socket.SHUT_WR:
            self.link.finished = True
        if how != socket.SHUT_RD:
            self.link.shut_down()
        self._done("shutdown", how)

    def close(self):
        if self._descriptor != -1 and not self.network.ended:
            self.link.close()
            self.network.close(self._descriptor)
            self._descriptor = -1
            self._note("close")

    def _raise_pending(self, what):
        if code := self.link.error:
            self.link.error = 0
            self._done(what, errno.errorcode[code])
            raise _error(code)


class Link:
    """A connection: what the kernel of the server holds of it, and what is on its way."""

    def __init__(self, network, client, capacity):
        self.client = client
        self.name = client.name
        self.descriptor = None  # where it was accepted
        self.refused = False
        self.closed = False  # by the server
        self.shut = False  # the server has finished sending
        self.blocking = True
        self.unread = bytearray()
        self.finished = False  # the client has finished sending
        self.end_told = False  # recv() has said so
        self.broken = False  # the client has reset it
        self.error = 0  # to be told by the next call
        self.capacity = capacity  # bytes that the server may send ahead
        self.untaken = 0  # bytes that the client has not taken so far
        self._network = network
        self._latest = {"to server": 0.0, "to client": 0.0}

    def events(self):
        """What has happened, by the rules of Linux (tcp_poll)."""
        events = 0
        if self.unread:
            events |= EPOLLIN
        if self.finished or self.broken:
            events |= EPOLLIN | EPOLLRDHUP
        if self.broken or (self.finished and self.shut):
            events |= EPOLLHUP
        if self.broken or self.shut or self.untaken < self.capacity:
            events |= EPOLLOUT
        if self.error:
            events |= EPOLLERR
        return events

    # What the client does

    def connect(self):
        self._travel("to server", self._network.listener.backlog.append, self)

    def send(self, data):
        self._travel("to server", self.unread.extend, data)

    def finish(self):
        self._travel("to server", setattr, self, "finished", True)

    def reset(self):
        self._travel("to server", self._break)

    def take(self, size):
        """Make room for so many bytes more."""
        self._travel("to server", self._make_room, size)

    # What the server does

    def carry(self, data):
        self.untaken += len(data)
        self._travel("to client", self.client.receive, data)

    def shut_down(self):
        if not self.shut:
            self.shut = True
            self._travel("to client", self.client.receive, b"")

    def close(self):
        self.closed = True
        self.shut_down()

    def _travel(self, direction, action, *arguments):
        """Do it at the other end, later, and never before what was sent before."""
        network = self._network
        arrival = max(self._latest[direction], network.now + network.rng.random() * 0.02)
        self._latest[direction] = arrival
        network.at(arrival, action, *arguments)

    def _break(self):
        if not self.broken:
            self.broken = True
            self.error = errno.EPIPE if self.finished else errno.ECONNRESET

    def _make_room(self, size):
        self.untaken -= size


def descriptor_of(sock):
    return sock if isinstance(sock, int) else sock.fileno()


def _error(code):
    return OSError(code, os.strerror(code))
