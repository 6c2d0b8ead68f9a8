"""The server that is judged, in each of the ways in which it can be run.

Each subject can be started and stopped again and again: what is asked of a server is asked of a
fresh one, so that one fault does not look like many.
"""

import abc
import contextlib
import inspect
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from guessnet.errors import AnswerError
from guessnet.grading import sights
from guessnet.grading.sights import Raised, Sight
from guessnet.server import Server, build
from guessnet.sockets import Address
from guessnet.texts import language, printable, text

NARROW = 4096  #: bytes that wait to be sent after `Subject.narrow`
START_TIMEOUT = 10.0  #: seconds that a program has until it listens
GRACE = 0.05  #: seconds that games have to end: nobody waits for their replies any more
STOP_TIMEOUT = 5.0  #: seconds that a program has to end when it is asked to


class Subject(abc.ABC):
    """A server that can be started, looked at and stopped."""

    #: The text of its code, "" where there is none to be had.
    source: str = ""
    #: Whether a new start begins with nothing from the one before.
    forgets: bool = True

    @abc.abstractmethod
    def start(self) -> Address:
        """Start it afresh and say where it listens. Raises `AnswerError`."""

    @abc.abstractmethod
    def look(self) -> Sight:
        """What can be seen of it now."""

    @abc.abstractmethod
    def busy(self) -> float | None:
        """Seconds of processor time that it has used; see `sights.busy_seconds`."""

    def narrow(self) -> bool:
        """Let little wait to be sent to who comes from now on; whether that can be done."""
        return False

    @abc.abstractmethod
    def stop(self) -> None:
        """End it. Raises `StopTimeout` for code in this process that cannot be made to end."""


class InThisProcess(Subject):
    """A function ``serve(listener)`` or ``serve(listener, new_game)``, in a background thread."""

    forgets = False  # its module is loaded only once

    def __init__(self, function: Callable[..., object]) -> None:
        self.function = function
        try:
            self.source = inspect.getsource(function)
        except (OSError, TypeError):
            self.source = ""
        self._server: Server | None = None
        self._processes_before = set(sights.children(os.getpid()))
        self._catching = contextlib.ExitStack()

    def start(self) -> Address:
        self._server = build(self.function)
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
        assert self._server
        tasks = sights.tasks_of_threads(self._server.threads())
        if self._server.forks:
            tasks += sights.tasks_of_processes(sights.children(os.getpid()))
        return sights.busy_seconds(tasks)

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


class File(Subject):
    """A Python file with such a function, in a process of its own (see `guessnet.grading.host`)."""

    def __init__(self, path: Path, name: str = "serve") -> None:
        self.path = path
        self.name = name
        try:
            self.source = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise AnswerError(text("answer.unreadable", path=printable(str(path)))) from error
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> Address:
        arguments = [language(), str(self.path), self.name]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "guessnet.grading.host", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            start_new_session=True,
        )
        answer = self._ask("start")
        if answer is None or "error" in answer:
            self.stop()
            raise AnswerError(answer["error"] if answer else text("answer.ended"))
        host, port = answer["address"]
        return host, port

    def look(self) -> Sight:
        answer = self._ask("look")
        if answer is None:
            return Sight(running=False, exit_code=self._exit_code())
        return Sight.from_json(answer)

    def busy(self) -> float | None:
        answer = self._ask("busy")
        return answer["busy"] if answer else 0.0

    def narrow(self) -> bool:
        return self._ask("narrow") is not None

    def stop(self) -> None:
        if self._process:
            _end(self._process)
            self._process = None

    def _ask(self, request: str) -> dict[str, Any] | None:
        """The answer of the process; None if it has ended."""
        assert self._process
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write(request + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except OSError:
            return None
        return json.loads(answer) if answer else None

    def _exit_code(self) -> int | None:
        assert self._process
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(STOP_TIMEOUT)
        return None


class Command(Subject):
    """A program in any language, told its port: ``./server {port}``.

    Raises `AnswerError` where ``{port}`` is missing.
    """

    def __init__(self, command: str) -> None:
        if "{port}" not in command:
            raise AnswerError(text("answer.no-port", command=printable(command)))
        self.command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._output: IO[bytes] | None = None
        self._descriptors: int | None = None

    def start(self) -> Address:
        port = _free_port()
        words = [word.replace("{port}", str(port)) for word in shlex.split(self.command)]
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - closed by stop()
        try:
            self._process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._output,
                start_new_session=True,
            )
        except OSError as error:
            self.stop()
            raise AnswerError(
                text("answer.no-command", command=printable(words[0]), reason=error.strerror)
            ) from error
        deadline = time.monotonic() + START_TIMEOUT
        while not _somebody_listens(port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = self._raised()
                self.stop()
                raise AnswerError(text("answer.not-listening", port=port, said=said or "-"))
            time.sleep(0.02)
        self._descriptors = sights.open_descriptors(self._process.pid)
        return "127.0.0.1", port

    def look(self) -> Sight:
        assert self._process
        exit_code = self._process.poll()
        raised = self._raised()
        now = sights.open_descriptors(self._process.pid)
        return Sight(
            running=exit_code is None,
            raised=(raised,) if raised else (),
            exit_code=exit_code,
            connections=None
            if now is None or self._descriptors is None
            else max(0, now - self._descriptors),
        )

    def busy(self) -> float | None:
        assert self._process
        pids = [self._process.pid, *sights.children(self._process.pid)]
        return sights.busy_seconds(sights.tasks_of_processes(pids))

    def stop(self) -> None:
        if self._process:
            _end(self._process)
            self._process = None
        if self._output:
            self._output.close()
            self._output = None

    def _raised(self) -> Raised | None:
        """The last line that it wrote to its standard error, which usually names an exception."""
        assert self._output
        size = self._output.seek(0, os.SEEK_END)
        self._output.seek(max(0, size - 4096))
        lines = self._output.read().decode(errors="replace").strip().splitlines()
        if not lines:
            return None
        name, _, words = printable(lines[-1][:200]).partition(": ")
        return Raised(name, words)


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

    def stop(self) -> None:
        pass


_TCP_TABLES = ("/proc/net/tcp", "/proc/net/tcp6")
_LISTEN = "0A"  # a state, as these tables write it


def _end(process: subprocess.Popen[Any]) -> None:
    """End a process and every other one of its session."""
    for pipe in (process.stdin, process.stdout):
        if pipe:
            with contextlib.suppress(OSError):
                pipe.close()
    if os.name != "posix":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait(STOP_TIMEOUT)


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def _somebody_listens(port: int) -> bool:
    """Whether a port of this machine is listened on.

    Connecting would tell, too. But a server that serves only one client would have had it then.
    """
    tables = [table for table in map(Path, _TCP_TABLES) if table.exists()]
    if tables:
        rows = [line.split() for table in tables for line in table.read_text().splitlines()[1:]]
        return any(row[1].endswith(f":{port:04X}") and row[3] == _LISTEN for row in rows)
    try:
        socket.create_connection(("127.0.0.1", port), 0.2).close()
    except OSError:
        return False
    return True
