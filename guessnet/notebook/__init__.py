"""Everything that lives in a Jupyter notebook: clients to press, servers to step through."""

from guessnet.notebook.player import Player, Players, player, players
from guessnet.notebook.source import diff, source
from guessnet.notebook.stepper import Stepping, stepper

__all__ = ["Player", "Players", "Stepping", "diff", "player", "players", "source", "stepper"]
