"""`grade_many`: each submission has its report, whatever happens to whoever marks it."""

import itertools
import os
import re
import signal
import subprocess
import sys
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from multiprocessing import get_context

import pytest
from distributed import Client, LocalCluster

import guessnet
from guessnet import texts
from guessnet.grading.scenarios import SCENARIOS
from guessnet.texts import text

POINTS = sum(scenario.points for scenario in SCENARIOS.values())

#: A server that answers nobody, which takes a while to find out.
MUTE = "def serve(listener):\n    conn, address = listener.accept()\n    listener.accept()\n"
#: One that cannot be started.
BROKEN = "def serve(listener):\n"


@pytest.fixture
def hand_ins(tmp_path):
    """`hand_ins(source, count)`: paths of so many files with this source."""
    numbers = itertools.count()

    def written(source, count):
        paths = [tmp_path / f"hand_in_{next(numbers)}.py" for _ in range(count)]
        for path in paths:
            path.write_text(source)
        return paths

    return written


def statuses(report):
    return {check.status for check in report.checks}


def test_each_submission_has_one_report(hand_ins):
    paths = hand_ins(BROKEN, 5)
    reports = list(guessnet.grade_many(map(str, paths)))
    assert sorted(report.submission for report in reports) == sorted(map(str, paths))
    assert all(statuses(report) == {"failed", "skipped"} for report in reports)


def test_reports_come_as_they_are_ready(hand_ins):
    slow, quick = hand_ins(MUTE, 1) + hand_ins(BROKEN, 1)
    with ThreadPoolExecutor(2) as executor:
        reports = list(guessnet.grade_many([slow, quick], executor))
    assert [report.submission for report in reports] == [str(quick), str(slow)]


def test_what_cannot_be_graded_has_a_report_that_blames_nobody(hand_ins, tmp_path):
    missing, present = tmp_path / "no\x1b[2Jsuch.py", *hand_ins(BROKEN, 1)
    reports = {report.submission: report for report in guessnet.grade_many([missing, present])}
    report = reports[str(missing)]
    assert statuses(report) == {"error", "skipped"}
    assert (report.points, report.max_points) == (0, POINTS)
    assert str(missing).replace("\x1b", r"\x1b") in report.message(report.checks[0])
    assert report.checks[0].cause.symptom == "not-graded"  # the judge has not failed
    assert text("isolation.none") in str(report)
    assert "\x1b" not in str(report)
    assert statuses(reports[str(present)]) == {"failed", "skipped"}


class DyingExecutor(Executor):
    """One that loses whatever it is given."""

    def submit(self, function, /, *arguments, **options):
        future = Future()
        future.set_exception(BrokenExecutor("a worker has died"))
        return future


def test_a_submission_whose_marker_has_died_is_not_lost(hand_ins):
    paths = hand_ins(BROKEN, 3)
    reports = list(guessnet.grade_many(paths, DyingExecutor()))
    assert sorted(report.submission for report in reports) == sorted(map(str, paths))
    assert all(statuses(report) == {"error", "skipped"} for report in reports)
    assert all("a worker has died" in str(report) for report in reports)
    assert {report.checks[0].cause.symptom for report in reports} == {"judge-failed"}


def test_whoever_has_seen_enough_need_not_wait_for_the_rest(hand_ins):
    executor = ThreadPoolExecutor(1)
    reports = guessnet.grade_many(hand_ins(BROKEN, 1) + hand_ins(MUTE, 20), executor)
    next(reports)
    reports.close()
    executor.shutdown()  # waits for the one that may have been begun


def test_the_language_goes_along_to_other_processes(tmp_path):
    before = texts.language()
    try:
        texts.use("en")
        with ProcessPoolExecutor(1, get_context("spawn")) as executor:
            report, *_ = guessnet.grade_many([tmp_path / "nobody.py"], executor)
    finally:
        texts.use(before)
    assert not re.search("[가-힣]", str(report))


def test_a_progress_bar_is_shown_on_a_terminal_and_nothing_elsewhere(hand_ins):
    script = "import sys, guessnet; print(len(list(guessnet.grade_many(sys.argv[1:]))))"
    command = [sys.executable, "-c", script, *hand_ins(BROKEN, 2)]
    shown = subprocess.run(command, capture_output=True, text=True)
    assert (shown.stdout, shown.stderr) == ("2\n", "")
    ours, theirs = os.openpty()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=theirs, check=True)
    os.close(theirs)
    assert "2/2" in os.read(ours, 100_000).decode()
    os.close(ours)


def test_a_cluster_loses_nothing_when_a_worker_is_killed(hand_ins):
    """A dask cluster of two; the one that is killed is at a submission then."""
    paths = hand_ins(MUTE, 6)
    with (
        LocalCluster(2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        processes = client.run(os.getpid)
        reports = guessnet.grade_many(paths, client.get_executor(pure=False))
        marked = [next(reports)]
        at_work = [worker for worker, tasks in client.processing().items() if tasks]
        os.kill(processes[at_work[0]], signal.SIGKILL)
        marked += reports
    assert sorted(report.submission for report in marked) == sorted(map(str, paths))
    assert all(statuses(report) == {"failed", "skipped"} for report in marked)
