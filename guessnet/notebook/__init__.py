"""Everything that lives in a Jupyter notebook: clients to press."""

from guessnet.notebook.player import Player, Players, player, players

__all__ = ["Player", "Players", "player", "players"]
