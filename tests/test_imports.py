"""The rooms of the package, and which may know which."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import guessnet

PACKAGE = Path(guessnet.__file__).parent

#: A room may import from the rooms above it. Rooms on one line do not know each other.
FLOORS = [
    {"errors", "kernel", "drafts", "palette"},
    {"texts"},
    {"game", "lingering", "log", "lesson_files", "progress"},
    {"trace"},
    {"sockets"},
    {"threads", "client"},
    {"server", "chaos", "workers"},
    {"grading"},
    {"exercises", "bench"},
    {"quizzes"},
    {"lesson_status"},
    {"notebook", "course", "pytest_plugin"},
    {"cli", "nbgrader_plugin", "otter_plugin"},
    {"__main__"},
]
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}

MODULES = sorted(PACKAGE.rglob("*.py"))


def room_of(module: Path) -> str:
    return module.relative_to(PACKAGE).with_suffix("").parts[0]


def imported_rooms(module: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    ours = {name.split(".")[1] for name in names if name.startswith("guessnet.")}
    return {room for room in ours if (PACKAGE / room).exists() or (PACKAGE / f"{room}.py").exists()}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(module):
    room = room_of(module)
    imported = imported_rooms(module) - {room}
    if room == "__init__":
        return  # the front door opens every room
    if room in ("steps", "drafts"):
        assert not imported, "a step stands alone"
    else:
        assert all(FLOOR_OF[other] < FLOOR_OF[room] for other in imported), imported


@pytest.mark.parametrize("room", ["steps", "drafts"])
def test_no_step_imports_another(room):
    for module in (PACKAGE / room).glob("*.py"):
        assert room not in imported_rooms(module)


def loaded_by(code: str) -> set[str]:
    """The top-level modules that `code` has loaded, in a fresh interpreter."""
    script = f"import sys; before = set(sys.modules); {code}; print(*set(sys.modules) - before)"
    shown = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout
    return {name.split(".")[0] for name in shown.split()}


def test_import_guessnet_loads_nothing_that_it_need_not():
    loaded = loaded_by("import guessnet")
    assert not loaded & {"socket", "threading", "asyncio", "rich", "IPython"}
    assert not loaded - {"guessnet"} - sys.stdlib_module_names


@pytest.mark.parametrize("name", guessnet.__all__)
def test_everything_behind_the_front_door_is_there(name):
    assert getattr(guessnet, name) is not None


def test_building_a_server_loads_nothing_third_party_and_only_its_step():
    loaded = loaded_by("import guessnet; guessnet.build('sequential').start().stop()")
    assert not loaded - {"guessnet"} - sys.stdlib_module_names
    assert "asyncio" not in loaded


def test_the_command_loads_nothing_third_party_before_it_serves():
    loaded = loaded_by(
        "from guessnet.cli import serve; from guessnet import build\n"
        "build(serve.DEFAULT_STEP).start().stop()"
    )
    assert not loaded - {"guessnet"} - sys.stdlib_module_names
    assert not loaded & {"asyncio", "subprocess"}


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = guessnet.nonsense
