"""Everything that lives in a Jupyter notebook: clients to press, quizzes to answer."""

from guessnet.notebook.player import Player, Players, player, players
from guessnet.notebook.quiz import Quiz, quiz

__all__ = ["Player", "Players", "Quiz", "player", "players", "quiz"]
