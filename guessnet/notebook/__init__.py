"""Everything that lives in a Jupyter notebook: clients to press, servers to watch and step through.

``%load_ext guessnet.notebook`` besides explains the errors that sockets raise.
"""

from typing import Any

from guessnet.texts import language_of_user, text

try:
    from guessnet.notebook import errors_explained
    from guessnet.notebook.chaos_panel import ChaosPanel, chaos
    from guessnet.notebook.errors_explained import explain
    from guessnet.notebook.exercise import Practice, exercise
    from guessnet.notebook.lessons import Lessons, lessons
    from guessnet.notebook.measured import measured
    from guessnet.notebook.player import Player, Players, player, players
    from guessnet.notebook.quiz import Quiz, quiz
    from guessnet.notebook.source import diff, source
    from guessnet.notebook.stepper import Stepping, stepper
    from guessnet.notebook.survival import Survival, survival
    from guessnet.notebook.timeline import Picture, Timeline, record, timeline, to_html
except ModuleNotFoundError as error:
    words = text("notebook.missing", language_of_user(), name=error.name)
    raise ModuleNotFoundError(words, name=error.name) from error

__all__ = [
    "ChaosPanel",
    "Lessons",
    "Picture",
    "Player",
    "Players",
    "Practice",
    "Quiz",
    "Stepping",
    "Survival",
    "Timeline",
    "chaos",
    "diff",
    "exercise",
    "explain",
    "lessons",
    "measured",
    "player",
    "players",
    "quiz",
    "record",
    "source",
    "stepper",
    "survival",
    "timeline",
    "to_html",
]


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext guessnet.notebook``: explain the errors of sockets from now on."""
    errors_explained.load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """``%unload_ext guessnet.notebook``: show errors as ever."""
    errors_explained.unload(shell)
