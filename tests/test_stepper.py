"""The stepper, on real servers and without a browser."""

import asyncio
import base64
import gc
import html
import re
import socket
import sys
import threading
import time
from select import select
from xml.etree import ElementTree

import ipywidgets
import pytest
from ipywidgets.widgets import widget as widget_module
from steps_support import open_descriptors, wait_until

import guessnet
from guessnet.errors import BadArgument, GuessnetError
from guessnet.notebook import drawn, stepper
from guessnet.notebook.scene import columns, width
from guessnet.notebook.stepper import Stepping
from guessnet.texts import use
from guessnet.trace import Recording

module = sys.modules[Stepping.__module__]


@pytest.fixture(autouse=True)
def _nothing_is_left_behind():
    threads, descriptors = set(threading.enumerate()), open_descriptors()
    yield
    for made in list(module._steppers.values()):
        made.close()
    module._steppers.clear()
    use("ko")
    gc.collect()
    wait_until(lambda: set(threading.enumerate()) <= threads)
    wait_until(lambda: open_descriptors() <= descriptors)
    assert not widget_module._instances


@pytest.fixture
def connect():
    """`connect(stepping)`: a client, closed after the test."""
    clients = []

    def connected(stepping):
        clients.append(guessnet.Client(stepping.server.address))
        return clients[-1]

    yield connected
    for client in clients:
        client.close()


def pass_on(stepping, *kinds):
    """Let the server go on to events of these kinds, one after the other."""
    for kind in kinds:
        stepping.next()
        assert stepping.wait() == kind


def lit_code(stepping):
    """The line at which the arrow of the text form points."""
    (line,) = re.findall(r"^[→…✕] *\d+ +(.*)$", str(stepping), re.MULTILINE)
    return line


def variable(stepping, name):
    (value,) = re.findall(rf"^([* ]) {name} +(.*)$", str(stepping), re.MULTILINE)
    return value


def row(stepping, socket):
    """A socket's row in the text form."""
    return re.search(rf"^{socket} .*$", str(stepping), re.MULTILINE)[0]


# --- Step by step ---------------------------------------------------------------------------------


def test_where_only_the_kernel_tells_a_wait_for_room_to_send_is_not_said_to_be_for_nothing(connect):
    stepping = stepper("coroutines", secret=7)
    assert stepping.wait() == "wait"
    client = connect(stepping)
    client.send(5)
    pass_on(stepping, "ready", "accept", "wait", "ready", "recv", "wait", "ready")
    assert "보낼 자리가 났거나, 정해 둔 시간이 지났습니다." in str(stepping)
    pass_on(stepping, "send")


def test_step_4_from_accept_to_send(connect):
    stepping = stepper("select", secret=7)
    assert stepping.wait() == "wait"
    assert lit_code(stepping).startswith("readables, writeables, exceptions = select.select(")
    assert variable(stepping, "games") == (" ", "{}")
    client = connect(stepping)
    assert "accept()를 기다리는 연결 1" in row(stepping, "listener")

    pass_on(stepping, "ready")
    assert "select()가 돌아왔습니다: listener" in str(stepping)
    assert variable(stepping, "readables") == ("*", "[listener]")
    assert "준비됨" in row(stepping, "listener")

    pass_on(stepping, "accept")
    assert lit_code(stepping) == "conn, address = listener.accept()"
    assert "accept() ← client 1" in row(stepping, "listener")
    pass_on(stepping, "wait")
    assert variable(stepping, "games") == ("*", "{client 1: Game(7)}")

    client.send(5)
    assert "읽지 않은 1바이트" in row(stepping, "client 1")
    pass_on(stepping, "ready", "recv")
    assert lit_code(stepping).startswith("data = conn.recv(1024)")
    assert "→ 5" in row(stepping, "client 1")
    assert "recv() ← 5" in row(stepping, "client 1")
    assert "읽지 않은" not in row(stepping, "client 1")
    pass_on(stepping, "send")
    assert lit_code(stepping) == "conn.sendall(game.play(data))"
    assert "← 너무 낮아요" in row(stepping, "client 1")
    assert client.receive() is guessnet.Reply.TOO_LOW


def test_a_note_stands_below_the_source():
    use("en")
    assert "↳ The one place where this program waits." in str(stepper("select"))


@pytest.mark.parametrize("step", [step.name for step in guessnet.LADDER])
def test_every_step_can_be_stepped_through(step, connect):
    stepping = stepper(step, secret=7)
    client = connect(stepping)
    client.send(7)
    give_up = time.monotonic() + 20
    while "send" not in [event.kind for event in stepping.recording.events]:
        assert time.monotonic() < give_up
        assert stepping.wait()
        assert str(stepping).count("→") or "asyncio" in str(stepping)
        stepping.next()
    assert client.receive() is guessnet.Reply.CORRECT
    assert "client 1" in str(stepping)


def test_a_server_that_waits_for_a_client_is_shown_where_it_waits(connect):
    stepping = stepper("blocking", secret=7)
    assert stepping.wait(0) is None
    assert lit_code(stepping) == "conn, address = listener.accept()"
    assert "accept()에 서서 새 클라이언트를 기다립니다" in str(stepping)
    assert "accept()" in row(stepping, "listener")
    connect(stepping)
    assert stepping.wait() == "accept"
    stepping.next()
    wait_until(lambda: "recv()에 서서 client 1의 말을 기다립니다" in str(stepping))
    assert variable(stepping, "game") == ("*", "Game(7)")


def test_next_does_nothing_while_the_server_waits_for_a_client(connect):
    stepping = stepper("select")
    for _ in range(5):
        stepping.next()
    wait_until(lambda: stepping._scene().status == "waits")
    connect(stepping)
    assert stepping.wait() == "ready"


def test_each_thread_has_a_line_of_its_own(connect):
    stepping = stepper("threaded", secret=7)
    first, second = connect(stepping), connect(stepping)
    assert stepping.wait() == "accept"
    pass_on(stepping, "accept")
    first.send(5)
    second.send(9)
    stepping.next()
    for line in (r"^→.*recv\(1024\).*← 스레드 \d, 스레드 \d$", r"^….*accept\(\).*← 스레드 1$"):
        wait_until(lambda line=line: re.search(line, str(stepping), re.MULTILINE))
    shown = str(stepping)
    latest = re.search(r"변수 \(스레드 [23]\)", shown)[0]
    stepping.back()
    stepping.next()
    assert latest in str(stepping)


def test_a_result_in_one_variable_is_not_taken_for_the_readables(connect):
    def serve(listener):
        lists = select([listener], [], [])
        lists[0][0].accept()[0].close()

    stepping = stepper(serve, predict=True)
    connect(stepping)
    stepping.predict(["listener"])
    assert stepping.wait() == "ready"
    assert stepping.score == (1, 1)


def test_what_is_printed_depends_on_nothing_else(connect):
    shown = []
    for _ in range(2):
        stepping = stepper("select", secret=7)
        client = connect(stepping)
        shown.append(str(stepping))
        pass_on(stepping, "ready", "accept", "wait")
        client.send("사과")
        pass_on(stepping, "ready", "recv", "send")
        shown.append(str(stepping))
        stepping.close()
        shown.append(str(stepping))
    assert shown[:3] == shown[3:]
    assert "프로그램이 끝났습니다" in shown[2]


def test_ports_are_left_out_of_the_text(connect):
    stepping = stepper("sequential", secret=7)
    client = connect(stepping)
    assert stepping.wait() == "accept"
    client.send(5)
    pass_on(stepping, "recv")
    assert variable(stepping, "address") == ("*", "['127.0.0.1', …]")


def test_run_and_pause(connect):
    stepping = stepper("select", secret=7)
    client = connect(stepping)
    stepping.run()
    assert client.guess(5) is guessnet.Reply.TOO_LOW
    assert stepping._scene().status == "runs"
    stepping.pause()
    client.send(7)
    while stepping.wait() != "recv":
        stepping.next()
    assert "client 1에게서 “7”" in str(stepping)


def test_a_server_that_runs_is_held_again_in_the_end(connect, monkeypatch):
    monkeypatch.setattr(module, "RUN_LIMIT", 500)

    def serve(listener):
        while True:
            select([listener], [], [], 0)

    stepping = stepper(serve)
    stepping.run()
    wait_until(lambda: len(stepping.recording.events) > 500 and stepping._gate.held)
    assert len(stepping.recording.events) < 510
    assert stepping._scene().status == "held"


# --- Looking back ---------------------------------------------------------------------------------


def test_looking_back_and_forth_leaves_the_server_where_it_is(connect):
    stepping = stepper("select", secret=7)
    connect(stepping)
    pass_on(stepping, "ready", "accept", "wait")
    pages = []
    for _ in range(3):
        pages.append(str(stepping))
        stepping.back()
    stepping.back()
    assert (stepping.event, stepping._scene().status) == (stepping.recording.events[0], "past")
    assert variable(stepping, "games") == (" ", "{}")
    for _ in range(3):
        stepping.next()
    assert str(stepping) == pages[0]
    assert len(stepping.recording.events) == 4
    stepping.look(3)
    assert stepping.wait() == "accept"
    assert "accept() ← client 1" in str(stepping)
    stepping.run()
    assert stepping._at is None


@pytest.fixture
def recording(connect):
    stepping = stepper("select", secret=7)
    client = connect(stepping)
    pass_on(stepping, "ready", "accept", "wait")
    client.send(7)
    pass_on(stepping, "ready", "recv", "send", "close", "wait")
    return stepping.recording


def test_a_recording_is_stepped_through_without_a_server(recording, tmp_path):
    recording.save(tmp_path / "game.json")
    stepping = stepper(Recording.load(tmp_path / "game.json"))
    assert stepping.server is None
    kinds = []
    for _ in recording.events:
        kinds.append(stepping.wait())
        stepping.next()
    assert kinds == ["wait", "ready", "accept", "wait", "ready", "recv", "send", "close", "wait"]
    stepping.back()
    assert "연결을 닫았습니다: client 1" in str(stepping)
    assert lit_code(stepping) == "conn.close()"
    stepping.look(1)
    stepping.run()
    assert stepping._scene().number == len(recording.events)
    assert "↳" in str(stepping)


def test_an_empty_recording():
    stepping = stepper(Recording("select", "x = 1\n"))
    for press in (stepping.next, stepping.back, stepping.run, stepping.pause):
        press()
    assert "아직 아무 일도 없습니다" in str(stepping)
    assert stepping.wait() is None


# --- Predictions ----------------------------------------------------------------------------------


def test_predictions_are_checked_against_what_happens(connect):
    stepping = stepper("select", secret=7, predict=True)
    assert "예측하세요" in str(stepping)
    first = connect(stepping)
    stepping.predict(["listener"])
    assert stepping.wait() == "ready"
    assert "맞았습니다.\n✓   listener   accept()를 기다리는 연결이 1개 있습니다." in str(stepping)
    pass_on(stepping, "accept", "wait")
    second = connect(stepping)
    first.send(5)
    stepping.predict([1])
    assert stepping.wait() == "ready"
    assert "다릅니다" in str(stepping)
    assert re.search(r"✕ +listener .*\n✓ +client 1 +읽지 않은 1바이트", str(stepping))
    pass_on(stepping, "accept")
    assert "다릅니다" not in str(stepping)
    pass_on(stepping, "recv", "send", "wait")
    second.close()
    stepping.predict([2])
    assert stepping.wait() == "ready"
    assert re.search(r"✓ +client 2 +상대가 보내기를 끝냈습니다", str(stepping))
    assert stepping.score == (2, 3)
    assert "맞힌 예측 2/3" in str(stepping)


def test_that_it_will_wait_can_be_predicted_too(connect):
    stepping = stepper("select", predict=True)
    stepping.predict([])
    assert stepping.wait(0.05) is None
    assert "맞았습니다. 준비된 소켓이 없어 select()가 기다립니다." in str(stepping)
    connect(stepping)
    assert stepping.wait() == "ready"
    assert "맞았습니다" not in str(stepping)
    pass_on(stepping, "accept", "wait")
    connect(stepping)
    stepping.predict([])
    assert stepping.wait() == "ready"
    assert "다릅니다" in str(stepping)
    assert stepping.score == (1, 2)


def test_a_prediction_is_decided_when_the_wait_is_over(connect):
    stepping = stepper("select", predict=True)
    stepping.predict(["listener"])
    assert stepping.score == (0, 0)
    connect(stepping)
    assert stepping.wait() == "ready"
    assert stepping.score == (1, 1)


def test_what_is_readable_is_not_told_to_who_is_to_predict_it(connect):
    told = stepper("select", name="told")
    asked = stepper("select", name="asked", predict=True)
    for stepping in (told, asked):
        connect(stepping)
    assert "읽을 것 있음" in row(told, "listener")
    assert "읽을 것 있음" not in row(asked, "listener")


def test_a_connection_with_an_outbox_is_not_among_the_readables(connect):
    """Step 5 does not watch it for reading; the kernel says that it is readable all the same."""

    def serve(listener, new_game):
        conn, address = listener.accept()
        while True:
            readables, writeables, exceptions = select([listener], [conn], [])
            if readables:
                return

    stepping = stepper(serve, predict=True)
    client = connect(stepping)
    client.send(5)
    while stepping.wait() != "wait":
        stepping.next()
    stepping.predict([1])
    assert stepping.wait() == "ready"
    assert stepping.score == (0, 1)


def full_outbox():
    """Step 5 before it asks for room to send to a client that has not read; and that client."""
    stepping = stepper("buffered", secret=7, predict=True)
    stepping.server.narrow(8192)
    hog = socket.socket()
    hog.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    hog.connect(stepping.server.address)
    hog.sendall(b"10\n" * 4000)
    wait_until(lambda: pressed_until_the_outbox_is_full(stepping))
    return stepping, hog


def pressed_until_the_outbox_is_full(stepping):
    if stepping.event.kind == "wait" and stepping.event.variables["outbox"] != "{}":
        return True
    stepping.next()
    stepping.wait()
    return False


def read_on(stepping, hog):
    """Read what has come, and no more than was there, until there is room to send again."""
    while "client 1" in stepping._trace.kernel().get("full", ()):
        hog.recv(4096)


def test_room_to_send_can_be_predicted_too(connect):
    stepping, hog = full_outbox()
    with hog:
        assert "predict([...], [...])" in str(stepping)
        assert "보낼 자리 없음" not in row(stepping, "client 1")
        stepping.predict([])  # bytes to read are there, but it does not ask for them
        assert stepping.wait(0.05) is None
        assert "맞았습니다. 준비된 소켓이 없어 select()가 기다립니다." in str(stepping)
        assert "서버가 이 소켓은 읽을지 묻지 않았습니다." in str(stepping)
        assert "보낼 자리 없음" in row(stepping, "client 1")
        read_on(stepping, hog)
        assert stepping.wait() == "ready"
        assert "select()가 돌아왔습니다. 보낼 수 있음: client 1" in str(stepping)
        assert "보낼 수 있음" in row(stepping, "client 1")


@pytest.mark.parametrize(
    ("readables", "writeables", "right"),
    [
        (["listener"], [1], True),
        (["listener"], [], False),
        (["listener", 1], [1], False),
        ([1], [], False),
        ([], [1], False),
    ],
)
def test_both_lists_are_checked(connect, readables, writeables, right):
    stepping, hog = full_outbox()
    with hog:
        read_on(stepping, hog)
        connect(stepping)
        stepping.predict(readables, writeables)
        assert stepping.wait() == "ready"
        assert stepping.score == (right, 1)
        assert "select()가 돌아왔습니다: listener. 보낼 수 있음: client 1" in str(stepping)
        shown = stepping.view.scene["verdict"]
        assert [(each["list"], each["socket"], each["ready"]) for each in shown] == [
            ("readables", "listener", True),
            ("readables", "client 1", False),
            ("writeables", "client 1", True),
        ]
        picture = "".join(ElementTree.fromstring(svg_of(stepping)).itertext())
        assert "writeables client 1" in picture


def test_only_who_asks_for_room_to_send_is_asked_about_it(connect):
    for step, offered in (("select", []), ("buffered", ["client 1"])):
        stepping = stepper(step, name=step)
        connect(stepping)
        pass_on(stepping, "ready", "accept", "wait")
        assert stepping.view.scene["offered_writing"] == offered
        if not offered:
            with pytest.raises(BadArgument):
                stepping.predict([], [1])


@pytest.mark.parametrize("sockets", [["client 1"], [3], ["readables"]])
def test_a_socket_that_is_not_there_cannot_be_predicted(sockets):
    stepping = stepper("select")
    with pytest.raises(BadArgument, match="listener"):
        stepping.predict(sockets)
    assert stepping.wait(0) == "wait"


def test_there_is_a_time_for_predictions(connect):
    stepping = stepper("select")
    connect(stepping)
    pass_on(stepping, "ready")
    with pytest.raises(GuessnetError, match="select"):
        stepping.predict(["listener"])
    stepping.back()
    with pytest.raises(GuessnetError, match="select"):
        stepping.predict(["listener"])


def test_predictions_on_a_recording(recording):
    stepping = stepper(recording, predict=True)
    stepping.predict(["listener"])
    assert "맞았습니다" in str(stepping)
    pass_on(stepping, "accept", "wait")
    stepping.predict(["listener"])
    assert "다릅니다" in str(stepping)
    assert stepping.score == (1, 2)


# --- A learner's own function ---------------------------------------------------------------------


def test_one_that_raises():
    def serve(listener):
        for count in (3, 4):
            assert count == 3, "<b>\x1b[31m한 줄"

    stepping = stepper(serve)
    wait_until(lambda: not stepping.server.running)
    assert r"AssertionError: <b>\x1b[31m한 줄" in str(stepping)
    assert "\x1b" not in str(stepping)
    assert lit_code(stepping).startswith("assert count == 3")
    assert variable(stepping, "count") == (" ", "4")
    assert not stepping.view.scene["playing"]


def test_one_that_returns():
    stepping = stepper(lambda listener: None)
    wait_until(lambda: not stepping.server.running)
    assert "프로그램이 끝났습니다" in str(stepping)
    assert stepping.wait() is None


def test_one_that_spins():
    def serve(listener):
        while True:
            pass

    stepping = stepper(serve)
    scene = stepping._scene()
    assert scene.status == "busy"
    assert "소켓을 부르지 않고" in scene.words
    stepping.next()
    assert stepping.wait(0.05) is None


def test_one_that_has_no_source():
    serve = eval("lambda listener: listener.accept()")
    stepping = stepper(serve)
    with guessnet.Client(stepping.server.address):
        assert stepping.wait() == "accept"
        assert "accept()가 돌아왔습니다" in str(stepping)


# --- What a client says ---------------------------------------------------------------------------


def test_nothing_that_a_client_says_gets_out_unescaped(connect):
    stepping = stepper("select", secret=7)
    client = connect(stepping)
    client.send("<script>\x1b[31m\u202e")
    pass_on(stepping, "ready", "accept", "wait", "ready", "recv")
    assert "\x1b" not in str(stepping)
    assert "\u202e" not in str(stepping)
    assert r"“<script>\x1b[31m\u202e”" in str(stepping)
    assert "<script>" not in svg_of(stepping)
    assert "&lt;script&gt;" in svg_of(stepping)


def svg_of(stepping):
    markup = stepping.picture()._repr_html_()
    (encoded,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', markup)
    return base64.b64decode(encoded).decode()


def test_a_picture_is_one_image_that_says_what_is_to_be_seen(connect):
    stepping = stepper("select", secret=7)
    connect(stepping)
    pass_on(stepping, "ready")
    markup = stepping.picture()._repr_html_()
    assert markup.startswith('<img alt="4단계 select: select()가 돌아왔습니다: listener"')
    words = "".join(ElementTree.fromstring(svg_of(stepping)).itertext())
    for wanted in ("4단계 select", "[listener]", "준비됨", "커널", "▶"):
        assert wanted in words
    assert repr(stepping.picture()) == str(stepping)


# --- The view -------------------------------------------------------------------------------------


def test_the_view_is_drawn_from_one_trait(connect):
    stepping = stepper("select", secret=7, predict=True)
    connect(stepping)
    view = stepping.view
    assert view.program["title"] == "4단계 select"
    assert (
        "".join(piece for _, piece in view.program["lines"][13]) == "def serve(listener, new_game):"
    )
    assert view.program["notes"]["15"].startswith("연결마다")
    scene = view.scene
    assert (scene["asks"], scene["offered"]) == (True, ["listener"])
    assert scene["lit"] == [{"line": 17, "how": "held", "who": ""}]
    stepping._answer({"do": "predict", "readables": ["listener"], "writeables": []})
    stepping.wait()
    assert stepping.view.scene["verdict"][0]["predicted"] is True


def told(stepping, first):
    """What the browser is told when it asks for events from this one on."""
    sent = []
    stepping.view.send = sent.append
    stepping._answer({"events_from": first})
    del stepping.view.send
    return sent


def all_told(stepping):
    rows = []
    while len(rows) < len(stepping.recording.events):
        (message,) = told(stepping, len(rows))
        assert message["first"] == len(rows)
        rows += message["rows"]
    return rows


def test_a_burst_arrives_whole_and_in_order_at_every_page(connect):
    stepping = stepper("select", secret=7)
    client = connect(stepping)
    stepping.run()
    for number in range(1250):
        client.guess(f"+{number} tries")
    stepping.pause()
    stepping.wait()  # at the wait that comes next, or, if that has begun, for nothing
    count = len(stepping.recording.events)
    assert count >= 5000
    for _ in range(2):
        rows = all_told(stepping)
        assert len(rows) == count
        received = [words for kind, words in rows if kind == "recv"]
        assert [int(re.search(r"“\+(\d+) ", words)[1]) for words in received] == list(range(1250))


def test_messages_that_make_no_sense_do_nothing():
    stepping = stepper("select")
    assert told(stepping, -1) == []
    nobody = {"do": "predict", "readables": ["nobody"], "writeables": []}
    for content in ({}, {"do": "close"}, {"do": "predict"}, nobody, {"do": "look"}):
        stepping._answer(content)
    assert stepping.wait() == "wait"


def test_presses_do_what_the_methods_do(connect):
    stepping = stepper("select")
    connect(stepping)
    stepping._answer({"do": "next"})
    assert stepping.wait() == "ready"
    stepping._answer({"do": "back"})
    assert stepping.wait() == "wait"
    stepping._answer({"do": "look", "number": 2})
    assert stepping.wait() == "ready"


def test_the_widget_changes_only_on_the_loop_and_without_being_asked(connect):
    changed_in, scenes = set(), []

    async def notebook():
        stepping = stepper("select", secret=7)
        stepping.view.observe(
            lambda change: (changed_in.add(threading.current_thread()), scenes.append(change.new)),
            "scene",
        )
        client = connect(stepping)

        async def seen(condition):
            while not any(map(condition, scenes)):
                await asyncio.sleep(0.005)
            scenes.clear()

        await seen(lambda scene: scene["rows"][0]["waiting"] == 1)
        pressing = threading.Thread(  # as a subshell does
            target=stepping._message, args=(None, {"do": "next"}, [])
        )
        pressing.start()
        pressing.join()
        await seen(lambda scene: scene["kind"] == "ready")
        stepping.run()
        await seen(lambda scene: scene["status"] == "runs")
        client.guess(7)
        await seen(lambda scene: scene["kind"] == "wait")
        stepping.close()

    asyncio.run(asyncio.wait_for(notebook(), 20))
    assert changed_in == {threading.main_thread()}


def test_a_recording_plays_by_itself(recording, monkeypatch):
    monkeypatch.setattr(module, "PACE", 0.01)
    numbers = []

    async def notebook():
        stepping = stepper(recording, name="replay")
        stepping.view.observe(lambda change: numbers.append(change.new["number"]), "scene")
        stepping.run()
        while stepping.view.scene["playing"] or not numbers:
            await asyncio.sleep(0.005)
        stepping.run()
        stepping.pause()

    asyncio.run(asyncio.wait_for(notebook(), 20))
    assert sorted(set(numbers)) == list(range(1, len(recording.events) + 1))


def test_many_events_are_shown_at_once(connect):
    shown = []

    async def notebook():
        stepping = stepper("select", secret=7)
        stepping.view.observe(lambda change: shown.append(change.new["count"]), "scene")
        client = connect(stepping)
        stepping.run()
        await asyncio.to_thread(lambda: [client.guess(5) for _ in range(500)])
        while shown[-1] < 2000:
            await asyncio.sleep(0.01)

    began = time.monotonic()
    asyncio.run(asyncio.wait_for(notebook(), 30))
    assert len(shown) <= (time.monotonic() - began) / module.BATCH + 3


def test_a_cell_that_runs_again_leaves_nothing_of_the_earlier_run(connect):
    for _ in range(3):
        stepping = stepper("select", name="cell")
        stepping._repr_mimebundle_()
        connect(stepping)
        pass_on(stepping, "ready")
        assert sum("guessnet select" in thread.name for thread in threading.enumerate()) == 1
    assert sum(isinstance(w, module.View) for w in widget_module._instances.values()) == 1


def test_other_names_stay():
    first, second = stepper("select"), stepper("select", name="another")
    assert first.server.running
    assert second.server.running
    third = stepper("select")
    assert not first.server.running
    assert third.server.running


def test_the_server_may_be_started_again(connect):
    stepping = stepper("select")
    connect(stepping)
    pass_on(stepping, "ready")
    stepping.server.stop()
    stepping.server.start()
    assert stepping.wait() == "wait"
    assert len(stepping.recording.events) == 1
    assert told(stepping, 0)[0]["begun"] == 2


def test_the_bundle_has_the_text_form():
    stepping = stepper("select")
    bundle = stepping._repr_mimebundle_()
    assert bundle["text/plain"] == str(stepping)
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_the_words_take_the_place_of_the_picture_and_follow_the_server(connect):
    stepping = stepper("select")
    stepping._repr_mimebundle_()
    looks, view, press = stepping._place.children
    assert view is stepping.view
    press.click()
    before, words = stepping._place.children
    assert before is looks
    actions, page = words.children[-2:]
    connect(stepping)
    actions.children[1].click()  # next
    stepping.wait()
    assert html.escape(str(stepping)) in page.value
    assert "accept" in page.value


def test_without_anywidget_the_words_are_there_at_once(monkeypatch):
    monkeypatch.setattr(drawn, "AnyWidget", ipywidgets.DOMWidget)
    stepping = stepper("select")
    stepping._repr_mimebundle_()
    _, words = stepping._place.children
    assert html.escape(str(stepping)) in words.children[-1].value


# --- Columns --------------------------------------------------------------------------------------


def test_hangul_is_twice_as_wide():
    assert width("가a") == 3
    assert columns([["가", "x"], ["abc", "y"]]) == "가    x\nabc   y"
