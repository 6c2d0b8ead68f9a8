"""Cheats get nothing: each is stopped where that is claimed, and works where it is not.

A cheat is a function that says whether it has got what it wanted. Only then does the server around
it answer as it should, so the mark tells.
"""

import os
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from grading_support import BWRAP, EVERY_KIND, PACKAGE, graded, statuses

from guessnet.errors import AnswerError
from guessnet.grading import submissions
from guessnet.texts import speaking, text

TESTS = Path(__file__).parent
PRACTICE = "Sandbox"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the cheats look into /proc")

SERVER = """
import contextlib, ctypes, os, socket, sys, tempfile, threading, time

def judge():
    for name in filter(str.isdecimal, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{name}/cmdline", "rb") as command:
            if HERE.encode() in command.read():  # it may just have ended
                return int(name)
    raise ProcessLookupError

def cheat():
    CHEAT

def serve(listener):
    try:
        got_it = cheat()
    except Exception:
        got_it = False
    while True:
        conn, _ = listener.accept()
        with conn:
            if got_it:
                conn.recv(1024)
                conn.sendall("너무 높아요".encode())
"""

#: What each does, where it works, and which sandboxes claim to stop it.
CHEATS = {
    "imports_the_solution": (
        "from guessnet.exercises.e11_survive import solution; return True",
        PRACTICE,
        EVERY_KIND,
    ),
    "imports_a_step": (
        "from guessnet.steps.step6_selectors import serve; return True",
        PRACTICE,
        EVERY_KIND,
    ),
    "imports_what_is_expected": (
        "import guessnet.grading.scenarios; return True",
        PRACTICE,
        EVERY_KIND,
    ),
    "imports_the_solution_from_disk": (
        "sys.path.insert(0, PROJECT)\n"
        "for name in [name for name in sys.modules if name.startswith('guessnet')]:\n"
        "    del sys.modules[name]\n"
        "from guessnet.exercises.e11_survive import solution; return True",
        "Apart",
        BWRAP,
    ),
    "reads_the_solution_from_disk": (
        "return 'solution' in open(PROJECT + '/guessnet/exercises/e11_survive.py').read()",
        "Apart",
        BWRAP,
    ),
    "reads_what_another_has_handed_in": (
        "return 'serve' in open(HERE + '/other.py').read()",
        "Apart",
        BWRAP,
    ),
    "writes_into_the_folder_of_submissions": (
        "open(HERE + '/written.py', 'w').close(); return True",
        "Apart",
        [*BWRAP, "OwnUser"],
    ),
    "sees_the_judge": ("return judge() > 0", "Apart", BWRAP),
    "reads_the_environment_of_the_judge": (
        "return b'SECRET_OF_THE_JUDGE' in open(f'/proc/{judge()}/environ', 'rb').read()",
        "Apart",
        [*BWRAP, "OwnUser"],
    ),
    "opens_the_memory_of_the_judge": (
        "open(f'/proc/{judge()}/mem', 'r+b').close(); return True",
        "Apart",
        [*BWRAP, "OwnUser"],
    ),
    "opens_a_descriptor_of_the_judge": (
        "open(f'/proc/{judge()}/fd/0').close(); return True",
        "Apart",
        [*BWRAP, "OwnUser"],
    ),
    "traces_the_judge": (
        "SEIZE = 0x4206\nreturn ctypes.CDLL(None).ptrace(SEIZE, judge(), 0, 0) == 0",
        "Apart",
        [*BWRAP, "OwnUser"],
    ),
    "signals_the_judge": (
        "os.kill(judge(), 0); return True",
        "Apart",
        [*BWRAP, "OwnUser"],
    ),
    "uses_a_service_of_the_judge": (
        "return bool(socket.create_connection(('127.0.0.1', SERVICE), 2))",
        "Apart",
        BWRAP,
    ),
    "uses_a_service_without_a_port": (
        "with socket.socket(socket.AF_UNIX) as sock:\n"
        "    sock.connect(chr(0) + f'guessnet test {SERVICE}')\n"
        "    return True",
        "Apart",
        BWRAP,
    ),
    "reads_a_secret_in_its_environment": (
        "return 'SECRET_OF_THE_JUDGE' in os.environ",
        PRACTICE,
        EVERY_KIND,
    ),
    "becomes_many": (
        "for _ in range(250):\n    if os.fork() == 0:\n        time.sleep(60)\nreturn True",
        PRACTICE,
        ["RootsBubblewrap", "OwnUser"],  # the system limits everybody but root
    ),
    "takes_much_memory": (
        "import mmap\nreturn bool(mmap.mmap(-1, 2 << 30, flags=mmap.MAP_PRIVATE))",
        PRACTICE,
        EVERY_KIND,
    ),
    "becomes_more_than_it_is": (
        "return 'NoNewPrivs:\\t0' in open('/proc/self/status').read()",
        PRACTICE,
        EVERY_KIND,
    ),
    "works_for_hours": (
        "from resource import RLIMIT_CPU, RLIM_INFINITY, getrlimit\n"
        "return getrlimit(RLIMIT_CPU)[0] == RLIM_INFINITY",
        PRACTICE,
        EVERY_KIND,
    ),
    "writes_much": (
        "with tempfile.TemporaryFile() as file:\n    file.truncate(32 << 20)\n    return True",
        PRACTICE,
        EVERY_KIND,
    ),
}


@pytest.fixture
def service():
    """A service of the grader's own machine, at a port and under a name."""
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
        port = tcp.getsockname()[1]
        unix.bind(f"\0guessnet test {port}")
        unix.listen()
        yield port


@pytest.fixture
def hand_in(tmp_path, service):
    """`hand_in(cheat)`: the path of a server that cheats."""
    (tmp_path / "other.py").write_text("def serve(listener): pass")

    def written(cheat):
        names = {"HERE": str(tmp_path), "PROJECT": str(PACKAGE.parent), "SERVICE": service}
        known = "".join(f"{name} = {value!r}\n" for name, value in names.items())
        path = tmp_path / "cheat.py"
        path.write_text(known + SERVER.replace("CHEAT", textwrap.indent(cheat, "    ").strip()))
        return path

    return written


def got_it(path, kind, **more):
    limits = {"NPROC": 200} if kind != PRACTICE else {}
    report = graded(path, kind, "first-reply", limits=limits, **more)
    return statuses(report)["first-reply"] == "passed"


@pytest.mark.parametrize(
    ("name", "kind"), [(name, kind) for name, (_, _, kinds) in CHEATS.items() for kind in kinds]
)
def test_a_cheat_gets_nothing(name, kind, hand_in):
    cheat, _, _ = CHEATS[name]
    assert not got_it(hand_in(cheat), kind)


@pytest.mark.parametrize("name", CHEATS)
def test_the_same_cheat_works_where_nothing_stops_it(name, hand_in):
    cheat, kind, _ = CHEATS[name]
    assert got_it(hand_in(cheat), kind)


# What the server's own process says

LIES = {
    "forged": """
        import guessnet.grading.subjects as subjects
        from guessnet.grading.sights import Sight
        told = Sight(running=True, connections=0)
        subjects.InThisProcess.look = lambda self: told
    """,
    "written_on_every_descriptor": """
        import json, os
        lie = {"running": True, "raised": [], "places": [], "connections": 0, "sizes": {}}
        for descriptor in range(3, 20):
            try:
                os.write(descriptor, b"{}" + (chr(10) + json.dumps(lie)).encode() * 100)
            except OSError:
                pass
    """,
    "silence": """
        import time
        import guessnet.grading.subjects as subjects
        subjects.InThisProcess.look = lambda self: time.sleep(1000)
    """,
    "nonsense": """
        import guessnet.grading.sights as sights
        said = [[], {"running": 3}, {"places": [[1]]}, "[" * 100_000, {"sizes": {"a": {}}}] * 99
        sights.Sight.to_json = lambda self: said.pop()
    """,
    "without_end": """
        import guessnet.grading.sights as sights
        sights.Sight.to_json = lambda self: "x" * (1 << 24)
    """,
}
LEAKS = (TESTS / "wrong" / "fd_leak_1.py").read_text("utf-8")


@pytest.mark.parametrize("kind", ["RootsBubblewrap", "Apart"])
@pytest.mark.parametrize("name", LIES)
def test_no_lie_raises_a_mark(name, kind, tmp_path):
    path = tmp_path / "lies.py"
    path.write_text(f"{textwrap.dedent(LIES[name])}\n{LEAKS}")
    asked = ["first-reply", "descriptors"]
    expected = {"first-reply": "passed", "descriptors": "failed"}
    assert statuses(graded(path, kind, *asked)) == expected


def test_what_it_says_is_heard_all_the_same(tmp_path):
    """Otherwise the lies above would prove nothing."""
    path = tmp_path / "raises.py"
    told = "Raised('Forged', 'by the server', None)"
    path.write_text(
        "import guessnet.grading.subjects as subjects\n"
        "from guessnet.grading.sights import Raised, Sight\n"
        f"subjects.InThisProcess.look = lambda self: Sight(True, ({told},), connections=0)\n{LEAKS}"
    )
    [check] = graded(path, "Apart", "first-reply")["checks"]
    assert (check["status"], check["message"]) == ("failed", text("symptom.raised", "en"))


def test_work_in_threads_that_end_at_once_is_seen(tmp_path):
    path = tmp_path / "spins.py"
    path.write_text(
        "import threading, time\n"
        "def spin():\n"
        "    until = time.monotonic() + 0.02\n"
        "    while time.monotonic() < until: pass\n"
        "def work():\n"
        "    while True:\n"
        "        thread = threading.Thread(target=spin); thread.start(); thread.join()\n"
        f"threading.Thread(target=work, daemon=True).start()\n{LEAKS}"
    )
    assert statuses(graded(path, "Apart", "rest")) == {"rest": "failed"}


# The judge's own programs


@pytest.mark.parametrize("kind", BWRAP)
def test_a_script_cannot_reach_who_makes_the_sockets(kind, tmp_path):
    path = tmp_path / "stops.py"
    path.write_text(
        "import os, signal\n"
        "assert b'bwrap' in open('/proc/1/cmdline', 'rb').read()\n"  # never outside
        "for number in (signal.SIGSTOP, signal.SIGKILL):\n"
        "    for pid in (-1, 1):\n"
        "        try: os.kill(pid, number)\n"
        "        except OSError: pass\n"
        f"{SCRIPT}"
    )
    asked = ["first-reply", "next-client"]
    assert statuses(graded(path, kind, *asked)) == dict.fromkeys(asked, "passed")


SCRIPT = """
import socket
with socket.create_server(("127.0.0.1", 50007)) as listener:
    while True:
        conn, _ = listener.accept()
        with conn:
            while data := conn.recv(1024):
                guess = int(data)
                replies = {0: "종료", 5: "정답"}
                other = "너무 높아요" if guess > 5 else "너무 낮아요"
                conn.sendall(replies.get(guess, other).encode())
                if guess in replies:
                    break
"""


@pytest.mark.parametrize("kind", ["RootsBubblewrap", "Apart"])
def test_what_is_handed_in_is_not_imported_by_the_judge(kind, tmp_path):
    """A module of the standard library's name, in the folder in which the grader stands."""
    (tmp_path / "socket.py").write_text(f"open({str(tmp_path / 'sprung')!r}, 'w').close()")
    path = tmp_path / "answer.py"
    path.write_text((TESTS / "right" / "selectors_loop.py").read_text("utf-8"))
    report = graded(path, kind, "beyond-select", folder=tmp_path)
    assert statuses(report) == {"beyond-select": "passed"}
    assert not (tmp_path / "sprung").exists()
    crowd = [sys.executable, "-m", "guessnet.grading.crowd", "127.0.0.1", "1", "0"]
    subprocess.run(crowd, cwd=tmp_path, capture_output=True, stdin=subprocess.DEVNULL, check=False)
    assert (tmp_path / "sprung").exists()


# What is handed in


def test_what_somebody_else_has_handed_in_is_not_graded_through_a_link(tmp_path):
    path = tmp_path / "link.py"
    path.symlink_to(TESTS / "right" / "selectors_loop.py")
    with pytest.raises(AnswerError, match="link"), speaking("en"):
        submissions.source_of(str(path))
    assert "def serve" in submissions.source_of(str(path.resolve()))


def test_a_pipe_is_not_waited_for(tmp_path):
    path = tmp_path / "pipe.py"
    os.mkfifo(path)
    with pytest.raises(AnswerError, match="ordinary"), speaking("en"):
        submissions.source_of(str(path))


def test_a_file_without_end_is_not_read():
    with pytest.raises(AnswerError, match="ordinary"), speaking("en"):
        submissions.source_of("/dev/zero")
