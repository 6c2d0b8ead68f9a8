"""``guessnet check``: somebody's server is tried, for practice."""

import argparse
import sys
from pathlib import Path

from rich.console import Console

from guessnet import texts
from guessnet.cli import values
from guessnet.exercises import find_exercise, report_of, scenarios_of
from guessnet.grading.judge import judge
from guessnet.grading.programs import Command, File
from guessnet.grading.subjects import Remote, Subject
from guessnet.sockets import written
from guessnet.texts import text

ON_ERROR = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    subject = parser.add_mutually_exclusive_group(required=True)
    subject.add_argument("file", metavar="FILE.py", nargs="?", help=text("help.check.file"))
    subject.add_argument("--cmd", metavar="COMMAND", help=text("help.check.cmd"))
    subject.add_argument(
        "--connect", metavar="HOST:PORT", type=values.address, help=text("help.check.connect")
    )
    parser.add_argument("--exercise", metavar="NN", help=text("help.check.exercise"))
    parser.add_argument(
        "--hints",
        metavar="N",
        type=int,
        choices=(1, 2, 3),
        default=1,
        help=text("help.check.hints"),
    )
    parser.add_argument("--lang", metavar="ko|en", type=values.lang, help=text("help.check.lang"))


def run(options: argparse.Namespace) -> int:
    """Try somebody's server, and say what went wrong: 0 all passed, 1 not, 2 it cannot be tried."""
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


def _subject(options: argparse.Namespace) -> Subject:
    if options.cmd:
        return Command(options.cmd)
    if options.connect:
        return Remote(options.connect)
    return File(Path(options.file))
