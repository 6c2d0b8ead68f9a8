"""Everything that lives in a Jupyter notebook: clients to press, servers to watch."""

from guessnet.notebook.player import Player, Players, player, players
from guessnet.notebook.timeline import Picture, Timeline, record, timeline, to_html

__all__ = [
    "Picture",
    "Player",
    "Players",
    "Timeline",
    "player",
    "players",
    "record",
    "timeline",
    "to_html",
]
