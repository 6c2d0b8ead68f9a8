"""The exercise in a notebook, without a browser."""

import asyncio
import select
import sys
import threading

import pytest
from ipywidgets.widgets import widget as widget_module

from guessnet import progress
from guessnet.errors import AnswerError
from guessnet.exercises import find_exercise
from guessnet.notebook import Practice, exercise
from guessnet.texts import LANGUAGES, text, use

module = sys.modules[Practice.__module__]
NUMBERS = ["00", "01", "02", "03", "04", "05", "06"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def _nothing_is_left_behind(nothing_left_behind):
    yield
    for made in list(module._practices.values()):
        made.close()
    use("ko")
    assert not widget_module._instances


@pytest.fixture
def define(monkeypatch):
    """`define(name, value)`: as if a cell of the notebook had done so."""

    def defined(name, value):
        monkeypatch.setattr(sys.modules["__main__"], name, value, raising=False)

    return defined


def seen(practice):
    """All that its view shows, as HTML."""
    view = practice.view
    parts = (view._head, view._report, view._hints, view._solution)
    buttons = (view.check, view.hint, view.solution)
    return "".join([*(part.value for part in parts), *(each.description for each in buttons)])


# --- Checking -------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", NUMBERS)
def test_the_stub_is_not_attempted_and_the_solution_solves(number, define):
    name = {"00": "my_client", "02": "my_line", "05": "my_split", "06": "MyScore"}.get(
        number, "my_serve"
    )
    made = exercise(number)
    define(name, find_exercise(number).stub)
    assert not made.check().attempted
    assert made.state == "not-attempted"
    assert progress.load() == {}
    define(name, find_exercise(number).solution)
    assert made.check().passed
    assert made.state == "solved"
    assert progress.load()["exercise"][number] == ("done", 1)


def test_the_answer_is_looked_up_when_it_is_checked(define):
    made = exercise(2)
    define("my_line", "conn, address = listener.accept()")
    assert not made.check().passed
    assert made.state == "attempted"
    assert text("symptom.stands.accept") in seen(made)
    assert progress.load()["exercise"]["02"] == ("tried", 1)
    define("my_line", "data = conn.recv(1024)")
    assert made.check().passed
    assert text("symptom.stands.accept") not in seen(made)
    define("my_line", "time.sleep(1)")
    assert not made.check().passed
    assert made.state == "solved"  # once it was
    assert progress.load()["exercise"]["02"] == ("done", 3)


def test_an_answer_that_is_given_counts_until_the_next_call(define):
    define("my_line", "time.sleep(1)")
    made = exercise("02", "data = conn.recv(1024)")
    assert made.check().passed
    assert exercise("02") is made
    assert not made.check().passed


def test_an_answer_that_is_missing_or_of_another_kind_is_refused_in_words(define):
    made = exercise("03")
    made.view.show()
    with pytest.raises(AnswerError, match="my_serve"):
        made.check()
    assert "my_serve: 아직 없는 이름입니다." in seen(made)
    define("my_serve", "a text")
    with pytest.raises(AnswerError):
        made.check()
    assert text("answer.not-callable") in seen(made)
    define("my_serve", find_exercise("03").stub)
    made.check()
    assert text("answer.not-callable") not in seen(made)
    assert made.state == "not-attempted"


def test_what_goes_wrong_in_the_check_itself_is_told_and_does_not_block_the_next(monkeypatch):
    def broken(answer, asked):
        raise RuntimeError("<b>ours</b>")

    made = exercise("02", "data = conn.recv(1024)")
    made.view.show()
    with monkeypatch.context() as patch:
        patch.setattr(module, "checks_of", broken)
        with pytest.raises(RuntimeError):
            made.check()
    assert "RuntimeError: &lt;b&gt;ours&lt;/b&gt;" in seen(made)
    assert made.check().passed


def test_an_unknown_exercise_is_refused():
    with pytest.raises(AnswerError, match="00, 01"):
        exercise("nothing")


def test_a_press_checks_in_a_thread_of_its_own_and_counts_along(define):
    """With a loop, as in a notebook: the press comes back at once, and the loop stays free."""
    seen_numbers = []
    threads = set()

    def answer(listener, new_game):
        threads.add(threading.current_thread())
        games = {}
        while True:
            readables, _, _ = select.select([listener, *games], [], [])
            for sock in readables:
                if sock is listener:
                    games[listener.accept()[0]] = new_game()
                else:
                    sock.sendall(games[sock].play(sock.recv(1024)))
                    if games[sock].over:
                        del games[sock]
                        sock.close()

    async def press():
        define("my_serve", answer)
        made = exercise("03")
        view = made.view
        view.check.observe(lambda change: seen_numbers.append(change["new"]), "description")
        view.check.click()
        view.check.click()  # ignored: one is under way
        assert made.checked == (0, 5)
        assert text("practice.state.checking") in view._head.value
        while made.state != "solved" or made.checked:
            await asyncio.sleep(0.01)
        made.check_soon()
        while made.checked:
            await asyncio.sleep(0.01)

    asyncio.run(press())
    count = [text("practice.checking.number", number=n, count=5) for n in range(1, 6)]
    assert seen_numbers[:6] == [*count, text("practice.check")]
    assert threading.main_thread() not in threads
    assert progress.load()["exercise"]["03"] == ("done", 2)


def test_a_press_without_an_answer_says_so():
    async def press():
        made = exercise("03")
        made.view.check.click()
        await asyncio.sleep(0)
        while made.checked:
            await asyncio.sleep(0.01)
        assert 'role="alert"' in seen(made)

    asyncio.run(press())


def test_without_a_loop_a_press_waits(define):
    made = exercise("02", "time.sleep(1)")
    made.view.check.click()
    assert made.state == "attempted"
    assert text("symptom.stands.no-line") in seen(made)


def test_a_function_that_never_returns_or_raises_is_told_as_such(define):
    def spins(address, numbers):
        while True:
            pass

    def raises(address, numbers):
        raise ZeroDivisionError("<script>")

    made = exercise("00", spins)
    assert not made.check().passed
    exercise("00", raises)
    assert not made.check().passed
    assert "ZeroDivisionError: &lt;script&gt;" in seen(made)
    assert "<script>" not in seen(made)


# --- Hints and the solution -----------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hints_come_one_after_the_other(lang):
    use(lang)
    made = exercise("03")
    view = made.view
    for number in (1, 2, 3):
        assert view.hint.description == text("practice.hint", number=number, count=3)
        assert text(f"exercise.03.hint{number}") not in repr(made)
        said = made.hint()
        assert text(f"exercise.03.hint{number}") in repr(said)
        assert f"{number}/3" in repr(said)
        assert repr(said) in repr(made)
    assert view.hint.disabled
    assert repr(made.hint()) == repr(said)


def test_the_solution_is_shown_when_it_is_asked_for_twice():
    made = exercise("03")
    view = made.view
    view.solution.click()
    assert not made.solution_shown
    assert view.solution.description == text("practice.solution.confirm")
    assert "gn-code" not in seen(made)
    made.hint()  # something else was wanted after all
    assert view.solution.description == text("practice.solution")
    assert repr(made.solution()) == text("practice.sure")
    assert progress.load() == {}
    view.solution.click()
    assert made.solution_shown
    assert "gn-code" in seen(made)
    assert view.solution.disabled
    assert made.state == "not-attempted"
    assert progress.load()["exercise"]["03"] == ("shown", 1)
    assert "def my_serve(listener, new_game):" in repr(made.solution())
    assert progress.load()["exercise"]["03"] == ("shown", 1)


def test_success_unlocks_the_solution_and_is_remembered_by_the_next_kernel():
    made = exercise("02", "data = conn.recv(1024)")
    made.check()
    assert repr(made.solution()) == "data = conn.recv(1024)"
    assert progress.load()["exercise"]["02"] == ("done", 1)
    made.close()
    again = exercise("02")
    assert again is not made
    assert text("practice.solved-before") in seen(again)
    assert text("practice.state.not-attempted") in repr(again)  # the same text on every machine
    assert repr(again.solution()) == "data = conn.recv(1024)"


@pytest.mark.parametrize("number", [number for number in NUMBERS if number != "02"])
def test_the_solution_runs_by_itself_and_mentions_nothing_of_ours(number):
    made = exercise(number)
    code = made.solution_text
    assert "guessnet" not in code
    assert "solution" not in code
    names = {"__name__": "elsewhere"}
    exec(compile(code, "solution", "exec"), names)
    assert callable(names["serve" if number == "11" else made.answer_name])


def test_the_solution_begins_with_what_it_imports_and_imports_nothing_else():
    assert exercise("09").solution_text.startswith("import selectors\n\n\ndef my_serve(")
    assert exercise("10").solution_text.startswith(
        "import selectors\nfrom selectors import EVENT_READ\nfrom selectors import EVENT_WRITE\n"
        "\n\ndef send("
    )


# --- What is shown --------------------------------------------------------------------------------


def test_before_anything_the_text_is_always_the_same():
    use("en")
    made = exercise("03")
    assert repr(made).splitlines() == [
        "Exercise 03 · not attempted",
        "",
        "Rebuild the select() loop from memory",
        "",
        "to be checked: my_serve",
        'To have it checked: exercise("03").check()',
    ]
    assert made._repr_mimebundle_()["text/plain"] == repr(made)


def test_a_cell_that_runs_again_shows_the_same_exercise():
    first = exercise("03")
    first._repr_mimebundle_()
    widgets = set(widget_module._instances)
    assert exercise(3) is first
    exercise(3)._repr_mimebundle_()
    assert set(widget_module._instances) == widgets
    use("en")
    assert exercise("03") is not first
