"""``guessnet course``: all that it takes to collect servers and to mark them."""

import argparse
import sys
from pathlib import Path

from guessnet import course, texts
from guessnet.cli import values
from guessnet.texts import printable, text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help=text("help.course.folder"))
    parser.add_argument(
        "--for",
        dest="tool",
        metavar="|".join(course.TOOLS),
        type=_tool,
        required=True,
        help=text("help.course.for"),
    )
    parser.add_argument("--exam", action="store_true", help=text("help.course.exam"))
    parser.add_argument("--lang", metavar="ko|en", type=values.lang, help=text("help.course.lang"))


def run(options: argparse.Namespace) -> int:
    """Write a course, and say what to read first."""
    folder = Path(options.folder).absolute()
    lang = options.lang or texts.language()
    try:
        names = course.write(folder, options.tool, lang, options.exam)
    except OSError as error:
        reason = f"{error.strerror}: {error.filename}"
        print("guessnet:", text("lessons.cannot-write", reason=printable(reason)), file=sys.stderr)
        return 1
    print(text("course.written", folder=folder, names=", ".join(names)))
    if options.exam:
        print(text("course.written.exam"))
    return 0


def _tool(wanted: str) -> str:
    if wanted not in course.TOOLS:
        words = text("course.no-tool", tool=printable(wanted), names=", ".join(course.TOOLS))
        raise argparse.ArgumentTypeError(words)
    return wanted
