"""What a submission costs at most, and that it leaves nothing behind."""

import os
import signal
import sys
import textwrap
import time
from pathlib import Path

import pytest
from grading_support import BWRAP, graded, processes_with, statuses

from guessnet.texts import text

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")

#: A server that plays the game.
PLAYS = (Path(__file__).parent / "right" / "selectors_loop.py").read_text("utf-8")


@pytest.mark.parametrize("kind", [*BWRAP, "OwnUser"])
def test_no_process_outlives_its_mark(kind, tmp_path):
    report = graded(hides(tmp_path), kind, "first-reply")
    assert statuses(report) == {"first-reply": "passed"}
    assert not processes_with(str(tmp_path))


def test_a_process_that_hides_outlives_it_where_only_groups_are_ended(tmp_path):
    graded(hides(tmp_path), "Apart", "first-reply")
    [hidden] = processes_with(str(tmp_path))
    os.kill(hidden, signal.SIGKILL)


def hides(tmp_path):
    """A right server with a process that is nobody's child, in a session of its own."""
    path = tmp_path / "hides.py"
    path.write_text(
        "import os, subprocess, sys\n"
        f"command = [sys.executable, '-c', 'import time; time.sleep(60)', {str(tmp_path)!r}]\n"
        "if os.fork() == 0:\n"
        "    subprocess.Popen(command, start_new_session=True)\n"
        "    os._exit(0)\n"
        f"os.wait()\n{PLAYS}"
    )
    return path


COSTLY = {
    "spins": "while True: pass",
    "sleeps": "import time; time.sleep(1000)",
    "forks": "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
    "eats": "eaten = []\nwhile True: eaten.append(b'x' * (1 << 22))",
    "talks": "while True: print('x' * 1000)",
    "ignores_signals": (
        "import signal, time\n"
        "for number in range(1, 32):\n"
        "    try: signal.signal(number, signal.SIG_IGN)\n"
        "    except OSError: pass\n"
        "time.sleep(1000)"
    ),
}
STARTING = 15  #: seconds in which the judge of a test starts and ends, on a busy machine


#: While they are loaded, or when they serve. Root's processes are limited in number only if they
#: are given to another user.
CASES = [
    (name, when, kind)
    for kind in ("RootsBubblewrap", "OwnUser", "Apart")
    for when, names in (("loading", COSTLY), ("serving", ("spins", "forks", "eats")))
    for name in names
    if (name, kind) != ("forks", "Apart")
]


@pytest.mark.parametrize(("name", "when", "kind"), CASES)
def test_it_costs_no_more_than_its_deadline_and_leaves_nothing(name, when, kind, tmp_path):
    code = COSTLY[name]
    path = tmp_path / "costs.py"
    path.write_text(
        f"{code}\ndef serve(listener): pass"
        if when == "loading"
        else f"def serve(listener):\n{textwrap.indent(code, '    ')}"
    )
    limits, constants = {"NPROC": 100}, {"DEADLINE": 2.5, "MEMORY": 100 << 20}
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    tmp_path.chmod(0o755)
    began = time.monotonic()
    more = {"limits": limits, "constants": constants, "temporary": temporary}
    report = graded(path, kind, "first-reply", "rest", **more)
    assert time.monotonic() - began < constants["DEADLINE"] + STARTING
    assert statuses(report) == {"first-reply": "failed", "rest": "skipped"}
    assert not list(temporary.iterdir())
    assert not processes_with(str(tmp_path))


def test_who_takes_too_much_memory_is_told_so(tmp_path):
    path = tmp_path / "eats.py"
    path.write_text(
        "eaten = b''\n"
        "def serve(listener):\n"
        "    global eaten\n"
        "    conn, _ = listener.accept()\n"
        "    conn.recv(1024)\n"
        "    eaten = b'x' * (200 << 20)\n"
        "    listener.accept()\n"
    )
    for memory, symptom in ((100 << 20, "out-of-memory"), (1 << 30, "silent")):
        [check] = graded(path, "Apart", "first-reply", constants={"MEMORY": memory})["checks"]
        assert check["message"] == text(f"symptom.{symptom}", "en")


def test_who_keeps_the_judge_waiting_is_told_so(tmp_path):
    path = tmp_path / "sleeps.py"
    path.write_text("import time\ntime.sleep(100)\ndef serve(listener): pass")
    report = graded(path, "Apart", "first-reply", "rest", constants={"DEADLINE": 2.0})
    first, second = report["checks"]
    assert first["message"] == text("symptom.out-of-time", "en")
    assert second["status"] == "skipped"
