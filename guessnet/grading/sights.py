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
        return {
            "running": self.running,
            "raised": [[error.name, error.words, error.place] for error in self.raised],
            "exit_code": self.exit_code,
            "places": self.places,
            "connections": self.connections,
            "sizes": dict(self.sizes),
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Self:
        raised = [
            Raised(name, words, Place(*place) if place else None)
            for name, words, place in content["raised"]
        ]
        places = [Place(*place) for place in content["places"]]
        return cls(**content | {"raised": tuple(raised), "places": tuple(places)})


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
    total = 0
    for task in tasks:
        try:
            ran, waited, _ = (task / "schedstat").read_text().split()
        except FileNotFoundError:
            if not Path("/proc/self/schedstat").exists():
                return None
            continue  # this thread has just ended
        except (OSError, ValueError):
            continue
        total += int(ran) + int(waited)
    return total / 1e9


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
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = [pid]
    for parent in found:
        found += [child for child, its_parent in parents.items() if its_parent == parent]
    return found[1:]


def open_descriptors(pid: int) -> int | None:
    """How many descriptors a process has; None where the system does not tell."""
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return None


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


def wait_until_idle(busy: Callable[[], float | None], quiet: float, at_most: float) -> bool:
    """Come back when nothing has been done for `quiet` seconds, or after `at_most` seconds.

    Says whether it was the former.
    """
    began = since = time.monotonic()
    done = busy()
    while (now := time.monotonic()) - since < quiet:
        if now - began > at_most:
            return False
        time.sleep(min(0.02, quiet))
        if (after := busy()) != done:
            done, since = after, time.monotonic()
    return True
