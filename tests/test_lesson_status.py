"""How far the learner has come, told on the command line and in the notebook."""

import subprocess
import sys

import pytest

from guessnet import exercises, progress, texts
from guessnet.lesson_status import lesson_status
from guessnet.notebook import lessons
from guessnet.quizzes import QUIZZES


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    texts.use("ko")


def of_lesson(number, folder):
    [lesson] = [lesson for lesson in lesson_status(folder, "ko") if lesson.number == number]
    return lesson


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_quiz_and_every_exercise_belongs_to_a_lesson(lang, folder):
    told = lesson_status(folder, lang)
    assert [lesson.number for lesson in told] == sorted({lesson.number for lesson in told})
    assert sum(quizzes for _, quizzes in (lesson.quizzes for lesson in told)) == len(QUIZZES)
    with_exercise = [lesson.number for lesson in told if lesson.exercise]
    assert with_exercise == list(exercises.NUMBERS)
    assert all(lesson.title.endswith("?") for lesson in told)


def test_only_what_is_done_counts_as_done(folder):
    before = of_lesson("02", folder)
    assert before.exercise == "untouched"
    assert before.quizzes[0] == 0
    progress.record("quiz", "02-waiting", "done")
    progress.record("quiz", "02-backlog", "tried")
    progress.record("exercise", "02", "shown")
    after = of_lesson("02", folder)
    assert after.quizzes == (1, before.quizzes[1])
    assert after.exercise == "shown"
    assert of_lesson("03", folder).exercise == "untouched"


def status(folder, lang):
    return subprocess.run(
        [sys.executable, "-m", "guessnet", "lessons", str(folder), "--status", "--lang", lang],
        capture_output=True,
        encoding="utf-8",
    )


@pytest.mark.parametrize(("lang", "words"), [("ko", "풀이를 보았습니다"), ("en", "solution seen")])
def test_the_command_tells_it_and_writes_nothing(folder, lang, words):
    (folder / "02_waiting.ipynb").touch()
    progress.record("exercise", "02", "shown")
    before = sorted(folder.iterdir())
    told = status(folder, lang)
    assert told.returncode == 0
    assert told.stdout.count(words) == 1
    assert sorted(folder.iterdir()) == before


def test_a_folder_without_lessons_is_an_error(folder):
    told = status(folder, "en")
    assert told.returncode == 1
    assert "run guessnet lessons" in told.stderr
    assert not told.stdout


def test_the_table_in_a_notebook_says_the_same_and_leads_to_each_lesson(folder):
    texts.use("en")
    progress.record("exercise", "02", "done")
    shown = lessons()
    assert repr(shown).count("solved") == 1
    markup = shown._repr_html_()
    assert markup.count("solved") == 1
    for lesson in lesson_status(folder, "en"):
        assert f'<a href="{lesson.file}">' in markup
        assert lesson.title in repr(shown)
