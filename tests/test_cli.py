"""The command ``guessnet``, as a user meets it: in a process of its own."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from steps_support import allow_descriptors, wait_until

import guessnet
from guessnet import lesson_files

SHELL = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}


@contextlib.contextmanager
def command(*arguments, **environment):
    """A `Popen` of guessnet, its output captured as text. It does not outlive the block."""
    with subprocess.Popen(
        [sys.executable, "-m", "guessnet", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=SHELL | {"PYTHONIOENCODING": "utf-8"} | environment,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def run(*arguments, stdin="", **environment):
    """Exit code, standard output and standard error."""
    with command(*arguments, **environment) as process:
        out, err = process.communicate(stdin, timeout=30)
        return process.returncode, out, err


@contextlib.contextmanager
def serving(*options, **environment):
    """A `guessnet serve` that has said that it is up; gives the process and its port."""
    with command("serve", "--port", "0", *options, **environment) as process:
        yield process, int(process.stdout.readline().rpartition(":")[2])


def exchange(port, message):
    """Send, stop sending, and read all that comes back."""
    with socket.create_connection(("127.0.0.1", port), 5) as client:
        client.sendall(message)
        client.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: client.recv(65536), b"")).decode()


# serve


def test_the_first_line_says_where_the_server_is():
    with command("serve", "--port", "0") as process:
        line = process.stdout.readline()
        process.terminate()
        process.communicate(timeout=10)
    assert re.fullmatch(r"서버가 시작되었습니다\. 127\.0\.0\.1:\d+\n", line)


def test_the_port_is_50007_unless_another_is_asked_for():
    _, out, _ = run("serve", "--help", GUESSNET_LANG="en")
    assert "50007" in out
    from guessnet.cli.values import DEFAULT_PORT

    assert DEFAULT_PORT == 50007


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("step", [step.name for step in guessnet.LADDER])
def test_every_step_serves_in_both_languages(step, lang):
    words = {"ko": "너무 높아요\n종료\n", "en": "too high\nbye\n"}[lang]
    with serving("--step", step, "--lang", lang, "--secret", "5") as (_, port):
        assert exchange(port, b"9\n0\n") == words


def test_steps_can_be_named_by_number():
    with serving("--step", "2", "--secret", "5") as (_, port):
        assert exchange(port, b"5") == "정답"


@pytest.mark.parametrize("locale", ["en_US.UTF-8", "C", ""])
def test_the_wire_and_the_log_are_korean_whatever_the_locale(locale):
    with serving("--secret", "5", LC_ALL=locale) as (process, port):
        assert exchange(port, b"5") == "정답"
        assert "클라이언트가 접속했습니다" in process.stdout.readline()


def test_a_line_for_everybody_who_comes_and_goes_and_no_secret():
    with serving("--secret", "5") as (process, port):
        exchange(port, b"9\n")
        lines = [process.stdout.readline() for _ in range(2)]
    assert re.fullmatch(r"1번 클라이언트가 접속했습니다: 127\.0\.0\.1:\d+\n", lines[0])
    assert lines[1] == "1번 클라이언트와 연결을 끊었습니다.\n"


def test_a_line_for_whom_select_cannot_watch_while_the_others_play_on():
    allow_descriptors(2000)
    with (
        serving("--step", "select", "--secret", "5") as (process, port),
        contextlib.ExitStack() as clients,
    ):
        first, *_ = [
            clients.enter_context(socket.create_connection(("127.0.0.1", port), 10))
            for _ in range(1024)
        ]
        refused = next(line for line in process.stdout if "접속했습니다" not in line)
        first.sendall(b"5")
        assert first.recv(1024).decode() == "정답"
    assert re.fullmatch(r"\d+번 클라이언트를 더 받을 자리가 없어 돌려보냈습니다\.\n", refused)


def test_verbose_adds_secrets_and_what_is_received_with_nothing_unescaped():
    with serving("-v", "--secret", "5", "--lang", "en") as (process, port):
        exchange(port, b"\x1b[31m\n5\n")
        lines = [process.stdout.readline() for _ in range(4)]
    assert lines[1:] == [
        "The secret is 5.\n",
        "Data from client 1: \\x1b[31m\\n5\\n\n",
        "The connection to client 1 is closed.\n",
    ]


def test_quiet_says_only_where_it_is():
    with serving("-q", "--secret", "5") as (process, port):
        assert exchange(port, b"5") == "정답"
        process.terminate()
        out, err = process.communicate(timeout=10)
    assert (out, err) == ("", "")


def test_step_1_serves_one_client_and_ends_well():
    with serving("--step", "blocking", "--secret", "5") as (process, port):
        assert exchange(port, b"5") == "정답"
        _, err = process.communicate(timeout=10)
        assert (process.returncode, err) == (0, "")


@pytest.mark.parametrize("step", [step.name for step in guessnet.LADDER])
@pytest.mark.parametrize("signals", [[signal.SIGINT], [signal.SIGTERM], [signal.SIGTERM] * 2])
def test_a_signal_ends_it_without_a_word_and_frees_the_port(step, signals):
    with serving("--step", step) as (process, port), socket.create_connection(("127.0.0.1", port)):
        for number in signals:
            process.send_signal(number)
        _, err = process.communicate(timeout=5)
        assert (process.returncode, err) == (0, "")
    with command("serve", "--step", step, "--port", str(port)) as again:
        assert str(port) in again.stdout.readline()
        again.terminate()
        again.communicate(timeout=5)


def never_read(client):
    client.settimeout(0.2)  # so long nothing was taken: the server is stuck in its replies
    with contextlib.suppress(TimeoutError):
        while True:
            client.send(b"10\n" * 20_000)


@pytest.mark.parametrize("step", [step.name for step in guessnet.LADDER])
def test_a_client_that_never_reads_does_not_keep_it_from_ending(step):
    with (
        serving("-q", "--step", step) as (process, port),
        socket.create_connection(("127.0.0.1", port)) as client,
    ):
        never_read(client)
        process.terminate()
        _, err = process.communicate(timeout=5)
    assert (process.returncode, err) == (0, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_that_go_on_coming_change_nothing(number):
    """The client that never reads gives them half a second in which the server is ending."""
    with (
        serving("-q") as (process, port),
        socket.create_connection(("127.0.0.1", port)) as client,
    ):
        never_read(client)
        began, signals = time.monotonic(), 0
        while process.poll() is None:
            process.send_signal(number)
            signals += 1
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
        assert time.monotonic() - began < 5
        assert signals > 2
        assert process.stderr.read() == ""
    # Once Python itself has been taken down, the signal has its usual effect again.
    assert process.returncode in (0, -number)


def test_a_log_that_nobody_reads_does_not_stall_the_game():
    """A pipe holds 64 KiB; each of these games would log over a kilobyte."""
    with serving("-v", "--secret", "5") as (_, port):
        for _ in range(200):
            assert exchange(port, b"9" * 1000 + b"\n5\n").endswith("정답\n")


def test_a_log_whose_reader_has_gone_does_not_stop_the_game():
    with serving("--secret", "5") as (process, port):
        process.stdout.close()
        for _ in range(20):
            assert exchange(port, b"5") == "정답"
        assert process.poll() is None
        process.stdout = open(os.devnull)  # noqa: SIM115  for Popen's own clean-up


def test_it_starts_under_an_ascii_locale():
    with serving("--secret", "5", LC_ALL="C", PYTHONIOENCODING="ascii") as (_, port):
        assert exchange(port, b"5") == "정답"


@pytest.mark.skipif(not shutil.which("nc"), reason="needs nc: apt-get install netcat-openbsd")
def test_nc_can_play():
    with serving("--secret", "5") as (_, port):
        played = subprocess.run(
            ["nc", "-N", "127.0.0.1", str(port)],
            input="9\n사과\n5\n",
            capture_output=True,
            text=True,
            timeout=10,
        )
    assert played.stdout == "너무 높아요\n입력값이 올바르지 않습니다:사과\n정답\n"


# What is not understood


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["serve", "--port", "99999"], 2, "99999번 포트는 없습니다"),
        (["serve", "--port", "abc"], 2, "abc번 포트는 없습니다"),
        (["serve", "--port", "-1"], 2, "--port"),
        (["serve", "--port"], 2, "값을 하나"),
        (["serve", "--step", "selct"], 2, "'select' 단계"),
        (["serve", "--step", "17"], 2, "'17' 단계는 없습니다"),
        (["serve", "--lang", "fr"], 2, "'fr' 언어는 없습니다"),
        (["serve", "--secret", "10"], 2, "1에서 9"),
        (["serve", "--host", "nowhere.invalid"], 1, "'nowhere.invalid' 호스트"),
        (["serve", "--host", "192.0.2.1"], 1, "'192.0.2.1' 주소"),
        (["serve", "-v", "-q"], 2, "-q/--quiet, -v/--verbose: 이 둘은 함께"),
        (["serve", "--verbose=1"], 2, "--verbose 뒤에는 값을 쓰지 않습니다"),
        (["serve", "more"], 2, "'more'"),
        (["srve"], 2, "'srve' 명령"),
        ([], 2, "COMMAND"),
        (["steps", "show"], 2, "NAME|N"),
        (["steps", "diff", "1", "5x"], 2, "'5x' 단계"),
        (["play", "127.0.0.1:1"], 1, "127.0.0.1:1에 연결할 수 없습니다"),
        (["play", "a:b:c"], 2, "'a:b:c' 주소"),
        (["serve", "--host", "\x1b[31m"], 1, r"\x1b[31m"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(arguments, code, said):
    returned, out, err = run(*arguments)
    assert (returned, out) == (code, "")
    assert said in err
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_a_port_in_use_is_said_in_one_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, out, err = run("serve", "--port", port)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert f"{port}번 포트를 다른 프로그램이 쓰고 있습니다" in err


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "단계는 없습니다"),
        ({"LANG": "ko_KR.UTF-8"}, "단계는 없습니다"),
        ({"LANG": "en_US.UTF-8"}, "There is no step"),
        ({"LANG": "en_US.UTF-8", "GUESSNET_LANG": "ko"}, "단계는 없습니다"),
        ({"LANG": "ko_KR.UTF-8", "GUESSNET_LANG": "en"}, "There is no step"),
        ({"LANG": "C", "GUESSNET_LANG": "nonsense"}, "단계는 없습니다"),
    ],
    ids=str,
)
def test_the_users_language_is_guessnet_lang_then_the_locale_then_korean(environment, said):
    assert said in run("serve", "--step", "x", **environment)[2]


# play


def test_play_plays_a_game():
    with guessnet.build("select", secret=7) as server:
        host, port = server.address
        code, out, err = run("play", f"{host}:{port}", stdin="5\n\nabc\n9\n7\n")
    assert (code, err) == (0, "")
    replies = ["너무 낮아요", "입력값이 올바르지 않습니다:abc", "너무 높아요", "정답"]
    assert [reply for reply in replies if reply in out] == replies
    assert "4번 만에 맞혔습니다." in out


def test_play_speaks_the_users_language():
    with guessnet.build("select", secret=7, lang="ko") as server:
        host, port = server.address
        _, out, _ = run("play", f"{host}:{port}", stdin="5\n0\n", GUESSNET_LANG="en")
    assert "too low" in out
    assert "bye" in out


def test_play_ends_when_the_player_does():
    with guessnet.build("select") as server:
        host, port = server.address
        code, _, err = run("play", f"{host}:{port}", stdin="")
    assert (code, err) == (0, "")


def test_play_says_that_a_server_may_be_full():
    with serving("--max-clients", "1") as (_, port):
        with socket.create_connection(("127.0.0.1", port)) as first:
            first.sendall(b"0.5")
            first.recv(100)  # so it is in
            code, _, err = run("play", f"127.0.0.1:{port}", stdin="5\n")
    assert code == 1
    assert "자리가 없을 수 있습니다" in err


def test_play_says_how_an_address_of_ipv6_is_written():
    code, _, err = run("play", "::1")
    assert code == 2
    assert "[::1]:50007" in err


def test_play_waits_for_a_busy_server_and_says_so():
    with guessnet.build("sequential", secret=7) as server:
        host, port = server.address
        first = guessnet.Client(server.address)
        with command("play", f"{host}:{port}") as process:
            process.stdin.write("7\n")
            process.stdin.close()
            while "아직 답이 없습니다" not in (line := process.stdout.readline()):
                assert line
            first.close()
            assert "정답" in process.stdout.read()


# steps


def test_steps_lists_the_ladder():
    code, out, _ = run("steps", GUESSNET_LANG="en", COLUMNS="120")
    assert code == 0
    for step in guessnet.LADDER:
        assert step.name in out


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("width", ["80", "100", "120"])
def test_steps_lists_every_word(lang, width):
    _, out, _ = run("steps", GUESSNET_LANG=lang, COLUMNS=width)
    assert "…" not in out


def test_steps_show_prints_a_step_as_it_is():
    assert run("steps", "show", "select")[1] == guessnet.LADDER[3].source


def test_steps_diff_prints_what_changes():
    _, out, _ = run("steps", "diff", "1", "2")
    assert out.startswith("--- blocking\n+++ sequential\n")
    assert "\n+    while True:\n" in out


def test_output_cut_off_by_its_reader_is_no_traceback():
    with command("steps", "show", "4") as process:
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()
        process.stdout = open(os.devnull)  # noqa: SIM115  for Popen's own clean-up


# lessons


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_lessons_copies_the_notebooks(tmp_path, lang):
    code, out, _ = run("lessons", str(tmp_path / "수업"), "--no-open", "--lang", lang)
    assert code == 0
    assert "수업" in out
    originals = Path(str(lesson_files.originals(lang)))
    names = {path.name for path in originals.glob("*.ipynb")}
    assert {path.name for path in (tmp_path / "수업").glob("*.ipynb")} == names
    for name in names:
        assert (tmp_path / "수업" / name).read_bytes() == (originals / name).read_bytes()


def test_lessons_go_to_their_own_folder_by_default(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "guessnet", "lessons", "--no-open"], cwd=tmp_path, check=True
    )
    assert list((tmp_path / "guessnet-lessons").glob("01*.ipynb"))


def test_lessons_keep_what_the_learner_has_changed_and_say_so(tmp_path):
    run("lessons", str(tmp_path), "--no-open")
    changed, *others = sorted(tmp_path.glob("*.ipynb"))
    changed.write_text("mine", "utf-8")
    others[0].unlink()
    code, out, _ = run("lessons", str(tmp_path), "--no-open")
    assert code == 0
    assert changed.read_text("utf-8") == "mine"
    assert changed.name in out
    assert others[0].exists()


def test_a_new_edition_replaces_only_unchanged_lessons(tmp_path, monkeypatch):
    edition = tmp_path / "edition"
    monkeypatch.setattr(lesson_files, "originals", lambda lang: edition)
    edition.mkdir()
    learner = tmp_path / "learner"
    for name in ("a.ipynb", "b.ipynb"):
        (edition / name).write_text("first edition")
    lesson_files.hand_out(learner, "ko")
    (learner / "a.ipynb").write_text("mine")
    for name in ("a.ipynb", "b.ipynb"):
        (edition / name).write_text("second edition")
    assert lesson_files.hand_out(learner, "ko") == (["b.ipynb"], ["a.ipynb"])
    assert (learner / "a.ipynb").read_text() == "mine"
    assert (learner / "b.ipynb").read_text() == "second edition"


@pytest.mark.parametrize("record", [b"", b"[]", b"{", b"\xff"])
def test_a_broken_record_costs_no_changed_lesson(tmp_path, record):
    lesson_files.hand_out(tmp_path, "ko")
    changed, *others = sorted(path.name for path in tmp_path.glob("*.ipynb"))
    (tmp_path / changed).write_text("mine")
    (tmp_path / lesson_files.RECORD).write_bytes(record)
    assert lesson_files.hand_out(tmp_path, "ko") == (others, [changed])
    assert (tmp_path / changed).read_text() == "mine"


def test_lessons_come_from_the_package_if_it_has_them(tmp_path, monkeypatch):
    monkeypatch.setattr(lesson_files, "files", lambda package: tmp_path / "guessnet")
    assert lesson_files.originals("ko") == tmp_path / "lessons" / "ko"
    (tmp_path / "guessnet" / "lessons" / "ko").mkdir(parents=True)
    assert lesson_files.originals("ko") == tmp_path / "guessnet" / "lessons" / "ko"


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    code, out, err = run("lessons", str(tmp_path / "file"), "--no-open")
    assert (code, out, err.count("\n")) == (1, "", 1)


def run_without(missing, *arguments):
    """The command, where this module is not installed."""
    script = (
        "import importlib.util, sys; found = importlib.util.find_spec;"
        f"importlib.util.find_spec = lambda name: None if name == {missing!r} else found(name);"
        f"from guessnet.cli import main; sys.exit(main({list(arguments)!r}))"
    )
    return subprocess.run(
        [sys.executable, "-c", script], env=SHELL, capture_output=True, text=True, encoding="utf-8"
    )


def test_a_missing_jupyterlab_is_said_in_one_line(tmp_path):
    shown = run_without("jupyterlab", "lessons", str(tmp_path))
    assert shown.returncode == 1
    assert "pip install 'guessnet[lab]'" in shown.stderr
    assert shown.stderr.count("\n") == 1


@pytest.mark.parametrize("missing", ["IPython", "ipywidgets", "pygments"])
def test_what_a_notebook_needs_and_has_not_is_said(missing):
    script = f"import sys; sys.modules[{missing!r}] = None; import guessnet.notebook"
    shown = subprocess.run(
        [sys.executable, "-c", script], env=SHELL, capture_output=True, text=True, encoding="utf-8"
    )
    *_, last = shown.stderr.splitlines()
    assert missing in last
    assert "pip install 'guessnet[lab]'" in last


def page_at(address):
    """The page, or nothing while nobody listens."""
    try:
        with urlopen(address, timeout=20) as page:
            return page.read().decode()
    except URLError:
        return ""


def test_lessons_opens_jupyterlab_on_the_index(tmp_path):
    """With a browser that only says which page it was to open; that page leads to the index, and so
    does the address that is printed for those who have no browser there."""
    browser = tmp_path / "browser"
    browser.write_text('#!/bin/sh\necho "to open: $1" >&2\n')
    browser.chmod(0o755)
    folders = {
        f"JUPYTER_{kind}_DIR": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "RUNTIME")
    }
    with command("lessons", str(tmp_path / "수업"), BROWSER=f"{browser} %s", **folders) as process:
        shown = []
        for line in process.stderr:
            shown.append(line)
            if asked := re.match("to open: file://(.*)", line):
                break
        page = Path(asked[1]).read_text("utf-8")
        address = re.search(r"http://localhost\S+/index\.ipynb\?token=\S+", "".join(shown))[0]
        wait_until(lambda: page_at(address), 30)
        opened = page_at(address)
        folder, opening = process.stdout.readline(), process.stdout.readline()
    assert "/lab/tree/index.ipynb" in page
    assert '"news": {"disabled": true}' in opened  # which would ask, in the way of the lesson
    assert "수업" in folder
    assert "http://" in opening


def test_a_record_of_what_was_handed_out_is_kept_beside_it(tmp_path):
    lesson_files.hand_out(tmp_path, "ko")
    record = json.loads((tmp_path / lesson_files.RECORD).read_text("utf-8"))
    assert record.keys() == {path.name for path in tmp_path.glob("*.ipynb")}
