"""What can be seen of a server besides its replies.

How much that is depends on where the server runs: of one in this process nearly everything, of a
stranger's program its processor time and whether it still runs, of one far away nothing at all.
"""

import contextlib
import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Self

from guessnet.server import Server
from guessnet.threads import Place, place_of
from guessnet.trace import own_frames

MAX_TOLD = 8  #: exceptions, and threads, of which another process tells
MANY = 8  #: collections of fewer items are not worth a look


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception that nobody in the server's code has caught."""

    name: str  #: of its class
    words: str
    place: Place | None = None  #: the innermost line of the server's own code

    def __str__(self) -> str:
        return f"{self.name}: {self.words}" if self.words else self.name


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen of a server at one moment. None stands for what cannot be seen.

    Attributes
    ----------
    running
        Whether its code still runs.
    raised
        The exceptions that nobody caught; the one that ended the server, if any, comes last.
    exit_code
        Of its process, once that has ended.
    places
        Where its threads stand, the serving thread first.
    connections
        How many it has not closed.
    sizes
        How many items its collections hold, by the name of the variable.
    """

    running: bool | None = None
    raised: tuple[Raised, ...] = ()
    exit_code: int | None = None
    places: tuple[Place, ...] = ()
    connections: int | None = None
    sizes: Mapping[str, int] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        return self.running is False

    def to_json(self) -> dict[str, Any]:
        """What is worth telling of it, as JSON."""
        return {
            "running": self.running,
            "raised": [[error.name, error.words, error.place] for error in self.raised[-MAX_TOLD:]],
            "places": self.places[:MAX_TOLD],
            "connections": self.connections,
            "sizes": dict(self.sizes),
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Self:
        """The sight that somebody tells of who is not trusted. ValueError if it makes no sense."""
        match content:
            case {
                "running": bool() as running,
                "raised": list() as raised,
                "places": list() as places,
                "connections": int() as connections,
                "sizes": dict() as sizes,
            } if all(isinstance(size, int) for size in sizes.values()):
                return cls(
                    running,
                    tuple(_raised_told(told) for told in raised),
                    None,
                    tuple(_place_told(told) for told in places),
                    connections,
                    sizes,
                )
        raise ValueError("no sight")


def _raised_told(told: object) -> Raised:
    match told:
        case [str() as name, str() as words, None]:
            return Raised(name, words)
        case [str() as name, str() as words, place]:
            return Raised(name, words, _place_told(place))
    raise ValueError("no exception")


def _place_told(told: object) -> Place:
    match told:
        case [
            str() as function,
            int() as line,
            str() as code,
            str() as thread,
            dict() as names,
        ] if all(isinstance(value, str) for value in names.values()):
            return Place(function, line, code, thread, names)
    raise ValueError("no place")


def look(server: Server, raised: Collection[Raised]) -> Sight:
    """What is to be seen of a server in this process; `raised` is what its threads died of."""
    own = server.own_globals
    died_of = [raised_from(server.error, own)] if server.error else []
    return Sight(
        running=server.running,
        raised=(*raised, *died_of),
        places=tuple(server.where()),
        connections=server.connections,
        sizes=_sizes(server, own),
    )


def raised_from(error: BaseException, own: Mapping[str, Any] | None) -> Raised:
    """An exception, and the innermost line of the module with the globals `own` it came through."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    place = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_globals is own:
            place = place_of(frame.f_code, line, threading.current_thread().name, {})
    return Raised(type(error).__name__, str(error), place)


def _sizes(server: Server, own: Mapping[str, Any] | None) -> dict[str, int]:
    """The sizes of the larger collections that the server's own code keeps."""
    holders: list[Mapping[str, Any]] = [own or {}]
    frames = sys._current_frames()
    for thread in server.threads():
        for frame in own_frames(frames.get(thread.ident or 0), own):
            holders.append(frame.f_locals)
            if "self" in frame.f_locals:
                holders.append(getattr(frame.f_locals["self"], "__dict__", {}))
    return {
        name: len(value)
        for holder in holders
        for name, value in tuple(holder.items())
        if isinstance(value, dict | list | set) and len(value) >= MANY
        if not name.startswith("__")
    }


def busy_seconds(tasks: Collection[Path]) -> float | None:
    """Processor time that threads have used, and waited for; None where the system does not tell.

    On a machine that is busy otherwise, a thread that never rests may get a small share of a
    processor. The time that it waits to be let run tells it from one that sleeps.
    """
    times = _times(tasks)
    return sum(times) if times else None


def busy_seconds_of_processes(pids: Collection[int]) -> float | None:
    """The same for whole processes, with what their threads and children used that have ended."""
    total = 0.0
    for pid in pids:
        times = _times(tasks_of_processes([pid]))
        if times is None:
            return None
        ran, waited = times
        total += max(ran, _used_seconds(pid)) + waited
    return total if _SCHEDULE.exists() else None


_SCHEDULE = Path("/proc/self/schedstat")


def _times(tasks: Collection[Path]) -> tuple[float, float] | None:
    """Seconds for which threads ran, and waited to be let run."""
    total_ran = total_waited = 0
    for task in tasks:
        try:
            ran, waited, _ = map(int, (task / "schedstat").read_text().split())
        except FileNotFoundError:
            if not _SCHEDULE.exists():
                return None
            continue  # this thread has just ended
        except (OSError, ValueError):
            continue
        total_ran += ran
        total_waited += waited
    return total_ran / 1e9, total_waited / 1e9


def _used_seconds(pid: int) -> float:
    with contextlib.suppress(OSError):
        used = stat_fields(Path(f"/proc/{pid}"))[11:15]
        return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")
    return 0.0


def are_held_up(tasks: Collection[Path]) -> bool:
    """Whether one of these threads has something to do, and waits for a processor or a disk.

    Such a wait shows in `busy_seconds` only when it is over.
    """
    for task in tasks:
        with contextlib.suppress(OSError):  # it has just ended
            if stat_fields(task)[0] in ("R", "D"):
                return True
    return False


def stat_fields(folder: Path) -> list[str]:
    """What the kernel tells of a process, or of a thread, in its folder, from its state on.

    Raises OSError when it has ended.
    """
    return (folder / "stat").read_text().rpartition(")")[2].split()


def tasks_of_threads(threads: Collection[threading.Thread]) -> list[Path]:
    """What `busy_seconds` has to look at for threads of this process."""
    return [Path(f"/proc/self/task/{thread.native_id}") for thread in threads]


def tasks_of_processes(pids: Collection[int]) -> list[Path]:
    """The same for processes."""
    tasks: list[Path] = []
    for pid in pids:
        with contextlib.suppress(OSError):
            tasks += Path(f"/proc/{pid}/task").iterdir()
    return tasks


def children(pid: int) -> list[int]:
    """The processes that a process has started, and those that they have."""
    found = [pid]
    for parent in found:
        for task in tasks_of_processes([parent]):
            with contextlib.suppress(OSError):  # it has just ended
                found += map(int, (task / "children").read_text().split())
    return found[1:]


def open_sockets(pids: Collection[int]) -> int | None:
    """How many sockets processes have open together; None where the system does not tell."""
    try:
        return len({link for pid in pids for link in _links(pid) if link.startswith("socket:")})
    except OSError:
        return None


def _links(pid: int) -> Iterator[str]:
    """What the descriptors of a process stand for. Raises OSError where nobody may see that."""
    if not Path("/proc/self/fd").exists():
        raise FileNotFoundError
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
        for descriptor in os.scandir(f"/proc/{pid}/fd"):
            with contextlib.suppress(FileNotFoundError):  # closed meanwhile
                yield os.readlink(descriptor)


def memory(pids: Collection[int]) -> int:
    """Bytes of memory that processes hold together; what they share counts once.

    0 where the system does not tell.
    """
    parts = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    parts += int(line.split()[1])
    return parts * 1024


def listening_ports(network: Path) -> set[int] | None:
    """The TCP ports that are listened on; None where the system does not tell.

    `network` is the folder in which the kernel shows the network of a process. It goes with it.
    """
    tables = []
    for name in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            tables.append((network / name).read_text())
    if not tables:
        return None
    rows = [line.split() for table in tables for line in table.splitlines()[1:]]
    return {int(row[1].rpartition(":")[2], 16) for row in rows if row[3] == _LISTEN}


_LISTEN = "0A"  # a state, as these tables write it


@contextlib.contextmanager
def catching(own: Mapping[str, Any] | None) -> Iterator[list[Raised]]:
    """Meanwhile, collect what threads and asyncio tasks raise in the module with the globals `own`.

    They are not printed: a learner's notebook, or a grader's, is told in the report. There is one
    hook in a process, so only one server is listened to at a time, and the next has to wait: two
    that are judged at once, by two widgets, take turns question by question.
    """
    raised: list[Raised] = []

    def note(error: BaseException | None, trace: TracebackType | None) -> bool:
        ours = any(frame.f_globals is own for frame, _ in traceback.walk_tb(trace))
        if ours and error:
            raised.append(raised_from(error, own))
        return ours

    def hook(arguments: threading.ExceptHookArgs) -> None:
        if not note(arguments.exc_value, arguments.exc_traceback):
            before(arguments)

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.exc_info:
                note(record.exc_info[1], record.exc_info[2])

    _listening.acquire()
    before, threading.excepthook = threading.excepthook, hook
    logger = logging.getLogger("asyncio")
    handler, propagate = Handler(), logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield raised
    finally:
        threading.excepthook = before
        logger.removeHandler(handler)
        logger.propagate = propagate
        _listening.release()


_listening = threading.Lock()


@contextlib.contextmanager
def outliving_exit(own: dict[str, Any] | None) -> Iterator[None]:
    """Meanwhile, what ends a process ends only the thread that calls it, in this process.

    That is `os._exit`; and in a notebook ``exit()`` and ``quit()``, which end its kernel there.
    """
    us = os.getpid()

    def leave(status: int) -> NoReturn:
        if os.getpid() != us:  # the child of a server that forks
            end_process(status)
        raise SystemExit(status)

    names = own or {}
    ours: dict[str, Any] = {name: names[name] for name in ("exit", "quit") if name in names}
    end_process, os._exit = os._exit, leave
    names.update(dict.fromkeys(ours, sys.exit))
    try:
        yield
    finally:
        os._exit = end_process
        names.update(ours)


def wait_until_idle(
    busy: Callable[[], float | None],
    quiet: float,
    at_most: float,
    held_up: Callable[[], bool] = lambda: False,
) -> bool:
    """Come back when nothing has been done for `quiet` seconds, or after `at_most` seconds.

    Says whether it was the former. Whoever is `held_up` has something to do.
    """
    began = since = time.monotonic()
    done = busy()
    while (now := time.monotonic()) - since < quiet or held_up():
        if now - began > at_most:
            return False
        time.sleep(min(0.02, quiet))
        if (after := busy()) != done:
            done, since = after, time.monotonic()
    return True
