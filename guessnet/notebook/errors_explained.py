"""The error dictionary: what the errors of sockets mean, in the learner's language.

After ``%load_ext guessnet.notebook`` an error that is in the dictionary is explained wherever it is
raised: in a cell, in a thread, or in a server that runs the learner's own function. Its traceback
is folded away, and every other error is shown as ever.
"""

import asyncio
import contextlib
import errno
import html
import re
import socket
import sys
import threading
import traceback
from collections import deque
from dataclasses import dataclass
from itertools import chain, islice
from types import TracebackType
from typing import Any

from IPython.display import display

from guessnet import server as servers
from guessnet import texts
from guessnet.errors import GuessnetError
from guessnet.notebook.parts import style
from guessnet.notebook.rich import plain, rich
from guessnet.server import Server
from guessnet.texts import printable, text

MAX_PENDING = 16  #: explanations that wait to be shown; of more, the oldest are left out
MAX_LOOKED_AT = 100  #: items of a collection among which a socket is looked for
MAX_LINE = 500  #: characters of an error's message

_STYLE = f"<style>{style('errors_explained')}</style>"
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Entry:
    """Which errors one entry of the dictionary is about.

    Parameters
    ----------
    key
        The words are the texts ``error.<key>.means``, ``.cause`` and ``.mend``.
    lesson
        The number of the lesson that teaches more about it.
    kind
        The class of the exception.
    numbers
        For OSError: what `errno` or, on Windows, `winerror` may be.
    message
        What its message begins with, as a regular expression, as an alternative to `numbers`.
    vague
        Other things than sockets can raise it, too. Then one has to be in sight of the code.
    """

    key: str
    lesson: str
    kind: type[Exception]
    numbers: frozenset[int] = frozenset()
    message: str = ""
    vague: bool = False

    def is_about(self, error: BaseException) -> bool:
        if not isinstance(error, self.kind) or getattr(error, "filename", None) is not None:
            return False
        return self._fits(error) and not (self.vague and not _socket_in_sight(error))

    def _fits(self, error: BaseException) -> bool:
        if self.kind is KeyError:
            return isinstance(error.args[0] if error.args else None, socket.socket)
        if not (self.numbers or self.message):
            return True
        if {getattr(error, "errno", None), getattr(error, "winerror", None)} & self.numbers:
            return True
        return bool(self.message) and re.match(self.message, str(error)) is not None


def _numbers(*names: str) -> frozenset[int]:
    """Error numbers, by their POSIX names; those of Windows are known everywhere."""
    ours = {getattr(errno, name) for name in names if hasattr(errno, name)}
    return frozenset(ours | {_WINDOWS[name] for name in names if name in _WINDOWS})


_WINDOWS = {
    "EACCES": 10013,
    "EMFILE": 10024,
    "EWOULDBLOCK": 10035,
    "EINPROGRESS": 10036,
    "ENOTSOCK": 10038,
    "EADDRINUSE": 10048,
    "EADDRNOTAVAIL": 10049,
    "ECONNABORTED": 10053,
    "ECONNRESET": 10054,
    "ENOTCONN": 10057,
    "ESHUTDOWN": 10058,
    "ETIMEDOUT": 10060,
    "ECONNREFUSED": 10061,
}

DICTIONARY = (
    Entry("unknown-host", "00", socket.gaierror),  # first: its numbers have another meaning
    Entry("refused", "00", OSError, _numbers("ECONNREFUSED")),
    Entry("not-our-address", "00", OSError, _numbers("EADDRNOTAVAIL")),
    Entry("forbidden", "00", OSError, _numbers("EACCES"), vague=True),
    Entry("not-connected", "00", OSError, _numbers("ENOTCONN")),
    Entry("text-sent", "00", TypeError, message="a bytes-like object is required", vague=True),
    Entry("address-in-use", "01", OSError, _numbers("EADDRINUSE")),
    Entry("reset", "01", OSError, _numbers("ECONNRESET", "ECONNABORTED")),
    Entry("broken-pipe", "01", OSError, _numbers("EPIPE", "ESHUTDOWN"), vague=True),
    Entry("empty-number", "01", ValueError, message=r"invalid literal for int\(\).*: b?''$"),
    Entry("timed-out", "02", OSError, _numbers("ETIMEDOUT"), message="timed out$"),
    Entry("unknown-socket", "04", KeyError),
    Entry("closed-socket", "04", OSError, _numbers("EBADF", "ENOTSOCK"), vague=True),
    Entry("closed-in-select", "04", ValueError, message="file descriptor cannot be a negative"),
    Entry("removed-twice", "04", ValueError, message=r"\w+\.remove\(x\): ", vague=True),
    Entry("half-character", "05", UnicodeDecodeError, vague=True),
    Entry(
        "would-block",
        "07",
        OSError,
        _numbers("EAGAIN", "EWOULDBLOCK", "EINPROGRESS"),
        vague=True,
    ),
    Entry("too-many-files", "09", OSError, _numbers("EMFILE", "ENFILE"), vague=True),
    Entry(
        "fd-setsize",
        "09",
        ValueError,
        message=r"(filedescriptor out of range|too many file descriptors) in select",
    ),
)


def find(error: BaseException | None) -> Entry | None:
    """The entry about an error; about its cause if guessnet itself reports it."""
    while isinstance(error, GuessnetError) and error.__cause__:
        error = error.__cause__
    if error is None:
        return None
    return next((entry for entry in DICTIONARY if entry.is_about(error)), None)


def _socket_in_sight(error: BaseException) -> bool:
    """Whether a variable of the code that raised it is a socket, or a collection with one."""
    if error.__traceback__ is None:
        return True  # nobody can tell
    return any(
        _has_socket(value)
        for frame, _ in traceback.walk_tb(error.__traceback__)
        for value in list(frame.f_locals.values())
    )


def _has_socket(value: object) -> bool:
    if isinstance(value, socket.socket):
        return True
    if not isinstance(value, list | tuple | set | dict):
        return False
    with contextlib.suppress(RuntimeError):  # another thread has changed it
        items = chain(value, value.values()) if isinstance(value, dict) else value
        return any(isinstance(item, socket.socket) for item in islice(items, MAX_LOOKED_AT))
    return False


class Explanation:
    """What the dictionary says about an error; shown as HTML or as text.

    It holds words only, so that it keeps no socket of a failed server open.

    Parameters
    ----------
    error
        Raised or not; None means that there was none.
    where
        Where it was raised, if not in a cell: a sentence.
    trace
        Its traceback; by default as Python writes it.
    whole
        Whether the traceback belongs to the text form, too.
    """

    def __init__(
        self,
        error: BaseException | None,
        where: str = "",
        trace: str | None = None,
        *,
        whole: bool = False,
    ) -> None:
        self._lang = texts.language()
        entry = find(error)
        self.key = entry.key if entry else None  #: of the entry; None if there is none
        self._lesson = entry.lesson if entry else ""
        self.where = where
        self.line = _line(error) if error else ""  #: the error's own message
        if trace is None:
            trace = "".join(traceback.format_exception(error)) if error else ""
        lines = _ANSI.sub("", trace).rstrip().splitlines()
        self._trace = "\n".join(map(printable, lines)) if len(lines) > 1 else ""
        self._whole = whole

    @property
    def parts(self) -> list[tuple[str, str]]:
        """Headings and what stands below them."""
        if not self.key:
            return []
        return [
            (text(f"errors.{part}", self._lang), text(f"error.{self.key}.{part}", self._lang))
            for part in ("means", "cause", "mend")
        ]

    @property
    def _last(self) -> str:
        if self.key:
            return text("errors.lesson", self._lang, lesson=self._lesson)
        return text("errors.unknown" if self.line else "errors.none", self._lang)

    def __repr__(self) -> str:
        lines = [line for line in (self.where, self.line) if line]
        for heading, words in self.parts:
            lines += ["", heading, f"  {plain(words)}"]
        lines += ["", self._last] if lines else [self._last]
        if self._whole and self._trace:
            lines += ["", f"{text('errors.traceback', self._lang)}:", self._trace]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        where = f"<p>{html.escape(self.where)}</p>" if self.where else ""
        line = f'<p class="gn-error-line">{html.escape(self.line)}</p>' if self.line else ""
        parts = "".join(
            f"<dt>{heading}</dt><dd>{rich(words)}</dd>" for heading, words in self.parts
        )
        trace = ""
        if self._trace:
            trace = (
                f"<details><summary>{text('errors.traceback', self._lang)}</summary>"
                f"<pre>{html.escape(self._trace)}</pre></details>"
            )
        return (
            f'{_STYLE}<section class="gn-error" aria-label="{text("errors.title", self._lang)}">'
            f"{where}{line}<dl>{parts}</dl><p>{self._last}</p>{trace}</section>"
        )


def explain(error: BaseException | None) -> Explanation:
    """What an error means, its usual cause, and how to mend it.

    >>> explain(server.error)
    """
    return Explanation(error)


def _line(error: BaseException) -> str:
    lines = traceback.format_exception_only(error)[-1].strip()
    shown = printable(lines)
    return shown if len(shown) <= MAX_LINE else shown[:MAX_LINE] + "…"


class Explaining:
    """What the extension puts in place in one IPython shell, and takes away again."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._pending: deque[Explanation] = deque(maxlen=MAX_PENDING)
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:  # IPython in a terminal: shown after the next cell
            self._loop = None
        self._earlier = shell.custom_exceptions, shell.CustomTB
        kinds = tuple({entry.kind for entry in DICTIONARY} | {GuessnetError})
        shell.set_custom_exc((*kinds, *shell.custom_exceptions), self._cell_failed)
        self._handler = shell.CustomTB
        self._earlier_hook = threading.excepthook
        threading.excepthook = self._thread_failed
        servers.on_error.append(self._server_failed)
        shell.events.register("post_run_cell", self._show_pending)
        self._loaded = True

    def unload(self) -> None:
        """Make everything as it was, except where somebody else has taken our place since."""
        self._loaded = False
        if self._shell.CustomTB is self._handler:
            self._shell.custom_exceptions, self._shell.CustomTB = self._earlier
        if threading.excepthook == self._thread_failed:
            threading.excepthook = self._earlier_hook
        servers.on_error.remove(self._server_failed)
        self._shell.events.unregister("post_run_cell", self._show_pending)

    def _cell_failed(
        self,
        shell: Any,
        kind: type[BaseException],
        error: BaseException,
        tb: TracebackType,
        tb_offset: int | None = None,
    ) -> Any:
        # With %pdb on, the debugger comes with the ordinary traceback.
        if not self._loaded or shell.call_pdb or not find(error):
            earlier_kinds, earlier_handler = self._earlier
            if isinstance(error, earlier_kinds):
                return earlier_handler(kind, error, tb, tb_offset)
            shell.showtraceback((kind, error, tb), tb_offset=tb_offset, running_compiled_code=True)
            return None
        sys.last_type, sys.last_value, sys.last_traceback = kind, error, tb  # for %tb and %debug
        full = shell.InteractiveTB.structured_traceback(kind, error, tb, tb_offset=tb_offset)
        # Still an error to whoever reads the notebook or its messages, only a short one.
        shell._showtraceback(kind, error, shell.InteractiveTB.get_exception_only(kind, error))
        shell._last_traceback = full
        explanation = Explanation(error, trace=shell.InteractiveTB.stb2text(full), whole=True)
        explanation.line = ""  # it has just been shown
        display(explanation)  # type: ignore[no-untyped-call]
        return None

    # In any thread

    def _thread_failed(self, args: threading.ExceptHookArgs) -> None:
        if not self._loaded or not find(args.exc_value):
            self._earlier_hook(args)
            return
        name = printable(args.thread.name if args.thread else "?")
        self._show_soon(
            Explanation(args.exc_value, text("errors.in-thread", thread=name), whole=True)
        )

    def _server_failed(self, server: Server) -> None:
        # Drafts and steps die because a lesson wants them to, and says so itself.
        if getattr(server.step, "__module__", None) == "__main__" and find(server.error):
            name = printable(f"{getattr(server.step, '__name__', server.step)}()")
            where = text("errors.in-server", server=name)
            self._show_soon(Explanation(server.error, where, whole=True))

    def _show_soon(self, explanation: Explanation) -> None:
        self._pending.append(explanation)
        if self._loop:
            with contextlib.suppress(RuntimeError):  # the kernel is about to end
                self._loop.call_soon_threadsafe(self._show_pending)

    # In the kernel's own thread

    def _show_pending(self, *_: object) -> None:
        shown = set()
        while self._pending:
            explanation = self._pending.popleft()
            if (what := (explanation.key, explanation.where)) not in shown:
                shown.add(what)
                display(explanation)  # type: ignore[no-untyped-call]


_explaining: dict[int, Explaining] = {}  # by the id of the shell, which outlives the extension


def load(shell: Any) -> None:
    """Begin to explain errors in this shell."""
    if id(shell) not in _explaining:
        _explaining[id(shell)] = Explaining(shell)


def unload(shell: Any) -> None:
    """End it, and leave everything as it was."""
    if explaining := _explaining.pop(id(shell), None):
        explaining.unload()
