"""Watching a server from outside: what is reported, and that the server does not notice."""

import inspect
import json
import socket
import sys
import threading
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from select import select

import pytest
from steps_support import flood_without_reading, wait_until

import guessnet
from guessnet import drafts
from guessnet.drafts import tutorial_select
from guessnet.errors import BadRecording
from guessnet.trace import (
    EVERY_KIND,
    KINDS,
    MAX_ITEMS,
    MAX_TEXT,
    Event,
    Recording,
    Stepper,
    Trace,
    described,
)

STEPS = [step.name for step in guessnet.LADDER]
DRAFTS = sorted(path.stem for path in Path(drafts.__file__).parent.glob("[!_]*.py"))


def serve_by_a_learner(listener, new_game):
    """A learner's own select server, which imports the function and not the module."""
    games = {}
    while True:
        readables, _, _ = select([listener, *games], [], [])
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                games[conn] = new_game()
            else:
                game = games[sock]
                sock.sendall(game.play(sock.recv(1024)))
                if game.over:
                    del games[sock]
                    sock.close()


def line_of(step, code, which=0):
    """The number of the line of a server's function, or of a step's file, that contains `code`."""
    lines, first = inspect.getsourcelines(step if callable(step) else import_module(step))
    numbers = [n for n, line in enumerate(lines, max(first, 1)) if code in line]
    return numbers[which]


def let_pass(stepper, kind):
    """Wait until the server is held at an event of this kind, and let it go on."""
    event = stepper.wait(5)
    assert event is not None
    assert event.kind == kind
    stepper.next()
    return event


# A stepped run, event by event


@pytest.mark.parametrize("step", ["select", serve_by_a_learner], ids=["step 4", "a learner's own"])
def test_a_stepped_run_yields_exactly_these_events_in_this_order(step):
    stepper = Stepper()
    with guessnet.build(step, secret=7, trace=stepper) as server:
        first = guessnet.Client(server.address)
        wait = let_pass(stepper, "wait")
        ready = let_pass(stepper, "ready")
        accept = let_pass(stepper, "accept")
        let_pass(stepper, "wait")

        second = guessnet.Client(server.address)
        let_pass(stepper, "ready")
        let_pass(stepper, "accept")
        let_pass(stepper, "wait")

        first.send(5)
        let_pass(stepper, "ready")
        recv = let_pass(stepper, "recv")
        send = let_pass(stepper, "send")
        assert first.receive() is guessnet.Reply.TOO_LOW
        let_pass(stepper, "wait")

        second.send(7)
        let_pass(stepper, "ready")
        let_pass(stepper, "recv")
        let_pass(stepper, "send")
        assert second.receive() is guessnet.Reply.CORRECT
        close = let_pass(stepper, "close")
        assert close.conn == 2
        last = let_pass(stepper, "wait")
        first.close()
        second.close()

    own = guessnet.LADDER[3].module if step == "select" else step
    assert wait.line == ready.line == line_of(own, "select([listener, *games], [], [])")
    assert accept.line == line_of(own, "conn, address = listener.accept()")
    assert recv.line == line_of(own, ".recv(1024)")
    assert send.line == line_of(own, ".sendall(")
    assert close.line == line_of(own, ".close()", which=-1)

    assert wait.variables["games"] == "{}"
    assert "readables" not in wait.variables
    assert ready.variables["readables"] == accept.variables["readables"] == "[listener]"
    assert recv.variables["games"] == "{client 1: Game(7), client 2: Game(7)}"
    assert last.variables["games"] == "{client 1: Game(7)}"
    assert (recv.data, recv.conn) == (b"5", 1)
    assert (send.data.decode(), send.conn) == ("너무 낮아요", 1)


@pytest.mark.skipif(
    not hasattr(socket, "TCP_INFO"), reason="only Linux tells who waits for accept()"
)
def test_events_show_what_the_kernel_holds():
    stepper = Stepper()
    with guessnet.build("select", secret=7, trace=stepper) as server:
        with guessnet.Client(server.address) as first, guessnet.Client(server.address):
            first.send(55)
            let_pass(stepper, "wait")
            assert let_pass(stepper, "ready").kernel == {
                "waiting": 2,
                "unread": {},
                "unsent": {},
                "readable": ["listener"],
            }
            assert let_pass(stepper, "accept").kernel == {
                "waiting": 1,
                "unread": {"client 1": 2},
                "unsent": {},
                "readable": ["listener", "client 1"],
            }


@pytest.mark.skipif(
    not hasattr(socket, "TCP_INFO"), reason="only Linux tells acknowledged bytes from kept ones"
)
def test_replies_that_wait_for_an_acknowledgement_are_not_unsent():
    recording = Recording()
    with guessnet.build("select", secret=7, trace=recording) as server:
        with guessnet.Client(server.address) as client:
            for _ in range(50):
                client.guess(5)
    told = [event.kernel["unsent"] for event in recording.events if event.kernel]
    assert len(told) > 200
    assert not any(told)


def test_bytes_that_a_client_does_not_take_are_unsent():
    recording = Recording()
    with guessnet.build("buffered", secret=7, trace=recording) as server:
        with socket.create_connection(server.address) as client:
            flood_without_reading(client)
            wait_until(lambda: recording.events[-1].kernel["unsent"].get("client 1", 0) > 0)


def test_a_client_to_whom_nothing_more_can_be_sent_is_full():
    trace = guessnet.Trace(Recording())
    with guessnet.build("buffered", secret=7, trace=trace) as server:
        server.narrow(8192)
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(server.address)
            client.sendall(b"10\n")
            wait_until(lambda: server.connections)
            assert "full" not in trace.kernel()
            client.sendall(b"10\n" * 4000)
            wait_until(lambda: trace.kernel().get("full") == ["client 1"])


# When a wait is over


def ready_events(serve):
    recording = Recording()
    with guessnet.build(serve, secret=7, trace=recording) as server:
        guessnet.Client(server.address).close()
        server.join(5)
    return [event for event in recording.events if event.kind == "ready"]


def test_a_wait_is_over_when_its_result_has_a_name():
    def serve(listener):
        readables = "of the round before"
        readables = select([listener], [], [])[0]
        readables[0].accept()[0].close()

    (ready,) = ready_events(serve)
    assert ready.variables["readables"] == "[listener]"
    assert ready.line == line_of(serve, "select([listener]")


def test_a_wait_that_fails_is_over_too():
    def serve(listener):
        closed = socket.socket()
        closed.close()
        try:
            select([closed], [], [])
        except ValueError:
            conn, address = listener.accept()

    (ready,) = ready_events(serve)
    assert ready.line == line_of(serve, "select([closed]")


def test_a_tracer_of_somebody_else_is_left_alone():
    seen = []

    def tracer(*args):
        seen.append(sys.gettrace() is tracer)

    def serve(listener):
        sys.settrace(tracer)
        select([listener], [], [])
        listener.accept()[0].close()
        sys.settrace(None)

    assert len(ready_events(serve)) == 1
    assert all(seen)
    assert seen


def test_no_tracer_is_left_behind():
    seen = []

    def serve(listener):
        frame = sys._getframe()
        for _ in range(2):
            select([listener], [], [], 0)
            seen.append((sys.gettrace(), frame.f_trace))
        listener.accept()[0].close()

    ready_events(serve)
    assert seen == [(None, None)] * 2


# Every server


@pytest.mark.parametrize("step", [*STEPS, tutorial_select.serve, serve_by_a_learner])
def test_every_server_plays_the_same_game_while_it_is_watched(step):
    recording = Recording()
    with guessnet.build(step, secret=7, trace=recording) as server:
        with guessnet.Client(server.address) as client:
            replies = [client.guess(guess) for guess in ("abc", 0)]
        server.join(0.2)
    assert [reply.name for reply in replies] == ["INVALID", "QUIT"]
    socket_events = [event for event in recording.events if event.conn == 1]
    kinds = [event.kind for event in socket_events]
    assert kinds[:5] == ["accept", "recv", "send", "recv", "send"]
    assert b"".join(event.data for event in socket_events if event.kind == "recv").startswith(
        b"abc0"
    )
    assert all(event.kind in KINDS for event in recording.events)
    times = [event.t for event in recording.events]
    assert times == sorted(times)
    assert all(event.line for event in socket_events)


@pytest.mark.parametrize("name", DRAFTS)
def test_every_draft_can_be_watched(name):
    module = f"guessnet.drafts.{name}"
    stepper = Stepper()
    server = guessnet.build(import_module(module).serve, trace=stepper).start()
    with guessnet.Client(server.address):
        while (event := stepper.wait(5)).kind != "accept":
            stepper.next()
    server.stop()
    assert event.line == line_of(module, "listener.accept()")
    assert event.variables["listener"] == "listener"


@pytest.mark.parametrize("step", STEPS)
def test_a_held_server_is_let_go_when_it_is_stopped(step):
    stepper = Stepper()
    server = guessnet.build(step, trace=stepper).start()
    with guessnet.Client(server.address) as client:
        client.send(5)
        assert stepper.wait(5)
        server.stop()
    assert not server.running
    assert stepper.held is None


@pytest.mark.parametrize("step", STEPS)
def test_a_sink_that_raises_never_reaches_the_server(step):
    def sink(event):
        raise RuntimeError("of no concern to the server")

    trace = Trace(sink)
    with guessnet.build(step, secret=7, trace=trace) as server:
        with guessnet.Client(server.address) as client:
            assert client.guess(7) is guessnet.Reply.CORRECT
    assert isinstance(trace.error, RuntimeError)
    assert server.error is None


def test_only_the_kinds_that_were_asked_for_are_told():
    recording = Recording()
    with guessnet.build("select", secret=7, trace=Trace(recording, {"accept", "close"})) as server:
        with guessnet.Client(server.address) as client:
            client.guess(7)
    assert [event.kind for event in recording.events] == ["accept", "close"]


def test_without_details_an_event_says_only_what_happened():
    recording = Recording()
    with guessnet.build("select", secret=7, trace=Trace(recording, details=False)) as server:
        with guessnet.Client(server.address) as client:
            client.guess(7)
    assert all(event.variables == {} and event.kernel == {} for event in recording.events)


def test_a_server_that_nobody_watches_is_handed_plain_methods():
    seen = []

    def serve(listener):
        conn, address = listener.accept()
        seen.append(type(conn).recv is socket.socket.recv and type(conn).send is socket.socket.send)
        conn.close()

    with guessnet.build(serve) as server, guessnet.Client(server.address):
        server.join(5)
    assert seen == [True]


# Every kind of event


class Awaited(Recording):
    """A recording that can wait for an event."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.changed = threading.Condition()

    def __call__(self, event):
        with self.changed:
            super().__call__(event)
            self.changed.notify_all()

    def wait(self, conn, *expected):
        """Wait until kind and data of a client's latest events are these."""
        with self.changed:
            assert self.changed.wait_for(
                lambda: self.told(conn)[-len(expected) :] == [*expected], 5
            ), self.told(conn)

    def told(self, conn):
        return [(event.kind, event.data) for event in self.events if event.conn == conn]


def test_a_call_is_told_when_it_begins_and_while_nothing_comes_of_it():
    recording = Awaited()
    with guessnet.build("threaded", secret=7, trace=Trace(recording, EVERY_KIND)) as server:
        recording.wait(None, ("call", "accept"))
        with guessnet.Client(server.address) as client:
            client.guess(5)
            recording.wait(1, ("call", "send"), ("send", "너무 낮아요".encode()), ("call", "recv"))
    by_thread = {event.thread for event in recording.events if event.conn == 1}
    assert len(by_thread) == 2


def test_a_call_that_fails_is_told():
    recording = Awaited()

    def serve(listener):
        conn, address = listener.accept()
        conn.setblocking(False)
        with suppress(BlockingIOError):
            conn.recv(1024)
        listener.setblocking(False)
        listener.accept()

    with guessnet.build(serve, trace=Trace(recording, EVERY_KIND)) as server:
        with guessnet.Client(server.address):
            server.join(5)
    assert ("fail", "BlockingIOError") in recording.told(1)
    assert ("fail", "BlockingIOError") in recording.told(None)
    assert ("end", "BlockingIOError") in recording.told(None)


def test_a_server_that_ends_by_itself_says_so():
    recording = Recording()
    with guessnet.build("blocking", secret=7, trace=Trace(recording, EVERY_KIND)) as server:
        with guessnet.Client(server.address) as client:
            client.guess(7)
        server.join(5)
    ends = [event.data for event in recording.events if event.kind == "end"]
    assert ends == [None]


@pytest.mark.skipif(
    not hasattr(socket, "TCP_INFO"), reason="only Linux tells who waits for accept()"
)
def test_what_changes_in_the_kernel_is_told_while_the_server_stands_still():
    recording = Awaited()
    with guessnet.build("sequential", secret=7, trace=Trace(recording, EVERY_KIND)) as server:
        with guessnet.Client(server.address) as first:
            first.guess(5)
            recording.wait(1, ("call", "recv"))
            with guessnet.Client(server.address), recording.changed:
                assert recording.changed.wait_for(
                    lambda: recording.events[-1].kernel.get("waiting") == 1, 5
                )
    assert ("end", None) in recording.told(None)
    looked = [event for event in recording.events if event.kind == "kernel"]
    assert looked
    assert {event.thread for event in looked} == {"guessnet kernel"}
    assert "guessnet kernel" not in {thread.name for thread in threading.enumerate()}


def test_who_does_not_ask_for_every_kind_is_not_told():
    recording = Recording()
    with guessnet.build("sequential", secret=7, trace=recording) as server:
        assert "guessnet kernel" not in {thread.name for thread in threading.enumerate()}
        with guessnet.Client(server.address) as client:
            client.guess(7)
    assert {event.kind for event in recording.events} <= KINDS


# The stepper


def test_pressing_run_lets_everything_pass_and_pause_holds_again():
    stepper = Stepper()
    with guessnet.build("select", secret=7, trace=stepper) as server:
        with guessnet.Client(server.address) as client:
            stepper.run()
            assert client.guess(5) is guessnet.Reply.TOO_LOW
            stepper.pause()
            client.send(7)
            while stepper.wait(5).data != b"7":
                stepper.next()
            assert stepper.held.kind == "recv"
            stepper.run()
            assert client.receive() is guessnet.Reply.CORRECT


def test_threads_go_on_in_the_order_in_which_they_were_held():
    recording = Recording()
    stepper = Stepper(recording)
    with guessnet.build("threaded", secret=7, trace=stepper) as server:
        clients = [guessnet.Client(server.address) for _ in range(3)]
        for _ in clients:
            let_pass(stepper, "accept")
        for client in clients:
            client.send(5)
        wait_until(lambda: len(stepper.all_held) == 3)
        order = stepper.all_held
        stepper.next()
        stepper.next()
        wait_until(lambda: len(recording.events) == 3 + 3 + 2)
        assert stepper.all_held[0] == order[2]
        assert {event.conn for event in stepper.all_held[1:]} == {
            order[0].conn,
            order[1].conn,
        }
        for client in clients:
            client.close()


def test_who_is_about_to_go_on_is_not_held():
    stepper = Stepper()
    with guessnet.build("select", trace=stepper):
        assert stepper.wait(5)
        with stepper._changed:  # so that the server cannot go on meanwhile
            stepper.next()
            assert stepper.held is None


def test_a_stepper_holds_again_after_a_restart():
    stepper = Stepper()
    server = guessnet.build("select", trace=stepper)
    for _ in range(2):
        server.start()
        assert stepper.wait(5).kind == "wait"
        server.stop()


def test_waiting_for_a_held_server_has_an_end():
    assert Stepper().wait(0.01) is None


# Recordings


@pytest.fixture(scope="module")
def recording():
    recorded = Recording()
    with guessnet.build("select", secret=7, trace=recorded) as server:
        with guessnet.Client(server.address) as client:
            client.guess("사과\x1b[31m")
            client.guess(7)
    return recorded


def test_a_saved_loaded_and_replayed_recording_equals_the_original(recording, tmp_path):
    recording.save(tmp_path / "game.json")
    loaded = Recording.load(tmp_path / "game.json")
    replayed = Recording()
    loaded.replay(replayed)
    assert recording == loaded == replayed
    assert loaded.name == "select"
    assert loaded.source == guessnet.LADDER[3].source


def test_recordings_with_one_difference_are_not_equal(recording):
    first, *others = recording.events
    assert (
        Recording(recording.name, recording.source, [first._replace(t=-1.0), *others]) != recording
    )
    assert Recording("another", recording.source, recording.events) != recording
    assert Recording(recording.name, recording.source, others) != recording


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"guessnet recording": 2}', '{"guessnet recording": 1, "events": [{}]}'],
)
def test_a_file_that_is_no_recording_is_refused_in_one_sentence(content, tmp_path):
    (tmp_path / "file").write_text(content)
    with pytest.raises(BadRecording, match="file"):
        Recording.load(tmp_path / "file")


def test_a_recording_is_readable_json(recording, tmp_path):
    recording.save(tmp_path / "game.json")
    content = json.loads((tmp_path / "game.json").read_text("utf-8"))
    assert content["guessnet recording"] == Recording.VERSION
    assert {"kind", "conn", "data", "thread", "line", "t", "variables", "kernel"} == content[
        "events"
    ][0].keys()


def test_a_recording_has_an_end(monkeypatch):
    monkeypatch.setattr("guessnet.trace.MAX_EVENTS", 2)
    recorded = Recording()
    for number in range(5):
        recorded(Event("recv", number, b"", "thread", 1, 0.0, {}, {}))
    assert (len(recorded.events), recorded.dropped) == (2, 3)


# Variables as texts


class Rude:
    def __repr__(self):
        raise RuntimeError("not even a repr")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (5, "5"),
        (None, "None"),
        (b"5\r\n", r"b'5\r\n'"),
        ("\x1b[31m", r"'\x1b[31m'"),
        ([1, (2, 3)], "[1, [2, 3]]"),
        ({"a": 1}, "{'a': 1}"),
        ({"a": b"x" * 32}, f"{{'a': b'{'x' * 32}'}}"),
        ({"a": b"x" * 33}, "{'a': <33 bytes>}"),
        (b"x" * 33, f"b'{'x' * 33}'"),
        (guessnet.Game(7), "Game(7)"),
        (Rude(), "Rude"),
        (print, "print"),
    ],
)
def test_a_variable_is_described_in_a_short_safe_text(value, shown):
    assert described(value) == shown


def test_the_variables_of_a_methods_object_are_among_them():
    events = {}
    server = guessnet.build(
        "reactor", secret=7, trace=lambda event: events.update({event.kind: event})
    )
    with server, guessnet.Client(server.address) as client:
        client.guess(5)
    variables = events["recv"].variables
    assert variables["games"] == f"{{{variables['fd']}: Game(7)}}"
    assert "self" not in variables


def test_long_variables_are_cut():
    assert described(10**5000) == "int"
    assert len(described("x" * 10**6)) == MAX_TEXT
    assert len(described(list(range(10**6)))) <= MAX_TEXT
    assert described([0] * 50).count("0") == MAX_ITEMS


def test_a_collection_that_contains_itself_has_an_end():
    endless = []
    endless.append(endless)
    assert len(described(endless)) <= MAX_TEXT
