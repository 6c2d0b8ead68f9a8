"""The lessons, each with what has been done of it, beside one another."""

import html

from guessnet import texts
from guessnet.lesson_status import LessonStatus, heading, lesson_status

_STYLE = """<style>
.gn-lessons th, .gn-lessons td { text-align: left; }
.gn-lessons a { text-decoration: underline; }
</style>"""


class Lessons:
    """A table of the lessons: `lessons` makes it."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._lessons = lesson_status(".", lang)

    def __repr__(self) -> str:
        _, _, quizzes, exercise = heading(self._lang)
        return "\n".join(
            f"{number}  {title}  {quizzes} {done}  {exercise}: {outcome}"
            for number, title, done, outcome in (lesson.row(self._lang) for lesson in self._lessons)
        )

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{column}</th>" for column in heading(self._lang))
        rows = "".join(map(self._row, self._lessons))
        return f'{_STYLE}<table class="gn-lessons"><tr>{head}</tr>{rows}</table>'

    def _row(self, lesson: LessonStatus) -> str:
        number, title, quizzes, exercise = map(html.escape, lesson.row(self._lang))
        link = f'<a href="{html.escape(lesson.file)}">{title}</a>'
        cells = (number, link, quizzes, exercise)
        return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def lessons() -> Lessons:
    """The lessons, and how far you have come, as kept beside this notebook.

    In the language that `guessnet.use` set.
    """
    return Lessons(texts.language())
