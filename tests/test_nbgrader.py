"""A right and a wrong notebook, graded by nbgrader: a report's repr is what it takes for a mark."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

RIGHT = Path(__file__).parent.joinpath("right", "threads.py").read_text("utf-8")
WRONG = "def serve(listener):\n    conn, address = listener.accept()\n    conn.close()\n"

#: What a teacher's command line does, in one process.
COURSE = """
import json
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

config = Config()
config.CourseDirectory.root = "."
config.CourseDirectory.course_id = "networks"
api = NbGraderAPI(config=config)
students = ["right", "wrong"]
logs = [api.generate_assignment("server")]
logs += [api.autograde("server", student) for student in students]
assert all(log["success"] for log in logs), logs
with api.gradebook as gradebook:
    submissions = [gradebook.find_submission("server", student) for student in students]
    print(json.dumps([[s.score, s.max_score] for s in submissions]))
"""


def assignment(solution):
    """A notebook with a student's cell, and one of nbgrader's that gives the marks."""
    marks = {"grade_id": "marks", "grade": True, "solution": False, "locked": True, "points": 100}
    answer = {"grade_id": "answer", "grade": False, "solution": True, "locked": False}
    cells = [
        new_code_cell(solution, metadata={"tags": ["solution"], "nbgrader": answer}),
        new_code_cell(
            'import guessnet\n\nguessnet.grade("hand-in.ipynb#solution")',
            metadata={"nbgrader": marks},
        ),
    ]
    for cell in cells:
        cell.metadata["nbgrader"] |= {"schema_version": 3, "task": False}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def write(path, notebook):
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)


@pytest.mark.timeout(300)
def test_nbgrader_gives_partial_credit_and_shows_the_words(tmp_path):
    write(
        tmp_path / "source/server/hand-in.ipynb",
        assignment("### BEGIN SOLUTION\n...\n### END SOLUTION"),
    )
    for student, solution in (("right", RIGHT), ("wrong", WRONG)):
        write(tmp_path / f"submitted/{student}/server/hand-in.ipynb", assignment(solution))
    shown = subprocess.run(
        [sys.executable, "-c", COURSE],
        cwd=tmp_path,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert shown.returncode == 0, shown.stderr
    right, wrong = json.loads(shown.stdout)
    assert right == [100, 100]
    assert wrong == [0, 100]
    graded = nbformat.read(tmp_path / "autograded/wrong/server/hand-in.ipynb", 4)
    (result,) = graded.cells[1].outputs
    assert result["data"]["text/plain"] == "0"
    assert "gn-report" in result["data"]["text/html"]
