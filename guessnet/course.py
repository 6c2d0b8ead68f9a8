"""A course to teach with: what students get, what their teacher keeps, and what marks it.

Each course is for one tool that collects and marks. Wherever a course marks, none of a student's
code runs in the tool itself: guessnet reads it there, and runs it apart.
"""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, NamedTuple

from guessnet import __version__, lesson_files
from guessnet.errors import BadArgument
from guessnet.exercises import find_exercise, source_under
from guessnet.grading.scenarios import SCENARIOS
from guessnet.grading.submissions import TAG
from guessnet.texts import EXAM, text

EXERCISE = "11"  #: whose solution the teacher has
HAND_IN = "hand-in.ipynb"  #: what students hand in
MARKS = "marks"  #: what nbgrader calls the cell that marks
POINTS = sum(scenario.points for scenario in SCENARIOS.values())


def write(folder: Path, tool: str, lang: str, exam: bool = False) -> list[str]:
    """Write a course to `folder`, which is made if need be; give the names of its files.

    Parameters
    ----------
    tool
        What is to collect and mark, one of `TOOLS`.
    lang
        Of all that students and their teacher read.
    exam
        Whether students are shown no hint, no solution and no step's source; see `texts.in_exam`.

    Raises
    ------
    BadArgument
        Somebody has changed files that would be written. Nothing is, then.
    OSError
        The folder cannot be written.
    """
    course = Course(lang, exam)
    contents = {"README.md": _readme(course, tool), **TOOLS[tool](course)}
    if changed := lesson_files.changed(folder, contents):
        raise BadArgument(text("course.changed", lang, names=", ".join(changed)))
    lesson_files.write(folder, contents)
    return list(contents)


class Course(NamedTuple):
    """What all files of a course have in common."""

    lang: str
    exam: bool

    def use(self, more: str = "") -> str:
        """The call with which its programs begin, with more arguments."""
        exam = ", exam=True" if self.exam else ""
        return f'guessnet.use("{self.lang}"{more}{exam})'


def _readme(course: Course, tool: str) -> bytes:
    parts = ["title", tool, f"{tool}.limits", *(["exam"] if course.exam else [])]
    return "\n".join(text(f"course.readme.{part}", course.lang) for part in parts).encode()


def _both_notebooks(course: Course) -> dict[str, bytes]:
    return {
        f"student/{HAND_IN}": _dumped(_notebook(course, text("course.stub", course.lang))),
        f"teacher/{HAND_IN}": _dumped(_notebook(course, _solution())),
    }


def _solution() -> str:
    return source_under("serve", find_exercise(EXERCISE).solution)


def _notebook(course: Course, answer: str) -> dict[str, Any]:
    """A server to hand in: the task, a cell for the answer, and one that marks it."""
    written_for = f', written_for="{".".join(__version__.split(".")[:2])}"'
    cells = [
        _cell("markdown", "task", "\n".join(_task(course))),
        _cell("code", "setup", f"import guessnet\n\n{course.use(written_for)}"),
        _cell("code", "answer", answer, tags=[TAG]),
        _cell("markdown", "how", text("course.how", course.lang)),
        _cell("code", MARKS, f'guessnet.grade("{HAND_IN}#{TAG}")'),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}


def _task(course: Course) -> Iterator[str]:
    yield text("course.task", course.lang, points=POINTS)
    if course.exam:
        yield text("course.task.exam", course.lang)
    yield text("course.task.asked", course.lang)
    for scenario in SCENARIOS.values():
        if scenario.points and not scenario.hidden:
            yield f"- {text(f'scenario.{scenario.id}', course.lang)} ({scenario.points})"


def _cell(kind: str, name: str, source: str, **metadata: Any) -> dict[str, Any]:
    cell = {"cell_type": kind, "id": name, "metadata": metadata, "source": source}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def _dumped(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


# What belongs to each tool


def _nbgrader(course: Course) -> dict[str, bytes]:
    notebook = _notebook(course, f"### BEGIN SOLUTION\n{_solution()}\n### END SOLUTION")
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            name = cell["id"]
            about = {"grade_id": name, "schema_version": 3, "task": False}
            about |= {"solution": name == "answer", "locked": name != "answer"}
            about |= {"grade": True, "points": POINTS} if name == MARKS else {"grade": False}
            cell["metadata"]["nbgrader"] = about
    config = _NBGRADER_CONFIG.format(use=course.use(), stub=text("course.stub", course.lang))
    return {
        f"source/server/{HAND_IN}": _dumped(notebook),
        "nbgrader_config.py": config.encode(),
    }


_NBGRADER_CONFIG = '''\
"""nbgrader's settings: the marks are guessnet's, and no cell of a notebook is run for them."""

import warnings

from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata, SaveAutoGrades

import guessnet
from guessnet.nbgrader_plugin import Mark

{use}

warnings.filterwarnings("ignore", module="nbgrader.api")  # meant for nbgrader's own authors

c = get_config()
c.CourseDirectory.course_id = "guessnet"
# STUDENT_hand-in.ipynb; Moodle puts words of its own in between.
c.FileNameCollectorPlugin.named_regexp = (
    r".*[/\\\\]extracted[/\\\\](.*[/\\\\])?"
    r"(?P<student_id>[^/\\\\]+?)_(assignsubmission_file_[/\\\\]?)?(?P<file_id>hand-in)"
)
c.OverwriteCells.add_missing_cells = True
c.Autograde.autograde_preprocessors = [Mark, SaveAutoGrades, AssignLatePenalties, CheckCellMetadata]
c.ClearSolutions.code_stub = {{
    "python": """\\
{stub}"""
}}
'''


def _otter(course: Course) -> dict[str, bytes]:
    plugin = {"guessnet.otter_plugin.Mark": {"lang": course.lang, "exam": course.exam}}
    config = _dumped({"plugins": [plugin]})
    archive = _zip({"otter_config.json": config, "tests/": b""})  # tests that the plugin will write
    return {**_both_notebooks(course), "autograder.zip": archive}


def _gradescope(course: Course) -> dict[str, bytes]:
    script = _RUN_AUTOGRADER.format(
        exam=f"{EXAM}=1 " if course.exam else "", what=f"{HAND_IN}#{TAG}", lang=course.lang
    )
    scripts = {"setup.sh": _SETUP.encode(), "run_autograder": script.encode()}
    package = dict(_files_of(files("guessnet"), "guessnet"))
    return {**_both_notebooks(course), "autograder.zip": _zip(scripts | package)}


_SETUP = """\
#!/usr/bin/env bash
apt-get install -y python3.12 || apt-get install -y python3.11
# Keeps what is marked apart, where Gradescope's own container lets it.
apt-get install -y bubblewrap util-linux
"""

_RUN_AUTOGRADER = """\
#!/usr/bin/env bash
here=$(cd "$(dirname "$0")" && pwd)
for python in python3 python3.12 python3.11; do
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break
done
results=$here/results/results.json
cd "$here/submission"
# -P: nothing that was handed in is to be imported.
{exam}PYTHONPATH=$here/source "$python" -P -m guessnet grade "{what}" \\
    --lang {lang} --format gradescope -o "$results"
[ -s "$results" ]  # it is there, too, where it says why nothing could be marked
"""


def _files_of(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    """This package itself, without the lessons, so that what marks is what wrote the course."""
    for file in folder.iterdir():
        name = f"{path}/{file.name}"
        if file.is_file():
            yield name, file.read_bytes()
        elif file.name not in ("__pycache__", "lessons"):
            yield from _files_of(file, name)


def _zip(contents: dict[str, bytes]) -> bytes:
    """An archive, the same for the same contents; what begins with ``#!`` can be run."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in sorted(contents.items()):
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (0o755 if content.startswith(b"#!") else 0o644) << 16
            opened.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def _pytest(course: Course) -> dict[str, bytes]:
    exam = "guessnet_exam = true\n" if course.exam else ""
    settings = f"[pytest]\nguessnet = student/{HAND_IN}\n{exam}"
    return {**_both_notebooks(course), "pytest.ini": settings.encode()}


#: The tools by their names, and for each the files of its course.
TOOLS: dict[str, Callable[[Course], dict[str, bytes]]] = {
    "nbgrader": _nbgrader,
    "otter": _otter,
    "gradescope": _gradescope,
    "pytest": _pytest,
}
