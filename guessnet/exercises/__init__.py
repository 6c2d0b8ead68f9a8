"""The exercises of the lessons, and `check`, which tells what went wrong and what to do next.

Each module ``eNN_….py`` is one exercise: the stub that a lesson shows, what is asked of an answer,
a solution, and wrong answers that are to be expected, each with what must be said of it.
"""

import ast
import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import Any

from guessnet import texts
from guessnet.errors import AnswerError
from guessnet.grading.judge import judge
from guessnet.grading.report import Check, Report
from guessnet.grading.scenarios import SCENARIOS, Scenario
from guessnet.grading.source import standalone_source
from guessnet.grading.subjects import InThisProcess
from guessnet.texts import printable, text

_MODULES = {
    "00": "e00_client",
    "01": "e01_outer_loop",
    "02": "e02_standing_still",
    "03": "e03_readiness",
    "04": "e04_cleaning_up",
    "05": "e05_line_buffer",
    "06": "e06_shared_score",
    "07": "e07_outbox",
    "08": "e08_directions",
    "09": "e09_selectors",
    "10": "e10_scheduler",
    "11": "e11_survive",
}
NUMBERS = tuple(_MODULES)  #: of all exercises, two digits each


@dataclass(frozen=True)
class Exercise:
    """One exercise.

    Attributes
    ----------
    number
        That of its lesson, two digits.
    stub, solution
        What a lesson shows at first, and one way to solve it: functions, or texts.
    anticipated
        Wrong answers, and for each the misconception, or else the symptom, that its report names.
    scenarios
        What is asked of an answer that is a server.
    judge
        Puts an answer of another kind to the test.
    """

    number: str
    stub: Any
    solution: Any
    anticipated: tuple[tuple[Any, str], ...]
    scenarios: tuple[str, ...] = ()
    judge: Callable[[Any], tuple[Check, ...]] | None = None


@cache
def find_exercise(number: str | int) -> Exercise:
    """The exercise of this lesson. Raises `AnswerError` where there is none."""
    key = f"{number:0>2}"
    if key not in _MODULES:
        known = ", ".join(_MODULES)
        words = text("answer.unknown-exercise", exercise=printable(str(number)), known=known)
        raise AnswerError(words)
    module = import_module(f"{__name__}.{_MODULES[key]}")
    return Exercise(
        key,
        module.stub,
        module.solution,
        module.ANTICIPATED,
        getattr(module, "SCENARIOS", ()),
        getattr(module, "judge", None),
    )


def check(answer: Any, exercise: str | int | None = None, lang: str | None = None) -> Report:
    """Try an answer, and say what went wrong and what to do next.

    It is tried live in this process, for practice: nothing keeps it from what is around it.

    Parameters
    ----------
    answer
        Your own function ``serve(listener)`` or ``serve(listener, new_game)``; for some exercises
        another kind of answer, as their lesson says. Raises `AnswerError` for anything else.
    exercise
        The number of an exercise, ``"03"`` or 3, to be asked only what it is about. Without it the
        answer has to be a server with all that makes one robust.
    lang
        The language of the report; by default the one that `guessnet.use` set. The server itself
        may speak either.
    """
    asked = None if exercise is None else find_exercise(exercise)
    lang = texts.known(lang or texts.language())
    return report_of(name_of(answer), checks_of(answer, asked), lang, asked)


def checks_of(answer: Any, exercise: Exercise | None) -> Iterator[Check]:
    """Try an answer, and give each check as it ends. Raises `AnswerError`, as `check` does."""
    if exercise and is_same(answer, exercise.stub):
        yield Check(f"exercise-{exercise.number}", "not_attempted", 0, 1)
    elif exercise and exercise.judge:
        yield from exercise.judge(answer)
    elif callable(answer):
        yield from judge(InThisProcess(answer), scenarios_of(exercise))
    else:
        raise AnswerError(text("answer.not-callable"))


def scenarios_of(exercise: Exercise | None) -> list[Scenario]:
    """What is asked of a server for this exercise, or of a robust server.

    For an exercise, what takes a process of its own is asked of those only that pass all the rest.
    Raises `AnswerError` for an exercise whose answer is no server.
    """
    if exercise is None:
        return list(SCENARIOS.values())
    if not exercise.scenarios:
        raise AnswerError(text("answer.no-server-exercise", exercise=exercise.number))
    asked = [SCENARIOS[id] for id in exercise.scenarios]
    return [
        replace(scenario, needs=exercise.scenarios) if scenario.elsewhere else scenario
        for scenario in asked
    ]


def report_of(
    submission: str, checks: Iterable[Check], lang: str, exercise: Exercise | None
) -> Report:
    """The report on an answer that was tried for practice."""
    number = exercise.number if exercise else ""
    return Report(submission, "practice", 0, tuple(checks), lang, number)


def is_same(answer: Any, stub: Any) -> bool:
    """Whether an answer is still the stub, but for its name, its comments and its layout."""
    if not callable(answer) or not callable(stub):
        return bool(answer == stub)
    try:
        return _shape(answer) == _shape(stub)
    except (OSError, TypeError, SyntaxError):
        return False


def _shape(code: Callable[..., object]) -> object:
    """The code of a function, without its name; of a class, that of its methods by their names.

    A notebook's class has no source of its own, but its methods have.
    """
    if isinstance(code, type):
        methods = filter(inspect.isfunction, vars(code).values())
        return {method.__name__: _shape(method) for method in methods}
    tree = ast.parse(inspect.cleandoc("\n" + inspect.getsource(code)))
    for definition in tree.body:
        if isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef):
            definition.name = ""
    return ast.dump(tree)


def source_under(name: str, answer: Any) -> str:
    """The code of a stub or a solution, under another name; of a text, that text."""
    if isinstance(answer, str):
        return answer
    source = standalone_source(answer)
    assert source
    ours = re.compile(r"^from guessnet.*\n+", re.MULTILINE)
    return re.sub(rf"\b{answer.__name__}\b", name, ours.sub("", source)).strip()


def name_of(answer: Any) -> str:
    """What a report calls an answer."""
    if isinstance(answer, str):
        return answer
    return getattr(answer, "__name__", type(answer).__name__)
