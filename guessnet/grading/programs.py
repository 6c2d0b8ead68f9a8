"""Servers in processes of their own: a file's function, a command, a script that opens a port.

Of them only what is seen from outside is believed. What a file's process tells of itself may name
the reason of a failure; no mark is the higher for it.
"""

import base64
import contextlib
import json
import os
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from guessnet.errors import AnswerError
from guessnet.grading import sights
from guessnet.grading.sandbox import PYTHON, Program, Sandbox
from guessnet.grading.sights import Raised, Sight
from guessnet.grading.subjects import NARROW, Subject
from guessnet.sockets import Address, listen
from guessnet.texts import language, printable, text

DEFAULT_PORT = 50007  #: where a command listens that has all ports for itself
START_TIMEOUT = 10.0  #: seconds that a program has until it listens
ANSWER_TIMEOUT = 2.0  #: seconds that its process has to answer a question
ENDING = 0.05  #: seconds from its last word until a process has ended
MAX_ANSWER = 1 << 18  #: bytes of an answer
MAX_LINE = 300  #: characters of a line of source, in which mistakes are looked for


class OwnProcess(Subject):
    """A program in a process of its own, of which only what is seen from outside is believed.

    Parameters
    ----------
    sandbox
        The kind of sandbox in which it runs.
    deadline
        When it is killed, by `time.monotonic`, and never started again.
    """

    def __init__(self, sandbox: type[Sandbox], deadline: float) -> None:
        self._kind = sandbox
        self._deadline = deadline
        self._sandbox: Sandbox | None = None
        self._overrun = ""

    def _run(self, program: Program) -> Sandbox:
        if time.monotonic() >= self._deadline:
            self._overrun = "time"
            raise AnswerError(text("answer.out-of-time"))
        self._sandbox = self._kind(program, self._deadline)
        return self._sandbox

    @property
    def overrun(self) -> str:
        return self._sandbox.overrun if self._sandbox else self._overrun

    @property
    def _process(self) -> "subprocess.Popen[bytes]":
        assert self._sandbox
        return self._sandbox.process

    @property
    def pid(self) -> int:
        """Its process, while it runs."""
        return self._process.pid

    def busy(self) -> float | None:
        assert self._sandbox
        return sights.busy_seconds_of_processes(self._sandbox.pids())

    def held_up(self) -> bool:
        assert self._sandbox
        return sights.are_held_up(sights.tasks_of_processes(self._sandbox.pids()))

    def sockets(self) -> int | None:
        assert self._sandbox
        return sights.open_sockets(self._sandbox.pids())

    def stop(self) -> None:
        if self._sandbox:
            self._sandbox.end()
            self._overrun = self._sandbox.overrun
            self._sandbox = None


class File(OwnProcess):
    """A Python file with such a function, in a process of its own (see `guessnet.grading.host`).

    Parameters
    ----------
    path, name
        The file, and the name of the function. Raises `AnswerError` if it cannot be read.
    host
        The command of the host.
    sees
        What the host has to be able to read.
    sandbox, deadline
        As for every `OwnProcess`; by default it is practice, and may take its time.
    """

    def __init__(
        self,
        path: Path,
        name: str = "serve",
        *,
        host: Sequence[str] = (sys.executable, "-m", "guessnet.grading.host"),
        sees: Sequence[Path] = (),
        sandbox: type[Sandbox] = Sandbox,
        deadline: float = float("inf"),
    ) -> None:
        super().__init__(sandbox, deadline)
        self.path = path
        try:
            source = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise AnswerError(text("answer.unreadable", path=printable(str(path)))) from error
        self.source = "\n".join(line[:MAX_LINE] for line in source.splitlines())
        self._words = [*host, language(), str(path), name]
        self._sees = [path, *sees]
        self._listener: socket.socket | None = None
        self._mute = False

    def start(self) -> Address:
        self._listener = listen("127.0.0.1", 0)
        host, port = self._listener.getsockname()
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        descriptors = [self._listener.fileno()]
        try:
            process = self._run(Program(self._words, self._sees, None, descriptors, pipes)).process
        except BaseException:
            self.stop()
            raise
        self._mute = False
        answer = self._ask(f"start {_handed(self._listener, process.pid)}", START_TIMEOUT)
        if answer == {}:
            return host, port
        ended = self._exit_code() is not None
        self.stop()
        match answer:
            case {"error": "no-function"}:
                raise AnswerError(text("answer.no-function", name=self._words[-1]))
            case {"error": "not-loaded", "said": str() as said}:
                raise AnswerError(text("answer.not-loaded", said=printable(said[:MAX_LINE])))
        raise AnswerError(text("answer.ended" if ended else "answer.not-started"))

    def socket(self) -> socket.socket:
        self._let_go()
        return super().socket()

    def _let_go(self) -> None:
        """Leave the door to the server alone: when that closes it, it is closed."""
        if self._listener:
            self._listener.close()
            self._listener = None

    def look(self) -> Sight:
        if answer := self._ask("look", ANSWER_TIMEOUT):
            with contextlib.suppress(ValueError):
                return Sight.from_json(answer)
        exit_code = self._exit_code()
        return Sight(running=exit_code is None, exit_code=exit_code)

    def sockets(self) -> int | None:
        seen = super().sockets()
        return self.look().connections if seen is None else seen

    def narrow(self) -> bool:
        if self._listener:  # whose connections inherit it
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, NARROW)
        return self._listener is not None

    def stop(self) -> None:
        self._let_go()
        pipes = [self._process.stdin, self._process.stdout] if self._sandbox else []
        super().stop()
        for pipe in filter(None, pipes):
            with contextlib.suppress(OSError):
                pipe.close()

    def _ask(self, question: str, timeout: float) -> dict[str, Any] | None:
        """The answer of the process; None where there is none in time, or one without sense.

        A process that has once left a question unanswered is not asked any more.
        """
        if self._mute:
            return None
        heard: list[bytes] = []
        # Only a thread can wait for a pipe for a limited time on every system.
        asking = threading.Thread(target=_ask, args=(self._process, question, heard), daemon=True)
        asking.start()
        asking.join(timeout)
        self._mute = not heard
        with contextlib.suppress(ValueError, RecursionError):
            answer = json.loads(b"".join(heard))
            return answer if isinstance(answer, dict) else None
        return None

    def _exit_code(self) -> int | None:
        """That of the process, if it has ended or does so now."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(ENDING)
        return None


def _ask(process: "subprocess.Popen[bytes]", question: str, heard: list[bytes]) -> None:
    """Ask a process, and take down the line that it answers, if it does."""
    assert process.stdin
    assert process.stdout
    with contextlib.suppress(OSError, ValueError):  # it has ended; or it was stopped meanwhile
        process.stdin.write(f"{question}\n".encode())
        process.stdin.flush()
        heard.append(process.stdout.readline(MAX_ANSWER))


def _handed(listener: socket.socket, pid: int) -> str:
    """What tells a process which listener it is given; see `guessnet.grading.host`."""
    if sys.platform == "win32":
        return base64.b64encode(listener.share(pid)).decode()
    return str(listener.fileno())


class Command(OwnProcess):
    """A program in any language, told its port: ``./server {port}``.

    Parameters
    ----------
    command
        What is run, as it would be written in a shell. Raises `AnswerError` where ``{port}`` is
        missing, or a quotation mark.
    folder
        Where it is run; by default here.
    sandbox, deadline
        As for every `OwnProcess`; by default it is practice, and may take its time.
    """

    def __init__(
        self,
        command: str,
        *,
        folder: Path | None = None,
        sandbox: type[Sandbox] = Sandbox,
        deadline: float = float("inf"),
    ) -> None:
        super().__init__(sandbox, deadline)
        if "{port}" not in command:
            raise AnswerError(text("answer.no-port", command=printable(command)))
        try:
            self._words = shlex.split(command)
        except ValueError as error:
            words = text("answer.no-command", command=printable(command), reason=error)
            raise AnswerError(words) from error
        self._sees: list[Path] = []
        self._folder = folder
        self._errors: IO[bytes] | None = None
        self._sockets_before: int | None = None

    def start(self) -> Address:
        port = DEFAULT_PORT if self._kind.own_network else _free_port()
        return self._start(port, [word.replace("{port}", str(port)) for word in self._words])

    def _start(self, port: int | None, words: list[str]) -> Address:
        """Start these words, and wait until they listen on this port, or on any."""
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by stop()
        streams = {"stderr": self._errors}
        try:
            sandbox = self._run(Program(words, self._sees, self._folder, (), streams))
        except OSError as error:
            self.stop()
            raise AnswerError(
                text("answer.no-command", command=printable(words[0]), reason=error.strerror)
            ) from error
        give_up = time.monotonic() + START_TIMEOUT
        while not (open_ports := _open_ports(sandbox.network, port)):
            if sandbox.process.poll() is not None or time.monotonic() > give_up:
                said = self._last_words().rpartition("\n")[2][:MAX_LINE]
                self.stop()
                key = "answer.not-listening" if port else "answer.no-server"
                raise AnswerError(text(key, port=port, said=printable(said) or "-"))
            time.sleep(0.02)
        self._sockets_before = self.sockets()
        return "127.0.0.1", min(open_ports)

    def look(self) -> Sight:
        exit_code = self._process.poll()
        sockets = self.sockets()
        return Sight(
            running=exit_code is None,
            raised=self._raised(exit_code),
            exit_code=exit_code,
            connections=None
            if sockets is None or self._sockets_before is None
            else max(0, sockets - self._sockets_before),
        )

    def socket(self) -> socket.socket:
        assert self._sandbox
        return self._sandbox.socket()

    def beside(self, command: list[str]) -> list[str]:
        assert self._sandbox
        return self._sandbox.beside(command)

    def stop(self) -> None:
        super().stop()
        if self._errors:
            self._errors.close()
            self._errors = None

    def _raised(self, exit_code: int | None) -> tuple[Raised, ...]:
        """What its last words name, if it died of that, or one of its threads."""
        said = self._last_words()
        if not said or not (exit_code or _UNCAUGHT.search(said)):
            return ()
        name, _, words = printable(said.splitlines()[-1][:MAX_LINE]).partition(": ")
        return (Raised(name, words),)

    def _last_words(self) -> str:
        """The end of what it wrote to its standard error."""
        assert self._errors
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, size - 4096))
        return self._errors.read().decode(errors="replace").strip()


class Script(Command):
    """A Python program that opens a port of its own, whichever that is.

    It needs a sandbox with a network of its own: in ours the port could be taken, by the one before
    it or by another one. Raises `AnswerError` where the sandbox has none.
    """

    def __init__(self, path: Path, *, sandbox: type[Sandbox], deadline: float) -> None:
        if not sandbox.own_network:
            raise AnswerError(text("answer.script-alone"))
        super().__init__(f"{path} {{port}}", sandbox=sandbox, deadline=deadline)
        self.source = path.read_text("utf-8", errors="replace")
        self._sees = [path]
        self._path = path

    def start(self) -> Address:
        return self._start(None, [PYTHON, "-I", str(self._path)])


#: What only an exception that nobody has caught makes Python write, in a program that goes on.
_UNCAUGHT = re.compile(r"^Exception in (thread|callback)|exception was never retrieved", re.M)


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def _open_ports(network: Path, wanted: int | None) -> set[int]:
    """The ports that are listened on in this network: the wanted one, or any.

    Connecting would tell, too. But a server that serves only one client would have had it then.
    """
    ports = sights.listening_ports(network)
    if ports is not None:
        return ports if wanted is None else ports & {wanted}
    if wanted is None:
        return set()
    try:
        socket.create_connection(("127.0.0.1", wanted), 0.2).close()
    except OSError:
        return set()
    return {wanted}
