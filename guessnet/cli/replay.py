"""``guessnet replay``: the failures of a report, shown again step by step."""

import argparse
import contextlib
import sys
from pathlib import Path

from guessnet import texts
from guessnet.cli import values
from guessnet.grading.replay import failures
from guessnet.texts import text

ON_ERROR = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("failure", metavar="FILE[#SCENARIO]", help=text("help.replay.failure"))
    parser.add_argument("--lang", metavar="ko|en", type=values.lang, help=text("help.replay.lang"))


def run(options: argparse.Namespace) -> int:
    """Show a failure again; on a terminal, the next line when Enter is pressed."""
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
