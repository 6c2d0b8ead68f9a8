"""``guessnet replay``: a failure again, out of a file that may come from anybody."""

import json
import os
import subprocess
import sys

import pytest

from guessnet.errors import BadReport
from guessnet.grading.replay import failures
from guessnet.grading.report import Cause, Check, Report
from guessnet.grading.trial import Entry
from guessnet.texts import text
from guessnet.threads import Place

FAILED = Check(
    "split",
    "failed",
    0,
    4,
    cause=Cause(
        "extra",
        {"got": "ok"},
        "",
        ("message-split",),
        stood=(Place("serve", 12, "conn.recv(1024)", "MainThread", {}),),
        transcript=(Entry(0.1, "1", "sent", b"10", 2), Entry(0.2, "1", "received", b"ok", 2)),
    ),
)
LEFT = Check("client-leaves", "failed", 0, 6, cause=Cause("refused", {}))
REPORT = Report("hand-in.py", "process", 7, (FAILED, LEFT), "en")


@pytest.fixture
def written(tmp_path):
    def write(content):
        path = tmp_path / "report.json"
        path.write_text(json.dumps(content))
        return path

    return write


def replay(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "guessnet", "replay", *arguments],
        env=os.environ | {"GUESSNET_LANG": "en", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=30,
    )


def test_a_failure_is_told_in_the_order_in_which_it_happened(written):
    (failed,) = failures(written(REPORT.to_json()), "split")
    misconception = "misconception.message-split"
    hints = [
        text("report.hint", "en", number=n, count=3, hint=text(f"{misconception}.hint{n}", "en"))
        for n in (1, 2, 3)
    ]
    name, cause = (text(f"{misconception}.{part}", "en") for part in ("name", "cause"))
    assert list(failed.steps("en")) == [
        f"hand-in.py: {text('scenario.split', 'en')}",
        "  0.10  client 1 → '10'",
        "  0.20  client 1 ← 'ok'",
        "This came when nothing should: ok",
        "The server stood at: line 12 of serve(): conn.recv(1024)",
        f"Why: {name}. {cause}",
        *hints,
        "See lesson 05 again.",
    ]


def test_without_a_scenario_all_failures_are_told(written):
    path = written([REPORT.to_json(), REPORT.to_json()])
    assert [failed.scenario for failed in failures(path)] == ["split", "client-leaves"] * 2
    assert [failed.scenario for failed in failures(path, "split")] == ["split", "split"]


def test_the_command_prints_it_where_nobody_presses_enter(written):
    path = written(REPORT.to_json())
    shown = replay(f"{path}#client-leaves")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.splitlines()[1] == "The connection was refused."


def test_on_a_terminal_it_waits_for_enter(written):
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "guessnet", "replay", f"{written(REPORT.to_json())}#split"],
        env=os.environ | {"GUESSNET_LANG": "en", "TERM": "dumb"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        shown = b""
        for line in (b"hand-in.py", b"'10'", b"'ok'", b"This came"):
            while line not in shown:
                shown += os.read(ours, 4096)
            shown = shown.partition(line)[2]
            assert b"Hint" not in shown
            os.write(ours, b"\n")
        os.write(ours, b"\x04")  # Ctrl-D: enough
        assert process.wait(10) == 0
    os.close(ours)


@pytest.mark.parametrize("scenario", ["together", "\x1b[2J"])
def test_a_check_that_did_not_fail_is_told_from_those_that_did(written, scenario):
    shown = replay(f"{written(REPORT.to_json())}#{scenario}")
    assert (shown.returncode, shown.stdout, shown.stderr.count("\n")) == (2, "", 1)
    assert "split, client-leaves" in shown.stderr
    assert "\x1b" not in shown.stderr


GOOD = REPORT.to_json()
CHECK = GOOD["checks"][0]


def changed(**values):
    return GOOD | {"checks": [CHECK | values]}


@pytest.mark.parametrize(
    "forged",
    [
        7,
        [7],
        {},
        GOOD | {"schema": "guessnet.report/2"},
        GOOD | {"submission": 5},
        GOOD | {"checks": None},
        GOOD | {"checks": ["split"]},
        changed(id=["split"]),
        changed(cause=None),
        changed(message={}),
        changed(hints="all"),
        changed(hints=[1]),
        changed(cause=CHECK["cause"] | {"transcript": [None]}),
        changed(cause=CHECK["cause"] | {"misconception": ["x"]}),
    ],
    ids=str,
)
def test_a_forged_report_is_refused(written, forged):
    with pytest.raises(BadReport):
        failures(written(forged))


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000, b"9" * 10_000])
def test_a_file_that_is_no_report_is_said_in_one_line(tmp_path, content):
    path = tmp_path / "report.json"
    path.write_bytes(content)
    for shown in (replay(f"{path}#split"), replay(f"{tmp_path}#split")):
        assert (shown.returncode, shown.stdout, shown.stderr.count("\n")) == (2, "", 1)


def test_nothing_in_a_forged_report_reaches_the_terminal_unescaped(written):
    nasty = "\x1b[2J\u202e\ud800\r\n{0.__class__}"
    cause = {
        "expected": nasty,
        "stood": [nasty],
        "misconception": nasty,
        "lesson": nasty,
        "transcript": [nasty],
    }
    forged = changed(id=nasty, message=nasty, hints=[nasty], cause=cause)
    shown = replay(str(written(forged | {"submission": nasty})))
    assert (shown.returncode, shown.stderr) == (0, "")
    assert len(shown.stdout.splitlines()) == 7
    assert all(char.isprintable() or char == "\n" for char in shown.stdout)
