"""The quizzes: their words, whether their keys are true, and the widget, without a browser."""

import asyncio
import html
import itertools
import json
import re
import sys
import threading
from dataclasses import replace
from importlib import import_module

import pytest
from ipywidgets.widgets import widget as widget_module

from guessnet import progress
from guessnet.errors import BadArgument
from guessnet.notebook import Quiz, quiz
from guessnet.quizzes import QUIZZES, Choice, Order, Prediction, Seen, find_quiz
from guessnet.texts import LANGUAGES, text, use

module = sys.modules[Quiz.__module__]
CHOICES, PREDICTIONS, ORDERS = (
    [name for name, question in QUIZZES.items() if isinstance(question, kind)]
    for kind in (Choice, Prediction, Order)
)

#: For each mistake that is expected, answers that make it.
MISTAKES = {
    "00-bytes": {
        "same": ["2\n2", "6\n6"],
        "two-each": ["2\n4"],
        "swapped": ["6\n2"],
        "other": ["2", "4\n12"],
    },
    "01-empty": {
        "lost": ["b''", "b''\nb''\nb''"],
        "waits": ["b'5'", "b'5'\nb''", 'b"5"'],
        "no-b": ["5", "'5'\n''\n''", "5\n''\n''"],
        "error": ["b'5'\nConnectionResetError", "5\n오류가 납니다", "b'5'\nb''\nerror"],
        "other": ["None", "b'5'\nb'5'\nb'5'"],
    },
    "03-twice": {
        "once": ["1\n0"],
        "both": ["2\n2", "2\n1"],
        "none": ["0\n0", "0\n1"],
        "other": ["1", "3\n3"],
    },
    "04-closed": {
        "skipped": ["-1\nok"],
        "bad-descriptor": ["-1\nOSError"],
        "number": ["5\nValueError", "7"],
        "other": ["-1", "None\nValueError"],
    },
    "05-two": {
        "first": ["b'1'", "b'1'\nb'2'", 'b"1"'],
        "last": ["b'2'"],
        "list": ["[b'1', b'2']", "b'1', b'2'", "b'1' b'2'"],
        "no-b": ["12", "'12'"],
        "other": ["3", "b'21'", "b'1\\n2\\n'"],
    },
    "06-run": {
        "both": ["[False, False]", "False, False"],
        "neither": ["[True, True]"],
        "swapped": ["[False, True]"],
        "other": ["True", "[True]"],
    },
    "06-race": {
        "bare": ["1"],
        "two": ["wins: 2", "2"],
        "none": ["wins: 0"],
        "either": ["1 or 2", "wins: 1이나 2"],
        "stuck": ["deadlock", "멈춥니다", "BrokenBarrierError"],
        "other": ["3", "11"],
    },
    "10-next": {
        "at-once": ["hello\nmade\nwaiting\nawake\nwaiting again", "hello\nwaiting"],
        "not-sent": ["made\nhello\nwaiting\nwaiting again", "made\nhello\nwaiting\nNone\nawake"],
        "other": ["made", "made\nwaiting\nhello"],
    },
    "10-call": {
        "runs": ["hello", "hello\nNoneType"],
        "function": ["function"],
        "nothing": ["None", "NoneType"],
        "other": ["reply", "generator"],
    },
    "07-room": {
        "nothing-to-send": ["0 0\nFalse\n0 0", "0 0"],
        "all": ["0 1\nTrue\n0 0", "0 1\ntrue"],
        "still-room": ["0 1\nFalse\n0 1"],
        "readable": ["1 0\nFalse\n0 0", "1 1\nFalse\n1 0", "0 1\nFalse\n1 1"],
        "other": ["?", "0 1"],
    },
    "08-gone": {
        "recv-fails": ["ConnectionResetError\n1", "오류\n1"],
        "send-fails": ["b''\nBrokenPipeError", "b''\n오류"],
        "nothing-sent": ["b''\n0"],
        "no-b": ["''\n1", "''"],
        "other": ["b'5'\n1", "b''\nb'5'"],
    },
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def _nothing_is_left_behind(nothing_left_behind):
    yield
    for made in list(module._quizzes.values()):
        made.close()
    use("ko")
    assert not widget_module._instances


def really(monkeypatch, name, reality):
    """Give a quiz another reality."""
    monkeypatch.setitem(QUIZZES, name, replace(QUIZZES[name], reality=reality))


# --- Their words ----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_question_option_and_explanation_is_there_and_no_other(lang):
    words = import_module(f"guessnet.texts.{lang}.quizzes").MESSAGES
    expected = set()
    for name, question in QUIZZES.items():
        expected |= {f"quiz.{name}", *(f"quiz.{name}.{why}.why" for why in question.whys)}
        if isinstance(question, Choice):
            expected |= {f"quiz.{name}.{option}" for option in question.options}
    assert {key for key in words if re.match(r"quiz\.\d", key)} == expected
    whys = [text for key, text in words.items() if key.endswith(".why")]
    assert len(set(whys)) == len(whys)


def test_code_is_no_wider_than_a_quiz():
    for name, question in QUIZZES.items():
        for line in getattr(question, "code", "").splitlines():
            assert len(line) < 80, name


def test_every_core_lesson_has_two_or_more_and_every_kind_is_there():
    lessons = [name[:2] for name in QUIZZES]
    assert all(lessons.count(f"0{number}") >= 2 for number in range(5))
    assert CHOICES
    assert PREDICTIONS
    assert ORDERS
    assert [name for name in CHOICES if QUIZZES[name].several]


# --- Their keys -----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", CHOICES)
def test_what_really_happens_is_the_key_of_a_choice(name, lang):
    use(lang)
    question = QUIZZES[name]
    seen = question.reality()
    assert sorted(seen.answer) == sorted(question.key)
    assert set(question.key) <= set(question.options)
    assert seen.transcript


@pytest.mark.parametrize("name", PREDICTIONS)
def test_what_the_code_prints_is_the_key_of_a_prediction(name):
    question = QUIZZES[name]
    assert question.reality().answer.strip() == question.key


@pytest.mark.parametrize("name", PREDICTIONS)
def test_each_mistake_has_its_own_explanation(name):
    question = QUIZZES[name]
    assert {*MISTAKES[name], "right"} == set(question.whys)
    for mistake, answers in MISTAKES[name].items():
        for answer in answers:
            verdict = question.judge(answer)
            assert (verdict.right, verdict.whys) == (False, (mistake,)), answer
            assert not verdict.transcript  # it would tell the answer
    assert question.judge(question.key).whys == ("right",)


@pytest.mark.parametrize("name", ORDERS)
def test_in_every_order_the_lines_do_what_the_rules_say(name):
    question = QUIZZES[name]
    explained = set()
    for order in map("".join, itertools.permutations(question.lines)):
        seen = question.reality([question.lines[letter] for letter in order])
        broken = question.broken(order)
        assert (seen.answer == "right") is not bool(broken), (order, seen)
        if broken:
            explained.add(broken[0].why)
            line = question.lines[broken[0].wrong]
            failed = re.search(r"(.*)  →  \w+Error: ", seen.transcript)
            assert failed[1] == line, (order, seen)
    assert {"right", *explained} == set(question.whys)
    assert question.judge(question.key).right


# --- Judging --------------------------------------------------------------------------------------


def test_one_of_several_options_is_explained_by_its_own_words():
    question = QUIZZES["02-waiting"]
    for option in "abc":
        assert question.judge(option)[:3] == (False, option, (option,))
        assert question.judge(option).transcript == ""  # it would tell the answer
    verdict = question.judge(" D ")
    assert verdict[:3] == (True, "d", ("d",))
    assert "second.recv(1024)  →  TimeoutError" in verdict.transcript


def test_of_several_options_those_that_differ_are_explained():
    question = QUIZZES["03-left"]
    assert question.judge("a")[1:3] == ("a", ("a", "b", "c"))
    assert question.judge(["c"])[:3] == (False, "c", ("b",))
    assert question.judge("")[:3] == (False, "", ("b", "c"))
    for answer in ("bc", "c, b", ["b", "c"], ("C", "B")):
        assert question.judge(answer).right
    assert question.judge("bc").whys == ("a", "b", "c")
    assert "readables" in question.judge("bc").transcript


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("02-waiting", ""),
        ("02-waiting", "e"),
        ("02-waiting", "ab"),
        ("02-waiting", "a" * 10_000),
        ("03-left", "d"),
        ("00-client", "abc"),
        ("00-client", "aabc"),
        ("00-client", "abcde"),
        ("01-empty", " \n "),
    ],
)
def test_what_is_no_answer_is_refused(name, answer):
    with pytest.raises(BadArgument):
        QUIZZES[name].judge(answer)


@pytest.mark.parametrize("answer", ["2\n6", "  2 \n\n6\n", ["2", "6"], "2\r\n6"])
def test_white_space_does_not_matter_to_a_prediction(answer):
    assert QUIZZES["00-bytes"].judge(answer).right


def test_quotation_marks_may_be_of_either_kind():
    assert QUIZZES["01-empty"].judge('b"5"\nb\'\'\nb""').right


def test_a_reality_that_differs_from_the_key_is_believed(monkeypatch):
    really(monkeypatch, "02-waiting", lambda: Seen("a", "refused"))
    question = find_quiz("02-waiting")
    assert question.judge("a") == (True, "a", ("differs",), "refused")
    assert question.judge("d") == (False, "d", ("differs",), "refused")
    really(monkeypatch, "00-client", lambda lines: Seen("right", "it did"))
    assert find_quiz("00-client").judge("abcd") == (True, "abcd", ("differs",), "it did")
    monkeypatch.setitem(QUIZZES, "00-bytes", replace(QUIZZES["00-bytes"], key="2\n4"))
    assert find_quiz("00-bytes").judge("2 \n6").right
    assert find_quiz("00-bytes").judge("2\n4")[:3] == (False, "2\n4", ("differs",))


def test_where_reality_cannot_be_asked_the_key_counts(monkeypatch):
    def no_sockets(*_):
        raise OSError(24, "Too many open files")

    really(monkeypatch, "02-waiting", no_sockets)
    assert find_quiz("02-waiting").judge("d") == (True, "d", ("d",), "")
    really(monkeypatch, "00-client", no_sockets)
    assert find_quiz("00-client").judge("cdab").right
    assert find_quiz("00-client").judge("cadb")[:3] == (False, "cadb", ("send",))


@pytest.mark.parametrize("name", ["nothing", "", None, ["02-waiting"], "\x1b[2J"])
def test_an_unknown_quiz_is_refused(name):
    with pytest.raises(BadArgument) as refused:
        quiz(name)
    assert "02-waiting" in str(refused.value)
    assert "\x1b" not in str(refused.value)


# --- As an object and as text ---------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", QUIZZES)
def test_before_an_answer_nothing_tells_the_key(name, lang):
    use(lang)
    made = quiz(name)
    bundle = made._repr_mimebundle_()
    assert made.outcome == "not-attempted"
    assert bundle["text/plain"] == repr(made)
    assert text("quiz.state.not-attempted") in repr(made)
    states = [widget.get_state() for widget in widget_module._instances.values()]
    everything = json.dumps(states, default=str, ensure_ascii=False) + repr(bundle)
    for why in made.question.whys:
        assert made.why(why)[:20] not in everything
    if isinstance(made.question, Prediction):
        assert made.question.key not in everything
        assert json.dumps(made.question.key)[1:-1] not in everything


def test_the_text_has_all_that_is_needed_to_answer():
    use("en")
    assert repr(quiz("03-left")).splitlines() == [
        "03-left · not attempted",
        "",
        text("quiz.03-left"),
        "",
        "  a. `listener`",
        "  b. the first client's connection",
        "  c. the second client's connection",
        "",
        "Choose all that are right.",
        'To answer: quiz("03-left").answer("ab")',
    ]
    assert '  print(len("정답"))\n' in repr(quiz("00-bytes"))
    assert '  c. sock = socket.create_connection(address)\n  d. sock.sendall(b"5")' in repr(
        quiz("00-client")
    )


def test_a_wrong_answer_and_then_the_right_one():
    use("en")
    made = quiz("02-waiting")
    feedback = made.answer("a")
    assert (feedback.right, feedback.outcome, made.outcome) == (False, "wrong", "wrong")
    assert repr(feedback) == f"✕ No.\n  {text('quiz.02-waiting.a.why').replace('**', '')}"
    assert repr(made).endswith(repr(feedback))
    feedback = made.answer("d")
    assert (feedback.right, made.outcome) == (True, "right")
    assert "✓ Right." in repr(feedback)
    assert "second.recv(1024)  →  TimeoutError" in repr(feedback)
    made.answer("b")
    assert made.outcome == "right"  # curiosity does no harm
    made.again()
    assert made.outcome == "not-attempted"


def test_the_answer_can_be_asked_for():
    for name in ("02-waiting", "03-left", "00-client", "00-bytes"):
        made = quiz(name)
        made.view.show()
        feedback = made.reveal()
        assert made.outcome == "shown"
        assert made.why(made.question.judge(made.question.key).whys[-1])[:20] in repr(feedback)
        shown = html.unescape(made.view._feedback.value)
        assert feedback.verdict.transcript.strip() in shown
    lines = repr(quiz("00-client").reveal()).splitlines()
    assert lines[1:3] == [
        "  c. sock = socket.create_connection(address)",
        '  d. sock.sendall(b"5")',
    ]


def test_it_is_the_same_quiz_until_it_is_closed_and_another_in_each_language():
    first = quiz("02-waiting")
    assert quiz("02-waiting") is first
    use("en")
    assert quiz("02-waiting") is not first
    assert "player 2" in repr(quiz("02-waiting"))
    use("ko")
    first.close()
    assert quiz("02-waiting") is not first


def test_answers_are_kept_among_the_progress_and_seen_by_the_next_kernel(folder):
    def kept():
        return progress.load()["quiz"]["02-waiting"]

    made = quiz("02-waiting")
    made.view.show()
    assert progress.load() == {}
    assert "아직 풀지 않음" in made.view._head.value
    for act, entry in (
        (lambda: made.answer("a"), ("tried", 1)),
        (made.reveal, ("shown", 2)),
        (lambda: made.answer("d"), ("done", 3)),
        (lambda: made.answer("a"), ("done", 4)),
    ):
        act()
        assert kept() == entry
    made.close()
    assert "전에 맞힌 문제" in quiz("02-waiting").view._head.value
    assert "아직 풀지 않음" in repr(quiz("02-waiting"))  # what is saved does not depend on it


def test_a_folder_that_cannot_be_written_does_not_matter(folder):
    (folder / progress.FILE).mkdir()
    assert quiz("00-bytes").answer("2\n6").right


def test_an_answer_that_is_none_does_not_count():
    made = quiz("02-waiting")
    with pytest.raises(BadArgument, match="a, b, c, d"):
        made.answer("x")
    assert made.outcome == "not-attempted"
    assert progress.load() == {}
    assert made.answer("d").right  # and it has not left the quiz locked


# --- The widgets ----------------------------------------------------------------------------------


def classes(widget):
    return set(widget._dom_classes)


def hidden(widget):
    return "gn-hidden" in classes(widget)


def test_the_buttons_of_a_choice():
    made = quiz("02-waiting")
    view = made.view
    assert view.check is None
    assert hidden(view.reveal)
    assert hidden(view.again)
    view.options["b"].click()
    assert classes(view.options["b"]) >= {"gn-wrong"}
    assert "✕ 아닙니다." in view._whys["b"].value
    assert "틀림" in view._head.value
    assert not hidden(view.reveal)
    view.options["d"].click()
    assert classes(view.options["d"]) >= {"gn-right"}
    assert classes(view.options["b"]) >= {"gn-wrong"}  # it is remembered, without its explanation
    assert view._whys["b"].value == ""
    assert "✓ 맞습니다." in view._whys["d"].value
    assert "맞음" in view._head.value
    assert "TimeoutError" in view._feedback.value
    assert hidden(view.reveal)
    view.again.click()
    assert made.outcome == "not-attempted"
    assert not any(classes(option) & {"gn-right", "gn-wrong"} for option in view.options.values())
    assert view._feedback.value == ""
    assert all(hidden(why) for why in view._whys.values())


def test_the_answer_shown_is_marked_as_right():
    view = quiz("02-waiting").view
    view.options["a"].click()
    view.reveal.click()
    assert classes(view.options["d"]) >= {"gn-right"}
    assert "◆ 답은 이렇습니다." in view._whys["d"].value
    assert "답을 봄" in view._head.value


def test_check_boxes():
    made = quiz("03-left")
    view = made.view
    view.options["a"].value = True
    view.check.click()
    assert made.outcome == "wrong"
    assert view._feedback.value.count("<p>") == 3
    assert "<code>accept()</code>" in view._feedback.value
    view.options["a"].value = False
    view.options["b"].value = view.options["c"].value = True
    view.check.click()
    assert made.outcome == "right"
    view.again.click()
    assert not any(option.value for option in view.options.values())


def test_lines_are_picked_in_order_and_taken_out_again():
    made = quiz("00-client")
    view = made.view

    def order():
        return re.findall(r"\d  (.*?)(?:\n|</pre>)", view._order.value)

    assert "아직 고른 줄이 없습니다" in view._order.value
    view.check.click()
    assert "한 번씩 모두" in view._feedback.value
    assert made.outcome == "not-attempted"
    for letter in "cabd":
        view.options[letter].click()
    assert [line.split("(")[0] for line in order()] == [
        "sock = socket.create_connection",
        "print",
        "sock.close",
        "sock.sendall",
    ]
    assert "gn-picked-1" in classes(view.options["c"])
    view.options["a"].click()
    view.options["b"].click()
    assert len(order()) == 2
    assert "gn-picked" not in classes(view.options["a"])
    assert "gn-picked-2" in classes(view.options["d"])
    for letter in "ab":
        view.options[letter].click()
    view.check.click()
    assert made.outcome == "right"
    view.again.click()
    assert "아직 고른 줄이 없습니다" in view._order.value
    assert not any("gn-picked" in classes(option) for option in view.options.values())


def test_a_predicted_output():
    made = quiz("01-empty")
    view = made.view
    view.check.click()
    assert "먼저 쓰세요" in view._feedback.value
    view.text.value = "b'5'\n<script>alert(1)</script>"
    view.check.click()
    assert made.outcome == "wrong"
    assert "<script" not in view._feedback.value
    view.text.value = "b'5'\nb''\nb''\n"
    view.check.click()
    assert made.outcome == "right"
    view.again.click()
    assert view.text.value == ""


def test_a_method_brings_the_widgets_up_to_date():
    made = quiz("02-waiting")
    view = made.view
    made.answer("a")
    assert classes(view.options["a"]) >= {"gn-wrong"}
    made.close()
    assert made.answer("d").right  # without a view, too
    made.close()


def test_what_is_seen_is_escaped(monkeypatch):
    really(monkeypatch, "02-waiting", lambda: Seen("d", "<b>\x1b[2J\n\u202e"))
    made = quiz("02-waiting")
    made.answer("d")
    assert "&lt;b&gt;\\x1b[2J\n\\u202e" in made.view._feedback.value


def test_a_button_does_not_keep_the_kernel_waiting(monkeypatch):
    asked, happens = threading.Event(), threading.Event()

    def reality():
        asked.set()
        assert happens.wait(20)
        return Seen("d", "")

    really(monkeypatch, "02-waiting", reality)

    async def press():
        made = quiz("02-waiting")
        view = made.view
        view.options["d"].click()
        assert "확인하는 중" in view._head.value
        await asyncio.to_thread(asked.wait, 20)
        view.options["a"].click()  # nothing happens: one answer after the other
        happens.set()
        while made.outcome == "not-attempted":
            await asyncio.sleep(0.01)
        assert "맞음" in view._head.value
        view.options["a"].click()
        while len(made.tries) < 2:
            await asyncio.sleep(0.01)
        assert [feedback.verdict.answer for feedback in made.tries] == ["d", "a"]
        made.close()

    asyncio.run(asyncio.wait_for(press(), 30))


def test_a_press_that_overtakes_what_was_written_before_it_is_no_harm():
    async def press():
        made = quiz("00-bytes")
        made.view.check.click()
        made.view.text.value = "2\n6"
        while not made.tries:
            await asyncio.sleep(0.01)
        assert made.outcome == "right"
        made.close()

    asyncio.run(asyncio.wait_for(press(), 30))


def test_whatever_goes_wrong_while_checking_the_quiz_can_be_answered_again(monkeypatch):
    failed = []
    monkeypatch.setattr(threading, "excepthook", lambda args: failed.append(args.exc_type))
    good = QUIZZES["02-waiting"].reality
    realities = iter([lambda: 1 / 0, good])
    really(monkeypatch, "02-waiting", lambda: next(realities)())

    async def press():
        made = quiz("02-waiting")
        view = made.view
        view.options["d"].click()
        while "확인하는 중" in view._head.value:
            await asyncio.sleep(0.01)
        assert made.outcome == "not-attempted"
        view.options["d"].click()
        while made.outcome == "not-attempted":
            await asyncio.sleep(0.01)
        made.close()

    asyncio.run(asyncio.wait_for(press(), 30))
    assert failed == [ZeroDivisionError]


def test_a_loop_that_has_ended_is_no_error(monkeypatch):
    happens = threading.Event()

    def reality():
        assert happens.wait(20)
        return Seen("d", "")

    really(monkeypatch, "02-waiting", reality)

    async def press():
        quiz("02-waiting").answer_soon("d")

    asyncio.run(press())
    [thread] = [thread for thread in threading.enumerate() if thread.name == "guessnet quiz"]
    happens.set()
    thread.join(20)
    assert not thread.is_alive()
