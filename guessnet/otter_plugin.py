"""For otter-grader: marks a notebook as `guessnet.grade` does, and runs no cell of it.

otter runs a student's cells and its tests in one kernel, and takes the marks from a file that this
kernel writes. There a student's code could give itself any mark. So otter gets tests that know what
came of marking, and an empty notebook to put them to.
"""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbformat.v4 import new_notebook
from otter.plugins import AbstractOtterPlugin

import guessnet
from guessnet.grading.classroom import grade_many
from guessnet.grading.formats import written_as
from guessnet.grading.submissions import TAG


class Mark(AbstractOtterPlugin):  # type: ignore[misc]  # otter has no types
    """Its settings are the options of `guessnet.use`."""

    def before_grading(self, config: Any) -> None:
        """Write otter's tests. Nothing else stays: what else was handed in could be imported."""
        guessnet.use(**self.plugin_config)
        hand_in = Path(self.submission_path)
        [report] = grade_many([f"{hand_in}#{TAG}"])
        report = replace(report, submission=hand_in.name)  # students see it, and not the way there
        for path in hand_in.parent.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path != hand_in:
                path.unlink()
        tests = hand_in.parent / "tests"
        tests.mkdir()
        (tests / "server.py").write_text(written_as("otter", [report]), "utf-8")

    def before_execution(self, submission: Any) -> Any:
        return new_notebook()
