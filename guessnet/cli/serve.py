"""``guessnet serve``: a server of the game, until a signal comes."""

import argparse
import contextlib
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

from guessnet import texts
from guessnet.cli import values
from guessnet.game import Game
from guessnet.log import Log
from guessnet.server import Server, Step, build, raise_descriptor_limit
from guessnet.sockets import Listener, written
from guessnet.texts import printable, text
from guessnet.trace import Event, Trace

if TYPE_CHECKING:
    from guessnet.workers import Workers

DEFAULT_STEP = "reactor"
MAX_CLIENTS = 10_000  #: that the reactor lets in by itself
RESERVE = 16  #: descriptors that a process needs for other things than clients
GRACE = 2.0  #: seconds that replies have to go out when the server is stopped


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--step",
        metavar="NAME|N",
        type=values.step,
        default=DEFAULT_STEP,
        help=text("help.serve.step"),
    )
    parser.add_argument("--host", metavar="H", default="127.0.0.1", help=text("help.serve.host"))
    parser.add_argument(
        "--port",
        metavar="P",
        type=values.port,
        default=values.DEFAULT_PORT,
        help=text("help.serve.port"),
    )
    parser.add_argument(
        "--lang", metavar="ko|en", type=values.lang, default="ko", help=text("help.serve.lang")
    )
    parser.add_argument("--secret", metavar="N", type=values.secret, help=text("help.serve.secret"))
    parser.add_argument(
        "--max-clients", metavar="N", type=values.count, help=text("help.serve.max-clients")
    )
    parser.add_argument(
        "--idle-timeout", metavar="S", type=values.seconds, help=text("help.serve.idle-timeout")
    )
    parser.add_argument(
        "--workers", metavar="N", type=values.count, default=1, help=text("help.serve.workers")
    )
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument("-v", "--verbose", action="store_true", help=text("help.serve.verbose"))
    loudness.add_argument("-q", "--quiet", action="store_true", help=text("help.serve.quiet"))


def run(options: argparse.Namespace) -> int:
    """Serve the game until a signal comes, or the step ends by itself."""
    limited = options.max_clients is not None or options.idle_timeout is not None
    if limited and options.step.name != "reactor":
        print("guessnet:", text("serve.no-limits"), file=sys.stderr)
        return 2
    log = Log()
    if options.workers > 1:
        return _serve_together(options, log)

    def listening(server: Server) -> None:
        log.start(text("log.started", options.lang, address=written(server.address)))

    return _serve(options, log, listening, port=options.port)


def _serve(
    options: argparse.Namespace, log: Log, listening: Callable[[Server], object], **where: Any
) -> int:
    """Serve in this process; `listening` is called as soon as clients can come."""
    kinds = set() if options.quiet else {"accept", "close", "refuse"}
    if options.verbose:
        kinds.add("recv")
    server = build(
        _with_options(options, log),
        secret=options.secret,
        lang=options.lang,
        trace=Trace(lambda event: log.write(_log_line(event, options.lang)), kinds, details=False),
        host=options.host,
        **where,
    )
    signals = _Signals()
    try:
        server.start()
        listening(server)
        signals.wait_for(server)
        server.stop(GRACE)
        if server.refused:
            log.write(text("log.refused", options.lang, count=server.refused))
    finally:
        log.close(timeout=0.5)
    if server.error:
        print(f"guessnet: {server.error!r}", file=sys.stderr)
        return 1
    return 0


def _with_options(options: argparse.Namespace, log: Log) -> Step | Callable[..., object]:
    """The step; the reactor with its limits, and with -v the secrets are logged."""
    step: Step = options.step
    limits = _limits(options) if step.name == "reactor" else {}
    if not (limits or options.verbose):
        return step

    def serve(listener: Listener, new_game: Callable[[], Game]) -> None:
        def new_game_told() -> Game:
            game = new_game()
            log.write(text("log.secret", options.lang, secret=game.secret))
            return game

        step.serve(listener, new_game_told if options.verbose else new_game, **limits)

    return serve


def _limits(options: argparse.Namespace) -> dict[str, float]:
    """The reactor's limits, in each worker, where the user or the system has set others."""
    limits = {}
    room = raise_descriptor_limit() - RESERVE
    most = options.max_clients or min(MAX_CLIENTS, room * options.workers)
    share = max(1, most // options.workers)
    if share != MAX_CLIENTS:
        limits["max_clients"] = share
    if options.idle_timeout is not None:
        limits["idle_timeout"] = options.idle_timeout
    return limits


def _serve_together(options: argparse.Namespace, log: Log) -> int:
    """Serve in several processes."""
    from guessnet.workers import Workers

    def on_death(number: int, exit_code: int | None, pid: int | None) -> None:
        words = text("log.worker-died", options.lang, number=number, code=exit_code, pid=pid)
        log.write(words)

    workers = Workers(options.workers, options.host, options.port, _work, (options,), on_death)
    signals = _Signals()
    try:
        workers.start()
        address, pids = written((options.host, workers.port)), ", ".join(map(str, workers.pids))
        log.start(text("log.started-workers", options.lang, address=address, pids=pids))
        signals.wait_for(workers)
    finally:
        workers.stop()
        log.close(timeout=0.5)
    return 0


def _work(number: int, port: int, ready: Callable[[], object], options: argparse.Namespace) -> None:
    """What a worker does."""
    texts.use(texts.language_of_user())
    log = Log(f"[{number}] ")

    def listening(server: Server) -> None:
        ready()
        log.start()

    sys.exit(_serve(options, log, listening, port=port, shares_port=True))


class _Signalled(BaseException):
    """SIGINT or SIGTERM has come."""


class _Signals:
    """From now on the first SIGINT or SIGTERM ends a wait, and any further one does nothing.

    What a handler raises may come in the middle of anything, and leave a lock half taken. So it
    raises only while the server is waited for; a signal that comes sooner is remembered.
    """

    def __init__(self) -> None:
        self._came = self._waiting = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._handle)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self._came = True
        if self._waiting:
            self._waiting = False
            raise _Signalled

    def wait_for(self, server: "Server | Workers") -> None:
        """Wait until the server has ended, or a signal comes."""
        with contextlib.suppress(_Signalled):
            self._waiting = True
            # A signal that comes just before join() waits is noticed only after it (and Windows
            # never interrupts it), so it does not wait for long.
            while not self._came and not server.join(timeout=0.5):
                pass
            self._waiting = False


def _log_line(event: Event, lang: str) -> str:
    data = printable(event.data or "")
    return text(f"log.{event.kind}", lang, number=event.conn, data=data)
