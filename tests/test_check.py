"""`check`: right answers pass, wrong ones are told their own reason, nothing is left behind."""

import json
import os
import select
import selectors
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import import_module
from types import SimpleNamespace

import pytest
from right import fork
from steps_support import wait_until

import guessnet
from guessnet import texts
from guessnet.errors import AnswerError
from guessnet.exercises import (
    NUMBERS,
    e00_client,
    e05_line_buffer,
    e06_shared_score,
    e10_scheduler,
    find_exercise,
)
from guessnet.grading import sights
from guessnet.grading.judge import judge
from guessnet.grading.misconceptions import LESSONS, TABLE
from guessnet.grading.programs import Command, File
from guessnet.grading.report import MARKS, SCHEMA, STATUSES
from guessnet.grading.scenarios import SCENARIOS, Scenario, whom_it_waited_for
from guessnet.grading.subjects import InThisProcess

WRONG_ANSWERS = [
    pytest.param(number, answer, names, id=f"{number}-{getattr(answer, '__name__', names)}")
    for number in NUMBERS
    for answer, names in find_exercise(number).anticipated
]

pytestmark = pytest.mark.usefixtures("nothing_left_behind")


def named(report):
    """What a report says first: the misconception, or where there is none the symptom."""
    symptoms = [check.cause.symptom for check in report.checks if check.cause]
    return next(iter((*report.misconceptions, *symptoms)), None)


def asked(function, *ids):
    return list(judge(InThisProcess(function), [SCENARIOS[id] for id in ids]))


@pytest.fixture
def speak():
    """`speak(lang)`: the language of everything until the end of the test."""
    yield guessnet.use
    guessnet.use("ko")


# The exercises


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_the_solution_passes(number, lang, speak):
    speak(lang)
    report = guessnet.check(find_exercise(number).solution, number)
    assert report.passed, report
    assert report.points == report.max_points > 0


@pytest.mark.parametrize("number", NUMBERS)
def test_the_stub_is_not_attempted_whatever_its_comments_are(number):
    report = guessnet.check(find_exercise(number).stub, number)
    assert [check.status for check in report.checks] == ["not_attempted"]
    assert not report.passed
    assert not report.attempted


@pytest.mark.parametrize(("number", "answer", "name"), WRONG_ANSWERS)
def test_a_wrong_answer_is_told_its_own_reason(number, answer, name):
    report = guessnet.check(answer, number)
    for sock in e00_client.left_open:  # one of them never closes its socket
        sock.close()
    assert not report.passed
    assert named(report) == name, report


@pytest.mark.parametrize("number", NUMBERS)
def test_every_exercise_has_three_wrong_answers_with_messages_of_their_own(number):
    messages = [name for _, name in find_exercise(number).anticipated]
    assert len(set(messages)) == len(messages) >= 3


def test_a_client_of_an_earlier_start_is_asked_nothing_more():
    def ask(trial):
        client = trial.client()
        trial.restart()
        raise client.failure("silent")

    (check,) = judge(InThisProcess(guessnet.LADDER[3].serve), [Scenario("first-reply", ask, 1)])
    assert check.status == "failed", check


def test_an_exercise_may_be_given_by_its_number():
    assert guessnet.check("data = conn.recv(1024)  # here", 2).passed


def test_who_is_in_a_lesson_is_not_sent_to_it():
    def glued(rest, data):
        return (["".join(data.decode().splitlines())], b"")

    there = guessnet.check(glued, "05", lang="en")
    assert there.misconceptions == ("message-glued",)
    assert there.to_json()["checks"][0]["cause"]["lesson"] == "05"
    assert "See lesson" not in str(there)
    elsewhere = replace(there, exercise="11")
    assert "See lesson 05 again." in str(elsewhere)


def test_what_cannot_be_checked_is_refused_in_words():
    with pytest.raises(AnswerError, match="serve"):
        guessnet.check("no function")
    with pytest.raises(AnswerError, match="99"):
        guessnet.check(find_exercise(1).solution, "99")
    with pytest.raises(AnswerError, match="my_client"):
        guessnet.check(3, "00")
    with pytest.raises(AnswerError, match="my_split"):
        guessnet.check("1", "05")
    for no_score in (None, "1", len, object, e06_shared_score.solution(None)):
        with pytest.raises(AnswerError, match="MyScore"):
            guessnet.check(no_score, "06")


def test_a_line_buffer_is_asked_one_question_after_the_other():
    statuses = [c.status for c in guessnet.check(e05_line_buffer.believes_in_utf8, "05").checks]
    assert statuses == ["passed"] * 4 + ["failed", "skipped"]


def test_a_line_buffer_that_never_comes_back_is_told_so():
    def turns_round(rest, data):
        while True:
            pass

    before = set(threading.enumerate())
    report = guessnet.check(turns_round, "05")
    assert named(report) == "lines.hangs"
    wait_until(lambda: set(threading.enumerate()) <= before)


def test_a_line_buffer_that_ends_the_program_is_told_so():
    assert named(guessnet.check(lambda rest, data: sys.exit(3), "05")) == "lines.raised"


@pytest.mark.parametrize("given", [None, 3, b"", ([], b"", 1), ("ab", b""), ["1", "2"]])
def test_what_is_no_pair_of_lines_and_rest_is_told_so(given):
    assert named(guessnet.check(lambda rest, data: given, "05")) == "lines.shape"


class OneWorker:
    def __init__(self, store):
        self.store, self.pool = store, ThreadPoolExecutor(1)

    def add(self):
        self.pool.submit(lambda: self.store.write(self.store.read() + 1)).result()

    def close(self):
        self.pool.shutdown()


@pytest.mark.parametrize("right", [*e06_shared_score.RIGHT, OneWorker], ids=lambda a: a.__name__)
def test_a_score_may_be_kept_in_any_honest_way(right):
    assert guessnet.check(right, "06").passed


def test_a_lost_win_is_told_call_by_call():
    [check] = [c for c in guessnet.check(e06_shared_score.TwoSteps, "06").checks if c.cause]
    assert check.id == "score-together"
    story = "A: read() → 0, B: read() → 0, B: write(1), A: write(1)"
    assert check.cause.fields == {"count": 1, "story": story}


class RaisesWhenMade:
    def __init__(self, store):
        raise RuntimeError("oh dear")

    def add(self):
        pass


class EndsTheProgram:
    def __init__(self, store):
        pass

    def add(self):
        sys.exit(3)


class AddsTwice:
    def __init__(self, store):
        self.store = store

    def add(self):
        self.store.write(self.store.read() + 2)


class LooksAgain:
    def __init__(self, store):
        self.store = store

    def add(self):
        count = self.store.read()
        while self.store.read() != count:
            count = self.store.read()
        self.store.write(count + 1)


@pytest.mark.parametrize(
    ("answer", "symptom"),
    [
        (LooksAgain, "score.no-lock"),
        (RaisesWhenMade, "score.raised"),
        (EndsTheProgram, "score.raised"),
        (AddsTwice, "score.wrong"),
    ],
)
def test_a_score_that_does_something_else_is_told_so(answer, symptom):
    assert named(guessnet.check(answer, "06")) == symptom


# A whole server


def test_a_robust_server_gets_full_marks():
    report = guessnet.check(guessnet.LADDER[4].serve)
    assert report.passed, report
    assert (report.points, report.max_points) == (100, 100)
    assert [check.id for check in report.checks] == list(SCENARIOS)


def test_a_style_s_limit_costs_only_its_own_check():
    checks = asked(guessnet.LADDER[3].serve, "first-reply", "rest", "together", "never-reads")
    assert [check.status for check in checks] == ["passed", "passed", "passed", "failed"]
    assert checks[-1].cause.misconceptions == ("blocking-send",)


def spins_after_a_reply(listener, new_game):
    games, outbox = {}, {}
    while True:
        readables, writeables, exceptions = select.select([listener, *games], outbox, [])
        for conn in writeables:
            outbox[conn] = outbox[conn][
                conn.send(outbox[conn]) :
            ]  # and is left there, though empty
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                games[conn] = new_game()
            else:
                outbox[sock] = games[sock].play(sock.recv(1024))


def test_a_server_that_has_replied_has_to_rest_too():
    [first, rest] = asked(spins_after_a_reply, "first-reply", "rest")
    assert first.status == "passed"
    assert rest.cause.misconceptions == ("always-writable", "busy-poll")


def test_what_a_failed_check_would_only_repeat_is_skipped_because_of_it():
    def silent(listener):
        listener.accept()
        threading.Event().wait(2)

    first, second, third = asked(silent, "first-reply", "invalid", "glued")
    assert first.status == "failed"
    assert (second.status, second.because) == ("skipped", "first-reply")
    assert (third.status, third.because) == ("skipped", "first-reply")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_who_waits_for_a_processor_is_held_up_and_who_waits_for_an_event_is_not():
    told = threading.Event()
    waiting = threading.Thread(target=told.wait)
    waiting.start()
    itself, other = sights.tasks_of_threads([threading.current_thread(), waiting])
    try:
        wait_until(lambda: not sights.are_held_up([other]))
        assert sights.are_held_up([other, itself])  # whoever looks is running
    finally:
        told.set()
        waiting.join()
    wait_until(lambda: not sights.are_held_up([other]))  # its task may outlive the thread a little


def test_who_is_held_up_has_not_come_to_rest():
    held_up = iter([True, True, False])
    assert sights.wait_until_idle(lambda: 1.0, 0.0, 5.0, lambda: next(held_up))
    assert next(held_up, "all asked") == "all asked"
    assert not sights.wait_until_idle(lambda: 1.0, 0.0, 0.01, lambda: True)


@pytest.mark.parametrize(("hears", "found"), [([True], {}), ([False, True], "newcomer")])
def test_a_reply_that_was_only_late_is_not_ascribed_to_a_newcomer(hears, found):
    answers = iter(hears)
    trial = SimpleNamespace(client=lambda: None)
    waiting = SimpleNamespace(hears=lambda: next(answers))
    assert whom_it_waited_for(trial, [], waiting) == (found and {"waited_for": found})


def test_what_goes_wrong_in_the_judge_is_not_held_against_the_answer():
    def broken(trial):
        raise RuntimeError("ours")

    [check] = judge(InThisProcess(guessnet.LADDER[1].serve), [Scenario("first-reply", broken, 5)])
    assert (check.status, check.cause.symptom) == ("error", "judge-failed")


def forgets_that_tasks_end(listener, new_game):
    """As the solution of exercise 10, but for StopIteration."""
    with selectors.DefaultSelector() as selector:

        def run(task):
            sock, event = next(task)
            selector.register(sock, event, data=task)

        run(e10_scheduler.accept(listener, new_game, run))
        while True:
            for key, _ in selector.select():
                selector.unregister(key.fileobj)
                run(key.data)


def test_a_scheduler_that_forgets_that_tasks_end_is_told_no_wrong_reason():
    [check] = asked(forgets_that_tasks_end, "next-client")
    assert check.cause.raised[-1].name == "StopIteration"
    assert check.cause.misconceptions == ()


# Whatever the answer does


def spins(listener):
    while True:
        pass


def spins_after_accept(listener):
    conn, address = listener.accept()
    while True:
        pass


def raises(listener):
    raise RuntimeError("oh dear")


def returns(listener):
    return


def exits(listener):
    sys.exit(3)


def ends_the_process(listener):
    conn, address = listener.accept()
    os._exit(3)


def raises_in_a_thread(listener):
    def serve(conn):
        raise RuntimeError("in a thread")

    while True:
        conn, address = listener.accept()
        threading.Thread(target=serve, args=(conn,)).start()


@pytest.mark.parametrize(
    "answer", [spins, spins_after_accept, raises, returns, exits, ends_the_process]
)
def test_it_is_judged_and_nothing_is_left_behind(answer):
    report = guessnet.check(answer, "01")
    assert report.checks[0].status == "failed"
    assert all(check.status != "error" for check in report.checks)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork()")
def test_the_processes_of_a_forking_server_are_ended():
    report = guessnet.check(fork.serve, "03")
    assert report.passed, report
    assert not sights.children(os.getpid())


def test_what_would_end_the_process_is_told_with_its_line():
    before = os._exit
    [check] = asked(ends_the_process, "first-reply")
    assert check.cause.symptom == "closed"
    assert str(check.cause.raised[-1]) == "SystemExit: 3"
    assert check.cause.raised[-1].place.code == "os._exit(3)"
    assert os._exit is before


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("def my_serve(listener): listener.accept(); exit()", "01"),
        ("def my_client(address, numbers): quit()", "00"),
    ],
)
def test_exit_in_a_notebook_ends_the_answer_and_not_the_kernel(code, number):
    ended = []
    names = dict.fromkeys(("exit", "quit"), lambda: ended.append("the kernel"))
    in_a_notebook = names.copy()
    exec(code, in_a_notebook)
    _, answer = in_a_notebook.popitem()
    report = guessnet.check(answer, number)
    assert not report.passed
    assert str(report.checks[0].cause.raised[-1]) == "SystemExit"
    assert not ended
    assert names.items() <= in_a_notebook.items()


def test_an_exception_is_told_with_its_line(recwarn):
    [check] = asked(raises, "first-reply")
    assert str(check.cause.raised[-1]) == "RuntimeError: oh dear"
    assert check.cause.raised[-1].place.code == 'raise RuntimeError("oh dear")'
    [check] = asked(raises_in_a_thread, "first-reply")
    assert check.cause.raised[-1].place.code == 'raise RuntimeError("in a thread")'
    assert not recwarn.list


def test_code_that_cannot_be_interrupted_is_told_with_its_line():
    def sleeps(listener):
        time.sleep(5)

    before = set(threading.enumerate())
    first, second = asked(sleeps, "first-reply", "invalid")
    assert first.cause.symptom == "stuck"
    assert "time.sleep(5)" in str(first.cause.fields["reason"])
    assert second.because == "first-reply"
    wait_until(lambda: set(threading.enumerate()) <= before)


# In other processes


def test_a_file_runs_in_a_process_of_its_own(tmp_path):
    path = tmp_path / "answer.py"
    path.write_text(guessnet.LADDER[1].source)
    checks = list(judge(File(path), [SCENARIOS["first-reply"], SCENARIOS["together"]]))
    assert [check.status for check in checks] == ["passed", "failed"]
    assert checks[1].cause.misconceptions[0] == "one-at-a-time"
    assert any("recv(1024)" in place.code for place in checks[1].cause.stood)


@pytest.mark.parametrize(
    ("source", "message"), [("def other(): pass", "serve"), ("1 / 0", "ZeroDivisionError")]
)
def test_a_file_that_cannot_be_run_says_so(tmp_path, source, message):
    path = tmp_path / "answer.py"
    path.write_text(source)
    first, second = judge(File(path), [SCENARIOS["first-reply"], SCENARIOS["invalid"]])
    assert first.cause.symptom == "not-started"
    assert message in str(first.cause.fields["reason"])
    assert second.because == "first-reply"


def test_a_command_is_judged_by_what_can_be_seen_of_it():
    serve = f"{sys.executable} -m guessnet serve -q --port {{port}} --step"
    asked_for = [SCENARIOS[id] for id in ("first-reply", "rest", "next-client", "descriptors")]
    right = list(judge(Command(f"{serve} selectors"), asked_for))
    assert [check.status for check in right if check.id != "descriptors"] == ["passed"] * 3
    wrong = list(judge(Command(f"{serve} blocking"), asked_for))
    assert wrong[2].cause.misconceptions == ("one-shot",)


def test_a_command_without_a_place_for_the_port_is_refused():
    with pytest.raises(AnswerError, match="port"):
        Command("./server")


def run(*arguments):
    command = [sys.executable, "-m", "guessnet", "check", *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60)


def test_the_command_line_says_by_its_exit_code_what_came_of_it(tmp_path):
    right, wrong = tmp_path / "right.py", tmp_path / "wrong.py"
    right.write_text(guessnet.LADDER[1].source)
    wrong.write_text(guessnet.LADDER[0].source)
    passed = run(str(right), "--exercise", "01", "--lang", "en")
    assert (passed.returncode, passed.stderr) == (0, "")
    assert "Everything passed" in passed.stdout
    failed = run(str(wrong), "--exercise", "1", "--lang", "ko", "--hints", "3")
    assert (failed.returncode, failed.stderr) == (1, "")
    assert "한 판이 끝나면 서버도 끝납니다" in failed.stdout
    assert "힌트 3/3" in failed.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["missing.py"],
        ["--cmd", "./server"],
        ["--connect", "nowhere:port"],
        ["missing.py", "--cmd", "x {port}"],
        ["--cmd", "x {port}", "--exercise", "02"],
        ["--cmd", "x {port}", "--exercise", "77"],
    ],
)
def test_a_wrong_command_line_is_one_line_and_exit_code_2(arguments):
    shown = run(*arguments)
    assert shown.returncode == 2
    assert shown.stdout == ""
    assert len(shown.stderr.splitlines()) == 1, shown.stderr


# The report


def says(words):
    def serve(listener):
        while True:
            conn, address = listener.accept()
            with conn:
                while conn.recv(1024):
                    conn.sendall(words)

    return serve


@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_nothing_that_a_server_says_reaches_the_reader_unescaped(lang):
    report = guessnet.check(says(b"<script>\x1b[31m\x07"), "01", lang)
    html = report._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "\x1b" not in html + str(report)
    assert "\\x1b[31m" in str(report)


def test_a_report_is_frozen_and_becomes_json():
    report = guessnet.check(find_exercise("01").anticipated[0][0], "01", "en")
    with pytest.raises(AttributeError):
        report.lang = "ko"
    content = json.loads(json.dumps(report.to_json()))
    assert content["schema"] == SCHEMA == "guessnet.report/1"
    assert content["isolation"] == "practice"
    assert content["misconceptions"] == ["one-shot"]
    assert content["points"] < content["max_points"]
    failed = next(check for check in content["checks"] if check["status"] == "failed")
    assert failed["cause"]["misconception"] == "one-shot"
    assert failed["cause"]["lesson"] == "01"
    assert failed["cause"]["transcript"]
    assert len(failed["hints"]) == 3


def test_a_reason_that_was_told_is_not_told_again():
    report = guessnet.check(find_exercise("01").anticipated[0][0], "01", "en")
    assert str(report).count("Hint 1/3") == 1
    assert "The same reason as above" in str(report)


@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_everything_that_a_report_can_say_has_words(lang):
    ids = [*SCENARIOS, "client-plays", "standing-still", *(f"exercise-{n}" for n in NUMBERS)]
    ids += [question.id for question in e05_line_buffer.QUESTIONS]
    ids += e06_shared_score.CHECKS
    assert all(texts.has_text(f"scenario.{id}", lang) for id in ids)
    assert all(texts.has_text(f"status.{status}", lang) for status in STATUSES)
    assert all(texts.has_text(f"misconception.{id}.cause", lang) for id in LESSONS)
    assert set(MARKS) == set(STATUSES)


def test_the_table_names_only_misconceptions_that_there_are():
    assert {id for row in TABLE for id in row.ids} == set(LESSONS)
    assert {id for row in TABLE for id in row.scenarios} <= set(SCENARIOS)


def test_scenarios_are_worth_100_points_and_need_only_what_comes_before_them():
    assert sum(scenario.points for scenario in SCENARIOS.values()) == 100
    order = list(SCENARIOS)
    for scenario in SCENARIOS.values():
        assert all(order.index(need) < order.index(scenario.id) for need in scenario.needs)


# The drafts


def needed_for(id):
    """A scenario and all that it needs, in their order."""
    wanted, open_ = set(), [id]
    while open_:
        wanted.add(open_[0])
        open_ += SCENARIOS[open_.pop(0)].needs
    return [scenario for scenario in SCENARIOS.values() if scenario.id in wanted]


#: The scenario that finds each draft.
FOUND_BY = {
    "accept_blocks": "first-reply",
    "always_writable": "rest",
    "answer_leak": "first-reply",
    "answer_reuse": "fresh-secret",
    "blocking_send": "never-reads",
    "busy_poll": "rest",
    "constant_secret": "own-secret",
    "decode_crash": "not-utf8",
    "eof_crash": "client-leaves",
    "eof_ignored": "client-leaves",
    "fd_leak": "half-close",
    "fd_setsize": "beyond-select",
    "half_close_lost": "last-line",
    "int_crash": "invalid",
    "message_glued": "glued",
    "message_split": "split",
    "multibyte_split": "split-character",
    "not_closed_after_win": "ends-after-game",
    "one_at_a_time": "together",
    "one_shot": "next-client",
    "partial_send": "late-reader",
    "reset_crash": "client-resets",
    "shared_answer": "own-secret",
    "stale_socket": "next-client",
    "thread_run": "together",
    "unbounded_buffer": "endless-line",
    "use_after_close": "next-client",
    "wrong_reply": "first-reply",
}


def test_every_misconception_has_a_draft_that_is_found():
    assert {name.replace("_", "-") for name in FOUND_BY} == set(LESSONS)


@pytest.mark.parametrize("name", FOUND_BY)
def test_a_draft_is_told_its_own_reason(name):
    draft = import_module(f"guessnet.drafts.{name}")
    checks = list(judge(InThisProcess(draft.serve), needed_for(FOUND_BY[name])))
    found = [id for check in checks if check.cause for id in check.cause.misconceptions]
    assert found[0] == name.replace("_", "-"), checks
    assert {check.status for check in checks[:-1]} <= {"passed", "failed"}
