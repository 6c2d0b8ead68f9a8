"""The wheel: built without a network, it holds all that is needed, the lessons included."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import guessnet

PROJECT = Path(__file__).parent.parent
LESSONS = sorted(path.name for path in (PROJECT / "lessons" / "ko").glob("*.ipynb"))
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]


def run(*words, **options):
    shown = subprocess.run(words, capture_output=True, encoding="utf-8", **options)
    assert shown.returncode == 0, shown.stderr
    return shown.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run(*PIP, "wheel", "--no-index", "--no-deps", "--no-build-isolation", "-w", folder, PROJECT)
    (built,) = folder.glob("*.whl")
    return built


def test_it_holds_the_package_and_the_lessons(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    package = PROJECT / "guessnet"
    files = [path for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert "guessnet/py.typed" in names
    assert names >= {path.relative_to(PROJECT).as_posix() for path in files}
    assert names >= {f"guessnet/lessons/{lang}/{name}" for lang in ("ko", "en") for name in LESSONS}
    assert not [name for name in names if name.startswith(("tests", "lessons"))]


def test_installed_by_itself_it_hands_out_the_lessons(wheel, tmp_path):
    place = tmp_path / "packages"
    run(*PIP, "install", "--no-index", "--no-deps", "--target", place, wheel)
    alone = {"cwd": tmp_path, "env": os.environ | {"PYTHONPATH": str(place)}}
    where = run(sys.executable, "-c", "import guessnet; print(guessnet.__file__)", **alone)
    assert Path(where.strip()) == place / "guessnet" / "__init__.py"
    version = run(sys.executable, "-m", "guessnet", "--version", **alone)
    assert version.strip() == guessnet.__version__
    run(sys.executable, "-m", "guessnet", "lessons", "--no-open", "mine", **alone)
    assert sorted(path.name for path in (tmp_path / "mine").glob("*.ipynb")) == LESSONS
