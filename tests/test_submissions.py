"""What can be handed in, each as it is: functions, cells, scripts, commands."""

import json
import os
import sys
import textwrap
from pathlib import Path

import pytest
from grading_support import needs
from steps_support import CORRECT, HIGH, LOW, QUIT

import guessnet
from guessnet.errors import AnswerError, BadArgument
from guessnet.grading import submissions
from guessnet.grading.judge import judge
from guessnet.grading.sandbox import Apart, find
from guessnet.grading.scenarios import SCENARIOS
from guessnet.grading.subjects import InThisProcess
from guessnet.grading.submissions import opened, source_of, takes_listener
from guessnet.texts import speaking

RIGHT = Path(__file__).parent / "right"

pytestmark = pytest.mark.usefixtures("nothing_left_behind")


def asked(path=None, *ids, cmd=None, kind=None):
    """The checks of some scenarios, made in the best sandbox there is."""
    with opened(path and str(path), cmd, kind or find("auto")) as subject:
        return list(judge(subject, some(*ids)))


def some(*ids):
    return [SCENARIOS[id] for id in ids]


def passed(*arguments, **options):
    return [check.status for check in asked(*arguments, **options)] == ["passed"] * 2


TWO = ("first-reply", "next-client")

#: A classic: it opens its own port, one fixed for all.
CLASSIC = """
import random, socket, threading

def handle(conn):
    secret = random.randint(1, 9)
    with conn:
        while data := conn.recv(1024):
            guess = int(data)
            if guess in (0, secret):
                conn.sendall("종료".encode() if guess == 0 else "정답".encode())
                break
            conn.sendall("너무 높아요".encode() if guess > secret else "너무 낮아요".encode())

HOST, PORT = "", 50007
server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.bind((HOST, PORT))
server.listen(5)
print("waiting")
while True:
    conn, address = server.accept()
    threading.Thread(target=handle, args=(conn,)).start()
"""


# Files


def test_a_file_with_the_function_is_graded(tmp_path):
    for name in ("selectors_loop", "new_game_threads"):
        assert passed(RIGHT / f"{name}.py", *TWO)


def test_a_script_that_opens_a_fixed_port_is_graded_as_it_is_while_that_is_taken(tmp_path):
    needs("RootsBubblewrap")
    path = tmp_path / "classic.py"
    path.write_text(CLASSIC)
    with opened(str(path), None, find("bwrap")) as other:
        assert other.start() == ("127.0.0.1", 50007)
        try:
            assert passed(path, *TWO, kind=find("bwrap"))
        finally:
            other.stop()


def test_a_script_is_refused_where_others_could_have_its_port(tmp_path):
    path = tmp_path / "classic.py"
    path.write_text(CLASSIC)
    with speaking("en"), pytest.raises(AnswerError, match="--cmd"):
        asked(path, *TWO, kind=Apart)


def test_a_script_that_opens_no_port_is_told_what_it_said_last(tmp_path):
    needs("RootsBubblewrap")
    path = tmp_path / "ends.py"
    path.write_text("1 / 0")
    [check] = asked(path, "first-reply", kind=find("bwrap"))
    assert check.cause.symptom == "not-started"
    assert "ZeroDivisionError" in str(check.cause.fields["reason"])


def test_whoever_has_handed_in_no_server_is_told_what_is_missing(tmp_path):
    needs("RootsBubblewrap")
    path = tmp_path / "empty.py"
    path.write_text("")
    [check] = asked(path, "first-reply", kind=find("bwrap"))
    reason = str(check.cause.fields["reason"])
    assert "serve(listener)" in reason
    assert "?" not in reason


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def serve(listener): pass", True),
        ("def my_serve(listener, new_game): pass", True),
        ("def serve(*sockets): pass", True),
        ("serve = make()", True),
        ("def serve(", True),  # its host will say what is wrong
        ("def serve(): pass\nserve()", False),
        ("def main(listener): pass", False),
        ("if True:\n    def serve(listener): pass", False),
        (CLASSIC, False),
    ],
)
def test_which_kind_a_file_is(source, expected):
    assert takes_listener(source) is expected


def test_the_warnings_of_somebody_else_s_code_are_none_of_ours():
    assert takes_listener("def serve(listener): return '\\d'")


# Notebooks


def cell(source, *tags, kind="code"):
    return {"cell_type": kind, "source": source.splitlines(True), "metadata": {"tags": [*tags]}}


@pytest.fixture
def notebook(tmp_path):
    """`notebook(*cells)`: the path of a notebook, without a tag."""

    def written(*cells):
        path = tmp_path / "hand-in.ipynb"
        path.write_text(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5}))
        return str(path)

    return written


SERVER = (RIGHT / "selectors_loop.py").read_text("utf-8")


def test_the_tagged_cell_of_a_notebook_is_graded(notebook):
    imports, _, rest = SERVER.partition("\n\n\n")
    path = notebook(
        cell("# Exercise", kind="markdown"),
        cell(f"import guessnet\n{imports}\nguessnet.use('ko')"),
        cell("1 / 0  # tried out"),
        cell(f"%time\n{rest}", "solution"),
        cell("guessnet.check(serve, 3)"),
    )
    assert passed(f"{path}#solution", *TWO)
    assert passed(path, *TWO)


def test_what_runs_of_a_notebook(notebook):
    path = notebook(
        cell(
            "import os, guessnet, random as r\nfrom socket import *\nfrom numpy import array\n!ls"
        ),
        cell("LIMIT: int = 3\nNAMES = ['a', 'b']\nserver = start()\nprint(LIMIT)"),
        cell("def twice(x):\n    return 2 * x\nclass Outbox: pass", "other"),
        cell("this is no Python"),
        cell("%%writefile my_server.py\ndef serve(listener):\n    print(twice(LIMIT))", "mine"),
        cell("def late(): pass"),
    )
    expected = """
        import os, random as r
        from socket import *

        LIMIT: int = 3
        NAMES = ['a', 'b']

        def twice(x):
            return 2 * x

        class Outbox:
            pass


        def serve(listener):
            print(twice(LIMIT))
    """
    got = source_of(f"{path}#mine")
    assert [line for line in got.splitlines() if line] == [
        line for line in textwrap.dedent(expected).splitlines() if line
    ]


def test_several_cells_with_the_tag_are_one_program(notebook):
    path = notebook(cell("a = f()", "x"), cell("b = f()"), cell("c = f()", "x"))
    assert source_of(f"{path}#x").split() == ["a", "=", "f()", "c", "=", "f()"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"cells": []}', "tag solution"),
        ("not JSON", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
        ('{"cells": [{"cell_type": "code", "metadata": 3}]}', "cannot be read"),
        ('{"cells": [[]]}', "cannot be read"),
        ("{}", "cannot be read"),
    ],
)
def test_what_is_no_notebook_with_an_answer_is_told_so(tmp_path, content, words):
    path = tmp_path / "hand-in.ipynb"
    path.write_text(content)
    with speaking("en"), pytest.raises(AnswerError, match=words):
        source_of(str(path))


def test_a_stub_that_nobody_has_filled_in_has_made_no_mistake(tmp_path):
    path = tmp_path / "stub.py"
    path.write_text("def serve(listener, new_game):\n    ...\n")
    [check] = asked(path, "first-reply")
    assert (check.cause.symptom, check.cause.misconceptions) == ("refused", ())


def test_why_a_file_is_not_read_is_told(tmp_path):
    path = tmp_path / "hand-in.py"
    path.write_bytes("# 서버".encode("cp949"))
    for given, words in (
        (path, "save it as UTF-8"),
        (tmp_path, "no folder"),
        (tmp_path / "nobody.py", "check the path"),
    ):
        with speaking("en"), pytest.raises(AnswerError, match=words):
            source_of(str(given))


# Commands


def test_a_command_runs_in_its_folder_at_the_port_that_it_is_told(tmp_path):
    server = "import sys\n" + CLASSIC.replace("50007", "int(sys.argv[1])")
    (tmp_path / "server.py").write_text(server)
    assert passed(tmp_path, *TWO, cmd=f"{sys.executable} server.py {{port}}")


def test_what_a_command_writes_to_its_standard_error_is_no_exception(tmp_path):
    (tmp_path / "server.py").write_text("import sys\nprint('hi', file=sys.stderr)\n" + CLASSIC)
    [first, *_] = asked(tmp_path, *TWO, cmd="python3 server.py {port}", kind=find("bwrap"))
    assert first.status == "passed"


def test_an_exception_in_a_thread_of_a_command_is_told(tmp_path):
    needs("RootsBubblewrap")
    path = tmp_path / "server.py"
    path.write_text(CLASSIC.replace("int(data)", "int(data) + 1 / 0"))
    [check] = asked(path, "first-reply", kind=find("bwrap"))
    assert check.cause.raised[-1].name == "ZeroDivisionError"


@pytest.mark.parametrize(
    ("cmd", "words"), [("python3 'x {port}", "quotation"), ("./server", "no {port}")]
)
def test_a_command_that_cannot_be_understood_is_told_so(tmp_path, cmd, words):
    with speaking("en"), pytest.raises(AnswerError, match=words):
        asked(tmp_path, "first-reply", cmd=cmd)


def test_a_command_that_is_not_there_is_told_so(tmp_path):
    needs("RootsBubblewrap")
    [check] = asked(tmp_path, "first-reply", cmd="./nowhere {port}", kind=find("bwrap"))
    assert check.cause.symptom == "not-started"
    assert "./nowhere: No such file" in str(check.cause.fields["reason"])


def test_a_command_runs_in_a_copy_of_its_folder(tmp_path):
    folder, copy = tmp_path / "folder", tmp_path / "copy"
    hidden, program, link = folder / ".git", folder / "server", folder / "link"
    hidden.mkdir(parents=True)
    (hidden / "config").write_text("secret")
    program.write_text("#!/bin/sh")
    program.chmod(0o700)
    link.symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe")
    submissions.copy_folder(folder, copy)
    assert {path.name for path in copy.iterdir()} == {"server", "link"}
    assert (copy / "server").stat().st_mode & 0o777 == 0o755
    assert (copy / "link").is_symlink()


def test_a_folder_that_is_too_large_is_refused(tmp_path, monkeypatch):
    (tmp_path / "data").write_bytes(b"x" * 2000)
    monkeypatch.setattr(submissions, "MAX_FOLDER", 1000)
    with speaking("en"), pytest.raises(AnswerError, match="too large"):
        asked(tmp_path, "first-reply", cmd="./server {port}")


# grade()


def test_a_right_server_gets_full_marks():
    report = guessnet.grade(RIGHT / "selectors_loop.py", lang="en", seed=7)
    assert report.passed, report
    assert (report.points, report.seed) == (100, 7)
    assert report.isolation == find("auto").name
    assert report.to_json()["submission"].endswith("selectors_loop.py")


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_report_is_in_its_own_language_to_the_last_reason(tmp_path, lang):
    path = tmp_path / "answer.py"
    path.write_text("def serve(listener): 1 / 0\n1 / 0")
    report = guessnet.grade(path, lang=lang)
    message = report.message(report.checks[0])
    assert ("Loading the file raised" in message) == (lang == "en")


def by_heart(listener):
    """It knows what every judge asks about high and low, and nothing else of the game."""
    known = {b"10": HIGH, b"-1": LOW, b"9" * 40: HIGH, b"0": QUIT}
    known |= {str(number).encode(): LOW for number in range(1, 5)}
    known |= {str(number).encode(): HIGH for number in range(6, 10)} | {b"5": CORRECT}
    while True:
        conn, _ = listener.accept()
        with conn:
            while data := conn.recv(1024):
                conn.sendall(known.get(data, HIGH))
                if data in (b"0", b"5"):
                    break


@pytest.mark.parametrize("seed", range(3))
def test_who_knows_the_questions_by_heart_fails_those_that_are_drawn(seed):
    first, check = judge(InThisProcess(by_heart), some("first-reply", "replies"), seed)
    assert (first.status, check.status) == ("passed", "failed")
    sent = [entry.data for entry in check.cause.transcript if entry.kind == "sent"]
    again = list(judge(InThisProcess(by_heart), some("first-reply", "replies"), seed))[1]
    assert sent == [entry.data for entry in again.cause.transcript if entry.kind == "sent"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, BadArgument),
        ({"path": "missing.py"}, AnswerError),
        ({"path": "x.py", "isolation": "magic"}, BadArgument),
        ({"path": "x.py", "lang": "de"}, BadArgument),
        ({"cmd": "./server"}, AnswerError),
    ],
)
def test_what_cannot_be_graded_is_refused(arguments, error):
    with pytest.raises(error):
        guessnet.grade(**arguments)
