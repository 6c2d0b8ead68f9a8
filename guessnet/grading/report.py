"""What came of judging a server: one frozen object, as text, as HTML and as JSON.

The object holds what was seen and what it was taken for; the words are looked up when it is shown,
in the language of the report. Nothing that a server or a client said is shown unescaped.
"""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from guessnet import palette
from guessnet.grading.misconceptions import LESSONS
from guessnet.grading.sights import Raised
from guessnet.grading.trial import Entry
from guessnet.texts import has_text, in_exam, printable, text
from guessnet.threads import Place

if TYPE_CHECKING:
    from rich.console import RenderableType

SCHEMA = "guessnet.report/1"
STATUSES = ("passed", "failed", "skipped", "not_attempted", "error")
MARKS = {"passed": "✓", "failed": "✗", "skipped": "–", "not_attempted": "·", "error": "!"}
_COLOURS = {"passed": "green", "failed": "red", "error": "yellow"}


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a check failed, as far as that was seen.

    Attributes
    ----------
    symptom, fields
        What was seen, as a text's id and its fields.
    misconceptions
        What explains it, the most likely first; empty where nothing can be said for certain.
    stood, raised
        Where the server's threads stood, and what they died of.
    survived
        Whether the server went on all the same: what was raised cost only one client.
    transcript
        What was sent and received.
    """

    symptom: str
    fields: dict[str, Any]
    expected: str = ""
    misconceptions: tuple[str, ...] = ()
    stood: tuple[Place, ...] = ()
    raised: tuple[Raised, ...] = ()
    survived: bool = False
    transcript: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One question and what came of it. `because` names the check that one skipped waits for."""

    id: str
    status: str
    points: float
    max_points: float
    because: str = ""
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What came of judging one answer.

    Attributes
    ----------
    submission
        What was judged, as people call it.
    isolation
        How well the judge was kept from what it judged; ``practice`` means not at all.
    seed
        Of what the judge drew by chance.
    checks
        In the order in which they were made.
    lang
        In which it is shown.
    exercise
        The number of the exercise, "" where a whole server was judged.
    """

    submission: str
    isolation: str
    seed: int
    checks: tuple[Check, ...]
    lang: str
    exercise: str = ""

    @property
    def passed(self) -> bool:
        """Whether nothing failed, and something passed."""
        return {check.status for check in self.checks} - {"skipped"} == {"passed"} and all(
            check.status != "skipped" or check.because in _UNSEEN for check in self.checks
        )

    @property
    def attempted(self) -> bool:
        return any(check.status != "not_attempted" for check in self.checks)

    @property
    def marked(self) -> bool:
        """Whether it could be marked; where it could not, its points say nothing."""
        return all(check.status != "error" for check in self.checks)

    @property
    def points(self) -> float:
        return sum(check.points for check in self.checks)

    @property
    def max_points(self) -> float:
        return sum(check.max_points for check in self.checks)

    @property
    def misconceptions(self) -> tuple[str, ...]:
        """All that was found, the most likely cause of the first failure first."""
        found = [
            name for check in self.checks if check.cause for name in check.cause.misconceptions
        ]
        return tuple(dict.fromkeys(found))

    def to_json(self) -> dict[str, Any]:
        """The report in the format `SCHEMA`."""
        return {
            "schema": SCHEMA,
            "submission": self.submission,
            "isolation": self.isolation,
            "seed": self.seed,
            "points": self.points,
            "max_points": self.max_points,
            "misconceptions": list(self.misconceptions),
            "checks": [self._check_to_json(check) for check in self.checks],
        }

    def _check_to_json(self, check: Check) -> dict[str, Any]:
        cause = check.cause
        return {
            "id": check.id,
            "status": check.status,
            "points": check.points,
            "max_points": check.max_points,
            "message": self.message(check),
            "cause": cause
            and {
                "misconception": next(iter(cause.misconceptions), None),
                "expected": cause.expected,
                "stood": [self._place(place) for place in cause.stood],
                "lesson": self.lesson(check),
                "transcript": [self._entry(entry) for entry in cause.transcript],
            },
            "hints": list(self.hints(check)),
        }

    # In words

    def title(self, check: Check) -> str:
        """What was asked."""
        return text(f"scenario.{check.id}", self.lang)

    def message(self, check: Check) -> str:
        """What was seen, or why nothing was."""
        if check.cause:
            fields = {name: printable(str(value)) for name, value in check.cause.fields.items()}
            return text(f"symptom.{check.cause.symptom}", self.lang, **fields)
        if check.status == "skipped":
            if check.because in _UNSEEN:
                return text(f"skipped.{check.because}", self.lang)
            return text("skipped", self.lang, title=text(f"scenario.{check.because}", self.lang))
        return text(f"status.{check.status}", self.lang)

    def reason(self, check: Check) -> str:
        """Which mistake explains it; empty where that cannot be said."""
        if not (check.cause and check.cause.misconceptions):
            return ""
        about = f"misconception.{check.cause.misconceptions[0]}"
        if check.cause.survived and has_text(f"{about}.cause.threaded", self.lang):
            return text(f"{about}.cause.threaded", self.lang)
        grows = check.cause.symptom == "hoards"
        cause = text(f"{about}.cause.growth" if grows else f"{about}.cause", self.lang)
        words = [f"{text(f'{about}.name', self.lang)}.", cause]
        if has_text(f"{about}.unsure", self.lang) and not check.cause.raised:
            words.append(text(f"{about}.unsure", self.lang))
        return " ".join(words)

    def hints(self, check: Check) -> tuple[str, ...]:
        """What helps, a little more in each stage; nothing in an exam."""
        if check.status != "failed" or in_exam():
            return ()
        about = ""
        if check.cause and check.cause.misconceptions:
            about = f"misconception.{check.cause.misconceptions[0]}"
        elif self.exercise:
            about = f"exercise.{self.exercise}"
        keys = [f"{about}.hint{stage}" for stage in (1, 2, 3)]
        return tuple(text(key, self.lang) for key in keys if has_text(key, self.lang))

    def told_before(self, check: Check) -> bool:
        """Whether an earlier check failed for the same reason, which has been explained there."""
        reasons = [
            earlier.cause.misconceptions[:1] for earlier in self._before(check) if earlier.cause
        ]
        return bool(check.cause and check.cause.misconceptions[:1] in reasons)

    def _before(self, check: Check) -> Iterator[Check]:
        for earlier in self.checks:
            if earlier is check:
                return
            if earlier.cause and earlier.cause.misconceptions:
                yield earlier

    def lesson(self, check: Check) -> str:
        """The number of the lesson that answers it, if any."""
        if check.cause and check.cause.misconceptions:
            return LESSONS[check.cause.misconceptions[0]]
        return self.exercise

    def summary(self) -> str:
        """What is most wrong, in a few words; empty where all passed."""
        for check in self.checks:
            if check.status in ("failed", "error"):
                if check.cause and check.cause.misconceptions:
                    return text(f"misconception.{check.cause.misconceptions[0]}.name", self.lang)
                return self.message(check)
        return ""

    def lines(self, stages: int = 1) -> Iterator[tuple[str, str]]:
        """The report as lines and their colours, with so many stages of the hints."""
        yield self._headline(), "bold"
        for check in self.checks:
            colour = _COLOURS.get(check.status, "dim")
            if check.status == "skipped":
                continue
            yield f"{MARKS[check.status]} {self.title(check)}", colour
            for line in self.details(check, stages):
                yield f"    {line}", ""
        for line in self._skipped():
            yield f"{MARKS['skipped']} {line}", "dim"
        yield self._sum(), "bold"

    def _skipped(self) -> Iterator[str]:
        """For each reason, how many checks were skipped because of it."""
        skipped = [check for check in self.checks if check.status == "skipped"]
        for because in dict.fromkeys(check.because for check in skipped):
            some = [check for check in skipped if check.because == because]
            message = self.message(some[0])
            yield text("report.skipped", self.lang, count=len(some), message=message)

    def _headline(self) -> str:
        name = printable(self.submission)
        if self.exercise:
            return text("report.exercise", self.lang, name=name, exercise=self.exercise)
        return text("report.server", self.lang, name=name)

    def _sum(self) -> str:
        key = "report.all-passed" if self.passed else "report.points"
        if not self.attempted:
            key = "report.not-attempted"
        points = {"points": f"{self.points:g}", "max_points": f"{self.max_points:g}"}
        isolation = text(f"isolation.{self.isolation}", self.lang)
        return f"{text(key, self.lang, **points)} ({isolation})"

    def details(self, check: Check, stages: int = 1) -> Iterator[str]:
        """What is to be said of a check that failed, line by line, with so many stages of hints."""
        cause = check.cause
        if not cause:
            return
        yield self.message(check)
        if self.told_before(check):
            name = text(f"misconception.{cause.misconceptions[0]}.name", self.lang)
            yield text("report.same-reason", self.lang, name=name)
            return
        if cause.expected:
            yield text("report.expected", self.lang, expected=printable(cause.expected))
        for raised in cause.raised[-1:]:
            yield text("report.raised", self.lang, raised=printable(str(raised)))
            if raised.place:
                yield text("report.raised-at", self.lang, place=self._place(raised.place))
        for place in cause.stood[:3]:
            yield text("report.stood", self.lang, place=self._place(place))
        if reason := self.reason(check):
            yield text("report.reason", self.lang, reason=reason)
        hints = self.hints(check)
        for number, hint in enumerate(hints[:stages], 1):
            yield text("report.hint", self.lang, number=number, count=len(hints), hint=hint)
        lesson = self.lesson(check)
        if lesson and lesson != self.exercise:  # who does an exercise is in its lesson
            yield text("report.lesson", self.lang, lesson=lesson)
        if cause.transcript:
            yield text("report.transcript", self.lang)
            for entry in cause.transcript:
                yield f"  {self._entry(entry)}"

    def _place(self, place: Place) -> str:
        return printable(text("stands-at", self.lang, **place._asdict()))

    def _entry(self, entry: Entry) -> str:
        cut = entry.size > len(entry.data)
        readable = entry.data.decode(errors="ignore" if cut else "backslashreplace")
        data = printable(repr(readable)) if entry.data else ""
        if cut:
            data += text("entry.more", self.lang, size=entry.size)
        words = text(f"entry.{entry.kind}", self.lang, client=entry.client, data=data)
        return f"{entry.t:6.2f}  {words}"

    def __str__(self) -> str:
        return "\n".join(line for line, _ in self.lines())

    def __repr__(self) -> str:
        """The report in words; of one that counts, its points.

        nbgrader gives an autograded cell as many points as its last expression's repr says.
        """
        return str(self) if self.isolation == "practice" else f"{self.points:g}"

    def __rich__(self) -> "RenderableType":
        return self.rich()

    def rich(self, stages: int = 1) -> "RenderableType":
        """The report for a terminal, with so many stages of the hints."""
        from rich.text import Text

        return Text("\n").join(Text(line, style) for line, style in self.lines(stages))

    def _repr_html_(self) -> str:
        rows = "".join(
            self._check_html(check) for check in self.checks if check.status != "skipped"
        )
        for line in self._skipped():
            mark = f'<span class="gn-mark" aria-hidden="true">{MARKS["skipped"]}</span>'
            rows += f'<li class="gn-check gn-skipped">{mark}{html.escape(line)}</li>'
        style = files(__package__).joinpath("report.css").read_text("utf-8")
        return (
            f'<div class="gn-report" lang="{self.lang}"><style>{palette.CSS}{style}</style>'
            f"<p><b>{html.escape(self._headline())}</b></p><ul>{rows}</ul>"
            f'<p class="gn-sum">{html.escape(self._sum())}</p></div>'
        )

    def _check_html(self, check: Check) -> str:
        title = (
            f'<span class="gn-mark" aria-hidden="true">{MARKS[check.status]}</span>'
            f"{html.escape(self.title(check))}"
            f' <span class="gn-status">{text(f"status.{check.status}", self.lang)}</span>'
        )
        return f'<li class="gn-check gn-{check.status}">{title}{self._details_html(check)}</li>'

    def _details_html(self, check: Check) -> str:
        lines = list(self.details(check, stages=1))
        title = text("report.transcript", self.lang)
        transcript = lines[lines.index(title) + 1 :] if title in lines else []
        if transcript:
            lines = lines[: lines.index(title)]
        shown = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
        if not self.told_before(check):
            shown += self._more_hints_html(check)
        if transcript:
            rows = html.escape("\n".join(line.strip() for line in transcript))
            shown += f"<details><summary>{html.escape(title)}</summary><pre>{rows}</pre></details>"
        return shown

    def _more_hints_html(self, check: Check) -> str:
        """All hints but the first, each folded into the one before it."""
        hints = self.hints(check)
        folded = ""
        for number in range(len(hints), 1, -1):
            summary = text("report.more-hints", self.lang, number=number, count=len(hints))
            folded = (
                f"<details><summary>{html.escape(summary)}</summary>"
                f"<p>{html.escape(hints[number - 1])}</p>{folded}</details>"
            )
        return folded


#: Reasons for which a check is left out that are nobody's fault.
_UNSEEN = ("not-seen", "no-source")
