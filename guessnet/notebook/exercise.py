"""An exercise to work on: its task, a check of the learner's own code, hints, and a solution.

The answer is what has the name that the lesson gave it, at the moment at which it is checked. That
takes seconds and runs code that may do anything, so it has a thread of its own.
"""

import html
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any

import ipywidgets

from guessnet import progress, texts
from guessnet.errors import AnswerError, NotInExam
from guessnet.exercises import checks_of, find_exercise, name_of, report_of, source_under
from guessnet.grading.report import Check, Report
from guessnet.notebook.parts import (
    Kernel,
    Shown,
    as_output,
    button,
    close,
    hide,
    in_thread,
    panel,
    pill,
)
from guessnet.notebook.source import highlighted
from guessnet.texts import has_text, in_exam, printable, text

#: What an answer is called in the lessons, by the number of the exercise.
_ANSWERS = {"00": "my_client", "02": "my_line", "05": "my_split", "06": "MyScore"}
_USUAL_ANSWER = "my_serve"
#: What it is called in a file of its own, for which the solution is written, too.
_IN_A_FILE = {"11": "serve"}

_MARKS = {"not-attempted": "○", "checking": "◔", "attempted": "◐", "solved": "✓"}


class Practice:
    """An exercise and how far the learner has come. Make it with `exercise`.

    Every button has a method that does the same. Only the method `check` keeps the kernel waiting,
    until it has its report.
    """

    def __init__(self, number: str) -> None:
        self.number = number
        self.report: Report | None = None  #: of the latest check
        self.complaint = ""  #: why the answer could not be checked
        self.checked: tuple[int, int] | None = None  #: while checking: so many checks of so many
        self.hints_read = 0
        self.solution_asked_for = False
        self.solution_shown = False
        self._exercise = find_exercise(number)
        self._given: Any = None
        self._lang = texts.language()
        self._best = "not-attempted"
        self._kernel = Kernel()
        self._checking = threading.Lock()
        self._view: View | None = None

    @property
    def state(self) -> str:
        """``not-attempted``, ``attempted`` or ``solved``: the best so far."""
        return self._best

    @property
    def answer_name(self) -> str:
        """The name by which the answer is found in the notebook."""
        return _ANSWERS.get(self.number, _USUAL_ANSWER)

    @property
    def answer(self) -> Any:
        """The answer as it is now. Raises `AnswerError` where there is none."""
        if self._given is not None:
            return self._given
        names = vars(sys.modules["__main__"])  # in a notebook, what its cells have defined
        if self.answer_name not in names:
            raise AnswerError(text("practice.no-answer", self._lang, name=self.answer_name))
        return names[self.answer_name]

    @property
    def hints(self) -> tuple[str, ...]:
        keys = [f"exercise.{self.number}.hint{stage}" for stage in (1, 2, 3)]
        return tuple(text(key, self._lang) for key in keys if has_text(key, self._lang))

    @property
    def solved_before(self) -> bool:
        """Whether the learner's progress says so, perhaps from another day."""
        entry = progress.load().get("exercise", {}).get(self.number)
        return entry is not None and entry.outcome == "done"

    @property
    def unlocked(self) -> bool:
        """Whether the solution is shown without asking back."""
        return self.state == "solved" or self.solution_shown or self.solved_before

    def check(self) -> Report:
        """Check the answer as it is now, and wait for the report.

        Raises `AnswerError` where there is no answer, or none of the right kind.
        """
        self._checking.acquire()
        future = self._begin()
        try:
            return future.result()
        finally:
            self._checked(future)

    def check_soon(self) -> None:
        """As `check`, without any wait; nothing happens while an earlier check is under way."""
        if self._checking.acquire(blocking=False):
            future = self._begin()
            if not self._kernel:
                self._checked(future)

    def hint(self) -> Shown:
        """The next hint; after the last one, that one again. Raises `NotInExam`."""
        _no_help_in_exam()
        self.hints_read = min(self.hints_read + 1, len(self.hints))
        self.solution_asked_for = False
        self._show()
        return Shown(self.hint_text(self.hints_read))

    def hint_text(self, number: int) -> str:
        """A hint and its number, from 1."""
        return text(
            "report.hint",
            self._lang,
            number=number,
            count=len(self.hints),
            hint=self.hints[number - 1],
        )

    def solution(self) -> Shown:
        """The solution; where the exercise is not solved, only when asked for twice.

        Raises `NotInExam`.
        """
        _no_help_in_exam()
        if not (self.unlocked or self.solution_asked_for):
            self.solution_asked_for = True
            self._show()
            return Shown(text("practice.sure", self._lang))
        if not self.unlocked:
            progress.record("exercise", self.number, "shown")
        self.solution_asked_for = False
        self.solution_shown = True
        self._show()
        return Shown(self.solution_text)

    @property
    def solution_text(self) -> str:
        """The code of the solution, under the name that the learner's own code gives it."""
        name = _IN_A_FILE.get(self.number, self.answer_name)
        return source_under(name, self._exercise.solution)

    def close(self) -> None:
        """Take the view away; `exercise` makes a new one the next time."""
        if _practices.get((self.number, self._lang)) is self:
            del _practices[self.number, self._lang]
        view, self._view = self._view, None
        if view:
            view.close()

    @property
    def view(self) -> "View":
        """The widgets; they are made when they are first asked for."""
        if self._view is None:
            self._view = View(self, self._lang)
        return self._view

    def __repr__(self) -> str:
        name = text("practice.name", self._lang, number=self.number)
        lines = [f"{name} · {text(f'practice.state.{self.state}', self._lang)}", ""]
        lines += [text(f"scenario.exercise-{self.number}", self._lang), ""]
        lines += [f"{text('practice.answer', self._lang)}: {self.answer_name}"]
        lines += [text("practice.how", self._lang, number=self.number)]
        lines += [self.hint_text(number) for number in range(1, self.hints_read + 1)]
        return "\n".join(lines)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return as_output(self.view.box, repr(self))

    def _begin(self) -> Future[Report]:
        """Begin to check; the lock is released when that has ended."""
        self.complaint = ""
        self.solution_asked_for = False
        self.checked = (0, len(self._exercise.scenarios) or 1)
        self._show()
        try:
            future = in_thread(partial(self._judge, self.answer, self.checked[1]), "check")
        except AnswerError as error:
            self._checking.release()
            future = Future()
            future.set_exception(error)
        future.add_done_callback(self._checked_soon)
        return future

    def _judge(self, answer: Any, count: int) -> Report:
        """In a thread of its own."""
        try:
            checks: list[Check] = []
            for check in checks_of(answer, self._exercise):
                checks.append(check)
                self.checked = (len(checks), count)
                self._kernel.soon(self._show)
            self.report = report_of(name_of(answer), checks, self._lang, self._exercise)
            self._note(self.report)
            return self.report
        finally:
            self._checking.release()

    def _note(self, report: Report) -> None:
        if report.passed:
            self._best = "solved"
        elif report.attempted and self._best != "solved":
            self._best = "attempted"
        if report.attempted:
            progress.record("exercise", self.number, "done" if report.passed else "tried")

    def _checked_soon(self, future: Future[Report]) -> None:
        """In the thread that has checked."""
        self._kernel.soon(partial(self._checked, future))

    def _checked(self, future: Future[Report]) -> None:
        """Wait for a check to end, and show what came of it."""
        error = future.exception()
        if isinstance(error, AnswerError):
            self.complaint = str(error)
        elif error:  # ours
            reason = f"{type(error).__name__}: {error}"
            self.complaint = text("symptom.judge-failed", self._lang, reason=reason)
        self.checked = None
        self._show()

    def _show(self) -> None:
        if self._view:
            self._view.show()


def _no_help_in_exam() -> None:
    if in_exam():
        raise NotInExam(text("exam.no-help"))


_practices: dict[tuple[str, str], Practice] = {}


def exercise(number: str | int, answer: Any = None) -> Practice:
    """The exercise of this lesson, in the language that `guessnet.use` set. Raises `AnswerError`.

    It is the same one each time, so a cell can be run again.

    Parameters
    ----------
    number
        That of the lesson, ``"03"`` or 3.
    answer
        What is to be checked; by default what has the name that the lesson gives it.

    >>> exercise("03").check()
    """
    key = (find_exercise(number).number, texts.language())
    if key not in _practices:
        _practices[key] = Practice(key[0])
    _practices[key]._given = answer
    return _practices[key]


# The view


class View:
    """What there is to see of an exercise, in core widgets. Belongs to the kernel's event loop.

    The buttons are `check`, `hint` and `solution`, in `box` as everything else.
    """

    def __init__(self, practice: Practice, lang: str) -> None:
        self._practice = practice
        self._lang = lang
        self._head = ipywidgets.HTML()
        self._report = ipywidgets.HTML()
        self._hints = ipywidgets.HTML()
        self._solution = ipywidgets.HTML()
        self.check = self._button("check", practice.check_soon)
        self.check.button_style = "primary"
        self.hint = self._button("hint", practice.hint)
        self.solution = self._button("solution", practice.solution)
        for each in (self.hint, self.solution):
            hide(each, in_exam())
        task = html.escape(text(f"scenario.exercise-{practice.number}", lang))
        self.box = panel(
            "exercise",
            lang,
            self._head,
            ipywidgets.HTML(f'<div class="gn-task">{task}</div>'),
            ipywidgets.Box([self.check, self.hint, self.solution]).add_class("gn-actions"),
            self._report,
            self._hints,
            self._solution,
        )
        self.show()

    def show(self) -> None:
        """Bring every widget up to date."""
        practice = self._practice
        self._head.value = self._head_html()
        self._show_buttons()
        self._report.value = self._report_html()
        self._hints.value = self._hints_html()
        self._solution.value = self._solution_html() if practice.solution_shown else ""
        for part in (self._report, self._hints, self._solution):
            hide(part, not part.value)

    def close(self) -> None:
        """Take every widget away, here and in the browser."""
        close(self.box)

    def _button(self, key: str, action: Callable[[], object]) -> Any:
        hint = text(f"practice.{key}.hint", self._lang)
        return button("", hint, action, key)  # what it says, `show` says

    def _show_buttons(self) -> None:
        practice = self._practice
        count = len(practice.hints)
        if practice.checked and practice.checked[1] > 1:
            done, of = practice.checked
            number = min(done + 1, of)
            words = text("practice.checking.number", self._lang, number=number, count=of)
        else:
            words = text(f"practice.check{'ing' if practice.checked else ''}", self._lang)
        self.check.description = words
        number = min(practice.hints_read + 1, count)
        self.hint.description = text("practice.hint", self._lang, number=number, count=count)
        self.hint.disabled = practice.hints_read == count
        confirm = ".confirm" if practice.solution_asked_for else ""
        self.solution.description = text(f"practice.solution{confirm}", self._lang)
        self.solution.button_style = "warning" if confirm else ""
        self.solution.disabled = practice.solution_shown

    def _head_html(self) -> str:
        practice = self._practice
        state = "checking" if practice.checked else practice.state
        words = text(f"practice.state.{state}", self._lang)
        if state == "not-attempted" and practice.solved_before:
            state, words = "solved", text("practice.solved-before", self._lang)
        name = text("practice.name", self._lang, number=practice.number)
        answer = text("practice.answer", self._lang)
        return (
            f'<div class="gn-panel-head"><span><b>{name}</b> <span class="gn-small">{answer}: '
            f"<code>{practice.answer_name}</code></span></span>"
            f"{pill(state, _MARKS[state], words)}</div>"
        )

    def _report_html(self) -> str:
        if self._practice.complaint:
            words = html.escape(printable(self._practice.complaint))
            return f'<div class="gn-complaint" role="alert">{words}</div>'
        return self._practice.report._repr_html_() if self._practice.report else ""

    def _hints_html(self) -> str:
        practice = self._practice
        numbers = range(1, practice.hints_read + 1)
        hints = "".join(f"<p>{html.escape(practice.hint_text(number))}</p>" for number in numbers)
        return f'<div class="gn-hints" role="status">{hints}</div>' if hints else ""

    def _solution_html(self) -> str:
        title, note, copy = (
            text(f"practice.{key}", self._lang)
            for key in ("solution.title", "solution.note", "copy")
        )
        code = highlighted(self._practice.solution_text)
        # Selecting it shows what was copied, and where copying is not allowed, what to copy.
        copying = "getSelection().selectAllChildren(this.nextSibling);document.execCommand('copy')"
        return (
            f'<details class="gn-solution" open><summary>{title}</summary>'
            f'<div class="gn-small">{note}</div><div class="gn-code-frame">'
            f'<button type="button" class="gn-copy" onclick="{copying}">{copy}</button>'
            f'<pre class="gn-code" tabindex="0" aria-label="{title}">{code}</pre></div></details>'
        )
