"""The clients that go wrong do so as they say, are bounded, and do a good server no harm."""

import contextlib
import socket
import struct
import sys
import threading
import time

import pytest
from steps_support import nobody_listens

import guessnet
from guessnet.chaos import (
    CHAOS,
    DRIBBLED,
    FLOOD,
    GLUED,
    NEVER_READ_MOST,
    RECEIVED_MOST,
    TWO_GUESSES,
    Dribble,
    Flood,
    Glue,
    HalfClose,
    Leave,
    NeverRead,
    Reset,
    Silent,
)
from guessnet.drafts import half_close_lost
from guessnet.errors import ConnectError
from guessnet.trace import Recording

HIGH_AND_LOW = "너무 높아요\n너무 낮아요\n".encode()

every_kind = pytest.mark.parametrize("kind", CHAOS.values(), ids=CHAOS)


@pytest.fixture
def door():
    """A listening socket, and nobody behind it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        yield listener


@contextlib.contextmanager
def let_in(door):
    conn, _ = door.accept()
    with conn:
        conn.settimeout(10)
        yield conn


@contextlib.contextmanager
def behind(door, talk):
    """Meanwhile a thread lets one client in, and talks with it."""

    def run():
        with let_in(door) as conn:
            talk(conn)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join(10)
        assert not thread.is_alive()


def read_to_end(sock):
    return b"".join(iter(lambda: sock.recv(65536), b""))


def test_there_are_eight_kinds():
    expected = "leave reset half-close dribble glue never-read flood silent"
    assert " ".join(CHAOS) == expected


# What the other side sees


def test_leave_guesses_and_ends_the_connection(door):
    with Leave(door.getsockname()) as client, let_in(door) as conn:
        assert read_to_end(conn) == TWO_GUESSES
        assert client.sent == len(TWO_GUESSES)
        assert client.received == b""


def test_reset_guesses_and_resets_the_connection(door):
    with Reset(door.getsockname()), let_in(door) as conn:
        assert conn.recv(1024) == TWO_GUESSES
        with pytest.raises(ConnectionResetError):
            conn.recv(1024)


def test_half_close_reads_what_comes_after_it_has_finished_sending(door):
    heard = []

    def talk(conn):
        heard.append(read_to_end(conn))
        conn.sendall(b"one\n")
        conn.sendall(b"two\n")

    with behind(door, talk), HalfClose(door.getsockname()) as client:
        assert heard == [TWO_GUESSES]
        assert client.received == b"one\ntwo\n"
        assert client.hung_up


@pytest.mark.skipif(sys.platform != "linux", reason="the end can go with the guesses on Linux only")
def test_half_close_leaves_no_time_between_its_guesses_and_its_end(start):
    server = start(half_close_lost.serve)
    for _ in range(10):
        with HalfClose(server.address) as client:
            assert client.received == b""


def test_dribble_sends_all_after_the_first_line_in_segments_of_one_byte(door):
    with Dribble(door.getsockname(), timeout=0.2) as client, let_in(door) as conn:
        assert client.sent == len(DRIBBLED)
        client.close()
        assert read_to_end(conn) == DRIBBLED
        if sys.platform == "linux":
            info = conn.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 192)
            (segments,) = struct.unpack_from("I", info, 152)  # tcpi_data_segs_in
            assert segments >= 1 + len(DRIBBLED) - len(b"10\n")


def test_glue_sends_all_in_one_piece(door):
    with Glue(door.getsockname(), timeout=0.2) as client, let_in(door) as conn:
        assert conn.recv(1024) == GLUED
        assert client.sent == len(GLUED)


def test_never_read_sends_until_nothing_more_goes_in(door):
    with NeverRead(door.getsockname()) as client, let_in(door) as conn:
        assert 10_000 < client.sent < NEVER_READ_MOST
        assert not client.hung_up
        assert client.socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) < 10_000
        conn.sendall(b"too high\n")
        assert client.received == b""


def test_never_read_sends_so_much_at_most(door, monkeypatch):
    monkeypatch.setattr("guessnet.chaos.NEVER_READ_MOST", 5000)
    with NeverRead(door.getsockname()) as client:
        assert 5000 <= client.sent < 6000


def test_flood_sends_while_it_reads_every_reply(door):
    def talk(conn):
        while data := conn.recv(65536):
            conn.sendall(b"x\n" * data.count(b"\n"))

    with behind(door, talk), Flood(door.getsockname()) as client:
        assert client.sent == len(FLOOD)
        assert client.received == b"x\n" * FLOOD.count(b"\n")


def test_silent_says_nothing(door):
    with Silent(door.getsockname()) as client, let_in(door) as conn:
        client.close()
        assert read_to_end(conn) == b""


# Bounds


@every_kind
def test_it_does_not_wait_for_ever_for_a_server_that_says_nothing(kind, door):
    began = time.monotonic()
    with kind(door.getsockname(), timeout=0.2) as client:
        assert time.monotonic() - began < 2
        assert client.received == b""
        assert not client.hung_up


def test_it_does_not_read_for_ever_from_a_server_that_talks_without_end(door):
    def talk(conn):
        with contextlib.suppress(OSError):
            while True:
                conn.sendall(b"x\n" * 10_000)

    with behind(door, talk), HalfClose(door.getsockname()) as client:
        assert RECEIVED_MOST <= len(client.received) < RECEIVED_MOST + (1 << 16)
        assert not client.hung_up


@every_kind
def test_a_server_that_hangs_up_is_no_error(kind, door):
    def hang_up(conn):
        with contextlib.suppress(OSError):  # a reset, for one
            conn.recv(1)

    client = kind(door.getsockname())
    with behind(door, hang_up), client:
        assert client.hung_up == (kind not in (Leave, Reset, Silent))


@every_kind
def test_nobody_there_is_a_connect_error(kind, door):
    door.close()
    with nobody_listens() as address, pytest.raises(ConnectError):
        kind(address)


@every_kind
def test_it_leaves_no_socket_behind(kind, door):
    with kind(door.getsockname(), timeout=0.1) as client:
        pass
    assert client.socket.fileno() == -1


def test_it_leaves_no_socket_behind_when_it_is_interrupted(door, monkeypatch):
    def interrupt(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(Silent, "_go_wrong", interrupt)
    client = Silent(door.getsockname())
    with pytest.raises(KeyboardInterrupt), client:
        pass
    assert client.socket.fileno() == -1


def test_it_can_be_used_without_with(door):
    client = Glue(door.getsockname(), timeout=0.1)
    assert client.sent == 0
    client.act()
    assert client.sent == len(GLUED)
    client.close()


# The ladder


ONE_AT_A_TIME = {"blocking", "sequential"}
STOPPED_BY_ONE_WHO_NEVER_READS = {"select"}

#: Those who read their replies, and how many they get.
REPLIES = {"half-close": TWO_GUESSES, "dribble": DRIBBLED, "glue": GLUED, "flood": FLOOD}


def win(server):
    with socket.create_connection(server.address, timeout=10) as sock:
        sock.sendall(b"5\n")
        assert read_to_end(sock) == "정답\n".encode()


@pytest.mark.usefixtures("nothing_left_behind")
@every_kind
@pytest.mark.parametrize("step", [step.name for step in guessnet.LADDER])
@pytest.mark.parametrize("watched", [False, True], ids=["unwatched", "watched"])
def test_every_step_survives_it(watched, step, kind):
    recording = Recording() if watched else None
    with guessnet.build(step, secret=5, lang="ko", trace=recording) as server:
        with kind(server.address, timeout=30) as client:
            guesses = REPLIES.get(kind.id, b"")
            assert client.received == HIGH_AND_LOW * (guesses.count(b"\n") // 2)
            stopped = step in STOPPED_BY_ONE_WHO_NEVER_READS and kind is NeverRead
            if step not in ONE_AT_A_TIME and not stopped:
                win(server)
        if step == "blocking":
            assert server.join(10)
        else:
            win(server)
        assert server.error is None
    if watched:
        assert {"accept", "close"} <= {event.kind for event in recording.events if event.conn == 1}
