"""The core on systems that lack something: each time it is taken away in a process of its own."""

import subprocess
import sys

import pytest

#: What another system may not have, and what takes it away before anything of ours is loaded.
MISSING = {
    "TCP_INFO": "vars(socket).pop('TCP_INFO', None)",
    "SO_REUSEPORT": "vars(socket).pop('SO_REUSEPORT', None)",
    "epoll": "vars(select).pop('epoll', None)",
    "any poll": "[vars(select).pop(name, None) for name in ('epoll', 'kqueue', 'poll')]",
    "ioctl": "sys.modules['fcntl'] = sys.modules['termios'] = None",
    "resource": "sys.modules['resource'] = None",
    "fork": "[vars(os).pop(name, None) for name in ('fork', 'register_at_fork')]",
    "/proc": """
def without_proc(function):
    def called(path, *rest, **options):
        if isinstance(path, (str, os.PathLike)) and os.fspath(path).startswith("/proc"):
            raise FileNotFoundError(errno.ENOENT, "no /proc here", path)
        return function(path, *rest, **options)
    return called

for name in ("stat", "scandir", "listdir", "readlink", "open"):
    setattr(os, name, without_proc(getattr(os, name)))
io.open = builtins.open = without_proc(open)
""",
}

BEFORE = "import builtins, errno, io, os, select, socket, sys\n"

#: Every step plays while all of it is watched; a right server is told from a wrong one.
CORE = """
import guessnet
from guessnet.exercises import find_exercise
from guessnet.game import Reply
from guessnet.server import raise_descriptor_limit
from guessnet.trace import Trace

raise_descriptor_limit()
for step in guessnet.LADDER:
    events = []
    with step.build(secret=5, trace=Trace(events.append)) as server:
        with guessnet.Client(server.address) as client:
            assert client.guess(9) is Reply.TOO_HIGH
            assert client.guess(5) is Reply.CORRECT
    assert {"accept", "recv", "send"} <= {event.kind for event in events}, step

threaded = find_exercise("11").solution
assert guessnet.check(threaded, "04").passed
report = guessnet.check(find_exercise("01").anticipated[0][0], "01")
assert report.misconceptions and not report.passed
"""


def run(script):
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)


@pytest.mark.parametrize("feature", MISSING)
def test_the_core_works_without(feature):
    shown = run(BEFORE + MISSING[feature] + CORE)
    assert shown.returncode == 0, shown.stderr


@pytest.mark.parametrize(
    ("feature", "unknown"),
    [
        ("TCP_INFO", "kernel.waiting(listener)"),
        ("ioctl", "kernel.unread(socket.socketpair()[0])"),
        ("/proc", "sights.open_sockets([os.getpid()])"),
        ("/proc", "sights.memory([os.getpid()]) or None"),
    ],
)
def test_what_the_system_does_not_tell_is_unknown(feature, unknown):
    """And so it was really taken away."""
    asked = (
        "\nfrom guessnet import kernel\nfrom guessnet.grading import sights\n"
        f"with socket.create_server(('127.0.0.1', 0)) as listener: print({unknown})"
    )
    for taken_away, expected in ((MISSING[feature], True), ("", sys.platform != "linux")):
        shown = run(BEFORE + taken_away + asked)
        assert (shown.stdout.strip() == "None") is expected, shown.stderr
