"""The ladder, and the life of a server in a background thread: built, started, stopped."""

import contextlib
import functools
import math
import socket
import sys
import threading
import time
import weakref
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple, Protocol, Self, cast

from guessnet import texts
from guessnet.errors import BadArgument, NotInExam, NotStarted, StopTimeout, UnknownStep
from guessnet.game import HIGHEST, LOWEST, Game
from guessnet.lingering import LINGER
from guessnet.sockets import Address, Listener, listen, written
from guessnet.texts import printable, text
from guessnet.threads import Place, interrupt, place, serving
from guessnet.trace import Event, Trace

GRACE = 0.5  #: seconds that games get to end by themselves when a server is stopped
LOOK = 0.05  #: seconds between two looks at the kernel, for a trace that wants to know
STUBBORN = 1.0  #: seconds after which code that was interrupted is given up


#: Each is called with a server that died of its `error`, in that server's thread; must not raise.
on_error: list[Callable[["Server"], object]] = []


class Serve(Protocol):
    """The one signature of a step: play the game with everybody who comes to the listener."""

    def __call__(self, listener: Listener, new_game: Callable[[], Game], /) -> object: ...


class Step(NamedTuple):
    """One step of the ladder."""

    number: int
    name: str

    @property
    def new(self) -> str:
        """What is new in it, in the language that `guessnet.use` set."""
        return text(f"step.{self.name}.new")

    @property
    def solves(self) -> str:
        """The problem that it solves."""
        return text(f"step.{self.name}.solves")

    @property
    def limit(self) -> str:
        """What is still wrong with it."""
        return text(f"step.{self.name}.limit")

    @property
    def module(self) -> str:
        return f"guessnet.steps.step{self.number}_{self.name}"

    @property
    def serve(self) -> Serve:
        """Its function; the step's module is loaded only now."""
        return cast(Serve, import_module(self.module).serve)

    @property
    def source(self) -> str:
        """The text of its file. Raises `NotInExam`."""
        import inspect

        if texts.in_exam():
            raise NotInExam(text("exam.no-source"))
        return inspect.getsource(import_module(self.module))

    def changes_from(self, other: "Step") -> str:
        """What differs between the file of another step and this one, as a unified diff."""
        import difflib

        before, after = (step.source.splitlines(keepends=True) for step in (other, self))
        return "".join(difflib.unified_diff(before, after, other.name, self.name))

    def build(self, **options: Any) -> "Server":
        """The same as `guessnet.build` with this step."""
        return build(self, **options)


LADDER = (
    Step(1, "blocking"),
    Step(2, "sequential"),
    Step(3, "threaded"),
    Step(4, "select"),
    Step(5, "buffered"),
    Step(6, "selectors"),
    Step(7, "coroutines"),
    Step(8, "asyncio"),
    Step(9, "reactor"),
)


def find_step(wanted: Step | str | int) -> Step:
    """The step with this name or number, or the step itself.

    Raises `UnknownStep`, which suggests a similar name.
    """
    if isinstance(wanted, Step):
        return wanted
    for step in LADDER:
        if str(wanted) in (step.name, str(step.number)):
            return step
    import difflib

    names = [step.name for step in LADDER]
    similar = difflib.get_close_matches(str(wanted), names, n=1, cutoff=0.5)
    raise UnknownStep(
        text("unknown-step.similar", name=printable(str(wanted)), similar=similar[0])
        if similar
        else text("unknown-step", name=printable(str(wanted)), names=", ".join(names))
    )


def build(
    step: Step | str | int | Callable[..., object],
    *,
    secret: int | None = None,
    lang: str | None = None,
    trace: Trace | Callable[[Event], object] | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    name: str | None = None,
    shares_port: bool = False,
    sock: socket.socket | None = None,
) -> "Server":
    """Make a server, ready to be started.

    Parameters
    ----------
    step
        A step of `LADDER`, its name or its number; or your own function ``serve(listener)`` or
        ``serve(listener, new_game)``. Raises `UnknownStep`.
    secret
        The number that every client has to guess; by default each client gets its own.
    lang
        The language of the replies; by default the one that `guessnet.use` set, else Korean.
    trace
        A `Trace`, or a function that is called with each `Event`.
    host, port
        Where to listen. Port 0 lets the system pick one that is free; see `Server.address`.
    name
        Starting a server stops the one that was started under the same name before.
    shares_port
        Whether servers in other processes may listen on the same port, as `guessnet.workers` wants
        it. Linux only.
    sock
        A socket that listens already, to be taken over in place of `host` and `port`. A server with
        one can be started only once.
    """
    if secret is not None and secret not in range(LOWEST, HIGHEST + 1):
        raise BadArgument(text("bad-secret", lowest=LOWEST, highest=HIGHEST))
    if not isinstance(step, Step) and not callable(step):
        step = find_step(step)
    if not isinstance(trace, Trace):
        trace = Trace(trace) if trace else Trace(sink=lambda event: None, kinds=())
    new_game = functools.partial(Game, secret, texts.known(lang or texts.language()))
    return Server(step, new_game, trace, host, port, name, shares_port, sock)


class Server:
    """A server in a background thread; make it with `build`.

    It ends when `stop` is called, or by itself when the step's function and every thread that it
    started have ended. It can be started again after that. As a context manager it is started and
    stopped.
    """

    def __init__(
        self,
        step: Step | Callable[..., object],
        new_game: Callable[[], Game],
        trace: Trace,
        host: str,
        port: int,
        name: str | None,
        shares_port: bool,
        sock: socket.socket | None,
    ) -> None:
        self.step = step
        self.name = name
        self.error: BaseException | None = None  #: what the step's function died of
        self._serve: Callable[..., object] = step.serve if isinstance(step, Step) else step
        self._takes_games = isinstance(step, Step) or _takes_two(step)
        self._new_game = new_game
        self._trace = trace
        self._host, self._port, self._sock = host, port, sock
        self._shares_port = shares_port
        self._address: Address | None = None
        self._listener: Listener | None = None
        self._thread: threading.Thread | None = None
        self._older: weakref.WeakSet[threading.Thread] = weakref.WeakSet()
        self._in_serve = False
        self._code_ended = threading.Event()
        self._code_ended.set()
        self._stopping = threading.Lock()

    @property
    def address(self) -> Address:
        """Host and port, as a client needs them. Raises `NotStarted` before the first start."""
        if self._address is None:
            raise NotStarted(text("not-started"))
        return self._address

    @property
    def running(self) -> bool:
        """Whether any code of the server still runs."""
        return not self._code_ended.is_set()

    def start(self) -> Self:
        """Open the door, then serve in a background thread; the address is valid at once.

        Raises `ListenError` when the port is taken, or the host is not this machine. Starting a
        running server does nothing.
        """
        if self.running:
            return self
        if self.name:
            if earlier := _named.get(self.name):
                earlier.stop()
            _named[self.name] = self
        raise_descriptor_limit()
        self.error = None
        door = self._sock or listen(self._host, self._port, self._shares_port)
        self._listener = Listener(door, self._trace, self._takes_games, self._shares_port)
        self._address = self._listener.address
        self._trace.begin(self._label, self._serve, self._listener.kernel_state)
        self._code_ended.clear()
        self._thread = threading.Thread(
            target=self._run, name=f"guessnet {self._label}", daemon=True
        )
        self._looking = threading.Thread(target=self._look, name="guessnet kernel", daemon=True)
        self._older = weakref.WeakSet([*threading.enumerate(), self._thread, self._looking])
        if "kernel" in self._trace.kinds:
            self._looking.start()
        self._thread.start()
        return self

    def stop(self, grace: float = GRACE) -> None:
        """End the server within a few seconds; nothing happens if it has ended already.

        Games get `grace` seconds to send what they owe; code that goes on for twice that after it
        is interrupted. Raises `StopTimeout`, which says where the code stands, if it cannot be made
        to end: a long ``time.sleep`` cannot be interrupted.
        """
        self._older.add(threading.current_thread())  # whoever stops it is none of its threads
        with self._stopping:
            if self._listener is None or self._thread is None:
                return
            began = time.monotonic()
            self._trace.release()
            self._listener.drain(grace)
            self._listener.knock()
            if not self._code_ended.wait(2 * grace):
                for thread in self.threads():
                    interrupt(thread)
            ended = self._code_ended.wait(STUBBORN)
            places = self.where()
            self._listener.close_all(max(0.1, grace - (time.monotonic() - began)))
            if not ended:
                raise StopTimeout(text("stop-timeout", where="; ".join(map(str, places))))
            self._thread.join()

    @property
    def forks(self) -> bool:
        """Whether child processes may be serving some of its clients."""
        return bool(self._listener and self._listener.shared)

    def join(self, timeout: float | None = None) -> bool:
        """Wait until the server has ended, at most `timeout` seconds; say whether it has."""
        if self._thread is None:
            return True
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def threads(self) -> list[threading.Thread]:
        """The serving thread while it is in the step's function, and those that were started."""
        if not (self._listener and self._thread):
            return []
        started = serving(self._listener, self._older)
        return [self._thread, *started] if self._in_serve else started

    def where(self) -> list[Place]:
        """Where its threads stand at this moment: for each, the line of the server's own code.

        The serving thread comes first. A thread that is in none of that code is left out.
        """
        places = [place(thread, self.own_globals) for thread in self.threads()]
        return [place for place in places if place]

    @property
    def own_globals(self) -> dict[str, Any] | None:
        """The globals of the module, or notebook, in which the step's function is written."""
        return getattr(self._serve, "__globals__", None)

    def narrow(self, size: int) -> None:
        """Let each client who comes from now on have so many bytes wait to be sent, at most.

        Then it is soon felt when one of them does not read. The system may round the size up.
        """
        if self._listener:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size)

    @property
    def connections(self) -> int:
        """How many connections it has accepted and not closed."""
        return self._listener.connections if self._listener else 0

    @property
    def refused(self) -> int:
        """How many newcomers it could not let in since it was started."""
        return self._listener.refused if self._listener else 0

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        at = f" at {written(self._address)}" if self._address else ""
        state = "" if self.running else ", ended" if self._address else ", not started"
        return f"<Server {self._label}{at}{state}>"

    @property
    def _label(self) -> str:
        if isinstance(self.step, Step):
            return self.step.name
        return getattr(self.step, "__name__", type(self.step).__name__)

    def _run(self) -> None:
        listener = self._listener
        assert listener

        def new_game() -> Game:  # whoever looks at the step's variables reads this name
            listener.game_begins()
            return self._new_game()

        arguments = (listener, new_game) if self._takes_games else (listener,)
        try:
            self._in_serve = True
            self._trace.watch_waits()
            self._serve(*arguments)
        except BaseException as error:
            if not listener.draining:
                self.error = error
                for tell in tuple(on_error):
                    tell(self)
        finally:
            sys.setprofile(None)
            self._trace.report("end", data=type(self.error).__name__ if self.error else None)
            self._in_serve = False
        while started := self.threads():  # a program, too, ends with the last of its threads
            started[0].join()
        listener.close()
        self._code_ended.set()
        if self._looking.is_alive():
            self._looking.join()
        listener.close_all(LINGER)

    def _look(self) -> None:
        while not self._code_ended.wait(LOOK):
            self._trace.look()


_named: weakref.WeakValueDictionary[str, Server] = weakref.WeakValueDictionary()


def _takes_two(function: Callable[..., object]) -> bool:
    """Whether `function` is a ``serve(listener, new_game)`` rather than a ``serve(listener)``."""
    import inspect

    try:
        inspect.signature(function).bind(None, None)
    except TypeError:
        return False
    return True


def raise_descriptor_limit() -> float:
    """Let this process open as many descriptors as it may: the usual soft limit is 1,024.

    Gives how many that are.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return math.inf
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):  # macOS can refuse its own "unlimited"
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return math.inf if soft == resource.RLIM_INFINITY else soft
