"""The command ``guessnet``: each of its commands has a module here, loaded when it is called.

A server has to be up quickly: what only the other commands need is not even looked at for it.
"""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import guessnet
from guessnet import texts
from guessnet.errors import GuessnetError
from guessnet.texts import printable, text

COMMANDS = ("serve", "play", "steps", "lessons", "check", "grade", "replay", "course", "bench")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; gives its exit code: 0 done, 1 failed, 2 not understood."""
    texts.use(texts.language_of_user())
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    words = sys.argv[1:] if arguments is None else arguments
    try:
        options = parser_for(words).parse_args(words)
        return options.run(options)  # type: ignore[no-any-return]
    except GuessnetError as error:
        print(f"guessnet: {error}", file=sys.stderr)
        return options.on_error  # type: ignore[no-any-return]
    except KeyboardInterrupt:
        return 130  # as a shell says it
    except BrokenPipeError:  # as behind ``| head -1``
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def parser_for(words: Sequence[str]) -> argparse.ArgumentParser:
    """A parser that knows the names of all commands, and the options of the one that is called."""
    form: Any = {"formatter_class": _formatter, "allow_abbrev": False}
    parser = _Parser(prog="guessnet", description=text("help"), **form)
    parser.add_argument("--version", action="version", version=guessnet.__version__)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    called = next((word for word in words if word in COMMANDS), None)
    for name in COMMANDS:
        about = text(f"help.{name}")
        command = commands.add_parser(name, help=about, description=about, **form)
        if name == called:
            module = import_module(f"{__name__}.{name}")
            module.add_arguments(command)
            command.set_defaults(run=module.run, on_error=getattr(module, "ON_ERROR", 1))
    return parser


def _formatter(prog: str) -> argparse.HelpFormatter:
    """What argparse has by default. To ask how wide it may be, that would load all of shutil."""
    try:
        width = os.get_terminal_size().columns
    except OSError:
        width = 80
    return argparse.HelpFormatter(prog, width=width - 2)


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
