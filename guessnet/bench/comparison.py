"""Servers compared: what each costs for a reply, and how each bears a crowd."""

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from guessnet.bench.process import Process
from guessnet.errors import BenchError
from guessnet.grading.source import standalone_source
from guessnet.server import Step, find_step
from guessnet.sockets import Address
from guessnet.texts import text

#: A step, its name or its number, or a function ``serve(listener[, new_game])``.
Served = Step | str | int | Callable[..., object]

ROUNDS = 3  #: times that each server is measured, in turn with the others
SECONDS = 0.1  #: of playing, each time


class Sample(NamedTuple):
    """What was measured of one server in one round."""

    cpu: float  #: microseconds of the server's processor time for each reply
    rate: float  #: replies per second


@dataclass(frozen=True)
class Comparison:
    """What some servers cost, measured in turn.

    Attributes
    ----------
    clients, silent
        How many played, and how many besides were connected and said nothing.
    samples
        By the server's name, one for each round.
    """

    clients: int
    silent: int
    samples: Mapping[str, tuple[Sample, ...]]

    @property
    def label(self) -> str:
        """How many clients, in words."""
        kind = "bench.clients-and-silent" if self.silent else "bench.clients"
        return text(kind, clients=self.clients, silent=self.silent)

    @property
    def cpu(self) -> dict[str, float]:
        """Microseconds of processor time for each reply, by server: the least of all rounds.

        Whatever else goes on in the machine can only add to it.
        """
        return {name: min(sample.cpu for sample in some) for name, some in self.samples.items()}

    @property
    def rate(self) -> dict[str, float]:
        """Replies per second, by server: the most of all rounds."""
        return {name: max(sample.rate for sample in some) for name, some in self.samples.items()}

    def ratio(self, name: str, other: str) -> float:
        """What the one costs for a reply, divided by what the other does."""
        return self.cpu[name] / self.cpu[other]

    def __str__(self) -> str:
        wide = max(map(len, self.samples))
        return "\n".join(
            [self.label]
            + [
                f"{name:{wide}}  {text('bench.cost', cpu=self.cpu[name], rate=self.rate[name])}"
                for name in self.samples
            ]
        )


class Crowd(NamedTuple):
    """How a server bore a crowd."""

    came: int
    let_in: int  #: of those who came; the others were turned away
    first_plays_on: bool  #: whether who came first still gets replies
    error: str  #: what the server died of, "" if it lives


def compare(
    *servers: Served,
    clients: int,
    silent: int = 0,
    rounds: int = ROUNDS,
    seconds: float = SECONDS,
) -> Comparison:
    """Measure what servers cost for a reply, each in turn, in so many rounds.

    Raises `BenchError` where that cannot be done, for one if the system allows too few descriptors.

    Parameters
    ----------
    servers
        Steps, or functions, as `guessnet.build` takes them.
    clients
        How many play; each sends its next guess when it has the reply to the one before.
    silent
        How many besides are connected and say nothing.
    seconds
        For how long they play in each round.
    """
    with contextlib.ExitStack() as stack:
        hosts = {_name(what): stack.enter_context(_hosted(what)) for what in servers}
        load = stack.enter_context(_load())
        samples: dict[str, list[Sample]] = {name: [] for name in hosts}
        for turn in range(rounds):
            names = list(hosts)
            first = turn % len(names)
            for name in names[first:] + names[:first]:
                sample = _measure(hosts[name], load, clients, silent, seconds)
                samples[name].append(sample)
    return Comparison(clients, silent, {name: tuple(some) for name, some in samples.items()})


def crowd(server: Served, count: int) -> Crowd:
    """Let so many clients come, one after the other, and stay; see who is let in.

    Raises `BenchError` as `compare` does.
    """
    with _hosted(server) as host, _load() as load:
        let_in = load.ask(do="connect", address=host.address, count=count)["let_in"]
        plays_on = load.ask(do="answered")["answered"]
        return Crowd(count, let_in, plays_on, host.ask()["died_of"])


def _measure(host: "_Host", load: Process, clients: int, silent: int, seconds: float) -> Sample:
    load.ask(do="connect", address=host.address, count=clients + silent)
    before = host.ask()["cpu"]
    played = load.ask(do="play", count=clients, seconds=seconds)
    after = host.ask()["cpu"]
    load.ask(do="leave")
    replies, passed = played["operations"], played["seconds"]
    return Sample(1e6 * (after - before) / replies, replies / passed)


class _Host(Process):
    """A server's process; each request is answered with what the server has cost so far."""

    def __init__(self, path: Path, name: str) -> None:
        super().__init__("guessnet.bench.host", str(path), name)
        self.address: Address = self.answer()["address"]


@contextlib.contextmanager
def _hosted(what: Served) -> Iterator[_Host]:
    function: Any = what if callable(what) else find_step(what).serve
    source = standalone_source(function)
    if source is None:
        raise BenchError(text("bench.failed", reason=text("skipped.no-source")))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "server.py")
        path.write_text(source, "utf-8")
        with contextlib.closing(_Host(path, function.__name__)) as host:
            yield host


def _load() -> contextlib.closing[Process]:
    return contextlib.closing(Process("guessnet.bench.load"))


def _name(what: Served) -> str:
    return getattr(what, "__name__", "server") if callable(what) else find_step(what).name
