"""What the tests of grading share: the kinds of sandbox, and grading a file in each of them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import guessnet
from guessnet.grading.sandbox import PYTHON, Bubblewrap, RootsBubblewrap, works

HERE = Path(__file__).parent
PACKAGE = Path(guessnet.__file__).parent

BWRAP = ["RootsBubblewrap", "Bubblewrap"]
EVERY_KIND = [*BWRAP, "OwnUser", "Apart"]


def interpreter_for_everybody():
    """A Python that any user may run: this one may lie in a folder of root's."""
    for python in filter(None, [PYTHON, shutil.which("python3", path="/usr/bin")]):
        folders = Path(python).resolve().parents
        if all(folder.stat().st_mode & 0o005 == 0o005 for folder in folders):
            asked = [python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
            if subprocess.run(asked, check=False).returncode == 0:
                return python
    return None


def needs(kind):
    """Skip a test whose sandbox cannot be had here; where everything has to be had, fail it."""
    if kind == "OwnUser":
        there = os.name == "posix" and os.geteuid() == 0 and interpreter_for_everybody()
    elif kind in BWRAP:
        there = works({"RootsBubblewrap": RootsBubblewrap, "Bubblewrap": Bubblewrap}[kind])
    else:
        there = os.name == "posix"
    if not there and os.environ.get("CI") == "true":
        pytest.fail(f"{kind} does not work on this machine")
    if not there:
        pytest.skip(f"{kind} does not work on this machine")


def graded(path, kind, *ids, folder=None, temporary=None, **more):
    """The report on a file, in JSON, made by a process of its own.

    That stands in this folder, and puts its temporary files there.
    """
    needs(kind)
    python = interpreter_for_everybody() if kind == "OwnUser" else sys.executable
    asked = json.dumps({"path": str(path), "kind": kind, "ids": ids, **more})
    environment = os.environ | {"PYTHONPATH": str(PACKAGE.parent), "SECRET_OF_THE_JUDGE": "1"}
    environment |= {"TMPDIR": str(temporary)} if temporary else {}
    shown = subprocess.run(
        [python, str(HERE / "grade_some.py"), asked],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        cwd=folder,
        timeout=100,
        check=False,
    )
    assert (shown.returncode, shown.stderr) == (0, ""), shown
    return json.loads(shown.stdout)


def statuses(report):
    return {check["id"]: check["status"] for check in report["checks"]}


def processes_with(word):
    """The processes that have this word in their command, but for those of this test run."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if word.encode() in words:
            found.append(int(folder.name))
    return found
