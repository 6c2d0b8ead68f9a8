"""What every step of the ladder holds to, and what some steps promise besides.

A step that joins the ladder joins these tests by itself. Unless PROMISES says otherwise, it is
expected to do everything.
"""

import errno
import gc
import itertools
import os
import socket
import subprocess
import threading
import time
from dataclasses import dataclass

import pytest
from steps_support import (
    CORRECT,
    HIGH,
    INVALID,
    LOW,
    QUIT,
    WAYS_TO_GO,
    allow_descriptors,
    cpu_seconds,
    descriptors_taken_up_to,
    exchange,
    flood_without_reading,
    flooding,
    half_close,
    is_silent,
    leave,
    lines,
    memory,
    needs_proc,
    open_descriptors,
    read_exactly,
    read_to_end,
    reset,
    sending,
    serving_process,
    takes_part,
    wait_until,
    win,
    with_small_buffers,
)

import guessnet
from guessnet.trace import Recording, Trace

pytestmark = pytest.mark.usefixtures("nothing_left_behind")


@dataclass(frozen=True)
class Promise:
    one_client: bool = False  #: serves one client, and has ended by itself then
    sequential: bool = False  #: the next client is served when the first has gone
    survives_never_reader: bool = True  #: a client that takes no replies keeps nobody waiting
    descriptor_limit: bool = False  #: newcomers numbered 1024 or higher are refused

    @property
    def concurrent(self):
        return not (self.one_client or self.sequential)


PROMISES = {
    "blocking": Promise(one_client=True, survives_never_reader=False),
    "sequential": Promise(sequential=True, survives_never_reader=False),
    "threaded": Promise(),
    "select": Promise(survives_never_reader=False, descriptor_limit=True),
    "buffered": Promise(descriptor_limit=True),
}


def each_step(wanted=lambda promise: True):
    """Run a test with every step whose promise is as wanted."""
    names = [step.name for step in guessnet.LADDER]
    return pytest.mark.parametrize(
        "step", [name for name in names if wanted(PROMISES.get(name, Promise()))]
    )


every_step = each_step()
every_step_that_lasts = each_step(lambda promise: not promise.one_client)
every_concurrent_step = each_step(lambda promise: promise.concurrent)


def test_the_table_of_promises_knows_no_step_that_is_gone():
    assert set(PROMISES) <= {step.name for step in guessnet.LADDER}


# Replies, byte for byte. The secret is 5.

REPLIES = {
    "ko": {
        b"7": HIGH,
        b"3": LOW,
        b"-3": LOW,
        b"+9": HIGH,
        b" 8 ": HIGH,
        b"1_0": INVALID + b"1_0",
        "열".encode(): INVALID + "열".encode(),
        b"5": CORRECT,
    },
    "en": {
        b"7": b"too high",
        b"3": b"too low",
        b"-3": b"too low",
        b"+9": b"too high",
        b" 8 ": b"too high",
        b"1_0": b"invalid input: 1_0",
        "열".encode(): "invalid input: 열".encode(),
        b"5": b"correct",
    },
}


@every_step
@pytest.mark.parametrize("lang", REPLIES)
def test_replies_in_chunk_mode_carry_no_newline(step, lang, start, connect):
    client = connect(start(step, lang=lang))
    for message, reply in REPLIES[lang].items():
        exchange(client, message, reply)
    assert read_to_end(client) == b""


@every_step
@pytest.mark.parametrize("lang", REPLIES)
def test_replies_in_line_mode_end_in_a_newline(step, lang, start, connect):
    client = connect(start(step, lang=lang))
    for message, reply in REPLIES[lang].items():
        exchange(client, message + b"\n", reply + b"\n")
    assert read_to_end(client) == b""


@every_step
@pytest.mark.parametrize(("lang", "bye"), [("ko", QUIT), ("en", b"bye")])
@pytest.mark.parametrize("newline", [b"", b"\n"], ids=["chunk mode", "line mode"])
def test_guess_0_gives_up(step, lang, bye, newline, start, connect):
    client = connect(start(step, lang=lang))
    client.sendall(b"0" + newline)
    assert read_to_end(client) == bye + newline


@every_step
def test_the_first_newline_switches_to_line_mode_for_good(step, start, connect):
    client = connect(start(step))
    exchange(client, b"3", LOW)
    exchange(client, b"\n7\n", HIGH + b"\n")  # its first newline only ends the 3
    exchange(client, b"3\n", LOW + b"\n")
    win(client)


def classic_client(sock, guesses):
    """The client of the tutorial: one recv() is one reply, and 정답 or 종료 is the end."""
    for guess in guesses:
        sock.sendall(guess.encode())
        reply = sock.recv(1024).decode()
        yield reply
        if reply in ("정답", "종료"):
            return


@every_step
@pytest.mark.parametrize(
    ("guesses", "replies"),
    [
        (["1", "9", "x", "5", "1"], ["너무 낮아요", "너무 높아요", INVALID.decode() + "x", "정답"]),
        (["1", "0", "5"], ["너무 낮아요", "종료"]),
    ],
    ids=["wins", "gives up"],
)
def test_the_classic_client_plays_through(step, guesses, replies, start, connect):
    assert list(classic_client(connect(start(step)), guesses)) == replies


# What arrives in pieces, or all at once


@every_step
def test_korean_text_may_be_cut_anywhere(step, start, connect):
    received = threading.Semaphore(0)
    watch = Trace(lambda event: received.release(), {"recv"})
    client = connect(start(step, trace=watch))
    exchange(client, b"1\n", LOW + b"\n")  # line mode from here on
    assert received.acquire(timeout=10)
    message = "한글 숫자\r\n".encode()
    for cut in range(1, len(message)):
        client.sendall(message[:cut])
        assert received.acquire(timeout=10)  # the server has taken the first piece
        exchange(client, message[cut:], lines(INVALID + "한글 숫자".encode()))
        assert received.acquire(timeout=10)
    win(client)


GLUED_AND_SPLIT = {
    "glued lines": ([b"1\n9\nx\n"], lines(LOW, HIGH, INVALID + b"x")),
    "CRLF": ([b"1\r\n9\r\n"], lines(LOW, HIGH)),
    "LF and CRLF": ([b"1\n9\r\n1\n"], lines(LOW, HIGH, LOW)),
    "a number split over two sends": ([b"1\n1", b"0\n"], lines(LOW, HIGH)),
    "CRLF split over two sends": ([b"1\n9\r", b"\n"], lines(LOW, HIGH)),
    "a byte at a time": ([b"1\n", b"-", b"3", b"\r", b"\n"], lines(LOW, LOW)),
    "empty lines": ([b"1\n\n\r\n"], lines(LOW, INVALID, INVALID)),
}  # fmt: skip


@every_step
@pytest.mark.parametrize(("pieces", "replies"), GLUED_AND_SPLIT.values(), ids=GLUED_AND_SPLIT)
def test_lines_may_be_glued_and_split(step, pieces, replies, start, connect):
    client = connect(start(step))
    for piece in pieces:
        client.sendall(piece)
    assert read_exactly(client, len(replies)) == replies
    win(client)


STRANGE = {
    "invalid UTF-8": (b"\xff\xfe\n", lines(INVALID + "\ufffd\ufffd".encode())),
    "half a character": (b"\xec\xa0\n", lines(INVALID + "\ufffd".encode())),
    "NUL": (b"\0\n", lines(INVALID + b"\0")),
    "escape codes": (b"\x1b[2J\n", lines(INVALID + b"\x1b[2J")),
    "a number of 1,000 digits": (b"9" * 1000 + b"\n", lines(HIGH)),
    "a line of 1,024 bytes": (b"3\n" + b"x" * 1024 + b"\n", lines(LOW, INVALID + b"x" * 1024)),
    "an HTTP request": (
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        lines(INVALID + b"GET / HTTP/1.1", INVALID + b"Host: x", INVALID),
    ),
    "a TLS hello": (
        b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03",
        INVALID + b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03",
    ),
    "a TLS hello with a newline in it": (
        b"\x16\x03\x01\x0a\xc0\x03\n",
        lines(INVALID + b"\x16\x03\x01", INVALID + b"\xef\xbf\xbd\x03"),
    ),
}


@every_step
@pytest.mark.parametrize(("message", "reply"), STRANGE.values(), ids=STRANGE)
def test_strange_input_is_answered_and_the_game_goes_on(step, message, reply, start, connect):
    client = connect(start(step))
    exchange(client, message, reply)
    if not reply.endswith(b"\n"):
        client.sendall(b"\n")  # ends that message
    win(client)


@every_step
def test_a_number_of_5000_digits_is_too_high(step, start, connect):
    client = connect(start(step))
    client.sendall(b"9" * 5000)  # chunk mode: how many messages these are is up to recv(1024)
    half_close(client)
    replies = read_to_end(client)
    assert replies
    assert replies == HIGH * (len(replies) // len(HIGH))


@every_step
def test_a_line_that_is_too_long_ends_the_game_after_the_lines_before_it(step, start, connect):
    client = connect(start(step))
    client.sendall(b"3\n" + b"9" * 1025 + b"\n5\n")
    assert read_to_end(client) == lines(LOW)


@every_step
def test_urgent_data_is_not_part_of_the_game(step, start, connect):
    client = connect(start(step))
    client.send(b"!", socket.MSG_OOB)
    exchange(client, b"3", LOW)
    client.send(b"!", socket.MSG_OOB)
    exchange(client, b"7", HIGH)
    exchange(client, b"5", CORRECT)
    assert read_to_end(client) == b""


# A great deal at once


def many_guesses():
    """100,000 guesses, of which one in a thousand is nonsense, and the replies to them."""
    guesses = [b"x%d" % i if i % 1000 == 0 else b"%d" % (1 + i % 4) for i in range(100_000)]
    replies = [INVALID + guess if guess.startswith(b"x") else LOW for guess in guesses]
    return lines(*guesses), lines(*replies)


@every_step
def test_100000_glued_guesses_are_answered_in_order(step, start, connect):
    guesses, replies = many_guesses()
    client = connect(start(step))
    sender = sending(client, guesses)
    assert read_exactly(client, len(replies)) == replies
    sender.join(10)
    win(client)


@every_step
def test_a_late_reader_gets_every_reply(step, start, connect):
    """The answer to nothing is forty times as long: most of it has to wait in the server."""
    [serve] = [each.serve for each in guessnet.LADDER if each.name == step]
    guesses = [b"x%d" % i if i % 100 == 0 else b"" for i in range(50_000)]
    client = connect(start(with_small_buffers(serve)))
    client.sendall(lines(*guesses))  # it reads nothing before all of them are sent
    replies = lines(*(INVALID + guess for guess in guesses))
    assert read_exactly(client, len(replies)) == replies
    win(client)


# The end of a game


@every_step
@pytest.mark.parametrize(("last", "reply"), [(b"5", CORRECT), (b"0", QUIT)], ids=["won", "quit"])
def test_nothing_is_answered_after_the_end(step, last, reply, start, connect):
    client = connect(start(step))
    client.sendall(lines(b"3", last, b"3", b"x", last))
    assert read_to_end(client) == lines(LOW, reply)


@every_step
@pytest.mark.parametrize(("last", "reply"), [(b"5", CORRECT), (b"0", QUIT)], ids=["won", "quit"])
def test_the_last_reply_survives_much_unread_input(step, last, reply, start, connect):
    client = connect(start(step))
    before, after = lines(b"3") * 50_000, lines(b"3") * 250_000
    sender = sending(client, before + lines(last) + after)
    assert read_to_end(client) == lines(LOW) * 50_000 + lines(reply)  # and no reset
    sender.join(10)


@every_step
@pytest.mark.parametrize("newline", [b"", b"\n"], ids=["chunk mode", "line mode"])
def test_the_last_reply_survives_input_that_comes_after_the_end(step, newline, start, connect):
    client = connect(start(step))
    client.sendall(b"5" + newline)
    wait_until(lambda: not is_silent(client))
    client.sendall(b"3" * 100_000)
    assert read_to_end(client) == CORRECT + newline


# Clients that only stop sending


LAST_WORDS = {
    "nothing": (b"", b""),
    "a guess": (b"3", LOW),
    "the right guess": (b"5", CORRECT),
    "a line": (b"3\n", lines(LOW)),
    "half a line": (b"3\n7\n3", lines(LOW, HIGH, LOW)),
    "half a line that is right": (b"3\n7\n5", lines(LOW, HIGH, CORRECT)),
}


@every_step
@pytest.mark.parametrize(("message", "replies"), LAST_WORDS.values(), ids=LAST_WORDS)
@pytest.mark.parametrize("in_backlog", [False, True], ids=["let in", "in the backlog"])
def test_a_half_closed_client_gets_its_replies(
    step, message, replies, in_backlog, start, connect, door
):
    server = start(step, trace=door.trace)
    if not in_backlog:
        door.open()
    client = connect(server)
    client.sendall(message)
    half_close(client)
    if in_backlog:
        door.wait_for_first()
        door.open()
    assert read_to_end(client) == replies


# Clients that go. A stage is how far the client has come until then.


def silent(client):
    pass


def in_the_middle_of_a_line(client):
    exchange(client, b"3\n", lines(LOW))
    client.sendall(b"7")


def in_mid_game(client):
    exchange(client, b"3", LOW)


def with_a_reply_unread(client):
    client.sendall(b"3\n")
    wait_until(lambda: not is_silent(client))


def with_many_replies_unread(client):
    client.sendall(b"3\n" * 5000)
    wait_until(lambda: not is_silent(client))


def after_the_end(client):
    client.sendall(b"5")
    wait_until(lambda: not is_silent(client))


STAGES = [
    silent,
    in_the_middle_of_a_line,
    in_mid_game,
    with_a_reply_unread,
    with_many_replies_unread,
    after_the_end,
]
every_stage = pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.__name__)
every_way_to_go = pytest.mark.parametrize("go", WAYS_TO_GO.values(), ids=WAYS_TO_GO)


@every_step_that_lasts
@every_way_to_go
@every_stage
def test_who_goes_harms_nobody_else(step, go, stage, start, connect):
    server = start(step)
    concurrent = PROMISES.get(step, Promise()).concurrent
    if concurrent:
        bystander = connect(server)
        exchange(bystander, b"3\n", lines(LOW))
    client = connect(server)
    stage(client)
    go(client)
    win(connect(server))
    if concurrent:
        win(bystander)
    assert server.running


@each_step(lambda promise: promise.one_client)
@every_way_to_go
@every_stage
def test_who_goes_ends_only_its_own_game(step, go, stage, start, connect):
    server = start(step)
    client = connect(server)
    stage(client)
    go(client)
    wait_until(lambda: not server.running)
    assert server.error is None


@every_step
@every_way_to_go
@pytest.mark.parametrize("message", [b"", b"3", b"5\n"], ids=["silent", "guessed", "has won"])
def test_who_goes_while_in_the_backlog_harms_nobody(step, go, message, start, connect, door):
    server = start(step, trace=door.trace)
    first = connect(server)
    door.wait_for_first()
    waiting = connect(server)
    waiting.sendall(message)
    go(waiting)
    door.open()
    win(first)
    if PROMISES.get(step, Promise()).one_client:
        wait_until(lambda: not server.running)
    else:
        win(connect(server))
    assert server.error is None


# Secrets


@every_step
def test_secrets_are_drawn_for_each_client_and_never_sent(step, start, connect):
    draws = []
    for _ in range(150):
        if not draws or PROMISES.get(step, Promise()).one_client:
            server = start(step, secret=None)
        client = connect(server)
        client.sendall(lines(*(b"%d" % guess for guess in range(1, 10))))
        replies = read_to_end(client)
        lows, rest = replies.count(lines(LOW)), replies.replace(lines(LOW), b"")
        assert rest == lines(CORRECT)  # so no digit was ever sent
        draws.append(lows + 1)
        client.close()
    assert set(draws) == set(range(1, 10))


@every_concurrent_step
def test_clients_who_play_at_the_same_time_have_secrets_of_their_own(step, start, connect):
    server = start(step, secret=None)
    clients = [connect(server) for _ in range(60)]
    for client in clients:
        client.sendall(lines(*(b"%d" % guess for guess in range(1, 10))))
    assert len({read_to_end(client) for client in clients}) > 2


# Stopping


def nobody_there(server, connect):
    pass


def a_silent_client(server, connect):
    connect(server)


def clients_in_mid_game(server, connect):
    exchange(connect(server), b"3\n", lines(LOW))
    for _ in range(9):
        connect(server).sendall(b"3\n4")


def a_client_that_is_gone(server, connect):
    client = connect(server)
    exchange(client, b"3", LOW)
    client.close()


def a_client_that_has_half_closed(server, connect):
    client = connect(server)
    client.sendall(b"3")
    half_close(client)
    assert read_to_end(client) == LOW


def a_client_that_has_won_and_stays(server, connect):
    win(connect(server))


def a_client_that_never_reads(server, connect):
    flood_without_reading(connect(server))


SITUATIONS = [
    nobody_there,
    a_silent_client,
    clients_in_mid_game,
    a_client_that_is_gone,
    a_client_that_has_half_closed,
    a_client_that_has_won_and_stays,
    a_client_that_never_reads,
]


@every_step
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.__name__)
@pytest.mark.parametrize("watched", [False, True], ids=["unwatched", "watched"])
def test_it_stops_within_two_seconds_and_leaves_nothing(watched, step, situation, start, connect):
    threads, descriptors = set(threading.enumerate()), open_descriptors()
    clients = []
    server = start(step, trace=Recording() if watched else None)
    situation(server, lambda server: clients.append(connect(server)) or clients[-1])
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 2
    assert not server.running
    assert server.error is None
    assert set(threading.enumerate()) == threads
    assert len(open_descriptors() - descriptors) == len([c for c in clients if c.fileno() != -1])
    gc.collect()  # would warn of a socket that nobody closed


# What costs how much


#: What a client sends before it goes.
MESSAGES = [b"", b"3", b"3\n7", b"x\n", b"5", b"0\n", b"3\n" + b"x" * 2000, b"5\n" + b"3\n" * 2000]


@needs_proc
@every_step_that_lasts
def test_no_descriptor_is_left_after_2000_connections_of_every_kind(step, start, connect):
    server = start(step)
    if PROMISES.get(step, Promise()).concurrent:
        exchange(connect(server), b"3\n", lines(LOW))  # it has a selector by then, if it needs one
    before = open_descriptors()
    kinds = itertools.product(MESSAGES, WAYS_TO_GO.values(), [False, True])
    for message, go, waits_for_reply in itertools.islice(itertools.cycle(kinds), 2000):
        with socket.create_connection(server.address, 10) as client:
            client.sendall(message)
            if message and waits_for_reply:
                client.recv(1024)
            go(client)
    wait_until(lambda: open_descriptors() <= before)
    assert server.running


@needs_proc
@pytest.mark.slow
@every_step_that_lasts
def test_memory_stays_where_it_is_over_20000_games(step):
    def play(games, address):
        for _ in range(games):
            with socket.create_connection(address, 10) as client:
                exchange(client, b"3\n7\n", lines(LOW, HIGH))
                win(client)

    with serving_process("--step", step, "--secret", "5") as (process, address):
        play(2000, address)
        before = memory(process.pid)
        play(20_000, address)
        growth = memory(process.pid) - before
    print(f"{step}: {growth / 1e6:+.2f} MB over 20,000 games")
    assert growth < 3_000_000


@needs_proc
@every_step
@pytest.mark.parametrize("beginning", [b"", b"3\n"], ids=["chunk mode", "line mode"])
def test_40_megabytes_without_a_newline_cost_little_memory(step, beginning, connect):
    with serving_process("--step", step) as (process, address):
        most = before = memory(process.pid)
        client = connect(address)
        client.sendall(beginning)
        sender = sending(client, b"x" * 40_000_000, then=half_close)
        while client.recv(1 << 20):
            most = max(most, memory(process.pid))
        sender.join(20)
        most = max(most, memory(process.pid))
        print(f"{step}: {(most - before) / 1e6:+.2f} MB")
    assert most - before < 8_000_000


# One client; one after the other; many at once


@each_step(lambda promise: promise.one_client)
def test_it_serves_one_client_and_has_ended_then(step, start, connect):
    server = start(step)
    first, second = connect(server), connect(server)
    win(first)
    first.close()
    server.join(10)
    assert not server.running
    assert server.error is None
    with pytest.raises(ConnectionResetError):
        read_to_end(second)  # it was never let in
    with pytest.raises(ConnectionRefusedError):
        connect(server)


@each_step(lambda promise: promise.sequential)
@every_way_to_go
def test_the_next_client_is_served_when_the_first_has_gone(step, go, start, connect):
    server = start(step)
    first, second = connect(server), connect(server)
    second.sendall(b"7\n")
    for _ in range(10):
        exchange(first, b"3\n", lines(LOW))
    assert is_silent(second)
    go(first)
    assert read_exactly(second, len(lines(HIGH))) == lines(HIGH)
    win(second)


@every_concurrent_step
def test_clients_are_served_at_the_same_time(step, start, connect):
    server = start(step)
    clients = [connect(server) for _ in range(10)]
    for guess, reply in ((b"3", LOW), (b"7", HIGH)):
        for client in clients:
            exchange(client, guess, reply)
    for client in reversed(clients):
        exchange(client, b"5", CORRECT)


def play_together(clients):
    """Everybody guesses 1, then everybody who has not won guesses 2, and so on."""
    playing = list(clients)
    for guess in range(1, 10):
        for client in playing:
            client.sendall(b"%d\n" % guess)
        replies = {client: read_line(client) for client in playing}
        assert set(replies.values()) <= {lines(LOW), lines(CORRECT)}
        yield guess
        playing = [client for client in playing if replies[client] == lines(LOW)]
    assert not playing


def read_line(sock):
    line = b""
    while not line.endswith(b"\n"):
        data = sock.recv(1024)
        assert data, "the server has closed the connection"
        line += data
    return line


@every_concurrent_step
def test_500_games_at_once_while_20_clients_misbehave(step, connect):
    allow_descriptors(2000)
    survives_never_reader = PROMISES.get(step, Promise()).survives_never_reader
    with serving_process("--step", step) as (_, address):
        players = [connect(address) for _ in range(500)]
        bad = [connect(address) for _ in range(20)]
        for client in bad:
            exchange(client, b"x\n", lines(INVALID + b"x"))
        with flooding(bad[0]), flooding(bad[1]):
            rounds = play_together(players)
            next(rounds)
            if survives_never_reader:
                flood_without_reading(bad[2])
                flood_without_reading(bad[3])
            next(rounds)
            for i, client in enumerate(bad[4:]):
                (leave, reset, half_close, with_many_replies_unread)[i % 4](client)
            for _ in rounds:
                pass


@each_step(lambda promise: promise.concurrent and promise.survives_never_reader)
def test_a_client_that_never_reads_keeps_nobody_waiting(step, start, connect):
    server = start(step)
    bystander = connect(server)
    exchange(bystander, b"3\n", lines(LOW))
    flood_without_reading(connect(server))
    exchange(bystander, b"7\n", lines(HIGH))
    win(bystander)
    win(connect(server))


@each_step(lambda promise: promise.concurrent and not promise.descriptor_limit)
def test_1500_clients_play_at_the_same_time(step, connect):
    allow_descriptors(4000)
    with serving_process("--step", step) as (_, address):
        for _ in play_together([connect(address) for _ in range(1500)]):
            pass


# Crowds at the door


def most_waiting_for_accept():
    """What the system caps every backlog at."""
    try:
        with open("/proc/sys/net/core/somaxconn") as file:
            return int(file.read())
    except FileNotFoundError:
        return 128


@every_step
def test_1024_clients_can_wait_to_be_let_in(step, start, connect, door):
    if most_waiting_for_accept() < 1024:
        pytest.skip("this system lets fewer clients wait (net.core.somaxconn)")
    allow_descriptors(3000)
    server = start(step, trace=door.trace)
    first = connect(server)
    door.wait_for_first()
    waiting = [connect(server) for _ in range(1024)]  # connect() fails where the queue is full
    for client in waiting:
        client.close()
    door.open()
    win(first)


# Descriptors that cannot be watched, or that there are none of


@each_step(lambda promise: promise.descriptor_limit)
def test_newcomers_numbered_1024_or_higher_are_refused(step, start, connect):
    allow_descriptors(2000)
    refused = threading.Semaphore(0)
    server = start(step, trace=Trace(lambda event: refused.release(), {"refuse"}))
    players = [connect(server) for _ in range(5)]
    for client in players:
        exchange(client, b"3\n", lines(LOW))
    with descriptors_taken_up_to(1024):
        newcomers = [connect(server) for _ in range(20)]
        assert not any(takes_part(client) for client in newcomers)
        for _ in newcomers:
            assert refused.acquire(timeout=10)
        for client in players:
            exchange(client, b"7\n", lines(HIGH))
    assert not refused.acquire(blocking=False)  # nobody else was
    for client in (*players, connect(server)):
        win(client)


def refusing_the_first(serve):
    """The same server, whose first newcomer finds no descriptor left."""

    def serve_without_the_first(listener, new_game):
        accept = listener.accept

        def refuse():
            conn, _ = accept()
            listener.accept = accept
            conn.close()
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

        listener.accept = refuse
        serve(listener, new_game)

    return serve_without_the_first


@every_step_that_lasts
def test_a_newcomer_who_cannot_be_let_in_harms_nobody(step, start, connect):
    [serve] = [each.serve for each in guessnet.LADDER if each.name == step]
    server = start(refusing_the_first(serve))
    assert read_to_end(connect(server)) == b""
    win(connect(server))


@needs_proc
@every_step_that_lasts
def test_out_of_descriptors_it_neither_dies_nor_spins(step, connect):
    allow_descriptors(1000)
    concurrent = PROMISES.get(step, Promise()).concurrent
    with serving_process("--step", step, "--secret", "5", descriptors=64) as (process, address):
        clients = [connect(address) for _ in range(200)]
        exchange(clients[0], b"3\n", lines(LOW))
        if concurrent:  # there is no room for so many
            wait_until(lambda: sum(not is_silent(client) for client in clients) > 100)
        used = cpu_seconds(process.pid)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1)
        assert cpu_seconds(process.pid) - used < 0.2
        exchange(clients[0], b"7\n", lines(HIGH))
        for client in clients:
            client.close()
        wait_until(lambda: takes_part(connect(address)))  # as soon as it has seen them leave


@needs_proc
@every_step_that_lasts
def test_clients_who_stay_after_their_game_use_up_descriptors_only_for_a_while(step, connect):
    with serving_process("--step", step, "--secret", "5", descriptors=64) as (_, address):
        clients = [connect(address) for _ in range(100)]
        won = [client for client in clients if wins(client)]
        assert 0 < len(won) < len(clients)  # there was no room for the others
        for client in clients:
            client.close()
        wait_until(lambda: wins(connect(address)))


def wins(client):
    """Whether the server lets this client in and win; it is refused otherwise."""
    try:
        client.sendall(b"5\n")
        return read_to_end(client) == lines(CORRECT)
    except ConnectionError:
        return False
