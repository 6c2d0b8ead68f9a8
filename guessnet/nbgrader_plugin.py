"""For nbgrader: marks a notebook as `guessnet.grade` does, and runs no cell of it.

nbgrader runs a student's cells and those that mark them in one kernel, in a folder with all that
was handed in. There a student's code could give itself any mark, and write the gradebook.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade

from guessnet.course import MARKS
from guessnet.grading.classroom import grade_many
from guessnet.grading.submissions import TAG
from guessnet.texts import printable


class Mark(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no types
    """Gives the cell that marks the output that it would have; stands in Execute's place."""

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        if is_grade(cell) and cell.metadata.nbgrader.grade_id == MARKS:
            about = resources["metadata"]
            name = f"{about['name']}.ipynb"
            [report] = grade_many([Path(about["path"], f"{name}#{TAG}")])
            report = replace(report, submission=name)  # students see it, and not the way there
            student = printable(resources["nbgrader"]["student"])
            points = f"{report.points:g}/{report.max_points:g}"
            self.log.info("%s: %s %s", student, points, report.summary())
            shown = {"text/plain": repr(report), "text/html": report._repr_html_()}
            cell.outputs = [new_output("execute_result", shown, execution_count=1)]
        return cell, resources
