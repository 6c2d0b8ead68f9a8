"""``guessnet grade``, as a teacher meets it: in a process of its own."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from grading_support import PACKAGE, interpreter_for_everybody, needs

#: Servers that are marked quickly: none of them answers anybody.
ENDS = "def serve(listener):\n    listener.accept()\n"
BROKEN = "def serve(listener):\n"
ENDS_TOO = "import socket\nsocket.create_server(('', 50007)).accept()\n"  # at a port of its own

NOBODY = 65534  #: the user who owns nothing

ENGLISH = os.environ | {"GUESSNET_LANG": "en", "PYTHONIOENCODING": "utf-8"}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "ends.py").write_text(ENDS)
    (tmp_path / "broken.py").write_text(BROKEN)
    return tmp_path


def grade(folder, *arguments, **environment):
    """Exit code, standard output and standard error."""
    shown = subprocess.run(
        [sys.executable, "-m", "guessnet", "grade", *arguments],
        cwd=folder,
        env=ENGLISH | environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    return shown.returncode, shown.stdout, shown.stderr


def test_one_submission_is_told_in_full(folder):
    code, out, err = grade(folder, "ends.py")
    assert (code, err) == (0, "")
    assert out.startswith("Check of ends.py")
    assert "The server ends after one game." in out
    assert "0 of 100 points" in out


def test_of_several_there_is_a_table_in_the_order_in_which_they_were_given(folder):
    code, out, err = grade(folder, "ends.py", "broken.py", "--jobs", "2")
    assert (code, err) == (0, "")
    rows = [line.split("│")[1:4] for line in out.splitlines() if "│ " in line and "/100" in line]
    assert [row[0].strip() for row in rows] == ["ends.py", "broken.py"]
    assert rows[0][2].strip() == "The server ends after one game"


def test_korean_is_the_default_and_lang_chooses(folder):
    assert "점검" in grade(folder, "ends.py", GUESSNET_LANG="")[1]
    assert "점검" in grade(folder, "ends.py", "--lang", "ko")[1]


def test_a_command_in_any_language_is_marked_as_well(folder):
    (folder / "program.py").write_text(
        "import socket, sys\n"
        "with socket.create_server(('127.0.0.1', int(sys.argv[1]))) as listener:\n"
        "    listener.accept()\n"
    )
    command = f"{Path(sys.executable).resolve()} program.py {{port}}"
    code, out, err = grade(folder, "--cmd", command, "--format", "json")
    assert (code, err) == (0, "")
    report = json.loads(out)
    assert report["submission"] == command
    assert report["misconceptions"][0] == "one-shot"


def test_a_report_goes_to_a_file_when_there_is_one(folder):
    code, out, err = grade(folder, "ends.py", "--format", "json", "-o", "report.json")
    assert (code, out, err) == (0, "", "")
    report = json.loads((folder / "report.json").read_text("utf-8"))
    assert (report["schema"], report["submission"]) == ("guessnet.report/1", "ends.py")


@pytest.mark.parametrize(("fail_under", "code"), [("0", 0), ("0.5", 1)])
def test_fail_under_decides_the_exit_code(folder, fail_under, code):
    assert grade(folder, "broken.py", "--fail-under", fail_under)[0] == code


def test_what_cannot_be_marked_is_our_error_and_the_others_are_marked(folder):
    code, out, err = grade(
        folder, "nobody.py", "broken.py", "--format", "json", "--fail-under", "9"
    )
    assert (code, err) == (2, "")
    statuses = [report["checks"][0]["status"] for report in json.loads(out)]
    assert statuses == ["error", "failed"]


def test_who_could_not_be_marked_is_said_where_it_would_not_be_seen(folder):
    code, out, err = grade(folder, "no\x1bbody.py", "broken.py", "--format", "csv", "-o", "it.csv")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert r"no\x1bbody.py" in err
    assert "broken.py" not in err
    assert "it.csv" in err


def test_the_table_shows_no_points_for_what_could_not_be_marked(folder):
    out = grade(folder, "nobody.py", "broken.py")[1]
    assert "–/100" in out
    assert "0/100" in out.replace("–/100", "")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "PATH"),
        (("ends.py", "--cmd", "x {port}"), "exclude each other"),
        (("--cmd", "no port"), "{port}"),
        (("ends.py", "--format", "xml"), "json, junit, csv, gradescope, nbgrader, otter"),
        (("ends.py", "broken.py", "--format", "otter"), "one by one"),
        (("ends.py", "--jobs", "0"), "whole number, 1 or more"),
        (("ends.py", "--fail-under", "half"), "from 0 to 999"),
        (("ends.py", "-o", "no/such/folder"), "cannot be written"),
        (("ends.py", "--jobs", "1", "--cluster", "tcp://127.0.0.1:1"), "exclude each other"),
        (("ends.py", "--cluster", "nonsense://"), "No cluster answers at nonsense://"),
    ],
)
def test_a_usage_error_is_one_line_on_stderr_before_anything_is_marked(folder, arguments, says):
    code, out, err = grade(folder, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert says in err


def test_a_missing_extra_is_said_in_one_line(folder):
    script = (
        "import sys; sys.modules['distributed'] = None; from guessnet.cli import main;"
        "sys.exit(main(['grade', 'ends.py', '--cluster', 'tcp://127.0.0.1:1']))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, env=ENGLISH, capture_output=True, text=True
    )
    assert (shown.returncode, shown.stderr.count("\n")) == (2, 1)
    assert "pip install 'guessnet[cluster]'" in shown.stderr


def test_ctrl_c_ends_it_without_a_traceback(folder):
    script = (
        "import sys; from guessnet.cli import main; from guessnet.grading import classroom\n"
        "def interrupted(paths, executor): raise KeyboardInterrupt\n"
        "classroom.grade_many = interrupted\n"
        "sys.exit(main(['grade', 'ends.py']))"
    )
    shown = subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True)
    assert (shown.returncode, shown.stdout, shown.stderr) == (130, b"", b"")


def test_a_cluster_marks_as_threads_do(folder):
    scheduler = "from distributed import LocalCluster; import sys\n" + (
        "if __name__ == '__main__':\n"
        "    with LocalCluster(1, threads_per_worker=1, dashboard_address=None) as cluster:\n"
        "        print(cluster.scheduler_address, flush=True)\n"
        "        sys.stdin.read()\n"
    )
    (folder / "cluster.py").write_text(scheduler)
    with subprocess.Popen(
        [sys.executable, "cluster.py"],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as cluster:
        address = cluster.stdout.readline().strip()
        path = str(Path(folder, "ends.py"))
        code, out, err = grade(folder, path, "--cluster", address, "--format", "nbgrader")
        cluster.stdin.close()
    assert (code, out, err) == (0, "0\n", "")


@pytest.fixture
def own_room():
    """A folder that everybody may read: pytest's own are ours alone."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield Path(name)


@pytest.mark.skipif(sys.platform != "linux", reason="only there is bwrap")
def test_who_is_not_root_has_the_same_sandbox_and_is_told_nothing_else(own_room):
    needs("Bubblewrap")
    needs("OwnUser")  # to become somebody else
    shutil.copytree(PACKAGE, own_room / "guessnet", ignore=shutil.ignore_patterns("__pycache__"))
    (own_room / "hand_in.py").write_text(ENDS_TOO)
    graded = subprocess.run(
        [interpreter_for_everybody(), "-m", "guessnet", "grade", "hand_in.py", "--format", "json"],
        capture_output=True,
        encoding="utf-8",
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(own_room)},
        cwd=own_room,
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        check=False,
    )
    assert (graded.returncode, graded.stderr) == (0, "")
    report = json.loads(graded.stdout)
    assert (report["isolation"], report["misconceptions"][0]) == ("bwrap", "one-shot")
