"""The notebooks: the same code in both languages, run and saved with their outputs."""

import json
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from examples_support import commands_in_passing, is_understood

import guessnet
from guessnet.grading.misconceptions import LESSONS as MISCONCEPTIONS
from guessnet.quizzes import QUIZZES

LESSONS = Path(__file__).parent.parent / "lessons"
NAMES = sorted(path.name for path in (LESSONS / "ko").glob("*.ipynb"))


def cells(lang, name, kind):
    notebook = json.loads((LESSONS / lang / name).read_text("utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


def source(cell):
    return "".join(cell["source"])


def without_comments(code):
    code = re.sub(r" *#.*", "", code)
    return re.sub(r'guessnet\.use\("(ko|en)"', 'guessnet.use("..."', code)


def test_there_are_lessons_and_the_same_ones_in_both_languages():
    assert NAMES
    assert sorted(path.name for path in (LESSONS / "en").glob("*.ipynb")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_code_cells_are_the_same_in_both_languages(name):
    korean, english = (
        [without_comments(source(cell)) for cell in cells(lang, name, "code")]
        for lang in ("ko", "en")
    )
    assert korean == english


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_each_notebook_sets_its_own_language_and_says_for_which_version_it_is(lang, name):
    code = "\n".join(source(cell) for cell in cells(lang, name, "code"))
    version = ".".join(guessnet.__version__.split(".")[:2])
    calls = re.findall(r"guessnet\.use\(.*\)", code)
    assert calls == [f'guessnet.use("{lang}", written_for="{version}")']


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_cell_was_run_in_order_and_no_check_is_switched_off(lang, name):
    code = cells(lang, name, "code")
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    assert any(cell["outputs"] for cell in code)
    assert not [cell for cell in code if "NBVAL" in source(cell)]
    assert not [out for cell in code for out in cell["outputs"] if out["output_type"] == "error"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_prose_is_in_the_language_of_its_folder(lang, name):
    prose = "\n".join(source(cell) for cell in cells(lang, name, "markdown"))
    hangul = len(re.findall("[가-힣]", prose))
    assert hangul > 500 if lang == "ko" else hangul < 50


def everything(lang, name):
    return "\n".join(
        source(cell) for kind in ("markdown", "code") for cell in cells(lang, name, kind)
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_name_exists(lang, name):
    words = everything(lang, name)
    for attribute in re.findall(r"guessnet\.([A-Za-z]\w*)", words):
        assert hasattr(guessnet, attribute) or find_spec(f"guessnet.{attribute}"), attribute
    for attribute in re.findall(r"`server\.(\w+)", words):
        assert hasattr(guessnet.build("select"), attribute), attribute
    for quiz in re.findall(r"`(\d\d-[a-z]+)`", words):
        assert quiz in QUIZZES, quiz


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_command_is_understood(lang, name):
    for command in commands_in_passing(everything(lang, name)):
        assert is_understood(command), command


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_link_leads_to_a_file(lang, name):
    for link in re.findall(r"\]\(([^)#]+)", everything(lang, name)):
        assert link.startswith("https://") or (LESSONS / lang / link).exists(), link


ROW = r"^\| .+ \| `([a-z-]+)` \| \[(\d\d)\]\((.+)\) \| `(.+)` \|$"


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_index_says_where_each_misconception_is_caused(lang):
    rows = re.findall(ROW, everything(lang, "index.ipynb"), re.MULTILINE)
    assert {id: lesson for id, lesson, _, _ in rows} == MISCONCEPTIONS
    assert len(rows) == len(MISCONCEPTIONS)
    for id, lesson, file, cause in rows:
        assert file.startswith(lesson)
        assert any(cause in source(cell) for cell in cells(lang, file, "code")), id
