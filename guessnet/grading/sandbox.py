"""Where a stranger's program runs: as far from the judge as this system allows.

Each kind of sandbox has a name, which a report carries, and a text ``isolation.NAME``, which says
what it cannot stop. All but the first run a program in an empty folder with a scrubbed environment,
limit what it may use, and end whatever it has started.
"""

import contextlib
import functools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from glob import glob
from importlib.resources import files
from pathlib import Path
from typing import Any

from guessnet.errors import BadArgument, SandboxError
from guessnet.grading import sights
from guessnet.texts import printable, text

MEMORY = 2 << 30  #: bytes for a program and all that it starts: a thousand processes of Python's
SCRATCH = 64 << 20  #: bytes that it may write where files are kept in memory
LOOK = 0.2  #: seconds between two looks at its memory
TIMEOUT = 5.0  #: seconds in which what is killed has to be gone, and a socket has to be there

#: For each process, by the names of `resource`. To the system threads are processes: a thousand of
#: them, with stacks of this size, leave room.
LIMITS = {
    "CPU": 300,  # seconds: more than a deadline leaves, and an end for what has got away
    "DATA": 3 << 29,
    "STACK": 512 << 10,
    "NPROC": 4096,
    "NOFILE": 4096,
    "FSIZE": 16 << 20,
    "CORE": 0,
}

NS_GET_USERNS = 0xB701  #: <linux/nsfs.h>; no module of Python's has it

#: The interpreter itself: that of a virtual environment leads to the packages installed there.
PYTHON = os.path.realpath(getattr(sys, "_base_executable", sys.executable))

_PACKAGE = Path(__file__).parent.parent
_LAUNCH = files(__package__).joinpath("launch.py").read_text("utf-8")


@dataclass(frozen=True)
class Program:
    """What is to be run.

    Attributes
    ----------
    words
        The program and its arguments.
    sees
        Files and folders that it has to be able to read.
    folder
        Where it runs; by default in an empty folder.
    descriptors
        Those of ours that it inherits.
    streams
        ``stdin``, ``stdout`` and ``stderr`` as for `subprocess.Popen`; nothing by default.
    """

    words: Sequence[str]
    sees: Sequence[Path] = ()
    folder: Path | None = None
    descriptors: Sequence[int] = ()
    streams: dict[str, Any] = field(default_factory=dict)

    def run(self, words: Sequence[str], **options: Any) -> "subprocess.Popen[bytes]":
        """Start these words in its place."""
        nothing = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
        if os.name == "posix":
            options["pass_fds"] = self.descriptors
        return subprocess.Popen(
            words, start_new_session=True, **{**nothing, **self.streams, **options}
        )


class Sandbox:
    """A program that runs, and all that it has started. This one keeps nothing apart: for practice.

    Parameters
    ----------
    program
        Is started.
    deadline
        When it is killed, by `time.monotonic`. Only where there is one its memory is watched, too.
    """

    name = "practice"
    #: Whether only root can have it.
    for_root = False
    #: Whether it has a network of its own, in which all ports are free.
    own_network = False
    #: Where the kernel shows its network.
    network = Path("/proc/self/net")

    def __init__(self, program: Program, deadline: float = float("inf")) -> None:
        self.overrun = ""  #: ``memory`` or ``time``, if that is what it was killed for
        self._deadline = deadline
        self._ended = threading.Event()
        self.process = self._start(program)
        self._watch = threading.Thread(target=self._run, name="guessnet watch", daemon=True)
        if deadline < float("inf"):
            self._watch.start()

    def _start(self, program: Program) -> "subprocess.Popen[bytes]":
        return program.run(program.words, cwd=program.folder)

    def pids(self) -> list[int]:
        """Its processes, as we see them."""
        return [self.process.pid, *sights.children(self.process.pid)]

    def kill(self) -> None:
        """End all of it that can be found, and wait for nothing."""
        if os.name != "posix":
            tree = ["taskkill", "/F", "/T", "/PID", str(self.process.pid)]
            subprocess.run(tree, capture_output=True, check=False)
            return
        for kill, pid in ((os.killpg, self.process.pid), *((os.kill, pid) for pid in self.pids())):
            with contextlib.suppress(ProcessLookupError):
                kill(pid, signal.SIGKILL)

    def end(self) -> None:
        """End it, and come back when it is gone."""
        self._ended.set()
        if self._watch.is_alive():
            self._watch.join()
        self.kill()
        self.process.wait(TIMEOUT)

    def socket(self) -> socket.socket:
        """A new socket of its network."""
        return socket.socket()

    def beside(self, command: Sequence[str]) -> list[str]:
        """The command that runs a program of ours in its network."""
        return list(command)

    def _run(self) -> None:
        pause = LOOK
        while not self._ended.wait(min(pause, max(0.0, self._deadline - time.monotonic()))):
            began = time.monotonic()
            if began >= self._deadline:
                self.overrun = "time"
            elif sights.memory(self.pids()) > MEMORY:
                self.overrun = "memory"
            if self.overrun:
                self.kill()
                return
            pause = max(LOOK, 5 * (time.monotonic() - began))


class Apart(Sandbox):
    """A process with limits, which sees and reaches what its user does."""

    name = "process"

    def _start(self, program: Program) -> "subprocess.Popen[bytes]":
        self._home = Path(tempfile.mkdtemp(prefix="guessnet-"))
        try:
            return self._start_in(self._home, program)
        except BaseException:
            shutil.rmtree(self._home)
            raise

    def _start_in(self, home: Path, program: Program) -> "subprocess.Popen[bytes]":
        return program.run(
            _launched(program.words), cwd=program.folder or home, env=_environment(home)
        )

    def end(self) -> None:
        super().end()
        shutil.rmtree(self._home, ignore_errors=True)


class OwnUser(Apart):
    """The same as a user of its own, by whom all its processes are found; only for root."""

    name = "user"
    for_root = True

    def _start_in(self, home: Path, program: Program) -> "subprocess.Popen[bytes]":
        self._user = _User()
        try:
            os.chown(home, self._user.uid, self._user.uid)
            return program.run(
                _launched(program.words, self._user),
                cwd=program.folder or home,
                env=_environment(home),
            )
        except BaseException:
            self._user.give_back()
            raise

    def pids(self) -> list[int]:
        return list(self._user.processes())

    def kill(self) -> None:
        super().kill()
        give_up = time.monotonic() + TIMEOUT
        while any(self._user.processes()) and time.monotonic() < give_up:
            self._user.kill()

    def end(self) -> None:
        super().end()
        self._user.give_back()


class Bubblewrap(Sandbox):
    """Namespaces of its own: no network, no other process, and few files.

    Its user is ours, in a namespace where that means nothing.
    """

    name = "bwrap"
    own_network = True
    _user: "_User | None" = None
    _unshare: tuple[str, ...] = ("--unshare-all",)

    def _start(self, program: Program) -> "subprocess.Popen[bytes]":
        program = replace(program, words=_found(program.words))
        told, tells = os.pipe()
        with open(told) as information:
            try:
                process = replace(program, descriptors=[*program.descriptors, tells]).run(
                    [
                        *(
                            "bwrap",
                            "--die-with-parent",
                            "--new-session",
                            "--cap-drop",
                            "ALL",
                            *self._unshare,
                        ),
                        *("--hostname", "localhost", "--info-fd", str(tells)),
                        *_files(program),
                        *("--chdir", str(program.folder or _SCRATCH), "--"),
                        *_launched(program.words, self._user),
                    ],
                    env=_environment(_SCRATCH),
                )
            finally:
                os.close(tells)
            said = information.read()
        if not said:
            process.wait()
            raise SandboxError(text("sandbox.not-started"))
        self._first: int = json.loads(said)["child-pid"]
        self.network = Path(f"/proc/{self._first}/net")
        return process

    @functools.cached_property
    def _well(self) -> "_Well":
        return _Well(self)

    @functools.cached_property
    def _owner(self) -> int:
        """A descriptor of the user namespace that has the network; bwrap is in another one soon."""
        import fcntl

        with open(f"/proc/{self._first}/ns/net") as network:
            return fcntl.ioctl(network, NS_GET_USERNS)

    def _into_network(self) -> list[str]:
        return [f"--user=/proc/{os.getpid()}/fd/{self._owner}", "--preserve-credentials", "--net"]

    def pids(self) -> list[int]:
        return sights.children(self._first)

    def kill(self) -> None:
        # The namespaces end with their first process, and bwrap with that.
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._first, signal.SIGKILL)

    def end(self) -> None:
        super().end()
        if "_well" in vars(self):
            self._well.close()
        if "_owner" in vars(self):
            os.close(self._owner)

    def socket(self) -> socket.socket:
        return self._well.draw()

    def beside(self, command: Sequence[str]) -> list[str]:
        return ["nsenter", "--target", str(self._first), *self._into_network(), "--", *command]


class RootsBubblewrap(Bubblewrap):
    """The same arranged by root, who gives it a user of its own as well."""

    for_root = True
    _unshare = (
        *("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"),
        *("--unshare-cgroup-try", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"),
    )

    def _start(self, program: Program) -> "subprocess.Popen[bytes]":
        self._user = _User()
        try:
            return super()._start(program)
        except BaseException:
            self._user.give_back()
            raise

    def _into_network(self) -> list[str]:
        return ["--net"]

    def end(self) -> None:
        super().end()
        assert self._user
        self._user.give_back()


class _User:
    """A user whom nobody else has, as long as it is not given back.

    A name in the abstract namespace of UNIX sockets is held by one process at a time, and free when
    that has ended: no other judge on this machine picks the same user.
    """

    def __init__(self) -> None:
        self._held = socket.socket(socket.AF_UNIX)
        for self.uid in range(61184, 65520):  # those of which systemd hands out users for a while
            with contextlib.suppress(OSError):
                self._held.bind(f"\0guessnet user {self.uid}")
                return
        self.give_back()
        raise SandboxError(text("sandbox.no-user"))

    def give_back(self) -> None:
        self._held.close()

    def processes(self) -> Iterator[int]:
        """Its processes that run, or could."""
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                state = sights.stat_fields(folder)[0]
                if folder.stat().st_uid == self.uid and state != "Z":
                    yield int(folder.name)

    def kill(self) -> None:
        """Kill all of them at the same time: one after the other they could make more."""
        subprocess.run(
            ["sh", "-c", "kill -s KILL -- -1"],
            user=self.uid,
            group=self.uid,
            extra_groups=[],
            stderr=subprocess.DEVNULL,
            check=False,
        )


class _Well:
    """A source of sockets that belong to the network of a sandbox.

    A socket stays in the network in which it was made, whoever holds it. So a process of ours goes
    there, unseen, makes sockets and hands them over; we connect them as any others.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._rope, far_end = socket.socketpair()
        self._rope.settimeout(TIMEOUT)
        with far_end:
            fd = far_end.fileno()
            # -P: what lies in the current folder may have been handed in.
            command = [sys.executable, "-P", "-m", "guessnet.grading.well", str(fd)]
            self._process = subprocess.Popen(sandbox.beside(command), pass_fds=[fd])

    def draw(self) -> socket.socket:
        self._rope.sendall(b"!")
        _, [descriptor], _, _ = socket.recv_fds(self._rope, 1, 1)
        return socket.socket(fileno=descriptor)

    def close(self) -> None:
        self._rope.close()
        self._process.wait(TIMEOUT)


def _launched(words: Sequence[str], user: _User | None = None) -> list[str]:
    """The command that gives up what these words must not have, then becomes them."""
    if os.name != "posix":
        return list(words)
    uid = str(user.uid) if user else "-"
    return [PYTHON, "-I", "-S", "-c", _LAUNCH, uid, json.dumps(LIMITS), *words]


def _environment(home: Path) -> dict[str, str]:
    kept = ("PATH", "SYSTEMROOT")  # the latter is Windows': without it there are no sockets
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "MALLOC_ARENA_MAX": "1",  # a thread's own arena would cost it 64 MiB of address space
    }


# The files of a sandbox

_SCRATCH = Path("/tmp")
_EXCHANGE = Path("/usr/local/share/nbgrader")
_SYSTEM = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"]
_SETTINGS = ["alternatives", "hosts", "java-*", "ld.so.cache", "nsswitch.conf"]
_WRITABLE = ["--perms", "1777", "--size", str(SCRATCH), "--tmpfs"]


def _files(program: Program) -> list[str]:
    """What bwrap has to be told: programs and what they need, and this package nowhere."""
    system = [*map(Path, _SYSTEM), *(Path(p) for name in _SETTINGS for p in glob(f"/etc/{name}"))]
    arguments = ["--proc", "/proc", "--dev", "/dev", *_WRITABLE, "/dev/shm"]
    arguments += ["--remount-ro", "/dev", *_WRITABLE, str(_SCRATCH)]
    homes = _homes(program.words[0])
    for path in [*system, *homes, *program.sees, *filter(None, [program.folder])]:
        if path.exists():
            arguments += _shown(path)
    for path in _hidden(homes):
        arguments += ["--tmpfs", str(path), "--remount-ro", str(path)]
    return [*arguments, "--remount-ro", "/"]


def _shown(path: Path) -> list[str]:
    if path.is_symlink() and path.parent == Path("/"):
        return ["--symlink", os.readlink(path), str(path)]
    arguments = []
    for folder in list(path.parents)[-2::-1]:
        if folder not in (_SCRATCH, Path("/usr")):
            arguments += ["--perms", "0755", "--dir", str(folder)]
    return [*arguments, "--ro-bind", str(path), str(path)]


def _found(words: Sequence[str]) -> list[str]:
    """The same command, but for a Python that is only pyenv's way to find one."""
    found = Path(shutil.which(words[0]) or words[0])
    is_shim = found.parent.name == "shims" and found.name.startswith("python")
    return [PYTHON if is_shim else words[0], *words[1:]]


def _homes(word: str) -> list[Path]:
    """Where our interpreter and a program are installed, as far as that is elsewhere."""
    homes = [Path(sys.base_prefix)]
    if found := shutil.which(word):
        homes += {_home(Path(found)), _home(Path(found).resolve())}
    return [home for home in homes if not any(home.is_relative_to(path) for path in _SYSTEM)]


def _home(path: Path) -> Path:
    """The folder of a program of which its own is the ``bin``; the program alone in one's own."""
    home = path.parent.parent
    shared = path.parent.name != "bin" or home == Path.home() or home.name == ".local"
    return path if shared else home


def _hidden(homes: Sequence[Path]) -> list[Path]:
    """This package, wherever it is installed, and what students have handed in to nbgrader."""
    roots = [Path("/usr"), Path("/usr/local"), *homes]
    copies = [path for root in roots for path in root.glob("lib/python3*/*-packages/guessnet")]
    return [path for path in (*copies, _PACKAGE, _EXCHANGE) if path.exists()]


# Which there are


def find(isolation: str) -> type[Sandbox]:
    """The best sandbox of this name, or with ``auto`` the best of all that work here.

    Raises `BadArgument` for an unknown name, `SandboxError` where there is none on this system.
    """
    named = [kind for kind in _KINDS if isolation in ("auto", kind.name)]
    if not named:
        names = ", ".join(dict.fromkeys(["auto", *(kind.name for kind in _KINDS)]))
        words = text("sandbox.unknown", name=printable(str(isolation)), names=names)
        raise BadArgument(words)
    for kind in named:
        if works(kind):  # type: ignore[arg-type]  # a class is hashable
            return kind
    raise SandboxError(text("sandbox.not-here", name=isolation))


_KINDS: tuple[type[Sandbox], ...] = (RootsBubblewrap, Bubblewrap, OwnUser, Apart)


@functools.cache
def works(kind: type[Sandbox]) -> bool:
    """Whether this kind of sandbox can be had here, found out by trying it."""
    if kind is Apart:
        return True
    if sys.platform != "linux" or (kind.for_root and os.geteuid() != 0):
        return False
    waits = [PYTHON, "-I", "-S", "-c", "import sys; sys.stdin.read()"]
    try:
        sandbox = kind(Program(waits, streams={"stdin": subprocess.PIPE}))
    except (OSError, SandboxError):
        return False
    assert sandbox.process.stdin
    try:
        sandbox.socket().close()
        visible = sights.open_sockets(sandbox.pids()) is not None
        sandbox.process.stdin.close()
        return visible and sandbox.process.wait(TIMEOUT) == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
    finally:
        sandbox.process.stdin.close()
        sandbox.end()
