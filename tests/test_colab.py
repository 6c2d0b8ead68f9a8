"""Lessons where there is no more than Colab has: the first cell installs, core widgets do."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

LESSONS = Path(__file__).parent.parent / "lessons" / "ko"

#: As in Colab, with a pip that only says what it was asked for, so anywidget stays away.
COLAB = """
import sys, types
sys.modules["google.colab"] = types.ModuleType("google.colab")
sys.modules["anywidget"] = None
get_ipython().register_magic_function(lambda asked: print("pip", asked), magic_name="pip")
"""


@pytest.mark.parametrize("name", ["00_two_programs", "03_readiness", "06_threads"])
def test_a_lesson_runs_to_its_end_with_core_widgets(name, tmp_path):
    notebook = nbformat.read(LESSONS / f"{name}.ipynb", as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(COLAB))
    # Raises if a cell does.
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=60, kernel_name="python3", resources=resources).execute()
    _, setup, *_ = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [out.text for out in setup.outputs] == ["pip install -q guessnet anywidget\n"]
