"""The server that is judged: what there is to do with it, however it is run.

Each subject can be started and stopped again and again: what is asked of a server is asked of a
fresh one, so that one fault does not look like many.
"""

import abc
import contextlib
import inspect
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

from guessnet.grading import sights
from guessnet.grading.sights import Sight
from guessnet.server import Server, build
from guessnet.sockets import Address

NARROW = 4096  #: bytes that wait to be sent after `Subject.narrow`
GRACE = 0.05  #: seconds that games have to end: nobody waits for their replies any more


class Subject(abc.ABC):
    """A server that can be started, looked at and stopped."""

    #: The text of its code, "" where there is none to be had.
    source: str = ""
    #: Whether a new start begins with nothing from the one before.
    forgets: bool = True

    @property
    def overrun(self) -> str:
        """``memory`` or ``time``, if it was killed because it used too much of that."""
        return ""

    @abc.abstractmethod
    def start(self) -> Address:
        """Start it afresh and say where it listens. Raises `AnswerError`."""

    @abc.abstractmethod
    def look(self) -> Sight:
        """What can be seen of it now."""

    @abc.abstractmethod
    def busy(self) -> float | None:
        """Seconds of processor time that it has used; see `sights.busy_seconds`."""

    def held_up(self) -> bool:
        """Whether it has something to do and is not let; see `sights.are_held_up`."""
        return False

    def narrow(self) -> bool:
        """Let little wait to be sent to who comes from now on; whether that can be done."""
        return False

    @abc.abstractmethod
    def sockets(self) -> int | None:
        """How many sockets it has open; None where that cannot be seen."""

    def socket(self) -> socket.socket:
        """A new socket, from which it can be reached."""
        return socket.socket()

    def beside(self, command: list[str]) -> list[str]:
        """The command that runs a program of ours where it can be reached."""
        return command

    @abc.abstractmethod
    def stop(self) -> None:
        """End it. Raises `StopTimeout` for code in this process that cannot be made to end."""


class InThisProcess(Subject):
    """A function ``serve(listener)`` or ``serve(listener, new_game)``, in a background thread."""

    forgets = False  # its module is loaded only once

    def __init__(self, function: Callable[..., object], sock: socket.socket | None = None) -> None:
        self.function = function
        self._sock = sock  # that listens already, if there is one
        try:
            self.source = inspect.getsource(function)
        except (OSError, TypeError):
            self.source = ""
        self._server: Server | None = None
        self._processes_before = set(sights.children(os.getpid()))
        self._catching = contextlib.ExitStack()

    def start(self) -> Address:
        self._server = build(self.function, sock=self._sock)
        with contextlib.ExitStack() as stack:
            self._raised = stack.enter_context(sights.catching(self._server.own_globals))
            stack.enter_context(sights.outliving_exit(self._server.own_globals))
            address = self._server.start().address
            self._catching = stack.pop_all()
        return address

    def look(self) -> Sight:
        assert self._server
        return sights.look(self._server, self._raised)

    def busy(self) -> float | None:
        return sights.busy_seconds(self._tasks())

    def held_up(self) -> bool:
        return sights.are_held_up(self._tasks())

    def _tasks(self) -> list[Path]:
        assert self._server
        tasks = sights.tasks_of_threads(self._server.threads())
        if self._server.forks:
            tasks += sights.tasks_of_processes(sights.children(os.getpid()))
        return tasks

    def sockets(self) -> int | None:
        return self._server.connections if self._server else 0

    def narrow(self) -> bool:
        assert self._server
        self._server.narrow(NARROW)
        return True

    def stop(self) -> None:
        with self._catching:
            if self._server:
                self._server.stop(GRACE)
                if self._server.forks:
                    self._end_processes()

    def _end_processes(self) -> None:
        """End what a forking server has left: its children hold our clients' sockets, too."""
        for child in set(sights.children(os.getpid())) - self._processes_before:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)


class Remote(Subject):
    """A server that somebody else runs; only its replies can be seen."""

    forgets = False

    def __init__(self, address: Address) -> None:
        self.address = address

    def start(self) -> Address:
        return self.address

    def look(self) -> Sight:
        return Sight()

    def busy(self) -> float | None:
        return None

    def sockets(self) -> int | None:
        return None

    def stop(self) -> None:
        pass
