"""The client: one guess, one reply, whatever the server does."""

import contextlib
import socket
import threading

import pytest
from steps_support import HIGH, INVALID, LOW, nobody_listens, reset

import guessnet
from guessnet.errors import BadArgument, ConnectError, HungUp, ReplyTimeout, UnexpectedReply
from guessnet.game import Reply

pytestmark = pytest.mark.usefixtures("nothing_left_behind")


@pytest.fixture
def talk_to(nothing_left_behind):
    """`talk_to(script)`: a client of a server that runs `script(conn)` for it, and then closes."""
    with contextlib.ExitStack() as opened:

        def client_of(script, timeout=10):
            listener = opened.enter_context(socket.create_server(("127.0.0.1", 0)))

            def serve():
                conn, _ = listener.accept()
                with conn:
                    conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    script(conn)

            thread = threading.Thread(target=serve)
            thread.start()
            opened.callback(thread.join)
            return opened.enter_context(guessnet.Client(listener.getsockname()[:2], timeout))

        yield client_of


def answering(*replies):
    """A script that answers the first message with the first reply, and so on."""

    def script(conn):
        for reply in replies:
            conn.recv(1024)
            conn.sendall(reply)
        conn.recv(1024)  # until the client has left

    return script


# What a server may say


EXCHANGES = {
    "ko": [
        (7, "너무 높아요", Reply.TOO_HIGH),
        (3, "너무 낮아요", Reply.TOO_LOW),
        ("x", "입력값이 올바르지 않습니다:x", Reply.INVALID),
        ("한글", "입력값이 올바르지 않습니다:한글", Reply.INVALID),
        (0, "종료", Reply.QUIT),
        (5, "정답", Reply.CORRECT),
    ],
    "en": [
        (7, "too high", Reply.TOO_HIGH),
        (3, "too low", Reply.TOO_LOW),
        ("x", "invalid input: x", Reply.INVALID),
        ("한글", "invalid input: 한글", Reply.INVALID),
        (0, "bye", Reply.QUIT),
        (5, "correct", Reply.CORRECT),
    ],
}
each_exchange = pytest.mark.parametrize(
    ("guess", "words", "reply"), [row for rows in EXCHANGES.values() for row in rows]
)


@each_exchange
def test_every_reply_is_understood(guess, words, reply, talk_to):
    assert talk_to(answering(words.encode())).guess(guess) is reply


@each_exchange
def test_a_reply_may_arrive_byte_by_byte(guess, words, reply, talk_to):
    def script(conn):
        conn.recv(1024)
        for byte in words.encode():
            conn.sendall(bytes([byte]))
        conn.recv(1024)

    assert talk_to(script).guess(guess) is reply


@pytest.mark.parametrize("lang", EXCHANGES)
def test_a_whole_game_with_a_real_server(lang, start):
    server = start("select", lang=lang)
    for guess, _, reply in EXCHANGES[lang]:
        with guessnet.Client(server.address) as client:
            assert client.guess(3) is Reply.TOO_LOW
            assert client.guess(guess) is reply


def test_a_guess_is_sent_as_the_classic_client_does_without_a_newline(talk_to):
    received = []

    def script(conn):
        received.append(conn.recv(1024))
        conn.sendall(LOW)

    talk_to(script).guess(3)
    assert received == [b"3"]


def test_bytes_that_are_not_utf8_come_back_as_invalid(start):
    # A terminal hands them over like this, as lone surrogates.
    with guessnet.Client(start("select").address) as client:
        assert client.guess(b"\xff".decode(errors="surrogateescape")) is Reply.INVALID
        assert client.guess(5) is Reply.CORRECT


# What may go wrong


def test_after_a_timeout_one_may_wait_again(talk_to):
    answer = threading.Event()

    def script(conn):
        conn.recv(1024)
        answer.wait(10)
        conn.sendall(HIGH)

    client = talk_to(script, timeout=0.05)
    with pytest.raises(ReplyTimeout):
        client.guess(7)
    with pytest.raises(ReplyTimeout):
        client.receive()
    answer.set()
    client.socket.settimeout(10)
    assert client.receive() is Reply.TOO_HIGH


def test_half_a_reply_is_kept_over_a_timeout(talk_to):
    answer = threading.Event()

    def script(conn):
        conn.recv(1024)
        conn.sendall(HIGH[:4])
        answer.wait(10)
        conn.sendall(HIGH[4:])

    client = talk_to(script, timeout=0.05)
    with pytest.raises(ReplyTimeout):
        client.guess(7)
    answer.set()
    client.socket.settimeout(10)
    assert client.receive() is Reply.TOO_HIGH


@pytest.mark.parametrize("said", [b"", HIGH[:4]], ids=["nothing said", "in mid-reply"])
@pytest.mark.parametrize("end", [socket.socket.close, reset], ids=["closed", "reset"])
def test_a_server_that_hangs_up(said, end, talk_to):
    def script(conn):
        conn.recv(1024)
        conn.sendall(said)
        end(conn)

    with pytest.raises(HungUp):
        talk_to(script).guess(7)


def test_a_guess_to_a_server_that_is_gone(talk_to):
    connected, ended = threading.Event(), threading.Event()

    def script(conn):
        assert connected.wait(10)
        reset(conn)
        ended.set()

    client = talk_to(script)
    connected.set()
    assert ended.wait(10)
    with pytest.raises(HungUp):
        client.guess(7)


@pytest.mark.parametrize(
    "said",
    [
        b"hello",
        b"\xff",
        b"\n",
        HIGH + b"\n",
        HIGH + LOW,
        "정답이에요".encode(),
        INVALID + b"8",
        b"Too high",
    ],
)
def test_a_server_that_does_not_keep_the_rules(said, talk_to):
    with pytest.raises(UnexpectedReply):
        talk_to(answering(said)).guess("x")


def test_what_a_server_says_is_shown_escaped(talk_to):
    with pytest.raises(UnexpectedReply) as caught:
        talk_to(answering(b"\x1b[2J\xff")).guess(7)
    assert r"\x1b[2J\xff" in str(caught.value)
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize("message", ["", "1\n", "\n", "1\n2", "\ud800"])
def test_a_message_that_cannot_be_sent(message, start):
    with guessnet.Client(start("select").address) as client:
        with pytest.raises(BadArgument):
            client.guess(message)
        assert client.guess(5) is Reply.CORRECT  # nothing of it was sent


def test_where_nobody_listens():
    with nobody_listens() as address:
        with pytest.raises(ConnectError, match=f"127.0.0.1:{address[1]}"):
            guessnet.Client(address)


@pytest.mark.parametrize("address", [("127.0.0.1", 99999), ("x" * 70, 50007)])
def test_an_address_that_cannot_be(address):
    with pytest.raises(ConnectError):
        guessnet.Client(address)


def test_leaving(talk_to):
    client = talk_to(answering())
    with client:
        assert client.socket.fileno() != -1
    assert client.socket.fileno() == -1
    client.close()
