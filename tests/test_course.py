"""``guessnet course``, used as its README tells, with the tools themselves."""

import csv
import json
import os
import shlex
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from guessnet import course
from guessnet.errors import BadArgument
from guessnet.grading.sandbox import PYTHON
from guessnet.grading.scenarios import SCENARIOS
from guessnet.texts import LANGUAGES, text

#: Gives the first reply to one client, and to nobody else; it is marked quickly.
WRONG = """
def serve(listener):
    conn, address = listener.accept()
    conn.recv(1024)
    conn.sendall("너무 높아요".encode())
    conn.recv(1024)
"""

#: Tells, by a file, that it was run or imported outside the sandbox, and marks itself.
CHEAT = """
open(%r, "w").close()
import guessnet
guessnet.grade = lambda path: 100
"""

BESIDE = Path(sys.executable).parent  #: where the tools' commands are


@pytest.fixture
def cheat(tmp_path):
    """The code of a cheat, and the file that is there if it has succeeded."""
    caught = tmp_path / "cheated"
    return CHEAT % str(caught), caught


@pytest.fixture
def write(tmp_path):
    """`write(tool, lang, exam)`: a course in a folder of its own."""

    def written(tool, lang="en", exam=False):
        folder = tmp_path / f"{tool}-{lang}"
        course.write(folder, tool, lang, exam)
        return folder

    return written


def hand_in(notebook, answer, path):
    """Hand in a copy of a notebook with this answer in the cell that is for it."""
    copy = nbformat.read(notebook, 4)
    (cell,) = [cell for cell in copy.cells if "solution" in cell.metadata.get("tags", [])]
    cell.source = answer
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(copy, path)
    return copy


def do(folder, command, **environment):
    """Run a command of the README's in the course's folder."""
    assert f"`{command}" in (folder / "README.md").read_text("utf-8")
    return run(folder, *shlex.split(command), **environment)


def run(folder, *words, **environment):
    shown = subprocess.run(
        words,
        cwd=folder,
        env=os.environ | {"PATH": f"{BESIDE}{os.pathsep}{os.environ['PATH']}"} | environment,
        capture_output=True,
        encoding="utf-8",
    )
    return shown.returncode, shown.stdout, shown.stderr


def notebook_of(folder):
    (path,) = [*folder.glob("student/*.ipynb"), *folder.glob("source/*/*.ipynb")]
    return path


# What is written


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("tool", course.TOOLS)
def test_a_course_has_a_notebook_and_a_readme_that_names_all_its_files(write, tool, lang):
    folder = write(tool, lang)
    notebook = nbformat.read(notebook_of(folder), 4)
    nbformat.validate(notebook)
    readme = (folder / "README.md").read_text("utf-8")
    files = [path for path in folder.rglob("*") if path.is_file() and path.name[0] != "."]
    names = [path.relative_to(folder).as_posix() for path in files]
    assert [name for name in names if f"`{name}`" not in readme] == ["README.md"]
    assert f'guessnet.use("{lang}"' in notebook.cells[1].source


def test_the_task_is_a_list_of_what_is_asked_without_what_is_hidden(write):
    """A list, for in nbgrader's pages the columns of a table touch."""
    task = nbformat.read(notebook_of(write("pytest")), 4).cells[0].source
    for scenario in SCENARIOS.values():
        asked = f"- {text(f'scenario.{scenario.id}', 'en')} ({scenario.points})"
        assert (asked in task.splitlines()) is bool(scenario.points and not scenario.hidden)


@pytest.mark.parametrize("tool", course.TOOLS)
def test_its_code_is_the_same_in_both_languages(write, tool):
    codes = []
    for lang in LANGUAGES:
        cells = nbformat.read(notebook_of(write(tool, lang)), 4).cells
        code = [cell.source for cell in cells if cell.cell_type == "code"]
        codes.append([source.partition("#")[0].replace(f'"{lang}"', "") for source in code])
    assert codes[0] == codes[1]


@pytest.mark.parametrize("exam", [False, True])
def test_a_course_for_an_exam_says_that_it_is_no_security_boundary(write, exam):
    folder = write("otter", exam=exam)
    assert ("no security boundary" in (folder / "README.md").read_text("utf-8")) is exam
    assert ("exam=True" in notebook_of(folder).read_text("utf-8")) is exam


def test_a_course_is_written_again_unless_somebody_has_changed_it(write):
    folder = write("pytest")
    write("pytest", exam=True)
    changed = folder / "pytest.ini"
    changed.write_text("mine")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(BadArgument, match=r"changed: pytest\.ini"):
        write("pytest")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_the_command_says_what_it_has_written_and_what_it_cannot(tmp_path):
    command = [sys.executable, "-m", "guessnet", "course"]
    english = {"GUESSNET_LANG": "en"}
    code, out, err = run(tmp_path, *command, "it", "--for", "pytest", "--exam", **english)
    assert (code, err) == (0, "")
    assert "Read README.md first." in out
    assert "no security boundary" in out
    (tmp_path / "it" / "README.md").write_text("mine")
    for wrong in (
        ["it", "--for", "pytest"],
        ["it", "--for", "moodle"],
        ["it/README.md/x", "--for"],
    ):
        code, out, err = run(tmp_path, *command, *wrong, **english)
        assert code
        assert (out, err.count("\n")) == ("", 1)
    code, out, err = run(tmp_path, *command, "it/README.md/x", "--for", "otter", **english)
    assert (code, out, err.count("\n")) == (1, "", 1)


# The tools: one right, one wrong and one cheating submission each


@pytest.mark.timeout(300)
def test_nbgrader_marks_and_explains(write, cheat):
    folder = write("nbgrader", exam=True)
    assert do(folder, "nbgrader generate_assignment server")[0] == 0
    released = folder / "release/server/hand-in.ipynb"
    assert "Thread" not in released.read_text("utf-8")
    submitted = folder / "submitted"
    shutil.copytree(folder / "source", submitted / "right")
    hand_in(released, WRONG, submitted / "wrong/server/hand-in.ipynb")
    forge(released, *cheat, submitted / "cheat/server/hand-in.ipynb")
    code, _, log = do(folder, "nbgrader autograde server")
    assert code == 0, log
    assert "right: 100/100" in log
    assert "Warning: " not in log
    assert do(folder, "nbgrader export")[0] == 0
    with open(folder / "grades.csv", newline="") as file:
        points = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert points["right"] == 100
    assert 0 < points["wrong"] < 50
    assert points["cheat"] == 0
    assert not cheat[1].exists()
    graded = nbformat.read(folder / "autograded/wrong/server/hand-in.ipynb", 4)
    (result,) = graded.cells[-1].outputs
    assert float(result["data"]["text/plain"]) == points["wrong"]
    assert "Check of hand-in.ipynb" in result["data"]["text/html"]
    assert "Hint" not in result["data"]["text/html"]


def test_nbgrader_collects_archives_and_single_notebooks(write):
    folder = write("nbgrader")
    archive = folder / "downloaded/server/archive"
    archive.mkdir(parents=True)
    (archive / "hand-in.ipynb").touch()  # nobody's
    for student in ("김하늘", "3_5_12", "3_5_13"):
        (archive / f"{student}_hand-in (1).ipynb").touch()
    with zipfile.ZipFile(archive / "moodle.zip", "w") as moodle:
        for number in (33, 34):
            moodle.writestr(f"Lee Uno_{number}_assignsubmission_file_/hand-in.ipynb", "")
    with zipfile.ZipFile(archive / "canvas.zip", "w") as canvas:
        canvas.writestr("leeuno_4711_12_hand-in-1.ipynb", "")
    code, _, log = do(folder, "nbgrader zip_collect server")
    assert code == 0, log
    submitted = (folder / "submitted").glob("*/server/hand-in.ipynb")
    students = {path.parts[-3] for path in submitted}
    assert students == {"김하늘", "3_5_12", "3_5_13", "Lee Uno_33", "Lee Uno_34", "leeuno_4711_12"}
    (archive / "김하늘_hand-in (1).ipynb").write_text("handed in again")
    assert do(folder, "nbgrader zip_collect server --force")[0] == 0
    again = folder / "submitted/김하늘/server/hand-in.ipynb"
    assert again.read_text() == "handed in again"


def forge(notebook, code, caught, path):
    """Hand in a notebook whose cell that marks is not to be run, and modules to import."""
    forged = hand_in(notebook, code, path)
    forged.cells[-1].metadata["tags"] = ["skip-execution"]  # nbgrader gives full marks to that
    nbformat.write(forged, path)
    for name in ("guessnet", "json", "nbgrader"):
        path.with_name(f"{name}.py").write_text(code)


@pytest.mark.slow
def test_the_cheat_succeeds_with_the_usual_settings_of_nbgrader(write, cheat):
    folder = write("nbgrader")
    config = folder / "nbgrader_config.py"
    lines = config.read_text("utf-8").splitlines()
    config.write_text("\n".join(line for line in lines if "_preprocessors" not in line))
    assert do(folder, "nbgrader generate_assignment server")[0] == 0
    path = folder / "submitted/cheat/server/hand-in.ipynb"
    forge(folder / "release/server/hand-in.ipynb", *cheat, path)
    assert do(folder, "nbgrader autograde server")[0] == 0
    assert cheat[1].exists()


#: What ``otter run`` does, for several in one process.
OTTER = """
import json, sys
from otter.run import main
for submission in sys.argv[1:]:
    graded = main(submission, autograder="autograder.zip", output_dir=None, no_logo=True)
    print("\\n" + json.dumps([graded.total, graded.possible, graded.summary()]))
"""


@pytest.mark.timeout(300)
def test_otter_marks_and_explains(write, cheat, tmp_path):
    folder = write("otter", exam=True)
    assert (
        "`otter run teacher/hand-in.ipynb -a autograder.zip`" in (folder / "README.md").read_text()
    )
    wrong, forged, zipped = (tmp_path / name for name in ("wrong.ipynb", "it.ipynb", "cheat.zip"))
    hand_in(notebook_of(folder), WRONG, wrong)
    code, caught = cheat
    hand_in(notebook_of(folder), code, forged)
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.write(forged, "hand-in.ipynb")
        for name in ("otter", "json", "guessnet"):
            archive.writestr(f"{name}.py", code)
    submissions = ["teacher/hand-in.ipynb", str(wrong), str(zipped)]
    code, out, err = run(folder, sys.executable, "-P", "-c", OTTER, *submissions)
    assert code == 0, err
    right, wrong, cheating = [json.loads(line) for line in out.splitlines() if line[:1] == "["]
    assert right[:2] == [100, 100]
    assert 0 < wrong[0] < 50
    assert "The server ends after one game." in wrong[2]
    assert "Hint" not in wrong[2]
    assert cheating[:2] == [0, 100]
    assert not caught.exists()


@pytest.mark.slow
def test_the_cheat_succeeds_with_the_usual_settings_of_otter(write, cheat, tmp_path):
    folder = write("otter")
    with zipfile.ZipFile(folder / "autograder.zip", "w") as archive:
        archive.writestr("otter_config.json", "{}")
        archive.writestr("tests/", "")
    forged = tmp_path / "it.ipynb"
    hand_in(notebook_of(folder), cheat[0], forged)
    run(folder, "otter", "run", str(forged), "-a", "autograder.zip")
    assert cheat[1].exists()


@pytest.fixture
def autograder(write, tmp_path):
    """The folder of Gradescope's container, with the autograder unpacked, as documented.

    See https://gradescope-autograders.readthedocs.io/en/latest/specs/
    """
    root = tmp_path / "autograder"
    for name in ("source", "submission", "results"):
        (root / name).mkdir(parents=True)
    with zipfile.ZipFile(write("gradescope", exam=True) / "autograder.zip") as archive:
        modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
        archive.extractall(root / "source")
    for name in ("setup.sh", "run_autograder"):
        assert modes[name] & stat.S_IXUSR
        assert subprocess.run(["bash", "-n", root / "source" / name]).returncode == 0
    shutil.copy(root / "source" / "run_autograder", root)
    return root


def gradescope(root):
    """What the script writes, run by a Python that has nothing installed."""
    script = ["bash", root / "run_autograder"]
    path = os.pathsep.join([str(Path(PYTHON).parent), "/usr/local/bin", "/usr/bin", "/bin"])
    shown = subprocess.run(script, cwd=root, env={"PATH": path}, capture_output=True, text=True)
    assert shown.returncode == 0, shown.stderr
    return json.loads((root / "results" / "results.json").read_text("utf-8"))["tests"]


@pytest.mark.skipif(os.name != "posix", reason="a script for bash")
def test_gradescope_gets_points_and_explanations(autograder, write, cheat):
    code, caught = cheat
    hand_in(notebook_of(write("gradescope")), WRONG, autograder / "submission" / "hand-in.ipynb")
    for name in ("guessnet", "json"):
        (autograder / "submission" / f"{name}.py").write_text(code)
    tests = gradescope(autograder)
    assert sum(test["max_score"] for test in tests) == 100
    assert 0 < sum(test["score"] for test in tests) < 50
    told = "\n".join(test["output"] for test in tests)
    assert "The server ends after one game." in told
    assert "Hint" not in told
    assert not caught.exists()


@pytest.mark.skipif(os.name != "posix", reason="a script for bash")
def test_gradescope_is_told_why_nothing_could_be_marked(autograder):
    first, *others = gradescope(autograder)
    assert "hand-in.ipynb" in first["output"]
    assert {test["score"] for test in (first, *others)} == {0}


PYTEST = {  # others of pytest's plugins take long to load
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    "PYTEST_PLUGINS": "guessnet.pytest_plugin",
    "GUESSNET_LANG": "en",
}


@pytest.mark.parametrize("exam", [False, True])
def test_pytest_puts_the_scenarios_to_the_notebook(write, exam):
    folder = write("pytest", exam=exam)
    notebook = folder / "student/hand-in.ipynb"
    hand_in(notebook, "def serve(listener): listener.accept()", notebook)
    code, out, err = do(folder, "pytest", **PYTEST)
    assert code == 1
    assert "hand-in.ipynb Fs" in out, err
    assert ("Hint" in out) is not exam


def test_pytest_marks_what_was_handed_in(write):
    folder = write("pytest")
    command = "pytest --guessnet=teacher/hand-in.ipynb"
    assert f"`{command}`" in (folder / "README.md").read_text("utf-8")
    code, out, err = run(folder, *shlex.split(command), "-k", "first-reply", **PYTEST)
    assert (code, "1 passed" in out) == (0, True), err


def test_pytest_reads_no_settings_that_were_handed_in(write, tmp_path):
    """It would import anything that they name, and would not know of the exam."""
    folder = write("pytest", exam=True)
    assert "`pytest --guessnet=NOTEBOOK`" in (folder / "README.md").read_text("utf-8")
    theirs = tmp_path / "theirs"
    hand_in(notebook_of(folder), WRONG, theirs / "hand-in.ipynb")
    caught = tmp_path / "imported"
    (theirs / "pytest.ini").write_text("[pytest]\npythonpath = .\naddopts = -p cheat\n")
    (theirs / "cheat.py").write_text(f"open({str(caught)!r}, 'w').close()")
    path = str(theirs / "hand-in.ipynb")
    code, out, err = run(folder, "pytest", f"--guessnet={path}", "-x", **PYTEST)
    assert (code, "Hint" in out, caught.exists()) == (1, False, False), err
    run(folder, "pytest", "--guessnet", path, "--collect-only", **PYTEST)
    assert caught.exists()  # with a space it is read, and the cheat works
