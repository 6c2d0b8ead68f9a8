"""Clients that go wrong, to press, and the survival grid, without a browser."""

import asyncio
import contextlib
import sys
import threading
from dataclasses import replace

import pytest
from ipywidgets.widgets import widget as widget_module
from steps_support import wait_until

import guessnet
from guessnet import chaos as clients
from guessnet.drafts import eof_crash, message_glued, tutorial_blocking, tutorial_select
from guessnet.errors import AnswerError, BadArgument, GuessnetError, UnknownStep
from guessnet.grading import sights
from guessnet.grading.report import Cause, Check
from guessnet.grading.scenarios import SCENARIOS
from guessnet.notebook import ChaosPanel, Survival, chaos, survival
from guessnet.texts import LANGUAGES, text, use

panel_module = sys.modules[ChaosPanel.__module__]
grid_module = sys.modules[Survival.__module__]


@pytest.fixture(autouse=True)
def _nothing_is_left_behind(nothing_left_behind):
    yield
    for made in (*panel_module._panels.values(), *grid_module._grids.values()):
        made.close()
    panel_module._panels.clear()
    grid_module._grids.clear()
    use("ko")
    assert not widget_module._instances


def seen(made):
    """All that its view shows, as HTML."""
    made.view.show()
    return "".join(part.value for part in made.view.box.children[1:] if hasattr(part, "value"))


# --- One client, one server -----------------------------------------------------------------------


@pytest.mark.parametrize("id", clients.CHAOS)
def test_a_robust_server_survives_every_client(start, id):
    panel = chaos(start("selectors"))
    incident = getattr(panel, id.replace("-", "_"))()
    assert incident.survived, incident
    assert (incident.chaos, incident.bystander, incident.ended) == (id, "played", False)
    assert incident.sent > 0 or id == "silent"
    assert text("chaos.bystander.played") in repr(incident)


@pytest.mark.parametrize(
    ("step", "press", "bystander", "says"),
    [
        (tutorial_select.serve, "leave", "refused", "[Errno "),
        (tutorial_select.serve, "reset", "refused", "ConnectionResetError"),
        (tutorial_select.serve, "silent", "played", "[Errno "),  # when that one leaves
        (tutorial_blocking.serve, "leave", "refused", "[Errno "),
        (eof_crash.serve, "half_close", "refused", "EOFError"),
        ("sequential", "silent", "silent", "conn.recv(1024)"),
        ("select", "never_read", "silent", "conn.sendall(game.play(data))"),
    ],
)
def test_a_server_that_does_not_survive_is_told_with_what_happened(
    start, step, press, bystander, says
):
    incident = getattr(chaos(start(step)), press)()
    assert not incident.survived
    # Who comes while the server is dying may still be let in by the kernel.
    assert incident.bystander in {bystander, "hung-up" if bystander == "refused" else bystander}
    assert says in repr(incident)


def test_a_server_that_ends_quietly_has_ended_and_one_that_hangs_up_is_told(start):
    def hangs_up(listener):
        while True:
            listener.accept()[0].close()

    assert chaos(start(hangs_up)).silent().bystander == "hung-up"
    assert text("chaos.died") in repr(chaos(start("blocking")).leave())

    def babbles(listener):
        while True:
            with listener.accept()[0] as conn:
                conn.recv(1024)
                conn.sendall(b"\x1b[2J<script>")

    panel = chaos(start(babbles))
    incident = panel.half_close()
    assert incident.bystander == "wrong"
    assert r"\x1b[2J<script>" in repr(incident)
    assert "<script>" not in seen(panel)


def test_a_server_that_is_not_there_is_told_and_can_be_started_again(start):
    server = guessnet.build(tutorial_select.serve)
    panel = chaos(server)
    assert panel.state == "not-started"
    incident = panel.leave()
    assert (incident.connected, incident.survived) == (False, False)
    assert text("chaos.refused") in repr(incident)
    assert text("chaos.no-server") in incident.title
    panel.restart()
    try:
        assert panel.state == "running"
        assert panel.incidents == []
        panel.leave()
        assert panel.state == "ended"
        panel.view.restart.click()
        wait_until(lambda: panel.state == "running")
    finally:
        server.stop()


def test_what_restarting_raises_is_shown(start, monkeypatch):
    server = start("select")
    panel = chaos(server)

    def refuse():
        raise GuessnetError("<no>")

    with monkeypatch.context() as patch:
        patch.setattr(server, "stop", refuse)
        with pytest.raises(GuessnetError):
            panel.restart()
        panel.view.restart.click()
    assert "&lt;no&gt;" in seen(panel)
    panel.silent()
    assert "&lt;no&gt;" not in seen(panel)


def test_a_press_comes_back_at_once_and_the_loop_stays_free(start):
    async def press():
        panel = chaos(start("select"))
        view = panel.view
        view.buttons["leave"].click()
        view.buttons["reset"].click()  # ignored: one is at work
        assert (panel.busy_with, panel.state) == ("leave", "busy")
        assert "gn-busy" in view.buttons["leave"]._dom_classes
        while "gn-stood" not in view.buttons["leave"]._dom_classes:
            await asyncio.sleep(0.01)
        assert "gn-busy" not in view.buttons["leave"]._dom_classes
        assert [incident.chaos for incident in panel.incidents] == ["leave"]
        assert text("chaos.bystander.played") in view._log.value

    asyncio.run(press())


def test_buttons_keep_the_colour_of_the_latest(start):
    server = start(tutorial_select.serve)
    panel = chaos(server)
    panel.view.buttons["leave"].click()
    assert "gn-fell" in panel.view.buttons["leave"]._dom_classes
    assert "gn-stood" not in panel.view.buttons["leave"]._dom_classes
    assert "gn-ended" in seen(panel)
    panel.silent()
    assert "gn-fell" not in panel.view.buttons["silent"]._dom_classes  # it harmed nobody


def test_a_panel_takes_the_place_of_the_one_before(start):
    first = chaos(start("select", name="here"))
    first.view.show()
    before = len(widget_module._instances)
    second = chaos(start("threaded", name="here"))
    assert not widget_module._instances
    second.view.show()
    assert len(widget_module._instances) == before
    assert chaos(start("select", name="there")).view is not second.view
    assert second._view


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_panel_as_text_is_always_the_same(start, lang):
    use(lang)
    panel = chaos(start("select"))
    lines = repr(panel).splitlines()
    assert lines[0] == f"{text('chaos.title')}: select"
    assert [line.split()[0] for line in lines[2:10]] == list(clients.CHAOS)
    assert lines[-1] == text("chaos.how")
    assert panel._repr_mimebundle_()["text/plain"] == repr(panel)


# --- The survival grid ----------------------------------------------------------------------------


@pytest.fixture
def few(monkeypatch):
    """Only two clients, which take no time."""
    asked = {"leave": "client-leaves", "glue": "glued"}
    monkeypatch.setattr(grid_module, "ASKED", asked)
    monkeypatch.setattr(grid_module, "_CLIENTS", {value: key for key, value in asked.items()})


def test_every_client_stands_for_a_scenario():
    assert grid_module.ASKED.keys() == clients.CHAOS.keys()
    assert set(grid_module.ASKED.values()) <= SCENARIOS.keys()


def test_a_draft_falls_where_its_mended_step_stands():
    grid = survival(tutorial_select.serve, "selectors")
    shown = repr(grid.run()).splitlines()
    assert shown[0].split() == ["tutorial_select", "selectors"]
    marks = {line.split()[0]: line.split()[1:] for line in shown[1:-1]}
    assert list(marks) == list(clients.CHAOS)
    fallen = {client for client, (draft, _) in marks.items() if draft == "✕"}
    assert {"leave", "reset", "half-close", "dribble", "glue"} <= fallen
    assert {step for _, step in marks.values()} == {"✓"}
    assert shown[-1].split()[1] == "8/8"


def test_the_words_tell_what_was_seen_and_the_reason_only_where_it_is_certain(few):
    grid = survival(message_glued.serve)
    grid.run()
    assert text("scenario.client-leaves") in repr(grid.why("leave"))
    assert text("misconception.message-glued.cause") in repr(grid.why("glue"))
    failed = Check("glued", "failed", 0, 1, cause=Cause("silent", {}, "", ("message-glued",)))
    grid.checks[0, "glue"] = failed
    assert text("misconception.message-glued.cause") in grid.words(0, "glue")
    grid.checks[0, "leave"] = Check("client-leaves", "failed", 0, 1, cause=Cause("refused", {}))
    assert text("misconception.message-glued.cause") in grid.words(0, "glue")  # needs it not
    with pytest.raises(BadArgument, match="leave, glue"):
        grid.why("nobody")


def test_a_reason_is_kept_back_where_something_that_it_needs_has_failed():
    grid = survival("select")
    for client, scenario, reason in (
        ("glue", "glued", "message-glued"),
        ("flood", "late-reader", "partial-send"),
    ):
        cause = Cause("silent", {}, "", (reason,))
        grid.checks[0, client] = Check(scenario, "failed", 0, 1, cause=cause)
    assert text("misconception.message-glued.cause") in grid.words(0, "glue")
    assert text("misconception.partial-send.cause") not in grid.words(0, "flood")
    assert text("symptom.silent") in grid.words(0, "flood")


def test_what_is_put_to_the_test_may_be_named_in_many_ways(tmp_path):
    def my_serve(listener):
        pass

    path = tmp_path / "my_server.py"
    path.write_text("def serve(listener):\n    pass\n")
    server = guessnet.build(my_serve)
    grid = survival(my_serve, 4, "asyncio", guessnet.LADDER[0], server, eof_crash.serve, path)
    names = ["my_serve", "select", "asyncio", "blocking", "my_serve", "eof_crash", "my_server.py"]
    assert [column.name for column in grid.columns] == names
    assert [column.name for column in survival(str(path)).columns] == ["my_server.py"]
    with pytest.raises(UnknownStep):
        survival("nothing")
    with pytest.raises(AnswerError):
        survival("nothing.py")
    with pytest.raises(BadArgument):
        survival()


@pytest.mark.usefixtures("few")
def test_a_file_is_judged_in_a_process_of_its_own(tmp_path):
    path = tmp_path / "my_server.py"
    path.write_text("def serve(listener):\n    pass\n")
    assert repr(survival(path).run()).splitlines()[-1].strip() == "0/2"
    path.write_text("1 / 0\n")
    grid = survival(path)
    assert repr(grid.run()).count("✕") == 2
    assert "ZeroDivisionError" in repr(grid.why("leave"))
    assert "ZeroDivisionError" in repr(grid.why("glue"))


@pytest.mark.usefixtures("few")
def test_what_could_not_be_asked_is_neither_red_nor_green(monkeypatch):
    def broken(trial):
        raise RuntimeError("ours")

    leaves = SCENARIOS["client-leaves"]
    monkeypatch.setitem(SCENARIOS, "client-leaves", replace(leaves, ask=broken))
    grid = survival("select")
    assert [line.split() for line in repr(grid.run()).splitlines()[1:]] == [
        ["leave", "–"],
        ["glue", "✓"],
        ["1/2"],
    ]
    assert "RuntimeError: ours" in repr(grid.why("leave"))
    assert "RuntimeError: ours" in seen(grid)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_before_it_is_filled_the_grid_says_so(lang):
    use(lang)
    grid = survival("select", eof_crash.serve)
    assert repr(grid).splitlines() == [
        "       select  eof_crash",
        "leave  ·       ·",
        "glue   ·       ·",
        "       0/2     0/2",
    ]
    assert text("survival.cell.waiting") in seen(grid)
    assert text("survival.state.waiting") in seen(grid)
    bundle = grid._repr_mimebundle_()
    assert bundle["text/plain"] == repr(grid)
    assert not grid.checks  # without a loop nothing begins by itself


def test_korean_names_keep_the_columns_straight(few):
    namespace = {}
    exec("def 나의_서버(listener): pass", namespace)
    lines = repr(survival(namespace["나의_서버"], "select")).splitlines()
    assert lines[0] == "       나의_서버  select"
    assert lines[1] == "leave  ·          ·"


@pytest.mark.usefixtures("few")
def test_shown_in_a_notebook_it_fills_cell_by_cell_while_the_loop_stays_free():
    async def show():
        grid = survival("select", eof_crash.serve)
        plain = grid._repr_mimebundle_()["text/plain"]
        assert "✓" not in plain
        counts = set()
        assert grid.view.again.disabled
        while grid.running:
            counts.add(len(grid.checks))
            await asyncio.sleep(0)
        assert counts >= {0, 1, 2, 3}
        while grid.view.again.disabled:
            await asyncio.sleep(0.01)
        assert text("survival.state.done") in grid.view._head.value
        assert text("symptom.refused") in grid.view._fallen.value
        first = dict(grid.checks)
        assert repr(grid.run()).splitlines()[1].split() == ["leave", "✓", "✕"]
        assert grid.checks == first  # there was nothing left to do
        grid.view.again.click()
        assert grid.checks != first
        grid.run()
        assert {key: check.status for key, check in grid.checks.items()} == {
            key: check.status for key, check in first.items()
        }

    asyncio.run(show())


@pytest.mark.usefixtures("few")
def test_run_waits_for_what_is_under_way_and_judges_nothing_twice(monkeypatch):
    asked = []
    judge = grid_module.judge

    def counting(subject, scenarios):
        asked.append(subject)
        return judge(subject, scenarios)

    monkeypatch.setattr(grid_module, "judge", counting)

    async def show():
        grid = survival("select")
        grid._repr_mimebundle_()
        grid.run()
        assert len(asked) == 1

    asyncio.run(show())


@pytest.mark.usefixtures("few")
def test_a_cell_that_runs_again_ends_the_grid_before():
    async def show():
        first = survival("select", "threaded")
        first._repr_mimebundle_()
        second = survival("select", "threaded")
        assert second is not first
        while first.running:
            await asyncio.sleep(0.01)
        assert len(first.checks) <= 1
        assert first._view is None
        second.run()

    asyncio.run(show())


@pytest.mark.usefixtures("few")
def test_two_are_never_judged_at_once(monkeypatch):
    """What the threads of one raise would be taken for the other's."""
    inside, at_once = [], []
    catching = sights.catching

    @contextlib.contextmanager
    def counting(own):
        with catching(own) as raised:
            inside.append(own)
            at_once.append(len(inside))
            yield raised
            inside.pop()

    monkeypatch.setattr(sights, "catching", counting)
    grids = [survival("select"), survival("threaded")]
    threads = [threading.Thread(target=grid.run) for grid in grids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [grid.survived(0) for grid in grids] == [2, 2]
    assert set(at_once) == {1}
    assert len(at_once) > len(grids)


@pytest.mark.usefixtures("few")
def test_nothing_that_a_server_says_reaches_the_page_unescaped():
    def babbles(listener):
        while True:
            with listener.accept()[0] as conn:
                conn.recv(1024)
                conn.sendall(b"\x1b[2J<script>")

    grid = survival(babbles)
    grid.run()
    assert "&lt;script&gt;" in seen(grid)
    assert "<script>" not in seen(grid)
    assert "\x1b" not in seen(grid)
