"""``guessnet lessons``: the notebooks, handed out and opened; or how far somebody has come."""

import argparse
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.table import Table

from guessnet import texts
from guessnet.cli import values
from guessnet.lesson_files import hand_out
from guessnet.lesson_status import heading, lesson_status
from guessnet.texts import printable, text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        metavar="DIR",
        nargs="?",
        default="guessnet-lessons",
        help=text("help.lessons.folder"),
    )
    then = parser.add_mutually_exclusive_group()
    then.add_argument(
        "--no-open", dest="open", action="store_false", help=text("help.lessons.no-open")
    )
    then.add_argument("--status", action="store_true", help=text("help.lessons.status"))
    parser.add_argument("--lang", metavar="ko|en", type=values.lang, help=text("help.lessons.lang"))


def run(options: argparse.Namespace) -> int:
    """Copy the lessons to a folder and open them in JupyterLab, or show what has been done."""
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
    print(text("lessons.opening"))
    # Not as an argument: the address that JupyterLab prints would not lead to the index.
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    command.append("--LabApp.default_url=/lab/tree/index.ipynb")
    command.append("--LabApp.news_url=None")  # else a question about news covers the first lesson
    if os.name == "posix":
        if os.geteuid() == 0:
            command.append("--allow-root")
        sys.stdout.flush()
        os.execv(command[0], command)
    return subprocess.call(command)


def _status(folder: Path, lang: str) -> int:
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
