"""Watching a server from outside, without a line in it.

Sockets report their own calls, because a watched server is handed a subclass; a server that nobody
watches is handed plain ones, and pays nothing.
"""

import socket
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

KINDS = frozenset({"accept", "recv", "send", "close", "refuse"})


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that a server did.

    Attributes
    ----------
    kind
        One of `KINDS`.
    conn
        The client's number: the first to be accepted, or refused, is 1.
    data
        The client's address for ``accept``, the bytes for ``recv`` and ``send``.
    thread
        The name of the thread that did it.
    t
        When, in seconds since the trace began.
    """

    kind: str
    conn: int
    data: bytes | str | None
    thread: str
    t: float


class Trace:
    """Hands every event of the wanted kinds to a sink, in the thread in which it happened.

    A sink that raises is not asked again; the server never notices, and the error stays in
    `Trace.error`.
    """

    def __init__(self, sink: Callable[[Event], object], kinds: Collection[str] = KINDS) -> None:
        self.kinds = frozenset(kinds)
        self.error: Exception | None = None
        self._sink = sink
        self._began = time.monotonic()

    def report(self, kind: str, conn: int, data: bytes | str | None = None) -> None:
        if kind not in self.kinds or self.error:
            return
        since = time.monotonic() - self._began
        event = Event(kind, conn, data, threading.current_thread().name, since)
        try:
            self._sink(event)
        except Exception as error:
            self.error = error


class WatchedSocket(socket.socket):
    """A client's socket that reports what is received and sent."""

    trace: Trace
    number: int

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        data = super().recv(size, flags)
        self.trace.report("recv", self.number, data)
        return data

    def send(self, data: Any, flags: int = 0, /) -> int:
        sent = super().send(data, flags)
        self.trace.report("send", self.number, bytes(memoryview(data).cast("B")[:sent]))
        return sent

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        super().sendall(data, flags)
        self.trace.report("send", self.number, bytes(data))
