"""The life of a server: built, started, watched, stopped, whatever code it runs."""

import contextlib
import selectors
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from steps_support import (
    CORRECT,
    HIGH,
    INVALID,
    LOW,
    exchange,
    lines,
    read_exactly,
    read_to_end,
    sending,
    wait_until,
    win,
)

import guessnet
from guessnet.errors import BadArgument, ListenError, NotStarted, StopTimeout, UnknownStep
from guessnet.trace import Trace

pytestmark = pytest.mark.usefixtures("nothing_left_behind")

every_step = pytest.mark.parametrize("step", [step.name for step in guessnet.LADDER])
every_step_that_lasts = pytest.mark.parametrize(
    "step", [step.name for step in guessnet.LADDER if step.name != "blocking"]
)


def play(client):
    """A whole game, after which the client leaves."""
    with client:
        exchange(client, b"3\n", lines(LOW))
        win(client)


def stops_in_time(server, seconds=2.0):
    began = time.monotonic()
    server.stop()
    return time.monotonic() - began < seconds and not server.running


# Building


@pytest.mark.parametrize("step", guessnet.LADDER, ids=lambda step: step.name)
def test_a_step_is_built_by_itself_by_its_name_and_by_its_number(step):
    for server in (
        step.build(),
        guessnet.build(step),
        guessnet.build(step.name),
        guessnet.build(step.number),
        guessnet.build(str(step.number)),
    ):
        assert server.step is step
        assert not server.running


@pytest.mark.parametrize(
    ("wanted", "suggested"), [("selct", "select"), ("thread", "threaded"), ("block", "blocking")]
)
def test_a_misspelt_step_gets_a_suggestion(wanted, suggested):
    with pytest.raises(UnknownStep, match=suggested) as caught:
        guessnet.build(wanted)
    assert wanted in str(caught.value)


@pytest.mark.parametrize("wanted", ["zzz", 0, 99, -1, ""])
def test_an_unknown_step_is_told_which_there_are(wanted):
    with pytest.raises(UnknownStep) as caught:
        guessnet.build(wanted)
    assert all(step.name in str(caught.value) for step in guessnet.LADDER)


@pytest.mark.parametrize("secret", [0, 10, -1, 5.5, "5"])
def test_a_secret_that_nobody_could_guess_is_an_error(secret):
    with pytest.raises(BadArgument):
        guessnet.build("select", secret=secret)


@pytest.mark.parametrize("lang", ["fr", "KO", "ko_KR", "../ko"])
def test_a_language_without_texts_is_an_error(lang):
    with pytest.raises(BadArgument):
        guessnet.build("select", lang=lang)


@pytest.fixture
def default_language():
    """Korean, whatever the test makes of it."""
    guessnet.use("ko")
    yield
    guessnet.use("ko")


@pytest.mark.parametrize(("used", "reply"), [("ko", LOW), ("en", b"too low")])
def test_replies_are_in_the_language_in_use(used, reply, default_language, start, connect):
    guessnet.use(used)
    exchange(connect(start("select", lang=None)), b"3", reply)


def test_replies_are_in_korean_unless_told_otherwise(default_language, start, connect):
    exchange(connect(start("select", lang=None)), b"3", LOW)


# Starting


def test_the_address_is_valid_as_soon_as_start_returns(connect, start):
    server = start("select")
    host, port = server.address
    assert host == "127.0.0.1"
    assert port > 0
    play(connect(server))


def test_there_is_no_address_before_the_first_start():
    with pytest.raises(NotStarted):
        _ = guessnet.build("select").address


def test_a_server_on_every_interface_gives_an_address_that_a_client_can_use(start, connect):
    server = start("select", host="0.0.0.0")
    assert server.address[0] == "127.0.0.1"
    play(connect(server))


def test_a_server_can_be_reached_over_ipv6(start, connect):
    try:
        server = start("select", host="::1")
    except ListenError:
        pytest.skip("no IPv6 here")
    play(connect(server))


def test_starting_twice_is_starting_once(start, connect):
    server = start("select")
    address = server.address
    assert server.start() is server
    assert server.address == address
    play(connect(server))


def test_a_port_in_use_is_an_error_and_disturbs_nobody(start, connect):
    first = start("select")
    with pytest.raises(ListenError, match=str(first.address[1])):
        guessnet.build("select", port=first.address[1]).start()
    play(connect(first))


@pytest.mark.parametrize(
    "where",
    [{"host": "x" * 70}, {"host": "203.0.113.7"}, {"port": 65536}, {"port": -1}],
    ids=["no host name", "not this machine", "port too high", "port too low"],
)
def test_where_nobody_can_listen_is_an_error(where):
    server = guessnet.build("select", **where)
    with pytest.raises(ListenError):
        server.start()
    assert not server.running


def test_a_server_that_could_not_start_can_try_again(start, connect):
    first = start("select")
    second = guessnet.build("select", secret=5, port=first.address[1])
    with pytest.raises(ListenError):
        second.start()
    first.stop()
    with second:
        play(connect(second))


# Names


def test_starting_under_a_name_stops_the_server_that_had_it(start, connect):
    first = start("select", name="lesson")
    player = connect(first)
    exchange(player, b"3", LOW)
    second = start("threaded", name="lesson")
    assert not first.running
    assert read_to_end(player) == b""
    play(connect(second))


def test_a_named_server_can_have_the_port_of_the_one_it_stops(start, connect):
    first = start("select", name="lesson")
    second = start("select", name="lesson", port=first.address[1])
    assert second.address == first.address
    play(connect(second))


def test_servers_with_other_names_or_none_are_left_alone(start):
    servers = [start("select", name=name) for name in ("one", "two", None, None)]
    assert all(server.running for server in servers)


# Stopping


@every_step
def test_a_server_can_be_restarted_at_once_on_its_port(step, start, connect):
    server = start(step)
    port = server.address[1]
    for _ in range(3):
        exchange(connect(server), b"3", LOW)  # this client stays: the port is not at rest
        server.stop()
        server = start(step, port=port)
    play(connect(server))


@every_step
def test_a_stopped_server_can_be_started_again(step, start, connect):
    server = start(step)
    for _ in range(3):
        play(connect(server))
        server.stop()
        assert not server.running
        server.start()
        assert server.running
    play(connect(server))


def test_a_server_that_has_ended_by_itself_can_be_started_again(start, connect):
    server = start("blocking")
    for _ in range(3):
        play(connect(server))
        wait_until(lambda: not server.running)
        server.start()
    play(connect(server))


def test_stopping_twice_or_before_the_start_does_nothing():
    server = guessnet.build("select")
    server.stop()
    server.start()
    server.stop()
    server.stop()
    assert not server.running


def test_several_threads_may_stop_a_server(start, connect):
    server = start("select")
    exchange(connect(server), b"3", LOW)
    with ThreadPoolExecutor(4) as pool:
        stops = [pool.submit(server.stop) for _ in range(4)]
    assert [stop.exception() for stop in stops] == [None] * 4
    assert not server.running


@pytest.mark.skipif(not hasattr(selectors, "PollSelector"), reason="no poll() here")
def test_the_thread_that_stops_a_server_is_not_waited_for_by_it(start, connect, monkeypatch):
    server = start("blocking")
    client = connect(server)
    exchange(client, b"3", LOW)
    select = selectors.PollSelector.select

    def select_later(*args):  # stop() looks whether the client has sent something
        client.close()
        wait_until(lambda: not server.running, seconds=5)
        return select(*args)

    monkeypatch.setattr(selectors.PollSelector, "select", select_later)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(server.stop).result(20)


def test_join_waits_for_the_end(start, connect):
    server = start("select")
    server.join(timeout=0)
    assert server.running
    waiting = threading.Thread(target=server.join)
    waiting.start()
    server.stop()
    waiting.join(10)
    assert not waiting.is_alive()


def test_the_context_manager_starts_and_stops(connect):
    with guessnet.build("select", secret=5, lang="ko") as server:
        assert server.running
    assert not server.running


def test_the_context_manager_stops_after_an_error_too():
    with pytest.raises(ZeroDivisionError), guessnet.build("select") as server:
        _ = 1 / 0
    assert not server.running


def test_nobody_can_connect_to_a_stopped_server(start, connect):
    server = start("select")
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        connect(server)


def test_a_server_says_what_it_is_and_where(start):
    server = guessnet.build("select")
    assert repr(server) == "<Server select, not started>"
    server = start("select")
    address = f"127.0.0.1:{server.address[1]}"
    assert repr(server) == f"<Server select at {address}>"
    server.stop()
    assert repr(server) == f"<Server select at {address}, ended>"


# Draining: who reads gets whole replies, also while the server stops


def assert_whole_lines_low(received):
    assert received == lines(LOW) * (len(received) // len(lines(LOW)))


@every_step
def test_a_client_that_goes_on_reading_gets_only_whole_replies(step, start, connect):
    server = start(step)
    client = connect(server)
    sender = sending(client, b"3\n" * 1_000_000)
    received = read_exactly(client, 50_000)
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    received += read_to_end(client)
    stopping.join()
    assert_whole_lines_low(received)
    client.close()
    sender.join(10)


@every_step
def test_a_client_that_starts_to_read_while_the_server_stops_gets_every_reply(step, start, connect):
    answered = threading.Semaphore(0)
    server = start(step, trace=Trace(answered_lines(answered, 20_000), {"send"}))
    client = connect(server)
    client.sendall(b"3\n" * 20_000)
    assert answered.acquire(timeout=10)
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    assert read_to_end(client) == lines(LOW) * 20_000
    stopping.join()


@every_step
def test_a_client_that_also_sends_while_the_server_stops_gets_every_reply(step, start, connect):
    answered, ended = threading.Semaphore(0), threading.Event()
    count = answered_lines(answered, 60_000)
    watch = Trace(lambda event: ended.set() if event.kind == "close" else count(event))
    server = start(step, trace=watch)
    client = connect(server)
    client.sendall(b"3\n" * 60_000)
    assert answered.acquire(timeout=10)
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    assert ended.wait(10)  # the server has nothing more to say
    client.sendall(b"3\n")
    received = b""
    with contextlib.suppress(ConnectionResetError):  # after the last reply, it would do no harm
        while data := client.recv(65536):
            received += data
    stopping.join()
    assert received == lines(LOW) * 60_000


def answered_lines(answered, wanted):
    """A sink that says when so many lines have been sent."""
    sent = 0

    def count(event):
        nonlocal sent
        sent += event.data.count(b"\n") if event.kind == "send" else 0
        if sent == wanted:
            answered.release()

    return count


@every_step_that_lasts
def test_who_waits_to_be_let_in_is_hung_up_on(step, start, connect):
    server = start(step)
    connect(server).sendall(b"3\n4")
    waiting = [connect(server) for _ in range(5)]
    server.stop()
    for client in waiting:
        with contextlib.suppress(ConnectionResetError):  # it was still in the kernel's queue
            assert read_to_end(client) == b""


# A learner's own function


def test_a_function_of_listener_and_new_game(start, connect):
    def serve(listener, new_game):
        conn, _ = listener.accept()
        with conn:
            conn.sendall(new_game().play(conn.recv(1024)))

    assert read_to_end(sent(connect(start(serve)), b"3")) == LOW


def test_a_function_of_the_listener_only(start, connect):
    def serve(listener):
        conn, _ = listener.accept()
        with conn:
            conn.sendall(conn.recv(1024).upper())

    assert read_to_end(sent(connect(start(serve)), b"hello")) == b"HELLO"


def test_an_object_that_can_be_called(start, connect):
    class Server:
        def __call__(self, listener, new_game):
            conn, _ = listener.accept()
            with conn:
                conn.sendall(new_game().play(conn.recv(1024)))

    assert read_to_end(sent(connect(start(Server())), b"3")) == LOW


def sent(sock, data):
    sock.sendall(data)
    return sock


def test_a_function_that_returns_at_once(start, connect):
    server = start(lambda listener: None)
    server.join(10)
    assert not server.running
    assert server.error is None
    with pytest.raises(ConnectionRefusedError):
        connect(server)
    assert stops_in_time(server)


def test_a_function_that_raises(start, connect):
    def serve(listener):
        conn, _ = listener.accept()
        raise ValueError(conn.recv(1024))

    server = start(serve)
    client = sent(connect(server), b"3")
    assert read_to_end(client) == b""
    client.close()
    server.join(10)
    assert isinstance(server.error, ValueError)
    assert server.error.args == (b"3",)
    assert not server.running
    assert stops_in_time(server)


def test_the_error_is_gone_with_a_new_start(start):
    failures = [ZeroDivisionError()]

    def serve(listener):
        if failures:
            raise failures.pop()
        listener.accept()

    server = start(serve)
    server.join(10)
    assert isinstance(server.error, ZeroDivisionError)
    server.start()
    assert server.error is None


def test_who_asked_for_it_is_told_of_a_server_that_dies_and_of_no_other(monkeypatch):
    told = []
    monkeypatch.setattr("guessnet.server.on_error", [told.append])

    def dies(listener):
        raise ZeroDivisionError

    with guessnet.build(dies) as dead, guessnet.build("sequential"):
        assert dead.join(10)
    assert told == [dead]


def test_a_function_that_closes_a_connection_twice(start, connect):
    def serve(listener):
        conn, _ = listener.accept()
        conn.close()
        conn.close()  # nothing happens, as with every socket

    server = start(serve)
    connect(server).close()
    server.join(10)
    assert server.error is None


def test_a_function_that_keeps_its_connections_open(start, connect):
    kept = []

    def serve(listener):
        kept.append(listener.accept())

    server = start(serve)
    client = connect(server)
    assert read_to_end(client) == b""  # it is closed for the function when that has ended
    assert stops_in_time(server)


def test_a_function_that_closes_its_listener(start, connect):
    def serve(listener):
        listener.accept()
        listener.close()
        listener.accept()

    server = start(serve)
    connect(server).close()
    server.join(10)
    assert isinstance(server.error, OSError)
    assert stops_in_time(server)


# Each of these says "!" to its client when it begins to misbehave.


def spins(listener):
    conn, _ = listener.accept()
    conn.sendall(b"!")
    while True:
        pass


def ignores_the_end_of_a_client(listener):
    conn, _ = listener.accept()
    conn.sendall(b"!")
    while True:
        conn.sendall(conn.recv(1024))  # b"" for ever


def swallows_every_exception(listener):
    while True:
        try:
            conn, _ = listener.accept()
            conn.sendall(b"!")
            conn.recv(1024).decode("no such codec")
        except Exception:
            pass


def spins_in_a_thread(listener):
    def spin(conn):
        conn.sendall(b"!")
        while True:
            pass

    while True:
        conn, _ = listener.accept()
        threading.Thread(target=spin, args=(conn,)).start()


def ignores_the_end_of_a_client_in_a_thread(listener):
    def talk(conn):
        conn.sendall(b"!")
        while True:
            conn.sendall(conn.recv(1024))

    while True:
        conn, _ = listener.accept()
        threading.Thread(target=talk, args=(conn,)).start()


UNRULY = [
    spins,
    ignores_the_end_of_a_client,
    swallows_every_exception,
    spins_in_a_thread,
    ignores_the_end_of_a_client_in_a_thread,
]


# pytest counts a SystemExit in a thread as an error; for Python it is how a thread ends quietly.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("serve", UNRULY, ids=lambda serve: serve.__name__)
def test_unruly_code_is_made_to_end(serve, start, connect):
    server = start(serve)
    assert read_exactly(connect(server), 1) == b"!"
    server.stop()
    assert not server.running
    assert server.error is None


def test_code_that_cannot_be_made_to_end_is_named_with_its_line(start):
    wake = threading.Event()

    def serve(listener):
        wake.wait(60)  # like a long time.sleep()

    server = guessnet.build(serve).start()
    with pytest.raises(StopTimeout) as caught:
        server.stop()
    assert "wake.wait(60)" in str(caught.value)
    assert str(serve.__code__.co_firstlineno + 1) in str(caught.value)
    assert server.running
    wake.set()
    server.join(10)
    assert not server.running
    server.stop()


def talk(conn, new_game):
    game = new_game()
    with conn:
        while not game.over:
            conn.sendall(game.play(conn.recv(1024)))


class Talk(threading.Thread):
    def __init__(self, conn, new_game):
        super().__init__()
        self.conn, self.new_game = conn, new_game

    def run(self):
        talk(self.conn, self.new_game)


class TalkByItself(threading.Thread):
    """Holds the connection nowhere but in itself."""

    def __init__(self, conn, new_game):
        super().__init__()
        self.conn, self.game = conn, new_game()

    def run(self):
        while not self.game.over:
            self.conn.sendall(self.game.play(self.conn.recv(1024)))
        self.conn.close()


WAYS_TO_START_THREADS = {
    "a function": lambda *args: threading.Thread(target=talk, args=args).start(),
    "keyword arguments": lambda conn, new_game: threading.Thread(
        target=talk, kwargs={"conn": conn, "new_game": new_game}
    ).start(),
    "a function without arguments": lambda *args: threading.Thread(
        target=lambda: talk(*args)
    ).start(),
    "a class of threads": lambda *args: Talk(*args).start(),
    "a class of threads that hold their connection": lambda *args: TalkByItself(*args).start(),
    "a pool": lambda *args: ThreadPoolExecutor(1).submit(talk, *args),
}


@pytest.mark.parametrize("start_thread", WAYS_TO_START_THREADS.values(), ids=WAYS_TO_START_THREADS)
def test_a_server_lives_until_the_threads_end_that_it_has_started(start_thread, start, connect):
    returned = threading.Event()

    def serve(listener, new_game):
        for _ in range(2):
            conn, _ = listener.accept()
            start_thread(conn, new_game)
        returned.set()

    server = start(serve)
    clients = [connect(server), connect(server)]
    assert returned.wait(10)
    for client in clients:
        exchange(client, b"3\n", lines(LOW))
    for client in clients:
        assert server.running
        win(client)
        client.close()
    server.join(10)
    assert not server.running
    assert server.error is None


# Watching


def test_events_come_in_order_and_with_the_client_s_number(start, connect):
    events = []
    server = start("sequential", trace=events.append)
    for _ in range(2):
        with connect(server) as client:
            exchange(client, b"3", LOW)
            win(client)
            address = f"127.0.0.1:{client.getsockname()[1]}"
    server.stop()
    told = [(event.kind, event.conn) for event in events]
    one_game = ["accept", "recv", "send", "recv", "send", "close"]
    assert told == [(kind, number) for number in (1, 2) for kind in one_game]
    assert events[6].data == address
    assert [event.data for event in events[7:11]] == [b"3", LOW, b"5\n", lines(CORRECT)]
    assert [event.t for event in events] == sorted(event.t for event in events)
    assert {event.thread for event in events} == {"guessnet sequential"}


@every_step
def test_every_step_tells_of_a_whole_game(step, start, connect):
    events = []
    server = start(step, trace=events.append)
    client = connect(server)
    exchange(client, b"3", LOW)
    exchange(client, b"x", INVALID + b"x")
    win(client)
    client.close()
    server.stop()
    kinds = [event.kind for event in events if event.conn == 1]
    assert kinds == ["accept"] + ["recv", "send"] * 3 + ["close"]
    assert b"".join(event.data for event in events if event.kind == "recv") == b"3x5\n"
    sent = b"".join(event.data for event in events if event.kind == "send")
    assert sent == LOW + INVALID + b"x" + lines(CORRECT)


@pytest.mark.parametrize(
    "kinds",
    [{"accept"}, {"recv"}, {"send", "close"}, set()],
    ids=lambda kinds: "+".join(sorted(kinds)),
)
def test_only_the_wanted_kinds_are_told(kinds, start, connect):
    events = []
    server = start("select", trace=Trace(events.append, kinds))
    play(connect(server))
    server.stop()
    assert {event.kind for event in events} == kinds


@every_step
def test_a_sink_that_raises_never_reaches_the_server(step, start, connect):
    def sink(event):
        raise RuntimeError(event.kind)

    trace = Trace(sink)
    server = start(step, trace=trace)
    client = connect(server)
    exchange(client, b"7", HIGH)
    play(client)
    server.stop()
    assert server.error is None
    assert isinstance(trace.error, RuntimeError)


def test_where_says_at_which_line_the_code_stands(start, connect):
    server = start("blocking")
    wait_until(lambda: server.where())
    assert [place.code for place in server.where()] == ["conn, address = listener.accept()"]
    connect(server)
    wait_until(lambda: server.where()[0].function == "handle")
    assert "conn.recv(1024)" in server.where()[0].code


def test_where_a_thread_stands_is_told_though_its_instruction_belongs_to_no_line():
    def serve(listener):
        listener.accept()

    serve.__code__ = serve.__code__.replace(co_linetable=b"")
    with guessnet.build(serve) as server:
        wait_until(lambda: server.where())
        [place] = server.where()
    assert place.line == serve.__code__.co_firstlineno
    assert place.code == "def serve(listener):"
