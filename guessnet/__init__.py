"""guessnet: one number guessing game, served in every way that there is, to learn from.

>>> import guessnet
>>> with guessnet.build("select", secret=7) as server:
...     guessnet.Client(server.address).guess(5)
<Reply.TOO_LOW: 'TOO_LOW'>
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from guessnet.client import Client as Client
    from guessnet.errors import GuessnetError as GuessnetError
    from guessnet.exercises import check as check
    from guessnet.game import Game as Game
    from guessnet.game import Reply as Reply
    from guessnet.grading.classroom import grade as grade
    from guessnet.grading.classroom import grade_many as grade_many
    from guessnet.grading.report import Report as Report
    from guessnet.server import LADDER as LADDER
    from guessnet.server import Server as Server
    from guessnet.server import Step as Step
    from guessnet.server import build as build
    from guessnet.texts import use as use
    from guessnet.trace import Event as Event
    from guessnet.trace import Recording as Recording
    from guessnet.trace import Stepper as Stepper
    from guessnet.trace import Trace as Trace

__version__ = "0.1.0"

_HOME = {
    "Client": "client",
    "Event": "trace",
    "Game": "game",
    "GuessnetError": "errors",
    "LADDER": "server",
    "Recording": "trace",
    "Reply": "game",
    "Report": "grading.report",
    "Server": "server",
    "Step": "server",
    "Stepper": "trace",
    "Trace": "trace",
    "build": "server",
    "check": "exercises",
    "grade": "grading.classroom",
    "grade_many": "grading.classroom",
    "use": "texts",
}

__all__ = [
    "LADDER",
    "Client",
    "Event",
    "Game",
    "GuessnetError",
    "Recording",
    "Reply",
    "Report",
    "Server",
    "Step",
    "Stepper",
    "Trace",
    "build",
    "check",
    "grade",
    "grade_many",
    "use",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
