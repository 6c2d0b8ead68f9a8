"""``guessnet steps``: the ladder, one of its steps, or what differs between two."""

import argparse
import sys

from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table

from guessnet.cli import values
from guessnet.server import LADDER
from guessnet.texts import text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(metavar="show|diff")
    showing = commands.add_parser("show", help=text("help.steps.show"), allow_abbrev=False)
    showing.add_argument("step", metavar="NAME|N", type=values.step)
    showing.set_defaults(run=show)
    comparing = commands.add_parser("diff", help=text("help.steps.diff"), allow_abbrev=False)
    comparing.add_argument("before", metavar="A", type=values.step)
    comparing.add_argument("after", metavar="B", type=values.step)
    comparing.set_defaults(run=diff)


def run(options: argparse.Namespace) -> int:
    """List the ladder."""
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
    Console().print(Syntax(code, language, theme="ansi_dark", background_color="default"))
