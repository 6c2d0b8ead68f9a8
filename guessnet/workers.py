"""Processes that serve one port together, so that every core has something to do.

The system hands each newcomer to one of them. One that dies costs its own clients only, and another
takes its place. Linux only: elsewhere SO_REUSEPORT, if there is such a thing, shares nothing out.
"""

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from guessnet.errors import BadArgument
from guessnet.sockets import keep_port
from guessnet.texts import text

STOP_TIMEOUT = 3.0  #: seconds that workers have to end when they are asked to
PAUSE = 1.0  #: seconds between two starts in the same place: who dies at once is not chased

_spawn = multiprocessing.get_context("spawn")  # a fork would copy whatever else runs here


class Workers:
    """So many processes, numbered from 1, that serve one port.

    Parameters
    ----------
    count
        How many. Raises `BadArgument` where processes cannot share a port.
    host, port
        Where; with port 0 the system picks one. Raises `ListenError`.
    work
        A function that can be pickled. Each process calls
        ``work(number, port, ready, *arguments)``, which serves on a port that it shares, calls
        ``ready()`` as soon as it listens, and ends soon after SIGTERM.
    on_death
        Is called with the number of a worker that has died, its exit code, and the process that
        takes its place.
    """

    def __init__(
        self,
        count: int,
        host: str,
        port: int,
        work: Callable[..., object],
        arguments: tuple[Any, ...],
        on_death: Callable[[int, int | None, int | None], object],
    ) -> None:
        if sys.platform != "linux":
            raise BadArgument(text("workers.linux-only"))
        self._kept = keep_port(host, port)
        self.port: int = self._kept.getsockname()[1]
        self._work = work
        self._arguments = arguments
        self._on_death = on_death
        self._processes: dict[int, SpawnProcess] = {}
        self._began: dict[int, float] = {}
        self._numbers = range(1, count + 1)

    @property
    def pids(self) -> list[int | None]:
        """The processes, by their workers' numbers."""
        return [self._processes[number].pid for number in self._numbers]

    def start(self) -> None:
        """Come back when all of them listen. Raises `BadArgument` if one of them cannot."""
        for listening in [self._begin(number) for number in self._numbers]:
            try:
                listening.recv()
            except EOFError:
                self.stop()
                raise BadArgument(text("workers.not-started")) from None

    def join(self, timeout: float) -> bool:
        """Look after them for `timeout` seconds; says that they have not ended: they never do."""
        numbers = {process.sentinel: number for number, process in self._processes.items()}
        for sentinel in wait(list(numbers), timeout):
            number = numbers[sentinel]  # type: ignore[index]
            dead = self._processes[number]
            dead.join()
            time.sleep(max(0, self._began[number] + PAUSE - time.monotonic()))
            self._begin(number)
            self._on_death(number, dead.exitcode, self._processes[number].pid)
        return False

    def stop(self) -> None:
        """End them: by asking, and after `STOP_TIMEOUT` by force."""
        deadline = time.monotonic() + STOP_TIMEOUT
        for process in multiprocessing.active_children():
            process.terminate()
        for process in multiprocessing.active_children():
            process.join(max(0, deadline - time.monotonic()))
            process.kill()
        self._kept.close()

    def _begin(self, number: int) -> "Connection[Any, Any]":
        listening, told = _spawn.Pipe(duplex=False)
        with told:
            arguments = (self._work, number, self.port, told, self._arguments)
            process = _spawn.Process(target=_run, args=arguments, daemon=True)
            self._began[number] = time.monotonic()
            process.start()
        self._processes[number] = process
        return listening


def _run(
    work: Callable[..., object],
    number: int,
    port: int,
    listening: "Connection[Any, Any]",
    arguments: tuple[Any, ...],
) -> None:
    threading.Thread(target=_end_with_parent, name="guessnet parent", daemon=True).start()

    def ready() -> None:
        with listening, contextlib.suppress(BrokenPipeError):  # only the first ones are waited for
            listening.send(None)

    work(number, port, ready, *arguments)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
