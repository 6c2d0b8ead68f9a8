"""What can be handed in, and how each kind of it becomes a server that is judged.

A Python file whose ``serve`` takes a listener is that function, any other one a program that opens
a port itself. ``hand-in.ipynb#solution`` is the notebook's cells with the tag ``solution``: they
run below the imports from the standard library, the functions, the classes and the plain values of
the code cells above them, and nothing else of the notebook runs. Besides there is any command.
"""

import ast
import contextlib
import json
import os
import re
import shutil
import stat
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from guessnet.errors import AnswerError
from guessnet.grading.programs import Command, File, OwnProcess, Script
from guessnet.grading.sandbox import PYTHON, Sandbox
from guessnet.texts import printable, text

DEADLINE = 120.0  #: seconds that a submission gets in all, however many of its servers hang
MAX_SIZE = 4 << 20  #: bytes of a file that is handed in
MAX_FOLDER = 256 << 20  #: bytes of a folder in which a command is run
TAG = "solution"  #: of a notebook's cells, where no other is asked for

#: The modules that a function's host needs: all of this package that there is where it runs.
KIT = (
    "__init__",
    "errors",
    "game",
    "kernel",
    "lingering",
    "server",
    "sockets",
    "threads",
    "trace",
    "texts/__init__",
    "grading/__init__",
    "grading/host",
    "grading/sights",
    "grading/subjects",
)


@contextlib.contextmanager
def opened(path: str | None, cmd: str | None, sandbox: type[Sandbox]) -> Iterator[OwnProcess]:
    """The server of a submission: of a file or a notebook at this path, or of a command.

    A command runs in a copy of the folder `path`, by default of the current one; what is hidden
    there, by a dot before its name, is left out. All that is copied or made goes in the end. Raises
    `AnswerError` for what cannot be run.
    """
    deadline = time.monotonic() + DEADLINE
    with tempfile.TemporaryDirectory(prefix="guessnet-") as name:
        room = Path(name)
        room.chmod(0o755)  # the sandbox may have a user of its own
        if cmd is not None:
            folder = room / "folder"
            copy_folder(Path(path or "."), folder)
            yield Command(cmd, folder=folder, sandbox=sandbox, deadline=deadline)
            return
        source = source_of(path or "")
        answer = room / "answer.py"
        answer.write_text(source, "utf-8")
        if not takes_listener(source):
            yield Script(answer, sandbox=sandbox, deadline=deadline)
            return
        kit = room / "kit"
        write_kit(kit)
        host = [PYTHON, "-I", "-S", str(kit)]
        yield File(answer, host=host, sees=[kit], sandbox=sandbox, deadline=deadline)


def copy_folder(folder: Path, copy: Path) -> None:
    """Copy a folder so that everybody may read it; links stay links."""
    left = MAX_FOLDER

    def copy_file(source: str, target: str) -> None:
        nonlocal left
        left -= os.lstat(source).st_size
        if left < 0:
            size = MAX_FOLDER >> 20
            raise AnswerError(text("answer.large-folder", path=printable(str(folder)), size=size))
        if os.path.isfile(source):  # nobody waits for a pipe
            shutil.copyfile(source, target)
            os.chmod(target, 0o755 if os.access(source, os.X_OK) else 0o644)

    hidden = shutil.ignore_patterns(".*", "__pycache__", copy.parent.name)
    try:
        shutil.copytree(folder, copy, symlinks=True, ignore=hidden, copy_function=copy_file)
    except OSError as error:
        raise AnswerError(text("answer.unreadable", path=printable(str(folder)))) from error
    for parent, _, _ in os.walk(copy):
        os.chmod(parent, 0o755)


def write_kit(kit: Path) -> None:
    """Put a program together that is the host, and has of this package only what that needs.

    Run with ``python -I -S`` it finds nothing else but the standard library.
    """
    for name in KIT:
        target = kit / "guessnet" / f"{name}.py"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(files("guessnet").joinpath(f"{name}.py").read_bytes())
    main = "import sys\nfrom guessnet.grading.host import main\nmain(*sys.argv[1:])\n"
    (kit / "__main__.py").write_text(main)


# Its source


def source_of(path: str) -> str:
    """The program that is handed in. Raises `AnswerError` where there is none to be read."""
    name, _, tag = path.partition("#")
    if not name.endswith(".ipynb"):
        return _read(path)
    try:
        cells = json.loads(_read(name))["cells"]
        return notebook_source(cells, tag or TAG)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise AnswerError(text("answer.no-notebook", path=printable(name))) from error


def _read(path: str) -> str:
    """The text of a file that is one: a link could lead to what somebody else has handed in."""
    try:
        with open(path, "rb", opener=_without_links) as file:
            about = os.fstat(file.fileno())
            if stat.S_ISREG(about.st_mode) and about.st_size <= MAX_SIZE:
                return file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AnswerError(text("answer.not-utf8", path=printable(path))) from error
    except (OSError, ValueError) as error:
        if not (os.path.islink(path) or os.path.isdir(path)):
            raise AnswerError(text("answer.unreadable", path=printable(path))) from error
    raise AnswerError(text("answer.no-file", path=printable(path), size=MAX_SIZE >> 20))


def _without_links(path: str, flags: int) -> int:
    # Opening a pipe that nobody writes to would take for ever.
    more = ("O_NOFOLLOW", "O_NONBLOCK")
    return os.open(path, flags | sum(getattr(os, name, 0) for name in more))


def notebook_source(cells: Sequence[Any], tag: str) -> str:
    """The program that the cells with this tag make, below what is defined above them."""
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    tagged = [number for number, cell in enumerate(code) if tag in _tags(cell)]
    if not tagged:
        raise AnswerError(text("answer.no-tag", tag=printable(tag)))
    parts = []
    for cell in code[: tagged[-1] + 1]:
        source = _without_magics("".join(cell["source"]))
        parts.append(source if tag in _tags(cell) else _definitions(source))
    return "\n\n".join(filter(None, parts)) + "\n"


def _tags(cell: Any) -> list[str]:
    tags: list[str] = cell.get("metadata", {}).get("tags", [])
    return tags


def _without_magics(source: str) -> str:
    """A cell without the lines that are meant for IPython: they are left empty."""
    if _parsed(source) is not None:
        return source
    return "\n".join("" if _MAGIC.match(line) else line for line in source.splitlines())


_MAGIC = re.compile(r"\s*[%!]")


def _definitions(source: str) -> str:
    """What a cell imports from the standard library, and what it defines."""
    statements = map(_definition, _parsed(source) or [])
    return "\n".join(ast.unparse(statement) for statement in statements if statement)


def _definition(statement: ast.stmt) -> ast.stmt | None:
    match statement:
        case ast.Import(names=names):
            known = [alias for alias in names if _is_standard(alias.name)]
            return ast.Import(known) if known else None
        case ast.ImportFrom(module=str() as module, level=0):
            return statement if _is_standard(module) else None
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return statement
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            with contextlib.suppress(ValueError, TypeError, MemoryError, RecursionError):
                ast.literal_eval(value)
                return statement
    return None


def _is_standard(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names


def _parsed(source: str) -> list[ast.stmt] | None:
    """The statements of a program; None where it is none."""
    with _parsing, warnings.catch_warnings(action="ignore"):
        try:
            return ast.parse(source).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


_parsing = threading.Lock()  # what is done about warnings is done in all threads


def takes_listener(source: str) -> bool:
    """Whether a program defines a function ``serve`` or ``my_serve`` that takes a listener.

    So does one that cannot be read: its host will say why.
    """
    statements = _parsed(source)
    return statements is None or any(map(_defines_serve, statements))


def _defines_serve(statement: ast.stmt) -> bool:
    match statement:
        case ast.FunctionDef(name="serve" | "my_serve", args=arguments):
            return bool(arguments.posonlyargs or arguments.args or arguments.vararg)
        case ast.Assign(targets=[ast.Name(id="serve" | "my_serve")]):
            return True
    return False
