"""Reports as other programs read them: a course's own scripts, and what it gives its marks with.

Whatever comes from a submission is escaped before it gets here, or quoted as its format wants.
"""

import csv
import io
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from guessnet.errors import BadArgument
from guessnet.grading.report import Check, Report
from guessnet.grading.scenarios import SCENARIOS
from guessnet.texts import printable, text


def check_count(name: str, count: int) -> None:
    """Raise `BadArgument` where a format does not hold so many reports."""
    if count != 1 and name in _OF_ONE:
        raise BadArgument(text("grade.one-at-a-time", format=name, count=count))


def written_as(name: str, reports: Sequence[Report]) -> str:
    """The reports in the format with this name, one of `FORMATS`; see also `check_count`."""
    check_count(name, len(reports))
    return _OF_ONE[name](_seen_first(reports[0])) if name in _OF_ONE else _OF_SEVERAL[name](reports)


def _seen_first(report: Report) -> Report:
    """The report with the hidden scenarios last: what students see refers to nothing hidden."""
    return replace(report, checks=tuple(sorted(report.checks, key=lambda c: c.id in _HIDDEN)))


def _json(reports: Sequence[Report]) -> str:
    """guessnet's own format, `report.SCHEMA`: one object, or a list of several."""
    content = [report.to_json() for report in reports]
    return _dumped(content[0] if len(content) == 1 else content)


def _dumped(content: Any) -> str:
    """JSON for people, too: Korean can be read, and nothing can harm a terminal."""
    written = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    return "".join(
        char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in written
    )


def _junit(reports: Sequence[Report]) -> str:
    """The dialect of JUnit's XML that pytest, Jenkins and GitLab have in common."""
    root = ElementTree.Element("testsuites")
    for report in reports:
        root.append(_suite(report))
    ElementTree.indent(root)
    return ElementTree.tostring(root, "unicode", xml_declaration=True) + "\n"


def _suite(report: Report) -> ElementTree.Element:
    outcomes = [_JUNIT_OUTCOMES.get(check.status) for check in report.checks]
    name = printable(report.submission)
    suite = ElementTree.Element(
        "testsuite",
        name=name,
        tests=str(len(outcomes)),
        failures=str(outcomes.count("failure")),
        errors=str(outcomes.count("error")),
        skipped=str(outcomes.count("skipped")),
    )
    properties = ElementTree.SubElement(suite, "properties")
    for key in ("points", "max_points", "isolation", "seed"):
        value = str(getattr(report, key))
        ElementTree.SubElement(properties, "property", name=key, value=value)
    for check in report.checks:
        case = ElementTree.SubElement(suite, "testcase", classname=name, name=check.id)
        if outcome := _JUNIT_OUTCOMES.get(check.status):
            element = ElementTree.SubElement(case, outcome, message=report.message(check))
            element.text = "\n".join(report.details(check))
    return suite


_JUNIT_OUTCOMES = {
    "failed": "failure",
    "error": "error",
    "skipped": "skipped",
    "not_attempted": "skipped",
}


def _csv(reports: Sequence[Report]) -> str:
    """A table for a spreadsheet; without points where a submission could not be marked."""
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\n")
    table.writerow(("submission", "points", "max_points", "mistake"))
    for report in reports:
        name = printable(report.submission)
        if name.startswith(("=", "+", "-", "@")):  # or it would be a formula
            name = f"'{name}"
        points = f"{report.points:g}" if report.marked else ""
        table.writerow((name, points, f"{report.max_points:g}", report.summary()))
    return file.getvalue()


def _gradescope(report: Report) -> str:
    """``results.json``, as https://gradescope-autograders.readthedocs.io/en/latest/specs/ has it.

    What a scenario that is `hidden` says is seen by students after the due date.
    """
    return _dumped({"output_format": "text", "tests": [_test(report, c) for c in report.checks]})


def _test(report: Report, check: Check) -> dict[str, Any]:
    return {
        "name": report.title(check),
        "score": check.points,
        "max_score": check.max_points,
        "status": "passed" if check.status == "passed" else "failed",
        "output": _explained(report, check),
        "visibility": "after_due_date" if check.id in _HIDDEN else "visible",
    }


def _explained(report: Report, check: Check) -> str:
    return "\n".join(report.details(check)) or report.message(check)


def _nbgrader(report: Report) -> str:
    """A bare number: the points, as in the output of an autograded cell."""
    return f"{report.points:g}\n"


def _otter(report: Report) -> str:
    """A test file of otter-grader's exception-based format, which passes and fails as reported.

    See https://otter-grader.readthedocs.io/en/latest/test_files/python_format.html
    """
    failures = {
        check.id: _explained(report, check) for check in report.checks if check.status != "passed"
    }
    head = (
        "OK_FORMAT = False\n\n"
        "from otter.test_files import test_case\n\n"
        f"name = {printable(report.submission)!a}\n"
        f"failures = {failures!a}\n"
    )
    return "\n\n".join([head, *(_case(report, check) for check in report.checks)])


def _case(report: Report, check: Check) -> str:
    return (
        f"@test_case(name={report.title(check)!a}, points={check.max_points}, "
        f"hidden={check.id in _HIDDEN})\n"
        f"def {check.id.replace('-', '_')}():\n"
        f"    assert {check.id!r} not in failures, failures[{check.id!r}]\n"
    )


_HIDDEN = {id for id, scenario in SCENARIOS.items() if scenario.hidden}

_OF_SEVERAL: dict[str, Callable[[Sequence[Report]], str]] = {
    "json": _json,
    "junit": _junit,
    "csv": _csv,
}
_OF_ONE: dict[str, Callable[[Report], str]] = {
    "gradescope": _gradescope,
    "nbgrader": _nbgrader,
    "otter": _otter,
}
FORMATS = (*_OF_SEVERAL, *_OF_ONE)  #: names of the formats; those of the latter hold one report
