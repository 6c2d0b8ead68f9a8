"""A failure again, step by step, out of the file of a report.

Such a file may come from anybody: what it says is checked, and shown escaped.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guessnet.errors import BadReport
from guessnet.grading.report import SCHEMA
from guessnet.texts import has_text, printable, text


@dataclass(frozen=True, slots=True)
class Failed:
    """One failed check, as the file of a report tells it; every text is printable."""

    submission: str
    scenario: str
    message: str
    expected: str
    stood: tuple[str, ...]
    misconception: str
    lesson: str
    transcript: tuple[str, ...]
    hints: tuple[str, ...]

    def steps(self, lang: str) -> Iterator[str]:
        """It line by line: what went over the wire, what came of it, and why."""
        asked = f"scenario.{self.scenario}"
        title = text(asked, lang) if has_text(asked, lang) else self.scenario
        yield f"{self.submission}: {title}"
        yield from self.transcript
        yield self.message
        if self.expected:
            yield text("report.expected", lang, expected=self.expected)
        for place in self.stood:
            yield text("report.stood", lang, place=place)
        about = f"misconception.{self.misconception}"
        if has_text(f"{about}.name", lang):
            reason = f"{text(f'{about}.name', lang)}. {text(f'{about}.cause', lang)}"
            yield text("report.reason", lang, reason=reason)
        for number, hint in enumerate(self.hints, 1):
            yield text("report.hint", lang, number=number, count=len(self.hints), hint=hint)
        if self.lesson:
            yield text("report.lesson", lang, lesson=self.lesson)


def failures(path: Path, scenario: str = "") -> list[Failed]:
    """Where this scenario failed, or any, in a report or a list of reports.

    Raises `BadReport` for a file that holds no report, or none in which this scenario failed.
    """
    try:
        content = json.loads(path.read_bytes())
        reports = content if isinstance(content, list) else [content]
        found = [failed for report in reports for failed in _failed(report)]
    except (OSError, ValueError, RecursionError) as error:
        raise BadReport(text("replay.bad-report", path=printable(str(path)))) from error
    wanted = [failed for failed in found if scenario in ("", failed.scenario)]
    if not wanted:
        known = ", ".join(dict.fromkeys(failed.scenario for failed in found))
        raise BadReport(text("replay.not-failed", scenario=printable(scenario), known=known or "-"))
    return wanted


def _failed(report: Any) -> Iterator[Failed]:
    """The failed checks of what should be a report. Raises `ValueError`."""
    if _the(dict, report).get("schema") != SCHEMA:
        raise ValueError("another format")
    for check in _the(list, report.get("checks")):
        if _the(dict, check).get("status") != "failed":
            continue
        cause = _the(dict, check.get("cause"))
        yield Failed(
            _words(report.get("submission")),
            _words(check.get("id")),
            _words(check.get("message")),
            _words(cause.get("expected")),
            _lines(cause.get("stood")),
            _words(cause.get("misconception") or ""),
            _words(cause.get("lesson")),
            _lines(cause.get("transcript")),
            _lines(check.get("hints")),
        )


def _the(kind: type, value: Any) -> Any:
    if not isinstance(value, kind):
        raise ValueError(f"no {kind.__name__}")
    return value


def _words(value: Any) -> str:
    return printable(_the(str, value))


def _lines(value: Any) -> tuple[str, ...]:
    return tuple(map(_words, _the(list, value)))
