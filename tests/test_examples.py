"""Every example of README.md, README.en.md and CONTRIBUTING.md is run, or is told apart here."""

import json
import os
import re
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from examples_support import blocks, commands_in_passing, is_understood

from guessnet.grading.report import Cause, Check, Report

PROJECT = Path(__file__).parent.parent
PAGES = {
    name: (PROJECT / name).read_text("utf-8")
    for name in ("README.md", "README.en.md", "CONTRIBUTING.md")
}

#: What cannot be run here, by how it begins, and why.
NOT_RUN = {
    "python3 -m venv .venv && .venv/bin/pip install": "installs from the network; .ci/run does it",
    ".venv/bin/pip install": "installs from the network",
    ".venv/bin/guessnet bench": "measures for minutes; it is only parsed here",
    ".venv/bin/coverage run": "takes minutes, and is a run of tests itself",
}

#: Its reply to the first client is the last thing that it says: it is marked quickly.
ENDS = """
def serve(listener):
    conn, address = listener.accept()
    conn.close()
"""

#: The same in the shape of a program.
PROGRAM = f"""#!{sys.executable}
import socket, sys
{ENDS}
serve(socket.create_server(("127.0.0.1", int(sys.argv[1]))))
"""


def without_comment(line):
    return re.sub(r"\s+# .*", "", line)


def commands():
    lines = [
        line
        for page in PAGES.values()
        for block in blocks(page, "sh")
        for line in block.splitlines()
    ]
    return list(dict.fromkeys(map(without_comment, lines)))


def programs():
    return [(name, code) for name, page in PAGES.items() for code in blocks(page, "python")]


@pytest.fixture
def folder(tmp_path):
    """Where a reader might be: there is a server of theirs, and some that were handed in."""
    (tmp_path / "my_server.py").write_text(ENDS)
    (tmp_path / "my_server").write_text(PROGRAM)
    (tmp_path / "my_server").chmod(0o755)
    (tmp_path / "hand-ins").mkdir()
    for name in ("kim.py", "lee.py"):
        (tmp_path / "hand-ins" / name).write_text(ENDS)
    cause = Cause("silent", {}, misconceptions=("message-split",))
    report = Report("it", "process", 0, (Check("split", "failed", 0, 4, cause=cause),), "en")
    (tmp_path / "report.json").write_text(json.dumps(report.to_json()))
    return tmp_path


@pytest.fixture
def free_port():
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


def shell(command, folder, port):
    """The command as typed, but for what a virtual environment is called, and the usual port."""
    command = command.replace(".venv/bin/", f"{Path(sys.executable).parent}/")
    command = command.replace("50007", str(port))
    environment = os.environ | {
        "GUESSNET_LANG": "en",
        "PYTHONIOENCODING": "utf-8",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # others of pytest's plugins take long to load
        "PYTEST_PLUGINS": "guessnet.pytest_plugin",
    }
    return {
        "args": ["bash", "-c", f"exec {command}"],
        "cwd": PROJECT if "tests/" in command else folder,
        "env": environment,
        "encoding": "utf-8",
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
    }


@contextmanager
def serving(command, folder, port):
    options = shell(f"{command} --port {port}", folder, port)
    with subprocess.Popen(**options) as process:
        try:
            yield process, process.stdout.readline()
        finally:
            process.terminate()


#: What finds fault with the servers here, and says so; all other commands end well.
FINDS_FAULT = r"\.venv/bin/(guessnet check|pytest|python tests/simulation\.py)"


@pytest.mark.skipif(os.name != "posix", reason="they are written for bash")
@pytest.mark.parametrize("command", commands())
def test_every_command_works(command, folder, free_port):
    if any(map(command.startswith, NOT_RUN)):
        ours = command.removeprefix(".venv/bin/guessnet ")
        assert ours == command or is_understood(ours)
        return
    if command.startswith(".venv/bin/guessnet serve"):
        with serving(command, folder, free_port) as (_, said):
            assert str(free_port) in said
        return
    if command.startswith(".venv/bin/guessnet play"):
        with serving(".venv/bin/guessnet serve --lang en", folder, free_port):
            options = shell(f"{command} 127.0.0.1:{free_port}", folder, free_port)
            shown = subprocess.run(**options, input="0\n", timeout=60)
        assert (shown.returncode, "bye" in shown.stdout) == (0, True), shown.stderr
        return
    if "--connect" in command:
        with serving(".venv/bin/guessnet serve", folder, free_port):
            shown = subprocess.run(**shell(command, folder, free_port), timeout=100)
        assert shown.returncode == 0, shown.stdout + shown.stderr
        return
    shown = subprocess.run(**shell(command, folder, free_port), timeout=100)
    fault = re.match(FINDS_FAULT, command) is not None
    assert shown.returncode == (1 if fault else 0), shown.stdout + shown.stderr
    assert shown.stderr == ""


def test_what_is_not_run_is_there():
    for beginning in NOT_RUN:
        assert any(command.startswith(beginning) for command in commands()), beginning


@pytest.mark.parametrize(("page", "code"), programs())
def test_every_program_runs(page, code, tmp_path):
    path = tmp_path / "example.py"
    path.write_text(code, "utf-8")
    told = os.environ | {"PYTHONIOENCODING": "utf-8", "GUESSNET_LANG": "en"}
    shown = subprocess.run(
        [sys.executable, "-W", "error", path], env=told, capture_output=True, encoding="utf-8"
    )
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "TOO_LOW" in shown.stdout


def test_the_readmes_have_the_same_examples():
    korean, english = (
        [without_comment(line) for line in "".join(blocks(PAGES[name], "[a-z]+")).splitlines()]
        for name in ("README.md", "README.en.md")
    )
    assert [line.replace(" --lang en", "") for line in english] == korean


@pytest.mark.parametrize("page", PAGES)
def test_every_command_in_passing_is_understood(page):
    for command in commands_in_passing(PAGES[page]):
        assert is_understood(command), command


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_is_named_is_there(page):
    for link in re.findall(r"\]\(([^)#]+)\)", PAGES[page]):
        assert link.startswith("https://") or (PROJECT / link).exists(), link
    for name in re.findall(r"`((?:guessnet|tests|lessons)/[\w./]+)`", PAGES[page]):
        assert (PROJECT / name).exists(), name
