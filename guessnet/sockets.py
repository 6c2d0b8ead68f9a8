"""The sockets that a server is handed: the listener, and a connection for each client.

They are real sockets. What they add is what every server needs and none should have to spell out:
a way to be stopped, a descriptor kept in reserve, and a close that loses no reply.
"""

import contextlib
import errno
import itertools
import os
import socket
import threading
from collections.abc import Iterator
from typing import Any

from guessnet import kernel
from guessnet.errors import ListenError
from guessnet.lingering import Lingering
from guessnet.texts import printable, text
from guessnet.trace import Trace, WatchedSocket

MAX_SHOWN = 32  #: connections of which `Listener.kernel_state` tells
BACKLOG = 1024  #: clients that the kernel lets wait for accept(); the system may cap it lower

Address = tuple[str, int]

_forks = 0  # of this process so far


def _count_fork() -> None:
    global _forks
    _forks += 1


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_parent=_count_fork)


class Connection(socket.socket):
    """One client's socket, as accept() hands it out."""

    def __init__(self, descriptor: int, listener: "Listener", number: int) -> None:
        super().__init__(*listener.kind, descriptor)
        self.number = number
        self.listener = listener
        self.shut = False  # the receiving side, by us
        self._forks = _forks  # when it was accepted

    @property
    def label(self) -> str:
        return f"client {self.number}"

    @property
    def shared(self) -> bool:
        """Whether a child process may have this connection, too."""
        return self._forks != _forks

    def hang_up(self) -> None:
        """Make recv() say from now on that the client has left; replies still go out."""
        # Shadowing the methods in this one object costs nothing before it is needed.
        self.recv = lambda *_: b""  # type: ignore[method-assign]
        self.recv_into = lambda *_: 0  # type: ignore[method-assign]
        # SHUT_RD wakes whoever waits for input. Where there is input nobody waits, and it would do
        # harm: the kernel would answer more input with a reset, which can overtake a reply.
        with contextlib.suppress(OSError, ValueError):  # closed meanwhile
            if not kernel.readable([self]):
                self.shut = True
                self.shutdown(socket.SHUT_RD)

    def _real_close(self) -> None:
        # socket.close() comes here once nothing uses the socket any more, not even a makefile().
        descriptor = self.detach()
        if descriptor != -1:  # closed for the first time
            still_open = socket.socket(*self.listener.kind, descriptor)
            self.listener.let_go(self, still_open)


class WatchedConnection(WatchedSocket, Connection):
    """A connection that reports its calls."""

    def __init__(self, descriptor: int, listener: "Listener", number: int) -> None:
        super().__init__(descriptor, listener, number)
        self.trace = listener.trace


class Listener(socket.socket):
    """The listening socket, and the keeper of every connection that came through it.

    Parameters
    ----------
    sock
        A socket that listens already, see `listen`; it is taken over.
    trace
        Is told who came, who left and who was refused.
    begins_games
        Whether the server says by `game_begins` that it lets a newcomer in. A newcomer whom it
        closes before that was refused.
    shares_port
        Whether other processes listen on the same port, too; the system hands each newcomer to one
        of them.
    """

    label = "listener"

    def __init__(
        self, sock: socket.socket, trace: Trace, begins_games: bool, shares_port: bool = False
    ) -> None:
        super().__init__(sock.family, sock.type, sock.proto, sock.detach())
        #: Family, type and protocol, which are those of its connections, too.
        self.kind: tuple[int, int, int] = (self.family, self.type, self.proto)
        self.trace = trace
        watched = trace.kinds & {"recv", "send", "call", "fail"}
        self._connection_class = WatchedConnection if watched else Connection
        self._begins_games = begins_games
        self._shares_port = shares_port
        self._newcomer: Connection | None = None  # accepted, and its game has not begun
        self._numbers = itertools.count(1)
        self._connections: set[Connection] = set()
        self.refused = 0  #: newcomers who were not let in
        self.draining = self._stopping = False
        self._forks = _forks  # when it was opened
        self._all_left = threading.Event()
        self._lingering = Lingering()
        # Made now, because when they are needed no descriptor may be left for them:
        self._spare: socket.socket | None = socket.socket(self.family)
        self._knocker = socket.socket(self.family)

    @property
    def address(self) -> Address:
        """Where this machine reaches the listener."""
        host, port, *_ = self.getsockname()
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port

    def accept(self) -> tuple[socket.socket, Address]:
        """Wait for a client, as socket.accept() does.

        A newcomer for whom no descriptor is left is refused, and the OSError raised. When the
        server is to end this raises SystemExit: ``except Exception`` does not catch that, asyncio
        lets it through, and a thread ends of it without a word.
        """
        if self._stopping:
            raise SystemExit
        try:
            accepted, address = self.trace.calling("accept", None, super().accept)
        except OSError as error:
            if self._stopping:
                raise SystemExit from None
            if error.errno not in (errno.EMFILE, errno.ENFILE):
                raise
            accepted, address = self._accept_with_spare(error)
        if self._stopping:
            accepted.close()
            raise SystemExit
        conn = self._connection_class(accepted.detach(), self, next(self._numbers))
        self._connections.add(conn)
        if self._begins_games:
            self._newcomer = conn
        if self.draining:
            conn.hang_up()
        self.trace.report("accept", conn.number, written(address))
        return conn, address

    def _accept_with_spare(self, none_left: OSError) -> tuple[socket.socket, Address]:
        # The kernel says that no descriptor is left also when nobody waits. So this may wait for a
        # client, as any accept() may, and by then there may be a descriptor for them after all.
        if self._spare:
            self._spare.close()
        try:
            accepted, address = self.trace.calling("accept", None, super().accept)
        finally:
            self._spare = self._reserve()
        if self._spare:
            return accepted, address
        accepted.close()
        self._spare = self._reserve()
        self.refused += 1
        self.trace.report("refuse", next(self._numbers), written(address))
        raise none_left

    def _reserve(self) -> socket.socket | None:
        try:
            return socket.socket(self.family)
        except OSError:
            return None

    @property
    def shared(self) -> bool:
        """Whether a child process has been made since it was opened."""
        return self._forks != _forks

    @property
    def connections(self) -> int:
        """How many were accepted and are not closed."""
        return len(self._connections)

    def game_begins(self) -> None:
        """Take note that the latest newcomer was let in."""
        self._newcomer = None

    def let_go(self, conn: Connection, still_open: socket.socket) -> None:
        """Take back the socket of a connection that the server has closed."""
        self._connections.discard(conn)
        if conn is self._newcomer:
            self._newcomer = None
            still_open.close()
            self.refused += 1
            self.trace.report("refuse", conn.number)
        elif conn.shared:  # the child that plays with this client is going to end it
            still_open.close()
            self.trace.report("close", conn.number)
        else:
            add = self._lingering.add_shut if conn.shut else self._lingering.add
            add(still_open)
            self.trace.report("close", conn.number)
        if self.draining and not self._connections:
            self._all_left.set()

    def kernel_state(self) -> dict[str, Any]:
        """What the kernel holds for the server at this moment, as far as the system tells."""
        connections = sorted(self._connections, key=lambda conn: conn.number)[:MAX_SHOWN]
        labels: dict[socket.socket, str] = {self: self.label}
        labels |= {conn: conn.label for conn in connections}
        writable = kernel.writable(connections)
        full = [conn.label for conn in connections if conn not in writable]
        state = {
            "waiting": kernel.waiting(self),
            "unread": {conn.label: size for conn in connections if (size := kernel.unread(conn))},
            "unsent": {
                conn.label: size for conn in connections if (size := kernel.held_back(conn))
            },
            "readable": [labels[sock] for sock in kernel.readable(labels)],
            "full": full or None,
        }
        return {name: value for name, value in state.items() if value is not None}

    def drain(self, grace: float) -> None:
        """Let every game end by itself; cut off those that have not after `grace` seconds."""
        self.draining = True
        for conn in tuple(self._connections):
            conn.hang_up()
        if self._connections:
            self._all_left.wait(grace)
        for conn in tuple(self._connections):
            with contextlib.suppress(OSError):
                conn.shutdown(socket.SHUT_RDWR)  # wakes a send() that is waiting

    def knock(self) -> None:
        """End an accept() or select() that waits for a client, by coming as one."""
        self._stopping = True
        with contextlib.suppress(OSError):
            if self._shares_port:  # the knock could be heard at another door
                self.shutdown(socket.SHUT_RDWR)  # which wakes whoever waits, on Linux
                return
            self._knocker.setblocking(False)
            self._knocker.connect(self.address)

    def close_all(self, patience: float) -> None:
        """Close the door and every connection; wait `patience` seconds for the last replies."""
        self.close()
        for conn in tuple(self._connections):
            conn.close()
        self._lingering.finish(patience)
        self._knocker.close()
        if self._spare:
            self._spare.close()


def listen(host: str, port: int, shared: bool = False) -> socket.socket:
    """A socket that listens there; with port 0 the system picks one.

    On Linux others may listen on a `shared` port, too. Raises `ListenError` if the host is not this
    machine, or if the port is taken or not allowed.
    """
    with _opening(host, port) as (sock, address):
        if shared:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # connections inherit it
        sock.bind(address)
        sock.listen(BACKLOG)
        return sock


def keep_port(host: str, port: int) -> socket.socket:
    """A socket that does not listen, but keeps a port for listeners that share it.

    With port 0 the system picks one. Raises `ListenError`, also if others share the port already.
    """
    with _opening(host, port) as (sock, address):
        sock.bind(address)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        return sock


@contextlib.contextmanager
def _opening(host: str, port: int) -> Iterator[tuple[socket.socket, Address]]:
    """A new socket, and the address to bind it to; closed where that fails, with `ListenError`."""
    family, address = _resolve(host, port)
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere this would let two servers share a port
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        yield sock, address
    except OSError as error:
        sock.close()
        raise _listen_error(error, host, port) from error


def written(address: Address) -> str:
    """``127.0.0.1:50007``, or ``[::1]:50007``."""
    host, port, *_ = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _resolve(host: str, port: int) -> tuple[socket.AddressFamily, Address]:
    if not 0 <= port <= 65535:
        raise ListenError(text("bad-port", port=port))
    try:
        name = host.encode() if host.isascii() else host  # other names cost 10 ms for their codec
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ListenError(text("unknown-host", host=printable(host))) from error
    family, _, _, _, address = found[0]
    return family, address  # type: ignore[return-value]  # IPv6 adds two fields


def _listen_error(error: OSError, host: str, port: int) -> ListenError:
    if error.errno == errno.EADDRINUSE:
        return ListenError(text("port-taken", port=port))
    if error.errno == errno.EACCES:
        return ListenError(text("port-forbidden", port=port))
    if error.errno == errno.EADDRNOTAVAIL:
        return ListenError(text("not-our-host", host=printable(host)))
    return ListenError(
        text("cannot-listen", host=printable(host), port=port, reason=error.strerror)
    )
