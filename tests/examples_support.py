"""What a page tells its readers to type."""

import contextlib
import re
import shlex
import tempfile

from guessnet import cli


def blocks(page, language):
    """The blocks of code of a page in Markdown that are in this language."""
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


def commands_in_passing(page):
    """The commands of guessnet that a page mentions, without their first word."""
    return re.findall(r"(?:`|^)guessnet ((?:[a-z]+|--)[^`\n]*)", page, re.MULTILINE)


def is_understood(command):
    """Whether guessnet understands a command; a name alone stands for the command itself."""
    words = shlex.split(command)
    if len(words) == 1 and words[0] in cli.COMMANDS:
        return True
    # Somewhere else: a file that is to be written is tried out at once.
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        try:
            cli.parser_for(words).parse_args(words)
        except SystemExit as stop:  # ``--help`` as well
            return stop.code == 0
    return True
