"""An exam: no hint, no solution and no step's source is shown."""

import os

import pytest

import guessnet
from guessnet import texts
from guessnet.drafts import one_shot
from guessnet.errors import NotInExam
from guessnet.grading.report import Cause, Check, Report
from guessnet.notebook import Practice, diff, exercise, source, stepper
from guessnet.steps import step2_sequential
from guessnet.trace import source_of

FAILED = Check("split", "failed", 0, 4, cause=Cause("silent", {}, misconceptions=("one-shot",)))
REPORT = Report("it", "process", 0, (FAILED,), "en")


@pytest.fixture
def exam(monkeypatch):
    monkeypatch.setenv(texts.EXAM, "1")


def test_a_notebook_makes_it_one_and_nothing_takes_that_back(monkeypatch):
    monkeypatch.setattr(os, "environ", dict(os.environ))
    assert not texts.in_exam()
    guessnet.use("ko", exam=True)
    guessnet.use("ko")
    assert texts.in_exam()


def told():
    return (*REPORT.lines(3), REPORT._repr_html_(), REPORT.to_json()["checks"][0]["hints"])


def test_a_report_has_no_hints_and_still_says_why(monkeypatch):
    assert "Hint 1/3" in str(told())
    monkeypatch.setenv(texts.EXAM, "1")
    assert "int 1/3" not in str(told())
    assert told()[-1] == []
    assert "ends after one game" in str(told())


@pytest.mark.parametrize("exam", [False, True])
def test_an_exercise_shows_no_button_for_hints_and_solutions(exam, monkeypatch):
    monkeypatch.setenv(texts.EXAM, "1" if exam else "")
    practice = exercise("03")
    try:
        hidden = [each for each in (practice.view.hint, practice.view.solution) if is_hidden(each)]
        assert len(hidden) == (2 if exam else 0)
        assert not is_hidden(practice.view.check)
    finally:
        practice.close()


def is_hidden(widget):
    return "gn-hidden" in widget._dom_classes


def test_an_exercise_gives_no_hint_and_no_solution(exam):
    practice = Practice("03")
    for help in (practice.hint, practice.solution):
        with pytest.raises(NotInExam):
            help()
    assert practice.hints_read == 0


@pytest.mark.parametrize("show", [source, lambda step: diff(3, step), stepper])
def test_no_steps_source_is_shown(exam, show):
    with pytest.raises(NotInExam):
        show("select")


def test_what_is_recorded_of_a_step_has_no_source(monkeypatch):
    assert "def serve" in source_of(step2_sequential.serve)
    monkeypatch.setenv(texts.EXAM, "1")
    assert source_of(step2_sequential.serve) == ""


def test_other_programs_are_shown_as_ever(exam):
    assert "def serve" in str(source(one_shot.serve))
