"""Programs to read, what there is to say about their lines, and how they differ."""

import html
import re
from importlib import import_module

import pytest

import guessnet
from guessnet.errors import UnknownStep
from guessnet.notebook import diff, source
from guessnet.notebook.source import program, tokens, without_comment
from guessnet.texts import use

LANGUAGES = ("ko", "en")
#: Those that a lesson shows with its notes.


@pytest.fixture(autouse=True)
def _korean_again():
    yield
    use("ko")


def notes(lang):
    return import_module(f"guessnet.texts.{lang}.notes").NOTES


def html_of(shown):
    return shown._repr_html_()


def words_of(markup):
    """What is left of HTML when its tags are gone."""
    return html.unescape(re.sub(r"<style>.*?</style>|<[^>]*>", "", markup, flags=re.DOTALL))


# Notes


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_note_matches_a_line_of_its_step(lang):
    for step, of_step in notes(lang).items():
        lines = {without_comment(line) for line in program(step).lines}
        assert not set(of_step) - lines, step


def test_both_languages_speak_of_the_same_lines():
    assert list(notes("ko")) == list(notes("en")) == [step.name for step in guessnet.LADDER]
    for step in notes("ko"):
        assert notes("ko")[step].keys() == notes("en")[step].keys()


def test_each_language_is_written_in_itself():
    hangul = re.compile("[가-힣]")
    for step in notes("ko"):
        assert all(map(hangul.search, notes("ko")[step].values()))
        assert not any(map(hangul.search, notes("en")[step].values()))


@pytest.mark.parametrize("step", guessnet.LADDER, ids=lambda step: step.name)
def test_every_line_that_can_wait_has_a_note(step):
    noted = program(step).notes("en")
    for number, line in enumerate(program(step).lines, 1):
        if re.search(r"\.(accept|recv|sendall|send|select)\(", line):
            assert number in noted, line


# Source


def test_the_source_with_its_notes():
    shown = source("select")
    assert "  17          readables, writeables" in str(shown)
    assert "↳ 기다리는 곳은 여기 한 군데뿐입니다." in str(shown)
    assert "기다리는 곳은 여기 한 군데뿐입니다." in words_of(html_of(shown))
    use("en")
    assert "Step 4, select" in str(source(4))


def test_every_character_of_the_source_is_shown():
    for step in guessnet.LADDER:
        lines = program(step).lines
        assert ["".join(piece for _, piece in line) for line in tokens(lines)] == lines


def test_a_learners_source_is_escaped():
    def serve(listener):
        return "<b>&amp;</b>"

    shown = html_of(source(serve))
    assert "<b>" not in shown
    assert "&lt;b&gt;&amp;amp;" in shown


def test_a_step_that_is_not_there():
    with pytest.raises(UnknownStep):
        source("selekt")


# Differences


def side(markup, kind, layout):
    """The lines that are marked as old or new in one of the two layouts."""
    beside, below = re.split(r'<div class="gn-code gn-below"', markup)
    rows = re.findall(
        rf'<div class="gn-row gn-{kind}">.*?</span></div>', below if layout == "below" else beside
    )
    return [words_of(re.sub(r".*?(?=<span class=\"gn-text)", "", row, count=1)) for row in rows]


@pytest.mark.parametrize("layout", ["beside", "below"])
@pytest.mark.parametrize("number", range(1, 8))
def test_what_is_marked_is_what_differs(layout, number):
    old, new = guessnet.LADDER[number - 1 : number + 1]
    unified = new.changes_from(old).splitlines()[2:]
    markup = html_of(diff(old, new))
    removed = [line[1:] for line in unified if line.startswith("-")]
    added = [line[1:] for line in unified if line.startswith("+")]
    assert side(markup, "old", layout) == removed
    assert side(markup, "new", layout) == added


def test_words_that_differ_are_marked():
    markup = html_of(diff("select", "buffered"))
    assert "<mark>, outbox</mark>" in markup


def test_the_text_form_is_a_unified_diff():
    shown = str(diff(1, 2))
    assert shown.startswith("바뀐 곳: 1단계 blocking → 2단계 sequential")
    assert "\n+    while True:" in shown


def test_no_difference():
    assert "다른 곳이 없습니다" in str(diff(4, "select"))
    assert "다른 곳이 없습니다" in html_of(diff(4, "select"))
