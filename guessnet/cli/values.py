"""What the options of the commands take. An ArgumentTypeError becomes an error of usage."""

import argparse
import re
from collections.abc import Callable
from typing import TypeVar

from guessnet import texts
from guessnet.errors import GuessnetError
from guessnet.game import HIGHEST, LOWEST
from guessnet.server import Step, find_step
from guessnet.sockets import Address
from guessnet.texts import printable, text

DEFAULT_PORT = 50007

Value = TypeVar("Value")


def found_by(find: Callable[[str], Value], wanted: str) -> Value:
    """What is found by this word; where that is an error of ours, it is one of usage."""
    try:
        return find(wanted)
    except GuessnetError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def step(wanted: str) -> Step:
    return found_by(find_step, wanted)


def lang(wanted: str) -> str:
    return found_by(texts.known, wanted)


def port(wanted: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", wanted) or int(wanted) > 65535:
        raise argparse.ArgumentTypeError(text("bad-port", port=printable(wanted)))
    return int(wanted)


def secret(wanted: str) -> int:
    if wanted not in map(str, range(LOWEST, HIGHEST + 1)):
        raise argparse.ArgumentTypeError(text("bad-secret", lowest=LOWEST, highest=HIGHEST))
    return int(wanted)


def count(wanted: str) -> int:
    if not re.fullmatch("[0-9]{1,7}", wanted) or int(wanted) == 0:
        raise argparse.ArgumentTypeError(text("bad-count", count=printable(wanted)))
    return int(wanted)


def seconds(wanted: str) -> float:
    if not re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,3})?", wanted):
        raise argparse.ArgumentTypeError(text("bad-seconds", seconds=printable(wanted)))
    return float(wanted)


def new_file(wanted: str) -> str:
    """A file that can be written: better found out before hours of work than after them."""
    try:
        with open(wanted, "a"):
            pass
    except OSError as error:
        reason = printable(f"{error.strerror}: {wanted}")
        raise argparse.ArgumentTypeError(text("cannot-write", reason=reason)) from error
    return wanted


def address(wanted: str) -> Address:
    """``HOST``, ``HOST:PORT``, ``[::1]`` or ``[::1]:PORT``."""
    found = re.fullmatch(r"(\[(?P<v6>.*)\]|(?P<host>[^:]*))(:(?P<port>[^:]*))?", wanted)
    if not found:
        raise argparse.ArgumentTypeError(text("bad-address", address=printable(wanted)))
    return found["v6"] or found["host"] or "127.0.0.1", port(found["port"] or str(DEFAULT_PORT))
