"""The tutorial's two servers show each of their faults, and the mended steps show none of them."""

import contextlib
import gc
import random
import subprocess
import sys

import pytest
from steps_support import (
    CORRECT,
    HIGH,
    INVALID,
    LOW,
    QUIT,
    allow_descriptors,
    descriptors_taken_up_to,
    exchange,
    flood_without_reading,
    half_close,
    is_silent,
    lines,
    needs_proc,
    read_exactly,
    read_to_end,
    reset,
    serving_process,
    takes_part,
    wait_until,
    win,
)

from guessnet.drafts import tutorial_blocking, tutorial_select
from guessnet.sockets import Connection

pytestmark = pytest.mark.usefixtures("nothing_left_behind", "secret_is_5")

DRAFTS = {"blocking": tutorial_blocking.serve, "select": tutorial_select.serve}
each_draft = pytest.mark.parametrize("draft", DRAFTS.values(), ids=DRAFTS)
each_mended_step = pytest.mark.parametrize("step", ["sequential", "threaded", "select"])


@pytest.fixture
def secret_is_5(monkeypatch):
    """The drafts draw their secrets themselves."""
    monkeypatch.setattr(random, "randint", lambda lowest, highest: 5)


def error_of(server):
    """What the server has died of."""
    wait_until(lambda: not server.running)
    return server.error


def died_for_everybody(server, bystander, connect):
    """Who plays is hung up on, and nobody can come any more."""
    with contextlib.suppress(ConnectionResetError):
        assert read_to_end(bystander) == b""
    with pytest.raises(ConnectionRefusedError):
        connect(server)
    return True


# They do play


@each_draft
def test_a_draft_plays_a_game(draft, start, connect):
    client = connect(start(draft))
    for message, reply in ((b"7", HIGH), (b"3", LOW), (b"x", INVALID + b"x"), (b"5", CORRECT)):
        exchange(client, message, reply)
    assert read_to_end(client) == b""


def test_on_the_blocking_draft_guess_0_gives_up(start, connect):
    server = start(DRAFTS["blocking"])
    client = connect(server)
    client.sendall(b"0")
    assert read_to_end(client) == QUIT
    client.close()
    assert error_of(server) is None


# The two problems that the tutorial itself states


def test_problem_1_the_blocking_draft_ends_with_its_client(start, connect):
    server = start(DRAFTS["blocking"])
    with connect(server) as client:
        exchange(client, b"5", CORRECT)
    assert error_of(server) is None
    with pytest.raises(ConnectionRefusedError):
        connect(server)


def test_problem_2_the_blocking_draft_leaves_a_second_client_waiting(start, connect):
    server = start(DRAFTS["blocking"])
    first, second = connect(server), connect(server)
    second.sendall(b"3")
    for _ in range(10):
        exchange(first, b"3", LOW)
    assert is_silent(second)


def test_the_select_draft_solves_both(start, connect):
    server = start(DRAFTS["select"])
    first, second = connect(server), connect(server)
    exchange(first, b"3", LOW)
    exchange(second, b"3", LOW)
    exchange(first, b"5", CORRECT)
    exchange(second, b"5", CORRECT)
    exchange(connect(server), b"5", CORRECT)


# What a single client can do to them


def leaves_after_playing(client):
    exchange(client, b"3", LOW)
    client.close()


def resets(client):
    exchange(client, b"3", LOW)
    reset(client)


def leaves_with_a_reply_unread(client):
    client.sendall(b"3")
    wait_until(lambda: not is_silent(client))
    client.close()


def sends_bytes_that_are_not_utf8(client):
    client.sendall(b"\xff")


def sends_half_a_character(client):
    client.sendall("정".encode()[:2])


def sends_valid_korean_longer_than_1024_bytes(client):
    client.sendall("가".encode() * 500)  # recv(1024) cuts the 342nd character


DEADLY = {
    leaves_after_playing: (BrokenPipeError, 32),
    resets: (ConnectionResetError, 104),
    leaves_with_a_reply_unread: (ConnectionResetError, 104),
    sends_bytes_that_are_not_utf8: (UnicodeDecodeError, None),
    sends_half_a_character: (UnicodeDecodeError, None),
    sends_valid_korean_longer_than_1024_bytes: (UnicodeDecodeError, None),
}
each_deadly = pytest.mark.parametrize("client_that", DEADLY, ids=lambda function: function.__name__)


@each_draft
@each_deadly
def test_a_draft_dies_of_a_client_that(client_that, draft, start, connect):
    server = start(draft)
    client = connect(server)
    client_that(client)
    client.close()
    kind, number = DEADLY[client_that]
    error = error_of(server)
    assert type(error) is kind
    assert getattr(error, "errno", None) == number


@each_deadly
def test_the_select_draft_dies_for_everybody_of_a_client_that(client_that, start, connect):
    server = start(DRAFTS["select"])
    bystander = connect(server)
    exchange(bystander, b"3", LOW)
    client_that(connect(server))
    assert died_for_everybody(server, bystander, connect)


@each_mended_step
@each_deadly
def test_a_mended_step_outlives_a_client_that(client_that, step, start, connect):
    server = start(step)
    client = connect(server)
    client_that(client)
    client.close()
    win(connect(server))
    assert server.error is None


# Half-closing


@each_draft
def test_a_draft_storms_a_half_closed_client_with_invalid_and_dies_with_it(draft, start, connect):
    server = start(draft)
    client = connect(server)
    exchange(client, b"3", LOW)
    half_close(client)
    storm = INVALID * 20_000
    assert read_exactly(client, len(storm)) == storm
    client.close()
    assert isinstance(error_of(server), BrokenPipeError | ConnectionResetError)


@each_mended_step
def test_a_mended_step_answers_a_half_closed_client_and_closes(step, start, connect):
    server = start(step)
    client = connect(server)
    client.sendall(b"3")
    half_close(client)
    assert read_to_end(client) == LOW
    win(connect(server))


# Giving up


def test_the_select_draft_dies_of_guess_0(start, connect):
    server = start(DRAFTS["select"])
    bystander, client = connect(server), connect(server)
    exchange(bystander, b"3", LOW)
    client.sendall(b"0")
    assert read_to_end(client) == QUIT
    client.close()
    assert died_for_everybody(server, bystander, connect)
    error = error_of(server)
    assert type(error) is OSError
    assert error.errno == 9


@each_mended_step
def test_a_mended_step_outlives_guess_0(step, start, connect):
    server = start(step)
    client = connect(server)
    client.sendall(b"0")
    assert read_to_end(client) == QUIT
    win(connect(server))


# Guesses that arrive together


@each_draft
def test_a_draft_reads_1_and_2_as_12(draft, start, connect, door):
    client = connect(start(draft, trace=door.trace))
    client.sendall(b"1")
    client.sendall(b"2")
    door.open()  # only now does the server read
    wait_until(lambda: not is_silent(client))
    exchange(client, b"", HIGH)
    exchange(client, b"5", CORRECT)
    assert read_to_end(client) == b""  # so there was one reply to the two guesses


@each_mended_step
def test_a_mended_step_keeps_lines_apart(step, start, connect, door):
    client = connect(start(step, trace=door.trace))
    client.sendall(b"1\n")
    client.sendall(b"2\n")
    door.open()
    exchange(client, b"", lines(LOW, LOW))
    win(client)


# A client that never reads


def test_on_the_select_draft_a_client_that_never_reads_stops_everybody(start, connect):
    server = start(DRAFTS["select"])
    bystander, flooder = connect(server), connect(server)
    exchange(bystander, b"3", LOW)
    flood_without_reading(flooder)
    bystander.sendall(b"3")
    assert is_silent(bystander, seconds=0.3)
    assert "sock.sendall" in server.where()[0].code


def test_on_the_threaded_step_a_client_that_never_reads_stops_nobody(start, connect):
    server = start("threaded")
    bystander, flooder = connect(server), connect(server)
    exchange(bystander, b"3\n", lines(LOW))
    flood_without_reading(flooder)
    win(bystander)


# Descriptors


def test_the_select_draft_dies_of_a_descriptor_of_1024_or_higher(start, connect):
    allow_descriptors(2000)
    server = start(DRAFTS["select"])
    bystander = connect(server)
    exchange(bystander, b"3", LOW)
    with descriptors_taken_up_to(1024):
        connect(server)
        assert died_for_everybody(server, bystander, connect)
    error = error_of(server)
    assert type(error) is ValueError
    assert "filedescriptor out of range" in str(error)


def test_the_select_step_outlives_a_descriptor_of_1024_or_higher(start, connect):
    allow_descriptors(2000)
    server = start("select")
    bystander = connect(server)
    exchange(bystander, b"3\n", lines(LOW))
    with descriptors_taken_up_to(1024):
        refused = connect(server)
        assert read_to_end(refused) == b""
    win(bystander)


DRAFT_IN_A_PROCESS = """
import guessnet
from guessnet.drafts import tutorial_select

server = guessnet.build(tutorial_select.serve).start()
print(server.address[1], flush=True)
server.join()
print(type(server.error).__name__, server.error.errno)
"""


@needs_proc
def test_the_select_draft_dies_when_it_is_out_of_descriptors(connect):
    command = ["sh", "-c", 'ulimit -n 64; exec "$@"', "sh", sys.executable, "-c"]
    with subprocess.Popen(
        [*command, DRAFT_IN_A_PROCESS], stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        address = "127.0.0.1", int(process.stdout.readline())
        with contextlib.suppress(ConnectionError):
            for _ in range(100):
                connect(address)
        assert process.stdout.read() == "OSError 24\n"


@needs_proc
@each_mended_step
def test_a_mended_step_outlives_being_out_of_descriptors(step, connect):
    with serving_process("--step", step, "--secret", "5", descriptors=64) as (process, address):
        first, *others = [connect(address) for _ in range(100)]
        exchange(first, b"3\n", lines(LOW))
        for client in others:
            client.close()
        win(first)
        wait_until(lambda: takes_part(connect(address)))  # as soon as it has seen them leave
        assert process.poll() is None


# Memory


def closed_connections():
    """How many closed sockets are still kept by somebody."""
    gc.collect()
    return sum(type(thing) is Connection and thing.fileno() == -1 for thing in gc.get_objects())


@pytest.mark.parametrize(
    ("serve", "kept"),
    [(DRAFTS["select"], 30), ("sequential", 1), ("threaded", 1), ("select", 1)],
    ids=["draft", "sequential", "threaded", "select"],
)
def test_only_the_draft_keeps_the_sockets_of_those_who_left(serve, kept, start, connect):
    server = start(serve)
    for _ in range(30):
        with connect(server) as client:
            client.sendall(b"5")
            assert read_to_end(client) == CORRECT
    wait_until(lambda: closed_connections() == kept)  # 1: the last is still called `conn`


# What int() takes


INTEGERS = {
    " 50 ": (HIGH, HIGH),
    "+50": (HIGH, HIGH),
    "-3": (LOW, LOW),
    "５０": (HIGH, INVALID),
    "٣٣": (HIGH, INVALID),
    "1_0": (HIGH, INVALID),
    "0x5": (INVALID, INVALID),
    "1e1": (INVALID, INVALID),
    "10.0": (INVALID, INVALID),
    "²": (INVALID, INVALID),
}


@each_draft
@pytest.mark.parametrize("message", INTEGERS)
def test_what_a_draft_takes_for_an_integer(message, draft, start, connect):
    reply, _ = INTEGERS[message]
    written = message.encode()
    exchange(connect(start(draft)), written, reply + written if reply is INVALID else reply)


@each_mended_step
@pytest.mark.parametrize("message", INTEGERS)
def test_what_a_mended_step_takes_for_an_integer(message, step, start, connect):
    _, reply = INTEGERS[message]
    written = message.encode()
    exchange(connect(start(step)), written, reply + written if reply is INVALID else reply)
