"""Clients that go wrong, each in its own way.

A good server serves everybody else all the same:

>>> with HalfClose(server.address) as client:
...     client.received.decode()
'너무 높아요\\n너무 낮아요\\n'
"""

import abc
import contextlib
import os
import selectors
import socket
import struct
import sys
import time
from typing import ClassVar, Self

from guessnet.client import Client
from guessnet.sockets import Address

#: Too high and too low, whatever the secret is: no game ends of them.
TWO_GUESSES = b"10\n-1\n"

DRIBBLED = TWO_GUESSES * 10
GLUED = TWO_GUESSES * 50  # less than what one recv(1024) returns
FLOOD = TWO_GUESSES * 25_000
RECEIVED_MOST = 4 << 20  #: bytes; four times the replies to a flood
NEVER_READ_MOST = 16 << 20  #: bytes; buffers take a third of it, usually
#: Seconds without room for a single byte, after which it is full. For less it may only seem so: TCP
#: waits for some tenths of a second before it sends again what so small a receiver has dropped.
NEVER_READ_PATIENCE = 1.0

#: SO_LINGER with a time of 0: closing sends a reset instead of an orderly end.
NO_LINGER = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


class Chaos(abc.ABC):
    """A client that goes wrong: it is connected when it is made, and goes wrong when it acts.

    Used with ``with`` it acts first, and is closed in the end. What it does is bounded, in bytes
    and in time, and nothing that the server does to it is an error: that can be read off it.

    Parameters
    ----------
    address
        Host and port, as in ``Server.address``. Raises `ConnectError` if nobody listens there.
    timeout
        Seconds that connecting may take, and after it acting.
    """

    id: ClassVar[str]

    def __init__(self, address: Address, timeout: float = 5.0) -> None:
        self.timeout = timeout
        self.sent = 0  #: bytes that the system has taken
        self.received = b""  #: what it has read
        self.hung_up = False  #: it has noticed that the server ended the connection
        self.socket = Client(address, timeout).socket
        self._deadline = 0.0

    def act(self) -> None:
        """Go wrong, once."""
        self._deadline = time.monotonic() + self.timeout
        self._go_wrong()

    @abc.abstractmethod
    def _go_wrong(self) -> None: ...

    def close(self) -> None:
        """Leave."""
        self.socket.close()

    def __enter__(self) -> Self:
        try:
            self.act()
        except BaseException:  # Ctrl-C, for one
            self.close()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def _seconds_left(self) -> float:
        return max(0.0, self._deadline - time.monotonic())

    def _set(self, level: int, option: int, value: int | bytes) -> None:
        with contextlib.suppress(OSError):  # macOS refuses it once the server has hung up
            self.socket.setsockopt(level, option, value)

    def _send(self, data: bytes | memoryview, flags: int = 0) -> int:
        """Send what the system takes of it, and say how much is done with."""
        try:
            sent = self.socket.send(data, flags)
        except TimeoutError:
            return 0
        except OSError:
            self.hung_up = True
            return len(data)  # nobody is left to take it
        self.sent += sent
        return sent

    def _receive(self) -> bytes:
        try:
            data = self.socket.recv(1 << 16)
        except OSError:
            data = b""
        self.hung_up = self.hung_up or not data
        return data

    def _exchange(self, data: bytes, replies: float) -> None:
        """Send it all, and read meanwhile; go on until so many lines have come, or the end."""
        unsent = memoryview(data)
        received = [self.received]
        room = RECEIVED_MOST - len(self.received)
        with selectors.DefaultSelector() as selector:
            selector.register(self.socket, selectors.EVENT_READ)
            ended = False
            while not ended and (unsent or replies > 0) and room > 0 and self._seconds_left():
                writing = selectors.EVENT_WRITE if unsent else 0
                selector.modify(self.socket, selectors.EVENT_READ | writing)
                for _, events in selector.select(self._seconds_left()):
                    if events & selectors.EVENT_WRITE:
                        unsent = unsent[self._send(unsent) :]
                    if events & selectors.EVENT_READ:
                        received.append(self._receive())
                        replies -= received[-1].count(b"\n")
                        room -= len(received[-1])
                        ended = not received[-1]
        self.received = b"".join(received)


class Leave(Chaos):
    """Guesses, and has gone before the reply is there."""

    id = "leave"

    def _go_wrong(self) -> None:
        self._send(TWO_GUESSES)
        self.close()


class Reset(Chaos):
    """As `Leave`, but with a reset (RST) instead of an orderly end (FIN)."""

    id = "reset"

    def _go_wrong(self) -> None:
        self._set(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self._send(TWO_GUESSES)
        self.close()


class HalfClose(Chaos):
    """Says that it has finished sending, and then reads until the server ends, too."""

    id = "half-close"

    # MSG_MORE, on Linux, holds the guesses back until the end goes with them in one segment, so
    # that no server has time to reply in between.
    _WITH_THE_END = socket.MSG_MORE if sys.platform == "linux" else 0

    def _go_wrong(self) -> None:
        self._send(TWO_GUESSES, self._WITH_THE_END)
        with contextlib.suppress(OSError):  # the server may have hung up
            self.socket.shutdown(socket.SHUT_WR)
        self._exchange(b"", replies=float("inf"))


class Dribble(Chaos):
    """Sends its guesses a byte at a time, and then reads the replies.

    Its first line comes in one piece: a byte alone could be a whole message until then.
    """

    id = "dribble"

    # TCP_NODELAY sends every byte at once instead of collecting some. Should one have to wait all
    # the same, MSG_EOR, on Linux, keeps the next from joining it. So each byte travels in a segment
    # of its own. But nobody can promise that each comes out of a recv() of its own: all that has
    # arrived before a recv() it returns together.
    _APART = socket.MSG_EOR if sys.platform == "linux" else 0

    def _go_wrong(self) -> None:
        self._set(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        first_line = DRIBBLED.index(b"\n") + 1
        self._send(DRIBBLED[:first_line])
        for byte in DRIBBLED[first_line:]:
            if not self.hung_up and self._seconds_left():
                self._send(bytes([byte]), self._APART)
        self._exchange(b"", replies=DRIBBLED.count(b"\n"))


class Glue(Chaos):
    """Sends many guesses in one piece, and then reads the replies."""

    id = "glue"

    def _go_wrong(self) -> None:
        self._exchange(GLUED, replies=GLUED.count(b"\n"))


class NeverRead(Chaos):
    """Sends guesses and reads no reply, until nothing more goes in; `sent` says how much went in.

    By then the server has filled what this client lets wait for it, and its own buffer besides.
    """

    id = "never-read"

    def _go_wrong(self) -> None:
        self._set(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # so that it is soon full
        self.socket.settimeout(min(NEVER_READ_PATIENCE, self.timeout))
        while self._send(TWO_GUESSES * 100) and not self.hung_up:
            if self.sent >= NEVER_READ_MOST or not self._seconds_left():
                break


class Flood(Chaos):
    """Sends tens of thousands of guesses as fast as they are taken, and reads every reply."""

    id = "flood"

    def _go_wrong(self) -> None:
        self._exchange(FLOOD, replies=FLOOD.count(b"\n"))


class Silent(Chaos):
    """Connects, and says nothing."""

    id = "silent"

    def _go_wrong(self) -> None:
        pass


#: All of them, by id.
CHAOS: dict[str, type[Chaos]] = {
    kind.id: kind for kind in (Leave, Reset, HalfClose, Dribble, Glue, NeverRead, Flood, Silent)
}
