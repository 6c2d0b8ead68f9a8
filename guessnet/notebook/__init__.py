"""Everything that lives in a Jupyter notebook: clients to press, quizzes and exercises to solve."""

from guessnet.notebook.chaos_panel import ChaosPanel, chaos
from guessnet.notebook.exercise import Practice, exercise
from guessnet.notebook.player import Player, Players, player, players
from guessnet.notebook.quiz import Quiz, quiz
from guessnet.notebook.survival import Survival, survival

__all__ = [
    "ChaosPanel",
    "Player",
    "Players",
    "Practice",
    "Quiz",
    "Survival",
    "chaos",
    "exercise",
    "player",
    "players",
    "quiz",
    "survival",
]
