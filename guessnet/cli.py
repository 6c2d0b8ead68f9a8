"""The command ``guessnet``.

A server has to be up quickly: what only the other commands need is imported by them.
"""

import argparse
import contextlib
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import guessnet
from guessnet import texts
from guessnet.errors import GuessnetError
from guessnet.game import HIGHEST, LOWEST, Game
from guessnet.log import Log
from guessnet.server import Server, Step, build, find_step, raise_descriptor_limit
from guessnet.sockets import Address, Listener, written
from guessnet.texts import printable, text
from guessnet.trace import Event, Trace

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from pathlib import Path

    from guessnet.grading.report import Report
    from guessnet.grading.subjects import Subject
    from guessnet.workers import Workers

DEFAULT_PORT = 50007
DEFAULT_STEP = "reactor"
MAX_CLIENTS = 10_000  #: that `guessnet serve` lets in, unless the system allows fewer descriptors
RESERVE = 16  #: descriptors that a process needs for other things than clients
GRACE = 2.0  #: seconds that replies have to go out when the server is stopped
CLUSTER_TIMEOUT = 10  #: seconds that a cluster has to answer


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; gives its exit code: 0 done, 1 failed, 2 not understood."""
    texts.use(texts.language_of_user())
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        options = _parser().parse_args(arguments)
        return options.command(options)  # type: ignore[no-any-return]
    except GuessnetError as error:
        print(f"guessnet: {error}", file=sys.stderr)
        return options.on_error  # type: ignore[no-any-return]
    except KeyboardInterrupt:
        return 130  # as a shell says it
    except BrokenPipeError:  # as behind ``| head -1``
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


# serve


def serve(options: argparse.Namespace) -> int:
    """Serve the game until a signal comes, or the step ends by itself."""
    if options.step.name != "reactor" and (options.max_clients, options.idle_timeout) != (
        None,
        None,
    ):
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


def _with_options(options: argparse.Namespace, log: Log) -> Callable[..., object]:
    """The step's function: the reactor with its limits, and with -v the secrets are logged."""
    step: Step = options.step
    limits = _limits(options) if step.name == "reactor" else {}

    def serve(listener: Listener, new_game: Callable[[], Game]) -> None:
        def new_game_told() -> Game:
            game = new_game()
            log.write(text("log.secret", options.lang, secret=game.secret))
            return game

        step.serve(listener, new_game_told if options.verbose else new_game, **limits)

    return serve


def _limits(options: argparse.Namespace) -> dict[str, float]:
    """The reactor's limits, where the user has set some or the system does; for each worker."""
    room = raise_descriptor_limit() - RESERVE
    most = options.max_clients or min(MAX_CLIENTS, room * options.workers)
    limits = {"max_clients": max(1, most // options.workers)}
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


# play


def play(options: argparse.Namespace) -> int:
    """Play one game in the terminal."""
    from guessnet.client import Client
    from guessnet.errors import ReplyTimeout
    from guessnet.game import REPLIES, Reply

    words = REPLIES[texts.language()]
    guesses = 0
    with Client(options.address, timeout=3) as client:
        print(text("play.welcome", address=written(options.address)))
        while True:
            try:
                guess = input(text("play.prompt")).strip()
                if not guess:
                    continue
                client.send(guess)
                reply = None
                while reply is None:
                    try:
                        reply = client.receive()
                    except ReplyTimeout:
                        print(text("play.waiting"))
            except (EOFError, KeyboardInterrupt):
                print()
                return 0
            guesses += 1
            print(words[reply] + (printable(guess) if reply is Reply.INVALID else ""))
            if reply is Reply.CORRECT:
                print(text("play.won", guesses=guesses))
            if reply in (Reply.CORRECT, Reply.QUIT):
                return 0


# steps


def steps(options: argparse.Namespace) -> int:
    """List the ladder."""
    from rich.console import Console
    from rich.table import Table

    from guessnet.server import LADDER

    table = Table()
    for column in ("number", "name", "new", "solves", "limit"):
        # Otherwise a Korean line that is full ends in "…" instead of its last character.
        table.add_column(text(f"steps.{column}"), overflow="fold")
    for step in LADDER:
        table.add_row(str(step.number), step.name, step.new, step.solves, step.limit)
    Console().print(table)
    return 0


def show(options: argparse.Namespace) -> int:
    """Print the source of one step."""
    _print_code(options.step.source, "python")
    return 0


def diff(options: argparse.Namespace) -> int:
    """Print what changes from one step to another."""
    _print_code(options.after.changes_from(options.before), "diff")
    return 0


def _print_code(code: str, language: str) -> None:
    if not sys.stdout.isatty():
        print(code, end="")
        return
    from rich.console import Console
    from rich.syntax import Syntax

    Console().print(Syntax(code, language, theme="ansi_dark", background_color="default"))


# lessons


def lessons(options: argparse.Namespace) -> int:
    """Copy the lessons to a folder and open them in JupyterLab, or show what has been done."""
    from importlib.util import find_spec
    from pathlib import Path

    from guessnet.lesson_files import hand_out

    folder = Path(options.folder).absolute()
    if options.status:
        return _status(folder, options.lang or texts.language())
    try:
        written_files, kept = hand_out(folder, options.lang or texts.language())
    except OSError as error:
        reason = f"{error.strerror}: {error.filename}"
        print("guessnet:", text("lessons.cannot-write", reason=printable(reason)), file=sys.stderr)
        return 1
    print(text("lessons.copied", count=len(written_files), folder=folder))
    if kept:
        print(text("lessons.kept", names=", ".join(kept)))
    if not options.open:
        return 0
    if not all(map(find_spec, ("jupyterlab", "ipywidgets", "anywidget"))):
        print("guessnet:", text("lessons.no-lab"), file=sys.stderr)
        return 1
    first = folder / "index.ipynb"
    command = [sys.executable, "-m", "jupyterlab", str(first)]
    if os.name == "posix":
        if os.geteuid() == 0:
            command.append("--allow-root")
        sys.stdout.flush()
        os.execv(command[0], command)
    import subprocess

    return subprocess.call(command)


def _status(folder: "Path", lang: str) -> int:
    from rich.console import Console
    from rich.table import Table

    from guessnet.lesson_status import heading, lesson_status

    if not any(folder.glob("*.ipynb")):
        print("guessnet:", text("lessons.none", lang, folder=folder), file=sys.stderr)
        return 1
    table = Table()
    for column in heading(lang):
        table.add_column(column, overflow="fold")
    for lesson in lesson_status(folder, lang):
        table.add_row(*lesson.row(lang))
    Console().print(table)
    return 0


# check


def check(options: argparse.Namespace) -> int:
    """Try somebody's server, and say what went wrong: 0 all passed, 1 not, 2 it cannot be tried."""
    from rich.console import Console

    from guessnet.exercises import find_exercise, report_of, scenarios_of
    from guessnet.grading.judge import judge

    lang = options.lang or texts.language()
    texts.use(lang)
    subject = _subject(options)
    exercise = find_exercise(options.exercise) if options.exercise else None
    scenarios = scenarios_of(exercise)
    checks = []
    with Console(stderr=True).status(text("check.running")) as status:
        for checked in judge(subject, scenarios):
            checks.append(checked)
            status.update(f"{text('check.running')} {len(checks)}/{len(scenarios)}")
    submission = options.file or options.cmd or written(options.connect)
    report = report_of(submission, checks, lang, exercise)
    Console(soft_wrap=not sys.stdout.isatty(), highlight=False).print(report.rich(options.hints))
    if any(checked.status == "error" for checked in checks):
        return 2
    return 0 if report.passed else 1


def _subject(options: argparse.Namespace) -> "Subject":
    from pathlib import Path

    from guessnet.grading.programs import Command, File
    from guessnet.grading.subjects import Remote

    if options.cmd:
        return Command(options.cmd)
    if options.connect:
        return Remote(options.connect)
    return File(Path(options.file))


# grade


def grade(options: argparse.Namespace) -> int:
    """Mark submissions: 0 done, 1 somebody has too few points, 2 it could not be done."""
    from guessnet.grading.formats import check_count, written_as

    texts.use(options.lang or texts.language())
    if options.format:
        check_count(options.format, len(options.paths or [options.cmd]))
    reports = _grade(options)
    with contextlib.ExitStack() as stack:
        file = sys.stdout
        if options.output:
            file = stack.enter_context(options.output.open("w", encoding="utf-8"))
        if options.format:
            file.write(written_as(options.format, reports))
        else:
            _print_reports(reports, file)
    if any(check.status == "error" for report in reports for check in report.checks):
        return 2
    return 1 if any(report.points < options.fail_under for report in reports) else 0


def _grade(options: argparse.Namespace) -> "list[Report]":
    """The reports, in the order in which the submissions were given."""
    from guessnet.grading.classroom import grade, grade_many

    if options.cmd:
        return [grade(cmd=options.cmd)]
    with _executor(options) as executor:
        reports = list(grade_many(options.paths, executor))
    return sorted(reports, key=lambda report: options.paths.index(report.submission))


@contextlib.contextmanager
def _executor(options: argparse.Namespace) -> "Iterator[Executor]":
    """The cluster that was asked for, or so many threads: each waits for processes of its own."""
    if not options.cluster:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(options.jobs) as threads:
            yield threads
        return
    try:
        from distributed import Client

        client = Client(options.cluster, timeout=CLUSTER_TIMEOUT)
    except ImportError as error:
        raise GuessnetError(text("grade.no-distributed")) from error
    except (OSError, ValueError) as error:
        address = printable(options.cluster)
        raise GuessnetError(text("grade.no-cluster", address=address)) from error
    with client:
        yield client.get_executor(pure=False)  # a file that has changed is marked again


def _print_reports(reports: "list[Report]", file: TextIO) -> None:
    """One report in full; of several, their points and what is most wrong with each."""
    from rich.console import Console
    from rich.table import Table

    console = Console(file=file, soft_wrap=not file.isatty(), highlight=False, markup=False)
    if len(reports) == 1:
        console.print(reports[0])
        return
    table = Table()
    for column in ("submission", "points", "mistake"):
        table.add_column(text(f"grade.{column}"), overflow="fold")
    for report in reports:
        points = f"{report.points:g}/{report.max_points:g}"
        table.add_row(printable(report.submission), points, report.summary())
    console.print(table)


# replay


def replay(options: argparse.Namespace) -> int:
    """Show a failure again; on a terminal, the next line when Enter is pressed."""
    from pathlib import Path

    from guessnet.grading.replay import failures

    lang = options.lang or texts.language()
    file, _, scenario = options.failure.partition("#")
    found = failures(Path(file), scenario)
    waits = sys.stdin.isatty() and sys.stdout.isatty()
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        for failed in found:
            for line in failed.steps(lang):
                if waits:
                    input(line)
                else:
                    print(line)
    return 0


# The command line itself


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, in the user's language."""

    def error(self, message: str) -> NoReturn:
        for pattern, key in _USAGE_ERRORS.items():
            if found := re.match(pattern, message):
                message = text(key, what=printable(", ".join(found.groups())))
        print(f"{self.prog}: {message.removeprefix('argument ')}", file=sys.stderr)
        sys.exit(2)


_USAGE_ERRORS = {
    r"unrecognized arguments: (.*)": "usage.unknown",
    r"argument \S+: invalid choice: '(.*?)'": "usage.unknown-command",
    r"argument (\S+): expected one argument": "usage.no-value",
    r"argument (\S+): ignored explicit argument": "usage.takes-no-value",
    r"argument (\S+): not allowed with argument (\S+)": "usage.conflict",
    r"the following arguments are required: (.*)": "usage.missing",
    r"one of the arguments (.*) is required": "usage.missing",
}


def _parser() -> _Parser:
    parser = _Parser(prog="guessnet", description=text("help"), allow_abbrev=False)
    parser.add_argument("--version", action="version", version=guessnet.__version__)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(
        name: str, function: Callable[[argparse.Namespace], int], on_error: int = 1
    ) -> _Parser:
        words = text(f"help.{name}")
        added = commands.add_parser(name, help=words, description=words, allow_abbrev=False)
        added.set_defaults(command=function, on_error=on_error)
        return added

    serving = command("serve", serve)
    serving.add_argument(
        "--step", metavar="NAME|N", type=_step, default=DEFAULT_STEP, help=text("help.serve.step")
    )
    serving.add_argument("--host", metavar="H", default="127.0.0.1", help=text("help.serve.host"))
    serving.add_argument(
        "--port", metavar="P", type=_port, default=DEFAULT_PORT, help=text("help.serve.port")
    )
    serving.add_argument(
        "--lang", metavar="ko|en", type=_lang, default="ko", help=text("help.serve.lang")
    )
    serving.add_argument("--secret", metavar="N", type=_secret, help=text("help.serve.secret"))
    serving.add_argument(
        "--max-clients", metavar="N", type=_count, help=text("help.serve.max-clients")
    )
    serving.add_argument(
        "--idle-timeout", metavar="S", type=_seconds, help=text("help.serve.idle-timeout")
    )
    serving.add_argument(
        "--workers", metavar="N", type=_count, default=1, help=text("help.serve.workers")
    )
    loudness = serving.add_mutually_exclusive_group()
    loudness.add_argument("-v", "--verbose", action="store_true", help=text("help.serve.verbose"))
    loudness.add_argument("-q", "--quiet", action="store_true", help=text("help.serve.quiet"))

    playing = command("play", play)
    playing.add_argument(
        "address",
        metavar="HOST[:PORT]",
        type=_address,
        nargs="?",
        default=f"127.0.0.1:{DEFAULT_PORT}",
        help=text("help.play.address"),
    )

    ladder = command("steps", steps).add_subparsers(metavar="show|diff")
    showing = ladder.add_parser("show", help=text("help.steps.show"), allow_abbrev=False)
    showing.add_argument("step", metavar="NAME|N", type=_step)
    showing.set_defaults(command=show)
    comparing = ladder.add_parser("diff", help=text("help.steps.diff"), allow_abbrev=False)
    comparing.add_argument("before", metavar="A", type=_step)
    comparing.add_argument("after", metavar="B", type=_step)
    comparing.set_defaults(command=diff)

    teaching = command("lessons", lessons)
    teaching.add_argument(
        "folder",
        metavar="DIR",
        nargs="?",
        default="guessnet-lessons",
        help=text("help.lessons.folder"),
    )
    then = teaching.add_mutually_exclusive_group()
    then.add_argument(
        "--no-open", dest="open", action="store_false", help=text("help.lessons.no-open")
    )
    then.add_argument("--status", action="store_true", help=text("help.lessons.status"))
    teaching.add_argument("--lang", metavar="ko|en", type=_lang, help=text("help.lessons.lang"))

    checking = command("check", check, on_error=2)
    subject = checking.add_mutually_exclusive_group(required=True)
    subject.add_argument("file", metavar="FILE.py", nargs="?", help=text("help.check.file"))
    subject.add_argument("--cmd", metavar="COMMAND", help=text("help.check.cmd"))
    subject.add_argument(
        "--connect", metavar="HOST:PORT", type=_address, help=text("help.check.connect")
    )
    checking.add_argument("--exercise", metavar="NN", help=text("help.check.exercise"))
    checking.add_argument(
        "--hints",
        metavar="N",
        type=int,
        choices=(1, 2, 3),
        default=1,
        help=text("help.check.hints"),
    )
    checking.add_argument("--lang", metavar="ko|en", type=_lang, help=text("help.check.lang"))

    marking = command("grade", grade, on_error=2)
    marked = marking.add_mutually_exclusive_group(required=True)
    marked.add_argument(
        "paths", metavar="PATH", nargs="*", default=[], help=text("help.grade.path")
    )
    marked.add_argument("--cmd", metavar="COMMAND", help=text("help.check.cmd"))
    marking.add_argument(
        "--format",
        metavar="json|junit|gradescope|nbgrader|otter",
        type=_format,
        help=text("help.grade.format"),
    )
    marking.add_argument(
        "-o", dest="output", metavar="FILE", type=_new_file, help=text("help.grade.output")
    )
    where = marking.add_mutually_exclusive_group()
    where.add_argument(
        "--jobs", metavar="N", type=_jobs, default=os.cpu_count(), help=text("help.grade.jobs")
    )
    where.add_argument("--cluster", metavar="ADDRESS", help=text("help.grade.cluster"))
    marking.add_argument(
        "--fail-under", metavar="P", type=_points, default=0, help=text("help.grade.fail-under")
    )
    marking.add_argument("--lang", metavar="ko|en", type=_lang, help=text("help.check.lang"))

    replaying = command("replay", replay, on_error=2)
    replaying.add_argument("failure", metavar="FILE[#SCENARIO]", help=text("help.replay.failure"))
    replaying.add_argument("--lang", metavar="ko|en", type=_lang, help=text("help.replay.lang"))
    return parser


# What the options take. An ArgumentTypeError becomes an error of the command line.


def _step(wanted: str) -> Step:
    try:
        return find_step(wanted)
    except GuessnetError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _lang(wanted: str) -> str:
    try:
        return texts.known(wanted)
    except GuessnetError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _port(wanted: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", wanted) or int(wanted) > 65535:
        raise argparse.ArgumentTypeError(text("bad-port", port=printable(wanted)))
    return int(wanted)


def _secret(wanted: str) -> int:
    if wanted not in map(str, range(LOWEST, HIGHEST + 1)):
        raise argparse.ArgumentTypeError(text("bad-secret", lowest=LOWEST, highest=HIGHEST))
    return int(wanted)


def _count(wanted: str) -> int:
    if not re.fullmatch("[0-9]{1,7}", wanted) or int(wanted) == 0:
        raise argparse.ArgumentTypeError(text("bad-count", count=printable(wanted)))
    return int(wanted)


def _seconds(wanted: str) -> float:
    if not re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,3})?", wanted):
        raise argparse.ArgumentTypeError(text("bad-seconds", seconds=printable(wanted)))
    return float(wanted)


def _address(wanted: str) -> Address:
    """``HOST``, ``HOST:PORT``, ``[::1]`` or ``[::1]:PORT``."""
    found = re.fullmatch(r"(\[(?P<v6>.*)\]|(?P<host>[^:]*))(:(?P<port>[^:]*))?", wanted)
    if not found:
        raise argparse.ArgumentTypeError(text("bad-address", address=printable(wanted)))
    return found["v6"] or found["host"] or "127.0.0.1", _port(found["port"] or str(DEFAULT_PORT))


def _format(wanted: str) -> str:
    from guessnet.grading.formats import FORMATS

    if wanted not in FORMATS:
        names = ", ".join(FORMATS)
        raise argparse.ArgumentTypeError(
            text("grade.no-format", format=printable(wanted), names=names)
        )
    return wanted


def _new_file(wanted: str) -> "Path":
    """A file that can be written: better found out before hours of work than after them."""
    from pathlib import Path

    try:
        with open(wanted, "a"):
            pass
    except OSError as error:
        reason = printable(f"{error.strerror}: {wanted}")
        raise argparse.ArgumentTypeError(text("grade.cannot-write", reason=reason)) from error
    return Path(wanted)


def _jobs(wanted: str) -> int:
    if not re.fullmatch("[1-9][0-9]{0,3}", wanted):
        raise argparse.ArgumentTypeError(text("grade.bad-count", count=printable(wanted)))
    return int(wanted)


def _points(wanted: str) -> float:
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]+)?", wanted):
        raise argparse.ArgumentTypeError(text("grade.bad-points", points=printable(wanted)))
    return float(wanted)
