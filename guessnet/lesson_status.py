"""How far the learner has come, lesson by lesson."""

import json
from pathlib import Path
from typing import NamedTuple

from guessnet import exercises, progress
from guessnet.lesson_files import notebooks
from guessnet.quizzes import QUIZZES
from guessnet.texts import text


class LessonStatus(NamedTuple):
    """What has been done of one lesson."""

    number: str  #: two digits
    title: str  #: its question
    file: str
    quizzes: tuple[int, int]  #: how many are done, and how many there are
    exercise: str | None  #: ``untouched``, or one of `progress.OUTCOMES`; None where there is none

    def row(self, lang: str) -> tuple[str, str, str, str]:
        """It in words, as a row of a table below `heading`."""
        done, quizzes = self.quizzes
        exercise = text(f"lessons.exercise.{self.exercise}", lang) if self.exercise else ""
        return self.number, self.title, f"{done}/{quizzes}", exercise


def heading(lang: str) -> list[str]:
    """What the columns of a table of lessons are called."""
    columns = ("number", "title", "quizzes", "exercise")
    return [text(f"lessons.{column}", lang) for column in columns]


def lesson_status(folder: str | Path, lang: str) -> list[LessonStatus]:
    """All lessons in `lang`, and what the progress that is kept in `folder` says of them."""
    done = progress.load(folder)
    lessons = []
    for file in notebooks(lang):
        number = file.name[:2]
        if not number.isdigit():  # the index, for one
            continue
        quizzes = [name for name in QUIZZES if name.startswith(f"{number}-")]
        outcomes = [done.get("quiz", {}).get(name) for name in quizzes]
        right = sum(entry is not None and entry.outcome == "done" for entry in outcomes)
        exercise = None
        if number in exercises.NUMBERS:
            entry = done.get("exercise", {}).get(number)
            exercise = entry.outcome if entry else "untouched"
        title = _title(file.read_text("utf-8"))
        lessons.append(LessonStatus(number, title, file.name, (right, len(quizzes)), exercise))
    return lessons


def _title(notebook: str) -> str:
    """The heading of a notebook, without its number."""
    heading: str = json.loads(notebook)["cells"][0]["source"][0]
    return heading.removeprefix("# ").partition(". ")[2].strip()
