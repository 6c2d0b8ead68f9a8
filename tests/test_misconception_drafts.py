"""Every draft shows its fault, and the step that mends it does not, under the same eyes."""

import ast
import contextlib
import itertools
import os
import select
import socket
import struct
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple
from unittest import mock

import pytest
from steps_support import with_small_buffers

import guessnet
from guessnet import drafts
from guessnet.chaos import NeverRead
from guessnet.steps import (
    step2_sequential,
    step3_threaded,
    step4_select,
    step5_buffered,
)

HIGH, LOW = "너무 높아요\n".encode(), "너무 낮아요\n".encode()
CORRECT, QUIT = "정답\n".encode(), "종료\n".encode()
INVALID = "입력값이 올바르지 않습니다:".encode()

PATIENCE = 1.0  #: seconds without a word, after which a client is said to wait

SERVED, WAITS, TURNED_AWAY = "is served", "waits", "is turned away"
SPINS, RESTS = "spins", "rests"
CLOSES, READS_ON = "closes the connection", "reads on and on"


# Servers and clients


@contextlib.contextmanager
def running(serve, **options):
    with guessnet.build(serve, **({"secret": 5, "lang": "ko"} | options)) as server:
        yield server


def connect(server):
    sock = socket.create_connection(server.address, timeout=10)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def read_to_end(sock):
    return b"".join(iter(lambda: sock.recv(65536), b""))


def read_line(sock):
    line = b""
    while not line.endswith(b"\n") and (data := sock.recv(1)):
        line += data
    return line


def exchange(sock, message, reply):
    sock.sendall(message)
    assert read_line(sock) == reply


def fate(sock):
    """What becomes of a client who guesses now."""
    sock.settimeout(PATIENCE)
    try:
        sock.sendall(b"10\n")
        reply = read_line(sock)
    except TimeoutError:
        return WAITS
    except OSError:
        return TURNED_AWAY
    return {HIGH: SERVED, b"": TURNED_AWAY}[reply]


def newcomer(server):
    """What becomes of a client who connects now and guesses."""
    try:
        sock = connect(server)
    except OSError:
        return TURNED_AWAY
    with sock:
        return fate(sock)


def outcome(server, client_is=newcomer):
    """What becomes of the next client; or if the server has died, of what."""
    seen = client_is(server)
    return type(server.error) if seen == TURNED_AWAY and server.error else seen


# Observations: what is to be seen of a server, whichever it is


def after(happens):
    """What becomes of the next client when this has happened, or what the server died of."""

    def observe(serve):
        with running(serve) as server:
            with connect(server) as client:
                happens(client)
            return outcome(server)

    return observe


def wins(client):
    client.sendall(b"5\n")
    assert read_to_end(client) == CORRECT


def gives_up(client):
    client.sendall(b"0\n")
    assert read_to_end(client) == QUIT


def leaves(client):
    exchange(client, b"-1\n", LOW)
    client.close()


def resets(client):
    exchange(client, b"-1\n", LOW)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def sends_no_text(client):
    client.sendall(b"\xff\n")
    with contextlib.suppress(OSError):  # a server that dies of it may reset the connection
        client.recv(1024)


def sends_a_word(client):
    client.sendall(b"hello\n")
    with contextlib.suppress(OSError):
        client.recv(1024)


def while_another_plays(serve):
    with running(serve) as server, connect(server) as first:
        exchange(first, b"-1\n", LOW)
        return newcomer(server)


def when_the_only_client_guesses(serve):
    with running(serve) as server:
        return newcomer(server)


def what_follows_a_win(serve):
    with running(serve) as server, connect(server) as client:
        exchange(client, b"5\n", CORRECT)
        client.settimeout(PATIENCE)
        try:
            assert client.recv(1024) == b""
        except TimeoutError:
            return WAITS
        return CLOSES


def while_another_never_reads(serve):
    with running(with_small_buffers(serve)) as server, NeverRead(server.address) as client:
        assert not client.hung_up
        return newcomer(server)


def a_late_reader_gets_every_reply(serve):
    has_begun_to_send = threading.Event()

    def note(event):
        if event.kind == "send":
            has_begun_to_send.set()

    with running(with_small_buffers(serve), trace=note) as server, connect(server) as client:
        client.sendall(b"\n" * 5000 + b"0\n")
        assert has_begun_to_send.wait(10)
        return read_to_end(client) == (INVALID + b"\n") * 5000 + QUIT


def replies_to(*pieces):
    """What is answered to these pieces, each of which is sent when the one before has been read."""

    def observe(serve):
        read = threading.Semaphore(0)

        def note(event):
            if event.kind == "recv":
                read.release()

        with running(serve, trace=note) as server, connect(server) as client:
            client.sendall(pieces[0])
            for piece in pieces[1:]:
                assert read.acquire(timeout=10)
                client.sendall(piece)
            client.shutdown(socket.SHUT_WR)
            return read_to_end(client)

    return observe


def replies_to_one_who_has_finished_sending(serve):
    finished = threading.Event()

    def hold(event):
        if event.kind == "recv":
            finished.wait(10)

    with running(serve, trace=hold) as server, connect(server) as client:
        client.sendall(b"10\n")
        client.shutdown(socket.SHUT_WR)
        finished.set()
        return read_to_end(client)


def after_the_end_of_input(serve):
    reads = itertools.count(1)
    settled = threading.Event()
    seen = []

    def note(event):
        if event.kind == "close":
            seen.append(CLOSES)
            settled.set()
        elif event.kind == "recv" and event.data == b"" and next(reads) == 1000:
            seen.append(SPINS)
            settled.set()

    with running(serve, trace=note) as server:
        with connect(server) as client:
            exchange(client, b"-1\n", LOW)
        assert settled.wait(10)
        return seen[0]


def given_an_endless_line(serve):
    sent = 1 << 16
    settled = threading.Event()
    received, closed = [], []

    def note(event):
        if event.kind == "recv":
            received.append(len(event.data))
        if event.kind == "close":
            closed.append(event.conn)
        if closed or sum(received) >= sent:
            settled.set()

    with running(serve, trace=note) as server, connect(server) as client:
        with contextlib.suppress(OSError):  # it is hung up on before it has sent all
            client.sendall(b"3\n" + b"x" * sent)
        assert settled.wait(10)
        return CLOSES if closed else READS_ON


def with_idle_clients(count):
    """Whether the loop turns while nobody says anything."""

    def observe(serve):
        turns = itertools.count(1)
        spinning = threading.Event()

        def counted(*arguments):
            if next(turns) == 1000:
                spinning.set()
            return select.select(*arguments)

        module = sys.modules[serve.__module__]
        with (
            mock.patch.object(module, "select", SimpleNamespace(select=counted)),
            running(serve) as server,
            contextlib.ExitStack() as clients,
        ):
            for _ in range(count):
                client = clients.enter_context(connect(server))
                exchange(client, b"-1\n", LOW)
            return SPINS if spinning.wait(PATIENCE) else RESTS

    return observe


def past_the_last_descriptor_of_select(serve):
    with running(serve) as server, connect(server) as bystander:
        exchange(bystander, b"-1\n", LOW)
        with descriptors_taken(1024):
            newcomer(server)  # it is turned away in any case
        return outcome(server, lambda server: fate(bystander))


@contextlib.contextmanager
def descriptors_taken(count):
    """Meanwhile the next descriptor will have this number, or a higher one."""
    with contextlib.ExitStack() as taken:
        latest = -1
        while latest < count - 1:
            try:
                latest = os.open(os.devnull, os.O_RDONLY)
            except OSError:
                pytest.skip(f"needs {count} descriptors")
            taken.callback(os.close, latest)
        yield


def how_many_of_ten_are_closed_when_they_left(serve):
    closed = set()

    def note(event):
        if event.kind == "close":
            closed.add(event.conn)

    with running(serve, trace=note) as server:
        for _ in range(10):
            with connect(server) as client:
                exchange(client, b"-1\n", LOW)
        assert newcomer(server) == SERVED  # one thread: it has seen to all the others before
        return len(closed & set(range(1, 11)))


def replies_to_four_who_guess_5_and_leave(serve):
    """The secrets that are drawn are 3, 7, 3, 7: who has a secret of their own is told so."""
    closed = threading.Semaphore(0)

    def note(event):
        if event.kind == "close":
            closed.release()

    replies = []
    with (
        mock.patch("random.randint", side_effect=[3, 7] * 4),
        running(serve, secret=None, trace=note) as server,
    ):
        for _ in range(4):
            with connect(server) as client:
                client.sendall(b"5\n")
                replies.append(read_line(client))
            assert closed.acquire(timeout=10)  # so that the next gets the same descriptor
    return replies


def secret_of(client):
    client.sendall(b"".join(b"%d\n" % guess for guess in range(1, 10)))
    replies = read_to_end(client)
    lows = replies.count(LOW)
    assert replies == LOW * lows + CORRECT
    return lows + 1


def one_secret_for_12_clients(serve):
    with running(serve, secret=None) as server, contextlib.ExitStack() as clients:
        connected = [clients.enter_context(connect(server)) for _ in range(12)]
        return len({secret_of(client) for client in connected}) == 1


def one_secret_after_12_starts(serve):
    seen = set()
    for _ in range(12):
        with running(serve, secret=None) as server, connect(server) as client:
            seen.add(secret_of(client))
    return len(seen) == 1


# The table


class Fault(NamedTuple):
    observe: Callable
    wrong: object  #: what is seen of the draft
    right: object  #: what is seen of the step that mends it
    mender: Callable


FAULTS = {
    "one-shot": Fault(after(wins), TURNED_AWAY, SERVED, step2_sequential.serve),
    "one-at-a-time": Fault(while_another_plays, WAITS, SERVED, step3_threaded.serve),
    "eof-ignored": Fault(after_the_end_of_input, SPINS, CLOSES, step2_sequential.serve),
    "eof-crash": Fault(after(leaves), EOFError, SERVED, step2_sequential.serve),
    "reset-crash": Fault(after(resets), ConnectionResetError, SERVED, step2_sequential.serve),
    "use-after-close": Fault(after(gives_up), OSError, SERVED, step4_select.serve),
    "stale-socket": Fault(after(wins), ValueError, SERVED, step4_select.serve),
    "decode-crash": Fault(after(sends_no_text), UnicodeDecodeError, SERVED, step4_select.serve),
    "shared-answer": Fault(one_secret_for_12_clients, True, False, step4_select.serve),
    "answer-reuse": Fault(
        replies_to_four_who_guess_5_and_leave, [HIGH] * 4, [HIGH, LOW] * 2, step4_select.serve
    ),
    "message-glued": Fault(replies_to(b"1\n2\n"), HIGH, LOW + LOW, step3_threaded.serve),
    "message-split": Fault(
        replies_to(b"3\n", b"1", b"0\n"), LOW + LOW + QUIT, LOW + HIGH, step3_threaded.serve
    ),
    "multibyte-split": Fault(
        replies_to(b"3\n", b"\xec\xa0", b"\x95\n"),
        LOW + INVALID + "\ufffd\ufffd\n".encode(),
        LOW + INVALID + "정\n".encode(),
        step3_threaded.serve,
    ),
    "blocking-send": Fault(while_another_never_reads, WAITS, SERVED, step5_buffered.serve),
    "partial-send": Fault(a_late_reader_gets_every_reply, False, True, step5_buffered.serve),
    "always-writable": Fault(with_idle_clients(1), SPINS, RESTS, step5_buffered.serve),
    "busy-poll": Fault(with_idle_clients(0), SPINS, RESTS, step4_select.serve),
    "fd-setsize": Fault(past_the_last_descriptor_of_select, ValueError, SERVED, step4_select.serve),
    "fd-leak": Fault(how_many_of_ten_are_closed_when_they_left, 0, 10, step4_select.serve),
    "thread-run": Fault(while_another_plays, WAITS, SERVED, step3_threaded.serve),
    "unbounded-buffer": Fault(given_an_endless_line, READS_ON, CLOSES, step3_threaded.serve),
    "half-close-lost": Fault(
        replies_to_one_who_has_finished_sending, b"", HIGH, step5_buffered.serve
    ),
    "answer-leak": Fault(
        replies_to(b"10\n"),
        "클라이언트가 접속했습니다. 정답은 5 입니다.\n".encode() + HIGH,
        HIGH,
        step2_sequential.serve,
    ),
    "int-crash": Fault(after(sends_a_word), ValueError, SERVED, step4_select.serve),
    "wrong-reply": Fault(replies_to(b"10\n-1\n"), LOW + HIGH, HIGH + LOW, step2_sequential.serve),
    "not-closed-after-win": Fault(what_follows_a_win, WAITS, CLOSES, step2_sequential.serve),
    "constant-secret": Fault(one_secret_after_12_starts, True, False, step4_select.serve),
    "accept-blocks": Fault(when_the_only_client_guesses, WAITS, SERVED, step4_select.serve),
}


def draft(fault_id):
    return import_module(f"guessnet.drafts.{fault_id.replace('-', '_')}").serve


every_fault = pytest.mark.parametrize("fault_id", FAULTS)


@every_fault
@pytest.mark.parametrize("which", ["draft", "mender"])
def test_the_draft_shows_its_fault_and_its_mender_does_not(fault_id, which):
    fault = FAULTS[fault_id]
    if which == "draft":
        assert fault.observe(draft(fault_id)) == fault.wrong
    else:
        assert fault.observe(fault.mender) == fault.right


#: A draft has its own fault only, not that of its neighbour, which looks similar.
NEIGHBOURS = [
    ("eof-crash", "reset-crash"),
    ("reset-crash", "eof-crash"),
    ("use-after-close", "stale-socket"),
    ("decode-crash", "int-crash"),
    ("shared-answer", "constant-secret"),
    ("answer-reuse", "shared-answer"),
    ("answer-reuse", "fd-leak"),
    ("message-glued", "message-split"),
    ("message-split", "message-glued"),
    ("multibyte-split", "message-split"),
    ("multibyte-split", "decode-crash"),
    ("unbounded-buffer", "message-split"),
    ("partial-send", "half-close-lost"),
    ("half-close-lost", "partial-send"),
    ("half-close-lost", "blocking-send"),
    ("always-writable", "busy-poll"),
    ("always-writable", "blocking-send"),
    ("one-at-a-time", "accept-blocks"),
]


@pytest.mark.parametrize(("fault_id", "neighbour"), NEIGHBOURS)
def test_the_draft_does_not_show_the_fault_of_its_neighbour(fault_id, neighbour):
    assert FAULTS[neighbour].observe(draft(fault_id)) == FAULTS[neighbour].right


# The files


IDS = [
    "one-shot",
    "one-at-a-time",
    "eof-ignored",
    "eof-crash",
    "reset-crash",
    "use-after-close",
    "stale-socket",
    "decode-crash",
    "shared-answer",
    "answer-reuse",
    "message-glued",
    "message-split",
    "multibyte-split",
    "blocking-send",
    "partial-send",
    "always-writable",
    "busy-poll",
    "fd-setsize",
    "fd-leak",
    "thread-run",
    "unbounded-buffer",
    "half-close-lost",
    "answer-leak",
    "int-crash",
    "wrong-reply",
    "not-closed-after-win",
    "constant-secret",
    "accept-blocks",
]


def test_every_misconception_has_its_draft():
    assert list(FAULTS) == IDS
    files = {path.stem for path in Path(drafts.__file__).parent.glob("[!_]*.py")}
    of_the_tutorial = {name for name in files if name.startswith("tutorial_")}
    assert files - of_the_tutorial == {fault_id.replace("-", "_") for fault_id in IDS}


@every_fault
def test_the_draft_says_what_is_wrong_with_it_and_is_short(fault_id):
    module = sys.modules[draft(fault_id).__module__]
    source = Path(module.__file__).read_text("utf-8")
    first, blank, *rest = ast.get_docstring(ast.parse(source)).splitlines()
    assert first.startswith(f"{fault_id}. ")
    assert not blank
    assert 2 <= len(rest) <= 4
    code = source.rpartition('"""')[2]
    assert len([line for line in code.splitlines() if line.strip()]) <= 50
    assert "print(" not in code
    assert "sleep" not in code
