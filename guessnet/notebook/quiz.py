"""A quiz to answer, with buttons or with methods of the same names.

The key is nowhere to be found before there is an answer: not in a widget, not in the saved
notebook. Whether an answer is right takes real servers and up to two seconds to find out, so for a
button this happens in a thread of its own.
"""

import asyncio
import contextlib
import html
import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import ipywidgets

from guessnet import progress, texts
from guessnet.errors import BadArgument
from guessnet.notebook.parts import as_output, close, frame, hide, style
from guessnet.notebook.rich import plain, rich
from guessnet.quizzes import Choice, Order, Prediction, Verdict, find_quiz
from guessnet.texts import printable, text

_MARKS = {
    "not-attempted": "○",
    "checking": "◔",
    "wrong": "✕",
    "right": "✓",
    "shown": "◆",
}
#: What an outcome is called in the learner's progress.
_PROGRESS = {"wrong": "tried", "shown": "shown", "right": "done"}


class Feedback:
    """What is said to an answer; shown as text."""

    def __init__(self, verdict: Verdict, outcome: str, words: str) -> None:
        self.right = verdict.right
        self.outcome = outcome  #: ``wrong``, ``right`` or ``shown``
        self.verdict = verdict
        self._words = words

    def __repr__(self) -> str:
        return self._words


class Quiz:
    """A question. Make it with `quiz`; show it as the last line of a cell.

    Every button has a method that does the same. Only the method `answer` keeps the kernel waiting,
    until it is known what really happens: two seconds at most.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.question = find_quiz(name)
        self.tries: list[Feedback] = []
        self._lang = texts.language()
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:  # no notebook: buttons wait, too
            self._loop = None
        self._checking = threading.Lock()
        self._view: View | None = None

    @property
    def outcome(self) -> str:
        """``not-attempted``, ``wrong``, ``right``, or ``shown`` if the answer was asked for."""
        outcomes = [feedback.outcome for feedback in self.tries]
        for outcome in ("right", "shown", "wrong"):
            if outcome in outcomes:
                return outcome
        return "not-attempted"

    def answer(self, answer: str | Iterable[str]) -> Feedback:
        """Answer the question, and be told whether that is right and why.

        Parameters
        ----------
        answer
            A letter; several letters, ``"ab"`` or ``["a", "b"]``; all letters in order; or the
            predicted output. Raises `BadArgument` for what is no answer to this question.
        """
        with self._checking:
            return self._take(self._judged(answer))

    def reveal(self) -> Feedback:
        """Give the answer, and why it is right."""
        with self._checking:
            return self._take(self._judged(self.question.key, "shown"))

    def again(self) -> None:
        """Forget all answers."""
        self.tries.clear()
        if self._view:
            self._view.start_over()

    def close(self) -> None:
        """Take the view away; `quiz` makes a new quiz the next time."""
        if _quizzes.get((self.name, self._lang)) is self:
            del _quizzes[self.name, self._lang]
        view, self._view = self._view, None
        if view:
            view.close()

    @property
    def view(self) -> "View":
        """The widgets; they are made when they are first asked for."""
        if self._view is None:
            self._view = View(self, self._lang)
        return self._view

    def answer_soon(self, answer: str | Iterable[str]) -> None:
        """As `answer`, without any wait; nothing happens while an earlier answer is checked."""
        self._soon(partial(self._judged, answer))

    def reveal_soon(self) -> None:
        self._soon(partial(self._judged, self.question.key, "shown"))

    def _soon(self, judged: Callable[[], Feedback]) -> None:
        if not self._checking.acquire(blocking=False):
            return
        if self._loop is None:
            self._check(judged)
            return
        self.view.show_checking()
        threading.Thread(
            target=self._check, args=(judged,), name="guessnet quiz", daemon=True
        ).start()

    def _check(self, judged: Callable[[], Feedback]) -> None:
        """May be called in any thread."""
        done: Callable[[], object] = self._checked
        try:
            done = partial(self._take, judged())
        except BadArgument as error:
            done = partial(self._checked, str(error))
        finally:
            self._checking.release()
            if self._loop is None:
                done()
            else:
                with contextlib.suppress(RuntimeError):  # the loop is closed: nobody looks any more
                    self._loop.call_soon_threadsafe(done)

    def _judged(self, answer: str | Iterable[str], outcome: str = "") -> Feedback:
        verdict = self.question.judge(answer)
        outcome = outcome or ("right" if verdict.right else "wrong")
        progress.record("quiz", self.name, _PROGRESS[outcome])
        return Feedback(verdict, outcome, self._words(verdict, outcome))

    def _take(self, feedback: Feedback) -> Feedback:
        self.tries.append(feedback)
        self._checked()
        return feedback

    def _checked(self, complaint: str = "") -> None:
        if self._view:
            self._view.show(complaint)

    # As text

    def why(self, key: str) -> str:
        """The explanation with this key, one of the question's `whys`, or ``differs``."""
        name = "quiz.differs" if key == "differs" else f"quiz.{self.name}.{key}.why"
        return text(name, self._lang)

    def option(self, letter: str) -> str:
        """What this letter stands for."""
        if isinstance(self.question, Order):
            return self.question.lines[letter]
        return text(f"quiz.{self.name}.{letter}", self._lang)

    @property
    def kind(self) -> str:
        """``one``, ``several``, ``order`` or ``prediction``."""
        if isinstance(self.question, Choice):
            return "several" if self.question.several else "one"
        return "order" if isinstance(self.question, Order) else "prediction"

    def _words(self, verdict: Verdict, outcome: str) -> str:
        lines = [f"{_MARKS[outcome]} {text(f'quiz.verdict.{outcome}', self._lang)}"]
        if outcome == "shown" and self.kind != "prediction":  # its output follows
            lines += _indented(self.spelled_out(verdict.answer))
        for why in verdict.whys:
            about = f"{why}. " if self.kind == "several" and why != "differs" else ""
            lines += _indented(about + plain(self.why(why)))
        if verdict.transcript:
            lines += ["", f"{text('quiz.seen', self._lang)}:", *_indented(verdict.transcript)]
        return "\n".join(lines)

    def spelled_out(self, answer: str) -> str:
        """What the letters of an answer stand for, on a line each."""
        return "\n".join(f"{letter}. {plain(self.option(letter))}" for letter in answer)

    def __repr__(self) -> str:
        question = self.question
        lines = [f"{self.name} · {text(f'quiz.state.{self.outcome}', self._lang)}", ""]
        lines += [plain(text(f"quiz.{self.name}", self._lang)), ""]
        if isinstance(question, Prediction):
            lines += _indented(question.code)
        else:
            lines += _indented(self.spelled_out(question.options))
        example = {"one": '"a"', "several": '"ab"', "prediction": '"…"'}.get(
            self.kind, f'"{getattr(question, "options", "")}"'
        )
        lines += ["", text(f"quiz.kind.{self.kind}", self._lang) + "."]
        lines += [text("quiz.how", self._lang, name=self.name, example=example)]
        if self.tries:
            lines += ["", repr(self.tries[-1])]
        return "\n".join(lines)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return as_output(self.view.box, repr(self))


_quizzes: dict[tuple[str, str], Quiz] = {}


def quiz(name: str) -> Quiz:
    """The quiz with this id, in the language that `guessnet.use` set. Raises `BadArgument`.

    It is the same one each time, with the answers that it has had, so a cell can be run again.

    >>> quiz("02-waiting").answer("b")
    """
    find_quiz(name)
    key = (name, texts.language())
    if key not in _quizzes:
        _quizzes[key] = Quiz(name)
    return _quizzes[key]


def _indented(block: str) -> list[str]:
    return [f"  {line}".rstrip() for line in block.splitlines()]


# The view

_STYLE = style("view", "quiz")


class View:
    """What there is to see of a quiz, in core widgets. Belongs to the kernel's event loop.

    The widgets for answering are `options` (buttons by letter; check boxes where several may be
    chosen) or `text`, and `check`, `reveal` and `again`, all of them in `box`.
    """

    def __init__(self, quiz: Quiz, lang: str) -> None:
        self._quiz = quiz
        self._lang = lang
        self._picked: list[str] = []
        self.options: dict[str, Any] = {}
        self._whys: dict[str, Any] = {}
        self._head = ipywidgets.HTML()
        self._feedback = ipywidgets.HTML()
        self.check = self._button("check", self._check) if quiz.kind != "one" else None
        self.reveal = self._button("reveal", quiz.reveal_soon)
        self.again = self._button("again", quiz.again)
        question = ipywidgets.HTML(self._question_html())
        actions = [self.reveal, self.again]
        if self.check:
            actions.insert(0, self.check)
            self.check.button_style = "primary"
        below = [ipywidgets.Box(actions).add_class("gn-actions"), self._feedback]
        if quiz.kind == "one":  # where the options are what is pressed, the rest comes last
            below.reverse()
        self.box = frame("quiz", lang, _STYLE, self._head, question, *self._inputs(), *below)
        self.show()

    def show(self, complaint: str = "") -> None:
        """Bring every widget up to date; a complaint is about what was no answer."""
        quiz = self._quiz
        self._show_state(quiz.outcome)
        last = quiz.tries[-1] if quiz.tries else None
        if quiz.kind == "one":
            for letter, button in self.options.items():
                self._show_option(letter, button, last)
        if complaint:
            words = html.escape(complaint)
            self._feedback.value = f'<div class="gn-quiz-small" role="alert">{words}</div>'
        else:
            self._feedback.value = self._feedback_html(last) if last else ""
        hide(self.reveal, quiz.outcome != "wrong")
        hide(self.again, quiz.outcome not in ("right", "shown"))

    def show_checking(self) -> None:
        self._show_state("checking")

    def start_over(self) -> None:
        """Make everything as it was at first."""
        self._picked.clear()
        for letter, option in self.options.items():
            if self._quiz.kind == "several":
                option.value = False
            elif self._quiz.kind == "order":
                self._show_line(letter)
        if self._quiz.kind == "prediction":
            self.text.value = ""
        elif self._quiz.kind == "order":
            self._show_picked()
        self.show()

    def close(self) -> None:
        """Take every widget away, here and in the browser."""
        close(self.box)

    # Answering

    def _inputs(self) -> list[Any]:
        quiz = self._quiz
        if isinstance(quiz.question, Prediction):
            self.text = ipywidgets.Textarea(
                description=text("quiz.prediction", self._lang),
                rows=3,
                # Key by key, the last of them could be overtaken by the press of a button.
                continuous_update=False,
            ).add_class("gn-prediction")
            return [self.text]
        rows = []
        for letter in quiz.question.options:
            self.options[letter] = option = self._option(letter).add_class(f"gn-option-{letter}")
            rows.append(option)
            if quiz.kind == "one":
                self._whys[letter] = ipywidgets.HTML()
                rows.append(self._whys[letter])
        inputs = [ipywidgets.Box(rows).add_class("gn-options")]
        if quiz.kind == "order":
            self._order = ipywidgets.HTML()
            inputs.append(self._order)
            self._show_picked()
        return inputs

    def _option(self, letter: str) -> Any:
        quiz = self._quiz
        words = quiz.option(letter)
        if quiz.kind == "several":
            return ipywidgets.Checkbox(
                description=f"{letter}. {rich(words)}", description_allow_html=True, indent=False
            )
        button = ipywidgets.Button(description=f"{letter}. {words.replace('`', '')}")
        button.add_class("gn-option")
        if quiz.kind == "order":
            button.add_class("gn-line")
            button.tooltip = text("quiz.pick.hint", self._lang)
            button.on_click(lambda _: self._pick(letter))
        else:
            button.tooltip = text("quiz.choose.hint", self._lang, option=letter)
            button.on_click(lambda _: quiz.answer_soon(letter))
        return button

    def _check(self) -> None:
        loop = self._quiz._loop
        if loop is None:
            self._answer()
        else:  # the browser reports what was written before the press, but maybe in another thread
            loop.call_soon_threadsafe(loop.call_later, 0.05, self._answer)

    def _answer(self) -> None:
        if self._quiz.kind == "prediction":
            self._quiz.answer_soon(self.text.value)
        elif self._quiz.kind == "order":
            self._quiz.answer_soon(self._picked)
        else:
            self._quiz.answer_soon(
                [letter for letter, option in self.options.items() if option.value]
            )

    def _pick(self, letter: str) -> None:
        if letter in self._picked:
            self._picked.remove(letter)
        else:
            self._picked.append(letter)
        for each in self.options:
            self._show_line(each)
        self._show_picked()

    def _button(self, key: str, action: Callable[[], object]) -> Any:
        button = ipywidgets.Button(
            description=text(f"quiz.{key}", self._lang),
            tooltip=text(f"quiz.{key}.hint", self._lang),
        )
        button.on_click(lambda _: action())
        return button.add_class(f"gn-{key}")

    # Showing

    def _question_html(self) -> str:
        quiz = self._quiz
        words = rich(text(f"quiz.{quiz.name}", self._lang))
        code = quiz.question.code if isinstance(quiz.question, Prediction) else ""
        block = f"<pre>{html.escape(code)}</pre>" if code else ""
        return f'<div class="gn-quiz-question">{words}{block}</div>'

    def _show_state(self, state: str) -> None:
        kind = text(f"quiz.kind.{self._quiz.kind}", self._lang)
        word = text(f"quiz.state.{state}", self._lang)
        if state == "not-attempted" and _solved_before(self._quiz.name):
            state, word = "right", text("quiz.done-before", self._lang)
        self._head.value = (
            f'<div class="gn-quiz-head"><span>{kind}</span>'
            f'<span class="gn-quiz-state gn-{state}">{_mark(state)}{word}</span></div>'
        )

    def _show_option(self, letter: str, button: Any, last: Feedback | None) -> None:
        """Mark an option that has been tried; the latest of them has its explanation below it."""
        for feedback in self._quiz.tries:
            if feedback.verdict.answer == letter:
                button.add_class("gn-right" if feedback.right else "gn-wrong")
        if not self._quiz.tries:
            button.remove_class("gn-right")
            button.remove_class("gn-wrong")
        mine = last if last and last.verdict.answer == letter else None
        self._whys[letter].value = self._why_html(mine) if mine else ""
        hide(self._whys[letter], not mine)

    def _show_line(self, letter: str) -> None:
        button = self.options[letter]
        for number in range(1, len(self.options) + 1):
            button.remove_class(f"gn-picked-{number}")
        button.remove_class("gn-picked")
        if letter in self._picked:
            button.add_class("gn-picked").add_class(f"gn-picked-{self._picked.index(letter) + 1}")

    def _show_picked(self) -> None:
        lines = "\n".join(
            f"{number}  {html.escape(self._quiz.option(letter))}"
            for number, letter in enumerate(self._picked, 1)
        )
        none = text("quiz.picked.none", self._lang)
        shown = f"<pre>{lines}</pre>" if lines else f"<div>{none}</div>"
        words = text("quiz.picked", self._lang)
        self._order.value = f'<div class="gn-quiz-small">{words}</div>{shown}'

    def _feedback_html(self, last: Feedback) -> str:
        why = "" if self._quiz.kind == "one" else self._why_html(last)
        transcript = last.verdict.transcript
        if transcript:
            words = text("quiz.seen", self._lang)
            seen = html.escape("\n".join(map(printable, transcript.splitlines())))
            why += f'<div class="gn-quiz-small gn-quiz-seen">{words}<pre>{seen}</pre></div>'
        return why

    def _why_html(self, feedback: Feedback) -> str:
        quiz, verdict = self._quiz, feedback.verdict
        word = text(f"quiz.verdict.{feedback.outcome}", self._lang)
        whys = []
        if feedback.outcome == "shown" and quiz.kind == "order":
            whys.append(f"<pre>{html.escape(quiz.spelled_out(verdict.answer))}</pre>")
        for key in verdict.whys:
            about = ""
            if quiz.kind == "several" and key != "differs":
                is_right = key in quiz.question.key
                name = rich(f"{key}. {quiz.option(key)}")
                mark = "right" if is_right else "wrong"
                about = f'<span class="gn-{mark}">{_mark(mark)}</span><strong>{name}</strong><br>'
            whys.append(f"<p>{about}{rich(quiz.why(key))}</p>")
        return (
            f'<div class="gn-quiz-why gn-{feedback.outcome}" role="alert">'
            f'<p class="gn-quiz-word">{_MARKS[feedback.outcome]} {word}</p>{"".join(whys)}</div>'
        )


def _solved_before(name: str) -> bool:
    entry = progress.load().get("quiz", {}).get(name)
    return entry is not None and entry.outcome == "done"


def _mark(state: str) -> str:
    return f'<span class="gn-quiz-mark" aria-hidden="true">{_MARKS[state]}</span>'
