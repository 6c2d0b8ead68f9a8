"""Closing a connection so that its last reply arrives.

A close() while input is unread, or while the client is still sending, makes the kernel send a
reset, and a reset can overtake the reply. So a connection is ended in one direction first: the
client sees the end after its last reply. What it still sends is thrown away until it closes too.
"""

import contextlib
import selectors
import socket
import threading
import time
from collections import deque

from guessnet import kernel

LINGER = 2.0  #: seconds that a client is waited for at most
LINGER_BYTES = 64 << 20  #: bytes that are thrown away for one client at most
GATHER = 0.02  #: seconds from the first ended connection to when it and its followers are looked at
LOOK = 0.01  #: seconds between two looks at what has not been sent yet

_CHUNK = 1 << 16


class Lingering:
    """The connections that are being closed, and the thread that waits for their clients."""

    def __init__(self) -> None:
        self._arrivals: deque[_Ended] = deque()
        self._shut: list[socket.socket] = []
        self._waiting: dict[_Ended, None] = {}  # in the order in which they came
        self._finish_by = float("inf")
        self._finishing = threading.Event()
        self._selector = selectors.DefaultSelector()
        self._bell, self._rope = socket.socketpair()  # a byte into the rope wakes the thread
        self._rung = False
        self._bell.setblocking(False)
        self._rope.setblocking(False)
        self._selector.register(self._bell, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, name="guessnet lingering", daemon=True)
        self._thread.start()

    def add(self, sock: socket.socket) -> None:
        """Take over a socket, end it and close it in time. Neither waits nor raises."""
        ended = _Ended(sock)
        if ended.client_has_left() or not self._thread.is_alive():
            sock.close()
        else:
            self._arrivals.append(ended)
            self._ring()

    def add_shut(self, sock: socket.socket) -> None:
        """Take over a socket whose receiving side was shut down, to be closed by `finish`.

        Linux answers whatever it receives after that with a reset, as soon as the sending side is
        ended too. So that side stays open until everything has been sent.
        """
        if kernel.unsent(sock):
            self._shut.append(sock)
        else:
            sock.close()

    def finish(self, patience: float) -> None:
        """Close everything within `patience` seconds, and end the thread."""
        deadline = time.monotonic() + patience
        self._finish_by = min(self._finish_by, deadline)
        self._finishing.set()
        self._ring()
        while any(map(kernel.unsent, self._shut)) and time.monotonic() < deadline:
            time.sleep(LOOK)  # the kernel announces no end of sending
        self._thread.join()
        for sock in (*self._shut, *(ended.sock for ended in self._arrivals)):
            sock.close()

    def _ring(self) -> None:
        if self._rung:
            return
        self._rung = True
        with contextlib.suppress(OSError):  # it is ringing already, or nobody is left to hear it
            self._rope.send(b"!")

    def _run(self) -> None:
        while self._waiting or self._arrivals or self._finish_by == float("inf"):
            for key, _ in self._selector.select(self._seconds_left()):
                if key.fileobj is self._bell:
                    self._bell.recv(_CHUNK)
                    self._finishing.wait(GATHER)  # by then most clients have left
                    self._rung = False
                elif key.data.client_has_left():
                    self._close(key.data)
            while self._arrivals:
                ended = self._arrivals.popleft()
                if ended.client_has_left():
                    ended.sock.close()
                    continue
                self._selector.register(ended.sock, selectors.EVENT_READ, ended)
                self._waiting[ended] = None
            while self._waiting and self._seconds_left() == 0:
                self._close(next(iter(self._waiting)))
        self._selector.close()
        self._bell.close()
        self._rope.close()

    def _seconds_left(self) -> float | None:
        """Until the first client has been waited for long enough; None where there is none."""
        for first in self._waiting:
            return max(0.0, min(first.deadline, self._finish_by) - time.monotonic())
        return None

    def _close(self, ended: "_Ended") -> None:
        del self._waiting[ended]
        self._selector.unregister(ended.sock)
        ended.sock.close()


class _Ended:
    """A connection that has been ended in our direction."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.deadline = time.monotonic() + LINGER
        self._bytes_left = LINGER_BYTES
        sock.setblocking(False)
        with contextlib.suppress(OSError):  # the client may be gone already
            sock.shutdown(socket.SHUT_WR)

    def client_has_left(self) -> bool:
        """Throw away what has arrived; say whether there is nothing more to wait for."""
        try:
            size = len(self.sock.recv(_CHUNK))
        except BlockingIOError:
            return False
        except OSError:
            return True
        self._bytes_left -= size
        return size == 0 or self._bytes_left < 0
