"""What is remembered of the learner's work, whatever happens to the file."""

import json
import multiprocessing
import os
import time

import pytest

from guessnet import progress
from guessnet.progress import FILE, Entry


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_nothing_is_kept_and_nothing_written_before_the_first_attempt(folder):
    assert progress.load() == {}
    assert names(folder) == []


def test_each_attempt_counts_and_the_best_outcome_stays(folder):
    seen = []
    for outcome in ("tried", "shown", "tried", "done", "shown", "tried"):
        assert progress.record("quiz", "02-waiting", outcome)
        seen.append(progress.load()["quiz"]["02-waiting"])
    outcomes = ["tried", "shown", "shown", "done", "done", "done"]
    assert seen == [Entry(outcome, attempts) for attempts, outcome in enumerate(outcomes, 1)]
    assert names(folder) == [FILE]


def test_kinds_and_ids_are_kept_apart(folder):
    progress.record("quiz", "02", "tried")
    progress.record("exercise", "02", "done")
    progress.record("quiz", "정답", "done")
    assert progress.load() == {
        "quiz": {"02": Entry("tried", 1), "정답": Entry("done", 1)},
        "exercise": {"02": Entry("done", 1)},
    }
    assert "정답" in (folder / FILE).read_text("utf-8")


def test_another_folder_may_be_named(folder):
    lessons = folder / "수업"
    lessons.mkdir()
    progress.record("quiz", "a", "done", lessons)
    assert progress.load() == {}
    assert progress.load(lessons) == {"quiz": {"a": Entry("done", 1)}}


def test_an_outcome_that_does_not_exist_is_a_mistake(folder):
    with pytest.raises(ValueError, match="maybe"):
        progress.record("quiz", "a", "maybe")
    assert names(folder) == []


DAMAGED = {
    "empty": b"",
    "cut off": b'{"guessnet progress": 1, "quiz": {"a": {"outco',
    "no JSON": b"\xff\xfe\x00",
    "another": b"[1, 2]",
    "of a later version": b'{"guessnet progress": 2, "quiz": {}}',
    "endless": b"[" * 200_000,
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_set_aside(folder, content):
    (folder / FILE).write_bytes(content)
    assert progress.load() == {}
    assert progress.record("quiz", "a", "done")
    assert progress.load() == {"quiz": {"a": Entry("done", 1)}}
    assert (folder / f"{FILE}.damaged").read_bytes() == content


def test_what_is_not_an_entry_is_left_out(folder):
    good = {"outcome": "done", "attempts": 1}
    entries = {
        "good": good,
        "unknown": good | {"outcome": "best"},
        "unhashable": good | {"outcome": []},
        "no number": good | {"attempts": "1"},
        "more": good | {"more": 1},
        "less": {"outcome": "done"},
        "text": "done",
    }
    content = {"guessnet progress": 1, "quiz": entries, "odd": 3}
    (folder / FILE).write_text(json.dumps(content), "utf-8")
    assert progress.load() == {"quiz": {"good": Entry("done", 1)}}


def test_a_folder_that_cannot_be_written_is_no_error(folder):
    missing = folder / "missing"
    assert not progress.record("quiz", "a", "done", missing)
    assert progress.load(missing) == {}
    (folder / FILE).mkdir()
    assert not progress.record("quiz", "a", "done")
    assert progress.load() == {}
    assert names(folder) == [FILE]


def test_who_died_while_writing_is_waited_for_only_once(folder):
    new = folder / f"{FILE}.new"
    new.touch()
    long_ago = time.time() - progress.ABANDONED - 1
    os.utime(new, (long_ago, long_ago))
    assert progress.record("quiz", "a", "done")
    assert names(folder) == [FILE]


def test_somebody_who_goes_on_writing_is_not_disturbed(folder, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    (folder / f"{FILE}.new").touch()
    assert not progress.record("quiz", "a", "done")
    assert names(folder) == [f"{FILE}.new"]


def _record_many(folder, name):
    for _ in range(20):
        assert progress.record("quiz", name, "tried", folder)


def test_two_notebooks_at_once_lose_nothing(folder):
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=_record_many, args=(folder, name)) for name in ("a", "both")]
    both.append(context.Process(target=_record_many, args=(folder, "both")))
    for process in both:
        process.start()
    for process in both:
        process.join(60)
        assert process.exitcode == 0
    assert progress.load(folder) == {"quiz": {"a": Entry("tried", 20), "both": Entry("tried", 40)}}
