"""What the kernel knows about sockets, as far as the system tells.

Each answer is None where the system does not tell.
"""

import contextlib
import selectors
import socket
import sys
from collections.abc import Iterable
from typing import cast


def readable(sockets: Iterable[socket.socket]) -> list[socket.socket]:
    """Those of which something can be read, or accepted, at this moment."""
    return _ready(sockets, selectors.EVENT_READ)


def writable(sockets: Iterable[socket.socket]) -> list[socket.socket]:
    """Those to which something can be sent at this moment."""
    return _ready(sockets, selectors.EVENT_WRITE)


def _ready(sockets: Iterable[socket.socket], events: int) -> list[socket.socket]:
    # poll() needs no descriptor of its own, and takes any number; Windows has only select().
    selector_class = getattr(selectors, "PollSelector", selectors.SelectSelector)
    with selector_class() as selector:
        for sock in sockets:
            with contextlib.suppress(ValueError):  # closed meanwhile
                selector.register(sock, events)
        return [cast(socket.socket, key.fileobj) for key, _ in selector.select(0)]


def unread(sock: socket.socket) -> int | None:
    """Bytes that have arrived and that the program has not read."""
    return _ask(sock, "FIONREAD")


def unsent(sock: socket.socket) -> int | None:
    """Bytes that the program has sent and that the other side's kernel has not acknowledged."""
    return _ask(sock, "TIOCOUTQ")


def held_back(sock: socket.socket) -> int | None:
    """Bytes that the program has sent and that the kernel still keeps: the other side is full.

    Only Linux tells them from those that are merely not acknowledged yet.
    """
    return _ask(sock, SIOCOUTQNSD) if sys.platform == "linux" else unsent(sock)


SIOCOUTQNSD = 0x894B  # <linux/sockios.h>; no module of Python's has it


def _ask(sock: socket.socket, request: str | int) -> int | None:
    try:
        import fcntl
        import termios

        number = getattr(termios, request) if isinstance(request, str) else request
        answer = fcntl.ioctl(sock, number, b"\0" * 4)
    except (ImportError, AttributeError, OSError, ValueError):
        return None
    return int.from_bytes(answer, sys.byteorder)


def waiting(listener: socket.socket) -> int | None:
    """Clients that are connected and that nobody has accepted."""
    try:
        info = listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 28)
    except (AttributeError, OSError):
        return None
    return int.from_bytes(info[24:28], sys.byteorder) if len(info) == 28 else None
