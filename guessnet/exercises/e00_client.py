"""Exercise 00. The client: connect, send, receive, and stop when the game is over.

The answer is a function ``my_client(address, numbers)``. It plays with a server of ours, which
looks at what comes, and gives the replies that it got, as a list of texts.
"""

import select
import socket
import threading
from collections.abc import Callable
from typing import Any

from guessnet.errors import AnswerError
from guessnet.game import REPLIES, Game, Reply
from guessnet.grading.report import Cause, Check
from guessnet.grading.sights import outliving_exit, raised_from
from guessnet.server import build
from guessnet.sockets import Listener
from guessnet.texts import language, text
from guessnet.threads import interrupt

SECRET = 7
NUMBERS = (5, 9, 7, 3)  # the game is over before the last one
MESSAGES = [str(number).encode() for number in NUMBERS]
EAGER = 0.05  #: seconds in which a client would send more if it did not wait for the reply
PATIENCE = 2.0  #: seconds that one game may take


def stub(address, numbers):
    replies = []
    sock = socket.create_connection(address)
    return replies


def solution(address, numbers):
    replies = []
    with socket.create_connection(address) as sock:
        for number in numbers:
            sock.sendall(str(number).encode())
            reply = sock.recv(1024).decode()
            replies.append(reply)
            if reply in ("정답", "종료", "correct", "bye"):
                break
    return replies


# Wrong answers


def sends_text(address, numbers):
    with socket.create_connection(address) as sock:
        for number in numbers:
            sock.sendall(str(number))
    return []


def sends_all_at_once(address, numbers):
    replies = []
    with socket.create_connection(address) as sock:
        for number in numbers:
            sock.sendall(str(number).encode())
        for _ in numbers:
            replies.append(sock.recv(1024).decode())
    return replies


def never_stops(address, numbers):
    replies = []
    with socket.create_connection(address) as sock:
        for number in numbers:
            sock.sendall(str(number).encode())
            replies.append(sock.recv(1024).decode())
    return replies


def keeps_bytes(address, numbers):
    replies = []
    with socket.create_connection(address) as sock:
        for number in numbers:
            sock.sendall(str(number).encode())
            replies.append(sock.recv(1024))
            if replies[-1] == "정답".encode():
                break
    return replies


def never_closes(address, numbers):
    replies = []
    sock = socket.create_connection(address)
    for number in numbers:
        sock.sendall(str(number).encode())
        replies.append(sock.recv(1024).decode())
        if replies[-1] in ("정답", "correct"):
            break
    left_open.append(sock)
    return replies


def only_listens(address, numbers):
    with socket.create_connection(address) as sock:
        return [sock.recv(1024).decode() for number in numbers]


left_open: list[socket.socket] = []

ANTICIPATED = (
    (sends_text, "client.raised"),
    (sends_all_at_once, "client.eager"),
    (never_stops, "client.goes-on"),
    (keeps_bytes, "client.bytes"),
    (never_closes, "client.open"),
    (only_listens, "client.hangs"),
)


def judge(answer: Any) -> tuple[Check, ...]:
    if not callable(answer):
        raise AnswerError(text("answer.not-a-client"))
    with Referee() as referee:
        cause = _play(answer, referee)
    if cause:
        return (Check("client-plays", "failed", 0, 1, cause=cause),)
    return (Check("client-plays", "passed", 1, 1),)


class Referee:
    """A server for one client that notes what comes, whether it waits for replies, and its end."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.eager = False  #: something came before the reply to the message before it
        self.left = threading.Event()
        self._server = build(self._serve)

    def _serve(self, listener: Listener) -> None:
        conn, _ = listener.accept()
        game = Game(SECRET, language())
        while data := conn.recv(1024):
            self.messages.append(data)
            if not game.over:
                more = bool(select.select([conn], [], [], EAGER)[0])
                self.eager = self.eager or more or data not in MESSAGES
            conn.sendall(game.play(data))
            if game.over:
                conn.shutdown(socket.SHUT_WR)
        self.left.set()
        conn.close()

    def __enter__(self) -> "Referee":
        self._server.start()
        self.address = self._server.address
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.stop()


def _play(answer: Callable[..., object], referee: Referee) -> Cause | None:
    """Let the client play; say what is wrong with what was seen of it."""
    outcome: dict[str, Any] = {}

    def play() -> None:
        try:
            outcome["replies"] = answer(referee.address, list(NUMBERS))
        except BaseException as error:
            outcome["error"] = error

    own = getattr(answer, "__globals__", None)
    thread = threading.Thread(target=play, daemon=True)
    with outliving_exit(own):
        thread.start()
        thread.join(PATIENCE)
    if thread.is_alive():
        interrupt(thread)
        return _cause("client.eager" if referee.eager else "client.hangs", referee)
    if error := outcome.get("error"):
        raised = raised_from(error, own)
        return Cause("client.raised", {}, raised=(raised,))
    return _what_is_wrong(outcome["replies"], referee)


def _what_is_wrong(replies: Any, referee: Referee) -> Cause | None:
    table = REPLIES[language()]
    expected = [table[reply] for reply in (Reply.TOO_LOW, Reply.TOO_HIGH, Reply.CORRECT)]
    wanted = MESSAGES[: len(expected)]
    left = referee.left.wait(PATIENCE / 4)  # after that all that was sent has come
    if not referee.messages:
        return _cause("client.silent", referee)
    if referee.messages == MESSAGES:
        return _cause("client.goes-on", referee)
    if referee.eager:
        return _cause("client.eager", referee)
    if not isinstance(replies, list | tuple) or any(isinstance(reply, bytes) for reply in replies):
        return _cause("client.bytes", referee, got=replies)
    if referee.messages != wanted or list(replies) != expected:
        return _cause("client.replies", referee, got=replies, expected=expected)
    if not left:
        return _cause("client.open", referee)
    return None


def _cause(symptom: str, referee: Referee, **fields: Any) -> Cause:
    return Cause(
        symptom,
        {"messages": [message.decode(errors="replace") for message in referee.messages]} | fields,
    )
