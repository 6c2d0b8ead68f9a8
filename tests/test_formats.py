"""Reports in the formats of other programs, read by those programs."""

import ast
import csv
import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from right import threads

from guessnet.drafts import message_glued
from guessnet.errors import BadArgument
from guessnet.grading.formats import FORMATS, written_as
from guessnet.grading.judge import judge
from guessnet.grading.report import Cause, Check, Report
from guessnet.grading.scenarios import SCENARIOS
from guessnet.grading.subjects import InThisProcess
from guessnet.grading.trial import Entry

NASTY = "\x1b[2J]]><script>\u202e\"'\\\n"  #: what a submission might say to harm its readers


def report(*checks, submission="hand-in.py"):
    return Report(submission, "process", 7, checks, "en")


PASSED = Check("first-reply", "passed", 5, 5)
FAILED = Check(
    "split",
    "failed",
    0,
    4,
    cause=Cause(
        "other",
        {"got": NASTY},
        NASTY,
        ("message-split",),
        transcript=(Entry(0.5, "1", "received", NASTY.encode(), 20),),
    ),
)
SKIPPED = Check("endless-line", "skipped", 0, 2, because="split")  # a hidden scenario
ERROR = Check("rest", "error", 0, 4, cause=Cause("judge-failed", {"reason": NASTY}))
ALL = report(PASSED, FAILED, SKIPPED, ERROR)


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_that_a_submission_says_gets_out_unescaped(name):
    written = written_as(name, [report(PASSED, FAILED, SKIPPED, ERROR, submission=NASTY)])
    assert all(char.isprintable() or char == "\n" for char in written)


def test_json_is_one_object_for_one_report_and_a_list_for_several():
    assert json.loads(written_as("json", [ALL])) == ALL.to_json()
    assert json.loads(written_as("json", [ALL, ALL])) == [ALL.to_json(), ALL.to_json()]
    named = report(PASSED, submission=NASTY)
    assert json.loads(written_as("json", [named]))["submission"] == NASTY


@pytest.mark.parametrize("name", ["gradescope", "nbgrader", "otter"])
def test_a_format_of_one_submission_says_so_when_there_are_several(name):
    with pytest.raises(BadArgument, match=name):
        written_as(name, [ALL, ALL])


def test_junit_counts_and_explains():
    root = ElementTree.fromstring(written_as("junit", [ALL, report(PASSED, submission=NASTY)]))
    first, second = root
    counted = {key: first.get(key) for key in ("tests", "failures", "errors", "skipped")}
    assert counted == {"tests": "4", "failures": "1", "errors": "1", "skipped": "1"}
    outcomes = {case.get("name"): [e.tag for e in case] for case in first.iter("testcase")}
    assert outcomes == {
        "first-reply": [],
        "split": ["failure"],
        "endless-line": ["skipped"],
        "rest": ["error"],
    }
    assert ALL.reason(FAILED) in first.find(".//failure").text
    assert [case.get("name") for case in second.iter("testcase")] == ["first-reply"]


def test_a_spreadsheet_gets_a_row_for_each_and_no_formula():
    reports = [
        report(PASSED, FAILED, submission="김하늘.py"),
        ALL,
        report(PASSED, submission="=1+1"),
    ]
    rows = list(csv.reader(written_as("csv", reports).splitlines()))
    assert rows[0] == ["submission", "points", "max_points", "mistake"]
    assert rows[1] == ["김하늘.py", "5", "9", reports[0].summary()]
    assert rows[2][1] == ""  # it could not be marked
    assert rows[3] == ["'=1+1", "5", "5", ""]


def test_gradescope_gives_each_check_its_points_and_hides_what_is_hidden():
    results = json.loads(written_as("gradescope", [ALL]))
    rows = [(t["score"], t["max_score"], t["status"], t["visibility"]) for t in results["tests"]]
    assert rows == [
        (5, 5, "passed", "visible"),
        (0, 4, "failed", "visible"),
        (0, 4, "failed", "visible"),
        (0, 2, "failed", "after_due_date"),
    ]
    assert ALL.reason(FAILED) in results["tests"][1]["output"]


def test_a_mistake_is_explained_where_students_see_it():
    judged = [report(replace(FAILED, id="endless-line"), FAILED)]  # the hidden one came first
    seen, _ = json.loads(written_as("gradescope", judged))["tests"]
    assert (seen["visibility"], ALL.reason(FAILED) in seen["output"]) == ("visible", True)
    _, _, failures = written_as("otter", judged).partition("\nfailures = ")
    assert ALL.reason(FAILED) in ast.literal_eval(failures.partition("\n")[0])["split"]


def test_the_repr_of_a_report_that_counts_is_a_bare_number():
    """So nbgrader wants it; the words are in all that people look at."""
    assert repr(ALL) == "5"
    assert written_as("nbgrader", [ALL]) == "5\n"
    for shown in (str(ALL), ALL._repr_html_()):
        assert "5 of 15 points" in shown


# otter-grader


def test_otter_gives_the_points_of_the_report(tmp_path):
    """A right and a wrong submission, judged, and their test files run by ``otter.api``."""
    asked = [SCENARIOS[id] for id in ("first-reply", "invalid", "glued", "split")]
    reports = {
        Path(module.__file__): report(*judge(InThisProcess(module.serve), asked))
        for module in (threads, message_glued)
    }
    for path, judged in reports.items():
        with zipfile.ZipFile(tmp_path / f"{path.stem}.zip", "w") as autograder:
            autograder.writestr("otter_config.json", "{}")
            autograder.writestr("tests/server.py", written_as("otter", [judged]))
    script = (
        "import sys, json; from otter.api import grade_submission\n"
        "for path, zip in zip(sys.argv[1::2], sys.argv[2::2]):\n"
        "    graded = grade_submission(path, zip, quiet=True)\n"
        "    print(json.dumps([graded.total, graded.possible]))\n"
    )
    arguments = [word for path in reports for word in (path, tmp_path / f"{path.stem}.zip")]
    shown = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, cwd=tmp_path
    )
    assert shown.returncode == 0, shown.stderr
    marks = [json.loads(line) for line in shown.stdout.splitlines()]
    assert marks == [[judged.points, judged.max_points] for judged in reports.values()]
    assert marks == [[19, 19], [10, 19]]
