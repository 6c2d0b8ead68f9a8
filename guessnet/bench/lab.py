"""Servers measured from outside, whatever they are written in, in turn and in many rounds.

A server and its load have different cores, where the system lets us choose them: the load is in
Python, and would otherwise take from the server what it needs.
"""

import contextlib
import itertools
import os
import platform
import shlex
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import psutil

from guessnet.bench.process import Process
from guessnet.bench.scenarios import Scenario
from guessnet.errors import AnswerError, BadArgument, BenchError
from guessnet.grading.programs import Command
from guessnet.grading.sights import wait_until_idle
from guessnet.server import LADDER, Step
from guessnet.sockets import Address
from guessnet.texts import printable, text

FORMAT = 1  #: of what `Measurements.to_json` gives
SETTLED = 0.05  #: seconds without any work after which a server has started
SETTLING_MOST = 1.0  #: seconds after which one is measured that never rests
PEERS = {
    "asyncio-streams": ("guessnet.bench.peers.streams", "{port}"),
    "asyncio-protocol": ("guessnet.bench.peers.protocol", "{port}"),
    "uvloop-streams": ("guessnet.bench.peers.streams", "{port}", "uvloop"),
    "uvloop-protocol": ("guessnet.bench.peers.protocol", "{port}", "uvloop"),
}  #: by name, the module and its arguments


@dataclass(frozen=True)
class Contestant:
    """A server to be measured: the command that starts it, ``{port}`` where its port belongs."""

    name: str
    command: str


def contestants(
    steps: Sequence[Step],
    commands: Sequence[tuple[str, str]],
    with_peers: bool,
    base: str | None = None,
) -> list[Contestant]:
    """The servers to be measured; the first is the one that the others are compared with.

    Raises `BadArgument` where two have one name, or none is called like `base`.

    Parameters
    ----------
    steps
        Of the ladder, run as ``guessnet serve`` runs them. Without any, and without anything else,
        all that serve many clients at a time; with something else the last one.
    commands
        Names, and commands in which ``{port}`` stands for the port.
    with_peers
        Whether what is commonly written with asyncio and uvloop is measured, too.
    """
    steps = steps or (LADDER[-1:] if commands or with_peers else LADDER[2:])
    found = [Contestant(step.name, _serving(step)) for step in steps]
    found += [Contestant(*command) for command in commands]
    found += [Contestant(name, _python(*PEERS[name])) for name in PEERS if with_peers]
    names = [contestant.name for contestant in found]
    for name in names:
        if names.count(name) > 1:
            raise BadArgument(text("bench.twice", name=printable(name)))
    if base is not None and base not in names:
        words = {"name": printable(base), "names": ", ".join(map(printable, names))}
        raise BadArgument(text("bench.no-base", **words))
    return sorted(found, key=lambda contestant: contestant.name != base)


def _serving(step: Step) -> str:
    return _python("guessnet", "serve", "-q", "--step", step.name, "--port", "{port}")


def _python(module: str, *arguments: str) -> str:
    return shlex.join([sys.executable, "-m", module, *arguments])


@dataclass(frozen=True)
class Sample:
    """What was measured of one server in one scenario in one round.

    An operation is what the scenario counts: a reply, a game, a visit.
    """

    operations: int
    seconds: float  #: that they took in all
    cpu: float  #: microseconds of the server's processor time for each, all of its processes
    rate: float  #: of them in a second
    p50: float  #: milliseconds that half of them took at most, as the clients see it
    p99: float  #: the same for 99 of 100
    longest: float  #: the same for all, those included that were not over when the time was up
    served: int  #: clients for whom there was at least one, before the time was up
    memory: float  #: megabytes that the server has in the end
    per_client: float | None  #: kilobytes that each client takes; None without silent ones


#: The figures of a sample of which there is a median.
FIGURES = ("cpu", "rate", "p50", "p99", "longest", "served", "memory", "per_client")


@dataclass
class Result:
    """One server in one scenario: a sample for each round, or why there is none."""

    contestant: Contestant
    samples: list[Sample] = field(default_factory=list)
    failure: str = ""

    def median(self, figure: str) -> float | None:
        """The median of a figure of `Sample`, None where there is none."""
        values = [getattr(sample, figure) for sample in self.samples]
        return None if None in values or not values else statistics.median(values)

    @property
    def cpu_spread(self) -> float:
        """How far the least and the most that an operation cost are apart, over the median."""
        costs = [sample.cpu for sample in self.samples]
        return (max(costs) - min(costs)) / statistics.median(costs)

    def cpu_ratio(self, base: "Result") -> float | None:
        """The median of what an operation costs, divided by that of another server."""
        cost, its_cost = self.median("cpu"), base.median("cpu")
        return cost / its_cost if cost is not None and its_cost else None


@dataclass(frozen=True)
class Measurements:
    """The results of one run: by scenario, for each server; the first is the base of all ratios.

    Attributes
    ----------
    seconds
        For how long the clients went on, each time.
    """

    results: Mapping[Scenario, Sequence[Result]]
    rounds: int
    seconds: float

    @property
    def base(self) -> str:
        """The name of the server that the others are compared with."""
        return next(iter(self.results.values()))[0].contestant.name

    @property
    def complete(self) -> bool:
        """Whether every server could be measured in every scenario."""
        return not any(result.failure for results in self.results.values() for result in results)

    def to_json(self) -> dict[str, Any]:
        """All of it, for ``json.dump``.

        Units are those of `Sample`; ``cpu_ratio`` is the quotient of two medians.
        """
        return {
            "format": FORMAT,
            "machine": {
                "system": platform.platform(),
                "python": platform.python_version(),
                "cores": os.cpu_count(),
            },
            "base": self.base,
            "rounds": self.rounds,
            "seconds": self.seconds,
            "scenarios": [
                asdict(scenario)
                | {
                    "servers": [
                        {
                            "name": result.contestant.name,
                            "command": result.contestant.command,
                            "failure": result.failure or None,
                            "samples": [asdict(sample) for sample in result.samples],
                            "medians": {figure: result.median(figure) for figure in FIGURES},
                            "cpu_ratio": result.cpu_ratio(results[0]),
                        }
                        for result in results
                    ]
                }
                for scenario, results in self.results.items()
            ],
        }


def measure(
    contestants: Sequence[Contestant],
    scenarios: Sequence[Scenario],
    rounds: int,
    seconds: float,
    on_sample: Callable[[], object] = lambda: None,
) -> Measurements:
    """Measure each server in each scenario, in turn; each round begins with another server.

    A server that answers wrongly, or does not run, has no figures in that scenario but a failure.
    After Ctrl-C there is what was measured until then.

    Parameters
    ----------
    seconds
        For how long the clients go on, each time.
    on_sample
        Is called after each time, ``rounds * len(scenarios) * len(contestants)`` times in all.
    """
    results = {
        scenario: [Result(contestant) for contestant in contestants] for scenario in scenarios
    }
    with contextlib.suppress(KeyboardInterrupt):
        for turn, scenario in itertools.product(range(rounds), scenarios):
            first = turn % len(contestants)
            for result in results[scenario][first:] + results[scenario][:first]:
                if not result.failure:
                    _measure_once(result, scenario, seconds)
                on_sample()
    for result in itertools.chain.from_iterable(results.values()):
        if not result.samples:
            result.failure = result.failure or text("bench.interrupted")
    return Measurements(results, rounds, seconds)


def _measure_once(result: Result, scenario: Scenario, seconds: float) -> None:
    try:
        result.samples.append(_sample(result.contestant, scenario, seconds))
    except (AnswerError, BenchError) as error:
        result.failure = str(error)
        result.samples.clear()


def _sample(contestant: Contestant, scenario: Scenario, seconds: float) -> Sample:
    """Raises `AnswerError` and `BenchError`."""
    server = Command(contestant.command)
    servers_cores, loads_cores = _cores()
    with _on(servers_cores):
        address = server.start()
    try:
        wait_until_idle(server.busy, SETTLED, SETTLING_MOST)
        with _on(loads_cores):
            load = Process("guessnet.bench.load")
        with contextlib.closing(load):
            return _sample_of(psutil.Process(server.pid), address, load, scenario, seconds)
    finally:
        server.stop()


def _sample_of(
    server: psutil.Process, address: Address, load: Process, scenario: Scenario, seconds: float
) -> Sample:
    load.ask(do="try_out", address=address)
    memory = _memory(server)
    comers = scenario.clients + scenario.never_readers if scenario.habit == "reply" else 0
    load.ask(do="enter", address=address, count=comers)
    let_in = load.ask(do="connect", address=address, count=scenario.silent)["let_in"]
    if let_in < scenario.silent:
        raise BenchError(text("bench.turned-away", let_in=let_in, silent=scenario.silent))
    grown = _memory(server) - memory
    cpu = _cpu(server)
    done = load.ask(seconds=seconds, **_request(scenario, address))
    cpu = _cpu(server) - cpu
    return Sample(
        operations=done["operations"],
        seconds=done["seconds"],
        cpu=1e6 * cpu / done["operations"],
        rate=done["operations"] / done["seconds"],
        p50=1e3 * done["p50"],
        p99=1e3 * done["p99"],
        longest=1e3 * done["longest"],
        served=done["served"],
        memory=_memory(server) / 1e6,
        per_client=grown / 1e3 / (comers + let_in) if let_in else None,
    )


def _request(scenario: Scenario, address: Address) -> dict[str, Any]:
    if scenario.habit == "reply":
        return {
            "do": "play",
            "count": scenario.clients,
            "in_flight": scenario.in_flight,
            "never_readers": scenario.never_readers,
        }
    do = {"game": "games", "visit": "visits"}[scenario.habit]
    return {"do": do, "address": address, "count": scenario.clients}


def _family(server: psutil.Process) -> list[psutil.Process]:
    return [server, *server.children(recursive=True)]


def _cpu(server: psutil.Process) -> float:
    """Seconds of processor time of all its processes, also of those that it has waited for."""
    seconds = 0.0
    for process in _family(server):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            seconds += times.children_user + times.children_system
            seconds += _own_cpu(process.pid) or times.user + times.system
    return seconds


def _own_cpu(pid: int) -> float | None:
    """The same of one process, to the nanosecond; None where the system has no such clock.

    How the number of the clock is made: clock_getcpuclockid() in glibc, CPUCLOCK_SCHED in Linux.
    """
    try:
        return time.clock_gettime(~pid << 3 | 2) if sys.platform == "linux" else None
    except OSError:
        return None


def _memory(server: psutil.Process) -> int:
    """Bytes of memory that its processes have in use."""
    memory = 0
    for process in _family(server):
        with contextlib.suppress(psutil.NoSuchProcess):
            memory += process.memory_info().rss
    return memory


def _cores() -> tuple[set[int], set[int]]:
    """Those of the server, and the one of the load; both empty where they cannot be told apart."""
    if sys.platform == "linux" and len(cores := sorted(os.sched_getaffinity(0))) > 1:
        return set(cores[:-1]), {cores[-1]}
    return set(), set()


@contextlib.contextmanager
def _on(cores: set[int]) -> Iterator[None]:
    """What is started meanwhile runs on these cores."""
    if sys.platform != "linux" or not cores:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
