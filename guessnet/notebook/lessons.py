"""The lessons, each with what has been done of it, beside one another."""

import html

from guessnet import texts
from guessnet.lesson_status import lesson_status
from guessnet.texts import text

_STYLE = """<style>
.gn-lessons th, .gn-lessons td { text-align: left; }
.gn-lessons a { text-decoration: underline; }
</style>"""


class Lessons:
    """A table of the lessons: `lessons` makes it."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._lessons = lesson_status(".", lang)

    def _exercise(self, outcome: str | None) -> str:
        return text(f"lessons.exercise.{outcome}", self._lang) if outcome else ""

    def _quizzes(self, done: int, quizzes: int) -> str:
        return f"{done}/{quizzes}" if quizzes else ""

    def __repr__(self) -> str:
        quizzes, exercise = (
            text(f"lessons.{column}", self._lang) for column in ("quizzes", "exercise")
        )
        return "\n".join(
            f"{lesson.number}  {lesson.title}  {quizzes} {self._quizzes(*lesson.quizzes)}  "
            f"{exercise}: {self._exercise(lesson.exercise)}"
            for lesson in self._lessons
        )

    def _repr_html_(self) -> str:
        columns = ("number", "title", "quizzes", "exercise")
        head = "".join(f"<th>{text(f'lessons.{column}', self._lang)}</th>" for column in columns)
        rows = "".join(
            f"<tr><td>{lesson.number}</td>"
            f'<td><a href="{html.escape(lesson.file)}">{html.escape(lesson.title)}</a></td>'
            f"<td>{self._quizzes(*lesson.quizzes)}</td>"
            f"<td>{self._exercise(lesson.exercise)}</td></tr>"
            for lesson in self._lessons
        )
        return f'{_STYLE}<table class="gn-lessons"><tr>{head}</tr>{rows}</table>'


def lessons() -> Lessons:
    """The lessons, and how far you have come, as kept beside this notebook.

    In the language that `guessnet.use` set.
    """
    return Lessons(texts.language())
