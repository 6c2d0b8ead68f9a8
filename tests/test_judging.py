"""How well strangers' servers are judged: right ones pass, wrong ones are told the true reason.

These take many minutes, the last one hours, and print their figures:
``pytest -m slow -n 0 -s tests/test_judging.py``. With ``-n 4 -rA --dist=load`` it is done sooner.
"""

import contextlib
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from grading_support import interpreter_for_everybody, needs
from right import LIMITS

from guessnet.grading import programs, sandbox, submissions
from guessnet.grading.judge import judge
from guessnet.grading.programs import File
from guessnet.grading.scenarios import SCENARIOS

HERE = Path(__file__).parent
RIGHT = sorted((HERE / "right").glob("[!_]*.py"))
WRONG = sorted((HERE / "wrong").glob("[!_]*.py"))

#: Those that cannot be told apart from outside: either may be named first.
INSEPARABLE = [
    {"one-at-a-time", "thread-run"},
    {"use-after-close", "stale-socket"},
    {"busy-poll", "always-writable"},
    {"shared-answer", "constant-secret"},
]

pytestmark = pytest.mark.slow


#: How each server is run: for practice, and apart from the judge in every way there is.
APART = [None, "bwrap", "user", "process"]


@contextlib.contextmanager
def subject_of(path, isolation):
    if isolation is None:
        yield File(path)
        return
    if isolation == "bwrap":
        needs("RootsBubblewrap" if os.geteuid() == 0 else "Bubblewrap")
    with pytest.MonkeyPatch.context() as patch:
        if isolation == "user":
            needs("OwnUser")
            for module in (sandbox, programs, submissions):
                patch.setattr(module, "PYTHON", interpreter_for_everybody())
        with submissions.opened(str(path), None, sandbox.find(isolation)) as subject:
            yield subject


def named_by(path, isolation=None):
    """All misconceptions that the report on a file names, the first one first."""
    with subject_of(path, isolation) as subject:
        checks = list(judge(subject, SCENARIOS.values()))
    assert all(check.status != "error" for check in checks), (path.stem, checks)
    named = [id for check in checks if check.cause for id in check.cause.misconceptions[:1]]
    failed = [check.id for check in checks if check.status == "failed"]
    return named, failed


def is_right(true, named):
    first = named[0] if named else None
    return first == true or {first, true} in INSEPARABLE


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("isolation", APART)
def test_right_servers_fail_only_where_their_style_has_its_limit(isolation):
    for path in RIGHT:
        began = time.monotonic()
        named, failed = named_by(path, isolation)
        print(f"{path.stem:20} {time.monotonic() - began:5.1f} s  {named} {failed}")
        assert set(named) <= set(LIMITS.get(path.stem, ())), (path.stem, failed)
        assert bool(failed) <= bool(LIMITS.get(path.stem)), (path.stem, failed)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("isolation", APART)
def test_wrong_servers_are_told_the_true_reason_first(isolation):
    told = {}
    for path in WRONG:
        true = re.sub(r"_\d+$", "", path.stem).replace("_", "-")
        named, failed = named_by(path, isolation)
        told[path.stem] = is_right(true, named)
        print(f"{path.stem:24} {'ok' if told[path.stem] else 'NO':2} {named[:3]} {failed[:3]}")
    share = sum(told.values()) / len(told)
    print(f"{sum(told.values())} of {len(told)}: {share:.1%}")
    assert share >= 0.95, [stem for stem, right in told.items() if not right]


@pytest.fixture(scope="module")
def both_cores_busy(worker_id):
    """With several workers (``-n 4``) one of them keeps the processor busy for all."""
    cores = os.cpu_count() if worker_id in ("master", "gw0") else 0
    spin = "import os; parent = os.getppid()\nwhile os.getppid() == parent: pass"
    spinning = [subprocess.Popen([sys.executable, "-c", spin]) for _ in range(cores)]
    yield
    for process in spinning:
        process.kill()
        process.wait()


def first_named_by(path, isolation):
    """The first misconception that the report on a file names; what comes after it is not asked."""
    with subject_of(path, isolation) as subject:
        for check in judge(subject, SCENARIOS.values()):
            assert check.status != "error", (path.stem, check)
            if check.cause and check.cause.misconceptions:
                return [check.cause.misconceptions[0]]
    return []


@pytest.mark.timeout(7200)
@pytest.mark.usefixtures("both_cores_busy")
@pytest.mark.parametrize("isolation", APART)
@pytest.mark.parametrize("path", [*RIGHT, *(HERE / "wrong").glob("*_1.py")], ids=lambda p: p.stem)
def test_what_is_said_does_not_change_on_a_busy_machine(path, isolation):
    """Twenty runs of each right server, and of a wrong one for each misconception."""
    true = re.sub(r"_\d+$", "", path.stem).replace("_", "-")
    wavering = []
    for _ in range(20):
        if path in RIGHT:
            named, failed = named_by(path, isolation)
            fine = set(named) <= set(LIMITS.get(path.stem, ()))
        else:
            named = failed = first_named_by(path, isolation)
            fine = is_right(true, named)
        if not fine:
            wavering.append((named[:2], failed[:2]))
    print(f"{path.stem:24} {isolation or 'practice':8} {20 - len(wavering)} of 20")
    assert not wavering
