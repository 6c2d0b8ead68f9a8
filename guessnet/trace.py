"""Watching a server from outside, without a line in it.

Sockets report their own calls, because a watched server is handed a subclass. A wait for several
sockets at once (`select.select`, `poll`, `epoll.poll`, `kqueue.control`) is no call of any socket:
Python's profiler reports it, in the serving thread. A server that nobody watches pays for neither.

An event is reported from inside the watched call, in the server's own thread. So whoever is told
sees the server as it stands at that moment, and may hold it there: that is what a `Stepper` does.
"""

import itertools
import select
import socket
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from types import FrameType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from guessnet.errors import BadRecording
from guessnet.game import Game
from guessnet.texts import in_exam, printable, text

if TYPE_CHECKING:
    from pathlib import Path

KINDS = frozenset({"wait", "ready", "accept", "recv", "send", "close", "refuse"})

#: Those, and what only a picture of the time between them needs: that a socket's call begins or
#: fails, that the kernel's state changes while no call returns, that the serving thread ends.
EVERY_KIND = KINDS | {"call", "fail", "kernel", "end"}

MAX_TEXT = 120  #: characters that are kept of a variable's text
MAX_ITEMS = 16  #: items that are kept of a variable that is a collection
MAX_BYTES = 32  #: of bytes in a collection; of more, only the number is told
MAX_DEPTH = 3  #: collections within collections that are looked into
MAX_EVENTS = 100_000  #: that a recording keeps


class Event(NamedTuple):
    """One thing that a server did.

    Attributes
    ----------
    kind
        ``wait`` (for several sockets at once), ``ready`` (that wait is over), ``accept``, ``recv``,
        ``send``, ``close`` or ``refuse`` (a newcomer was turned away). Only for those who ask for
        `EVERY_KIND`: ``call`` (accept, recv or send begins), ``fail`` (it raises an OSError),
        ``kernel`` (its state has changed) and ``end`` (the serving thread has left its code).
    conn
        The client's number; the first to come is 1. None where no client is meant.
    data
        The bytes of ``recv`` and ``send``, the client's address for ``accept``, the name of the
        function for ``wait`` and ``call``, the exception's for ``fail`` and, if the thread died of
        one, for ``end``; else None.
    thread
        The name of the thread that did it.
    line
        The line at which the step stands, in its own file; for ``ready``, that of the wait. None
        if the step is not on the stack.
    t
        When, in seconds since the server was started.
    variables
        The variables of the step's own functions on the stack, as texts. Where two have one name,
        the inner one's. With ``ready`` the result of the wait is among them, as far as the step
        gives it a name; what ``accept`` and ``recv`` return is not yet.
    kernel
        What the kernel holds: ``waiting`` clients that nobody has accepted, ``unread`` and
        ``unsent`` bytes by client, who is ``readable``, and who is ``full``: nothing more can be
        sent to them now. What the system does not tell is left out, and so is ``full`` where
        nobody is.
    """

    kind: str
    conn: int | None
    data: bytes | str | None
    thread: str
    line: int | None
    t: float
    variables: Mapping[str, str]
    kernel: Mapping[str, Any]


Sink = Callable[[Event], object]


class Trace:
    """Tells a sink of every event of some kinds, in the thread in which it happens.

    A sink that raises is not told again; the server never notices, and `error` has the exception.

    Parameters
    ----------
    sink
        Is called with each `Event`. If it has a method ``begin(name, source)``, that is called when
        a server starts; if it has ``release()``, that is called before the server is stopped, and
        must end whatever the sink holds up.
    kinds
        Of which events it is told.
    details
        Whether events carry variables and the kernel's state, which take time to collect.
    """

    def __init__(self, sink: Sink, kinds: Collection[str] = KINDS, *, details: bool = True) -> None:
        self.sink = sink
        self.kinds = frozenset(kinds)
        self.details = details
        self.error: Exception | None = None
        self._began = time.monotonic()
        self._globals: dict[str, Any] | None = None
        self.kernel: Callable[[], Mapping[str, Any]] = dict  #: gives the kernel's state now
        self._last_kernel: Mapping[str, Any] = {}
        self._released = False

    @property
    def now(self) -> float:
        """Seconds since the server was started."""
        return time.monotonic() - self._began

    def begin(
        self, name: str, function: Callable[..., object], kernel: Callable[[], Mapping[str, Any]]
    ) -> None:
        """Take note that a server begins to run `function`."""
        self._began = time.monotonic()
        self._released = False
        self._globals = getattr(function, "__globals__", None)
        self.kernel = kernel
        if hasattr(self.sink, "begin"):
            self.sink.begin(name, source_of(function))

    def release(self) -> None:
        """Make the sink let go of the server, which is to be stopped.

        What wakes its threads from now on is no client: neither waits nor the kernel's state are
        reported any more.
        """
        self._released = True
        if hasattr(self.sink, "release"):
            self.sink.release()

    def watch_waits(self) -> None:
        """Report, from now on, each wait for several sockets in the current thread."""
        if self.kinds & {"wait", "ready"}:
            sys.setprofile(self._profile)

    def _profile(self, frame: FrameType, event: str, called: Any) -> None:
        if event.startswith("c_") and _waits_for_several(called):
            if event == "c_call":
                self.report("wait", data=called.__name__)
            else:
                self._report_ready(frame)

    def calling(
        self, name: str, conn: int | None, function: Callable[..., Any], *arguments: Any
    ) -> Any:
        """Call a socket's function; report that it begins, and that it fails if it does."""
        self.report("call", conn, name)
        try:
            return function(*arguments)
        except OSError as error:
            self.report("fail", conn, type(error).__name__)
            raise

    def look(self) -> None:
        """Report the kernel's state, if it has changed since the last event."""
        if self.details and self.kernel() != self._last_kernel:
            self.report("kernel")

    def _report_ready(self, caller: FrameType) -> None:
        """Report that a wait is over, once the step has put what it returned into its variables.

        That is so at the step's next line. A wait in somebody else's loop, as in asyncio's, is
        followed by other code than the step's, and so it is reported at once.
        """
        frames = own_frames(caller, self._globals) if self.details else []
        if not frames or frames[0] not in (caller, caller.f_back) or sys.gettrace():
            self.report("ready")
            return
        line = frames[0].f_lineno

        def at_next_line(frame: FrameType, *_: object) -> None:
            sys.settrace(None)
            frame.f_trace = None
            self.report("ready", line=line)

        frames[0].f_trace = at_next_line
        sys.settrace(lambda *_: None)  # what the step calls before that is of no interest

    def report(
        self,
        kind: str,
        conn: int | None = None,
        data: bytes | str | None = None,
        line: int | None = None,
    ) -> None:
        """Tell the sink, if it wants to know. The line is by default where the step stands."""
        if kind not in self.kinds or self.error:
            return
        if self._released and kind in ("wait", "ready", "kernel"):
            return
        profiler = sys.getprofile()
        sys.setprofile(None)  # looking at the kernel's state is no wait of the server's
        now = self.now
        told = self.details and not self._released
        kernel = self._last_kernel = self.kernel() if told else {}
        frames = own_frames(sys._getframe(1), self._globals)
        event = Event(
            kind,
            conn,
            data,
            threading.current_thread().name,
            line or (frames[0].f_lineno if frames else None),
            now,
            variables_of(frames) if self.details else {},
            kernel,
        )
        try:
            self.sink(event)
        except Exception as error:
            self.error = error
        finally:
            sys.setprofile(profiler)


def own_frames(innermost: FrameType | None, own: Mapping[str, Any] | None) -> list[FrameType]:
    """The frames of a stack that execute functions of one module, the innermost first.

    A module is known by its globals: a notebook's functions share theirs, whichever cell they are
    written in.
    """
    frames = []
    frame = innermost
    while frame:
        if frame.f_globals is own:
            frames.append(frame)
        frame = frame.f_back
    return frames


def source_of(function: Callable[..., object]) -> str:
    """The text of the file or cell in which `function` is written.

    Empty if there is none, and in an exam that of a step.
    """
    code = getattr(function, "__code__", None)
    if not code or (in_exam() and str(function.__module__).startswith("guessnet.steps.")):
        return ""
    import linecache

    return "".join(linecache.getlines(code.co_filename))


_POLLS = tuple(getattr(select, name) for name in ("epoll", "kqueue") if hasattr(select, name)) + (
    (type(select.poll()),) if hasattr(select, "poll") else ()
)


def _waits_for_several(called: Any) -> bool:
    return called is select.select or (
        called.__name__ in ("poll", "control") and isinstance(called.__self__, _POLLS)
    )


def variables_of(frames: list[FrameType]) -> dict[str, str]:
    """The variables of frames, the innermost of which comes first, as short texts.

    Those of a method's object are among them.
    """
    variables: dict[str, Any] = {}
    for frame in reversed(frames):
        its_own = dict(frame.f_locals)
        of_object = getattr(its_own.pop("self", None), "__dict__", {})
        variables |= of_object | its_own
    return {name: described(value) for name, value in variables.items()}


def described(value: object) -> str:
    """A variable's value as a short text, safe to print.

    Sockets go by the name that people know them by, games show their secret; of an object of an
    unknown class only the class is told, since its own words could be anything.
    """
    whole = _describe(value)
    return whole if len(whole) <= MAX_TEXT else whole[: MAX_TEXT - 1] + "…"


def _describe(value: object, depth: int = MAX_DEPTH) -> str:
    if isinstance(value, socket.socket):
        return f"{getattr(value, 'label', 'socket')}{' (closed)' if value.fileno() == -1 else ''}"
    if isinstance(value, Game):
        return f"Game({value.secret}{', over' if value.over else ''})"
    if isinstance(value, dict):
        items = itertools.islice(value.items(), MAX_ITEMS if depth else 0)
        texts = [
            f"{_describe(key, depth - 1)}: {_describe(item, depth - 1)}" for key, item in items
        ]
        return "{" + ", ".join(texts) + "}"
    if isinstance(value, list | tuple | set | frozenset):
        some = itertools.islice(value, MAX_ITEMS if depth else 0)
        return "[" + ", ".join(_describe(item, depth - 1) for item in some) + "]"
    if isinstance(value, bytes | bytearray) and len(value) > MAX_BYTES and depth < MAX_DEPTH:
        return f"<{len(value)} bytes>"
    if isinstance(value, bytes | bytearray | str):
        return printable(repr(value[:MAX_TEXT]))
    if value is None or type(value) in (bool, float) or (type(value) is int and abs(value) < 1e9):
        return repr(value)
    return getattr(value, "__name__", type(value).__name__)


class WatchedSocket(socket.socket):
    """A client's socket that reports what is received and sent."""

    trace: Trace
    number: int

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        data: bytes = self.trace.calling("recv", self.number, super().recv, size, flags)
        self.trace.report("recv", self.number, data)
        return data

    def send(self, data: Any, flags: int = 0, /) -> int:
        sent: int = self.trace.calling("send", self.number, super().send, data, flags)
        if sent:
            self.trace.report("send", self.number, bytes(memoryview(data).cast("B")[:sent]))
        return sent

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        self.trace.calling("send", self.number, super().sendall, data, flags)
        if data:
            self.trace.report("send", self.number, bytes(data))


class Recording:
    """A sink that keeps the events, to be saved and to be replayed without any socket.

    It keeps the first `MAX_EVENTS`, and counts those that came after them in `dropped`.
    """

    VERSION = 1

    def __init__(self, name: str = "", source: str = "", events: Iterable[Event] = ()) -> None:
        self.name = name  #: of the step
        self.source = source  #: the text of its file, to which the events' lines refer
        self.events = list(events)
        self.dropped = 0

    def begin(self, name: str, source: str) -> None:
        """Forget what has been recorded: a server starts."""
        self.__init__(name, source)  # type: ignore[misc]

    def __call__(self, event: Event) -> None:
        if len(self.events) < MAX_EVENTS:
            self.events.append(event)
        else:
            self.dropped += 1

    def replay(self, sink: Sink) -> None:
        """Call a sink as the server did, at once and without any wait."""
        if hasattr(sink, "begin"):
            sink.begin(self.name, self.source)
        for event in self.events:
            sink(event)

    def save(self, path: "str | Path") -> None:
        """Write a JSON file."""
        import json
        from pathlib import Path

        events = [event._asdict() | {"data": _to_json(event.data)} for event in self.events]
        content = {"guessnet recording": self.VERSION, "name": self.name, "source": self.source}
        Path(path).write_text(json.dumps(content | {"events": events}, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, path: "str | Path") -> Self:
        """Read what `save` wrote. Raises `BadRecording` for any other file, and OSError."""
        import json
        from pathlib import Path

        try:
            content = json.loads(Path(path).read_text("utf-8"))
            if content["guessnet recording"] != cls.VERSION:
                raise ValueError
            events = [
                Event(**event | {"data": _from_json(event["data"])}) for event in content["events"]
            ]
            return cls(content["name"], content["source"], events)
        except (ValueError, TypeError, KeyError) as error:
            raise BadRecording(text("bad-recording", path=printable(str(path)))) from error

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recording) and (self.name, self.source, self.events) == (
            other.name,
            other.source,
            other.events,
        )

    __hash__ = None  # type: ignore[assignment]


# JSON has no bytes. As Latin-1 each byte is one character, and ASCII stays readable.


def _to_json(data: bytes | str | None) -> dict[str, str] | str | None:
    return {"latin-1": data.decode("latin-1")} if isinstance(data, bytes) else data


def _from_json(data: dict[str, str] | str | None) -> bytes | str | None:
    return data["latin-1"].encode("latin-1") if isinstance(data, dict) else data


class Stepper:
    """A sink that holds the server at every event, until it is told to let it go on.

    Parameters
    ----------
    sink
        Is told of each event before the server is held at it, for instance a `Recording`.
    """

    def __init__(self, sink: Sink = lambda event: None) -> None:
        self._sink = sink
        self._changed = threading.Condition()
        self._held: list[Event] = []
        self._presses = 0
        self._running = False

    def begin(self, name: str, source: str) -> None:
        """Hold at the first event: a server starts."""
        self._presses, self._running = 0, False
        if hasattr(self._sink, "begin"):
            self._sink.begin(name, source)

    def __call__(self, event: Event) -> None:
        with self._changed:
            self._sink(event)
            self._held.append(event)
            self._changed.notify_all()
            self._changed.wait_for(
                lambda: self._running or (self._presses and self._held[0] is event)
            )
            if not self._running:
                self._presses -= 1
            self._held.remove(event)
            self._changed.notify_all()

    @property
    def held(self) -> Event | None:
        """The event at which the server is held; with several threads, the earliest of them."""
        return next(iter(self.all_held), None)

    @property
    def all_held(self) -> tuple[Event, ...]:
        """The events at which its threads are held, in the order in which they will go on."""
        with self._changed:
            return () if self._running else tuple(self._held[self._presses :])

    def next(self) -> None:
        """Let one event pass: the one at which the server is held, else the next that comes."""
        with self._changed:
            self._presses += 1
            self._changed.notify_all()

    def run(self) -> None:
        """Let all events pass."""
        with self._changed:
            self._running = True
            self._changed.notify_all()

    def pause(self) -> None:
        """Hold at the next event again."""
        with self._changed:
            self._running, self._presses = False, 0

    release = run

    def wait(self, timeout: float | None = None) -> Event | None:
        """Wait until the server is held at an event; None if that takes `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self.all_held, timeout)
            return self.held
