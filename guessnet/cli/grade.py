"""``guessnet grade``: submissions are marked, apart from the judge."""

import argparse
import contextlib
import os
import re
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import TextIO

from guessnet import texts
from guessnet.cli import values
from guessnet.errors import GuessnetError
from guessnet.grading.classroom import grade, grade_many
from guessnet.grading.formats import FORMATS, check_count, written_as
from guessnet.grading.report import Report
from guessnet.texts import printable, text

CLUSTER_TIMEOUT = 10  #: seconds that a cluster has to answer
ON_ERROR = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    marked = parser.add_mutually_exclusive_group(required=True)
    marked.add_argument(
        "paths", metavar="PATH", nargs="*", default=[], help=text("help.grade.path")
    )
    marked.add_argument("--cmd", metavar="COMMAND", help=text("help.check.cmd"))
    parser.add_argument(
        "--format",
        metavar="json|junit|csv|gradescope|nbgrader|otter",
        type=_format,
        help=text("help.grade.format"),
    )
    parser.add_argument(
        "-o", dest="output", metavar="FILE", type=values.new_file, help=text("help.grade.output")
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--jobs",
        metavar="N",
        type=values.count,
        default=os.cpu_count(),
        help=text("help.grade.jobs"),
    )
    where.add_argument("--cluster", metavar="ADDRESS", help=text("help.grade.cluster"))
    parser.add_argument(
        "--fail-under", metavar="P", type=_points, default=0, help=text("help.grade.fail-under")
    )
    parser.add_argument("--lang", metavar="ko|en", type=values.lang, help=text("help.check.lang"))


def run(options: argparse.Namespace) -> int:
    """Mark submissions: 0 done, 1 somebody has too few points, 2 it could not be done."""
    texts.use(options.lang or texts.language())
    if options.format:
        check_count(options.format, len(options.paths or [options.cmd]))
    reports = _grade(options)
    with contextlib.ExitStack() as stack:
        file = sys.stdout
        if options.output:
            file = stack.enter_context(open(options.output, "w", encoding="utf-8"))
        if options.format:
            file.write(written_as(options.format, reports))
        else:
            _print_reports(reports, file)
    if unmarked := [printable(report.submission) for report in reports if not report.marked]:
        if options.output:  # where nobody sees it otherwise
            names = ", ".join(unmarked)
            words = text("grade.not-marked", names=names, file=printable(options.output))
            print("guessnet:", words, file=sys.stderr)
        return 2
    return 1 if any(report.points < options.fail_under for report in reports) else 0


def _grade(options: argparse.Namespace) -> list[Report]:
    """The reports, in the order in which the submissions were given."""
    if options.cmd:
        return [grade(cmd=options.cmd)]
    with _executor(options) as executor:
        reports = list(grade_many(options.paths, executor))
    return sorted(reports, key=lambda report: options.paths.index(report.submission))


@contextlib.contextmanager
def _executor(options: argparse.Namespace) -> Iterator[Executor]:
    """The cluster that was asked for, or so many threads: each waits for processes of its own."""
    if not options.cluster:
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


def _print_reports(reports: list[Report], file: TextIO) -> None:
    """One report in full; of several, their points and what is most wrong with each."""
    from rich.console import Console  # other programs' formats do without it
    from rich.table import Table

    console = Console(file=file, soft_wrap=not file.isatty(), highlight=False, markup=False)
    if len(reports) == 1:
        console.print(reports[0])
        return
    table = Table()
    for column in ("submission", "points", "mistake"):
        table.add_column(text(f"grade.{column}"), overflow="fold")
    for report in reports:
        points = f"{report.points:g}" if report.marked else "–"
        points += f"/{report.max_points:g}"
        table.add_row(printable(report.submission), points, report.summary())
    console.print(table)


def _format(wanted: str) -> str:
    if wanted not in FORMATS:
        names = ", ".join(FORMATS)
        raise argparse.ArgumentTypeError(
            text("grade.no-format", format=printable(wanted), names=names)
        )
    return wanted


def _points(wanted: str) -> float:
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]+)?", wanted):
        raise argparse.ArgumentTypeError(text("grade.bad-points", points=printable(wanted)))
    return float(wanted)
