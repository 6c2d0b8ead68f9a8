"""The threads that a server has started: which they are, where they stand, how to end them.

Python does not record who started a thread. But one that serves our clients holds our listener or
one of our connections in a variable, and it is younger than the server. A thread that holds none of
them is not found.
"""

import sys
import threading
from collections.abc import Collection, Iterator, Mapping
from types import CodeType, FrameType
from typing import Any, NamedTuple

from guessnet.sockets import Connection, Listener
from guessnet.texts import text
from guessnet.trace import own_frames, variables_of

#: Code that has our sockets in its hands without serving anybody.
_LIFE = ("guessnet.server", "guessnet.sockets", __name__)


class Place(NamedTuple):
    """A line of code at which a thread stands."""

    function: str
    line: int
    code: str
    thread: str  #: its name
    variables: Mapping[str, str]  #: as in an `Event`

    def __str__(self) -> str:
        return text("stands-at", **self._asdict())


def serving(listener: Listener, older: Collection[threading.Thread]) -> list[threading.Thread]:
    """The threads that hold sockets of this listener; those in `older` are left out."""
    frames = sys._current_frames()
    return [
        thread
        for thread in threading.enumerate()
        if thread not in older and _holds_socket_of(listener, thread, frames.get(thread.ident or 0))
    ]


def place(thread: threading.Thread, own: Mapping[str, Any] | None) -> Place | None:
    """The innermost line of the module with the globals `own` that the thread executes, if any."""
    frames = own_frames(sys._current_frames().get(thread.ident or 0), own)
    if not frames:
        return None
    return place_of(frames[0].f_code, frames[0].f_lineno, thread.name, variables_of(frames))


def place_of(code: CodeType, line: int | None, thread: str, variables: Mapping[str, str]) -> Place:
    """A line of this code; the first one in place of None: some instructions belong to no line."""
    line = line or code.co_firstlineno
    import linecache

    words = linecache.getline(code.co_filename, line).strip()
    return Place(code.co_name, line, words, thread, variables)


def interrupt(thread: threading.Thread) -> None:
    """Raise SystemExit in a thread, as soon as it executes Python code again."""
    import ctypes  # costs milliseconds that a server's start need not wait for

    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread.ident or 0), ctypes.py_object(SystemExit)
    )


def _holds_socket_of(
    listener: Listener, thread: threading.Thread, innermost: FrameType | None
) -> bool:
    values = list(vars(thread).values())  # its arguments too, even before it stands anywhere
    for frame in _stack(innermost):
        if frame.f_globals.get("__name__") not in _LIFE:
            values += frame.f_locals.values()
    return any(
        value is listener or (isinstance(value, Connection) and value.listener is listener)
        for held in values
        for value in (held if isinstance(held, list | tuple | set | dict) else (held,))
    )


def _stack(innermost: FrameType | None) -> Iterator[FrameType]:
    frame = innermost
    while frame:
        yield frame
        frame = frame.f_back
