"""Quizzes: the question that comes before anything is run.

Whether an answer is right is asked of real servers, sockets and code, which are run to find out.
The key that is written here counts only where that cannot be done. The words of a quiz are among
the texts, as ``quiz.<its id>`` and what follows that.
"""

import asyncio
import contextlib
import functools
import io
import os
import re
import select
import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, NamedTuple, TypeVar

from guessnet.bench import compare
from guessnet.chaos import CHAOS
from guessnet.client import Client
from guessnet.drafts import shared_answer, tutorial_blocking, tutorial_select
from guessnet.errors import BadArgument, GuessnetError, HungUp, ReplyTimeout
from guessnet.game import REPLIES, Game, Reply
from guessnet.server import Server, build
from guessnet.texts import printable, text
from guessnet.trace import Event

T = TypeVar("T")

IMPATIENT = 0.3  #: seconds after which a reply is said not to come


class Seen(NamedTuple):
    """What was seen to happen."""

    answer: str  #: the one that it makes right
    transcript: str  #: the calls that were made, each with what came of it


class Verdict(NamedTuple):
    """What there is to say about an answer."""

    right: bool
    answer: str  #: as it was understood
    whys: tuple[str, ...]  #: which texts explain it, by what follows the quiz's own id
    transcript: str = ""


@dataclass(frozen=True)
class Choice:
    """Choose one, or several where `several` says so.

    Parameters
    ----------
    options
        A letter for each.
    key
        The right ones.
    reality
        Finds out which are right.
    """

    options: str
    key: str
    reality: Callable[[], Seen]
    several: bool = False

    @property
    def whys(self) -> tuple[str, ...]:
        return tuple(self.options)

    def judge(self, answer: str | Iterable[str]) -> Verdict:
        """Raises `BadArgument` for what is no answer to this question."""
        chosen = _letters(answer)
        if not set(chosen) <= set(self.options) or not (self.several or len(chosen) == 1):
            raise _not_an_answer("several" if self.several else "one", self.options)
        seen = _really(self.reality, self.key)
        right = set(chosen) == set(seen.answer)
        if set(seen.answer) != set(self.key):
            return Verdict(right, chosen, ("differs",), seen.transcript)
        if not self.several:
            return Verdict(right, chosen, (chosen,), seen.transcript if right else "")
        differing = set(chosen) ^ set(self.key)
        whys = (option for option in self.options if right or option in differing)
        return Verdict(right, chosen, tuple(whys), seen.transcript if right else "")


@dataclass(frozen=True)
class Prediction:
    """Say what a piece of code will print.

    Parameters
    ----------
    code
        What is shown, and run to find out.
    key
        What it prints.
    mistakes
        Answers to be expected, as regular expressions, by the name of the text that explains them.
    """

    code: str
    key: str
    mistakes: Mapping[str, str]

    @property
    def whys(self) -> tuple[str, ...]:
        return ("right", *self.mistakes, "other")

    def judge(self, answer: str | Iterable[str]) -> Verdict:
        """White space, empty lines and the kind of quotation marks do not matter.

        Raises `BadArgument` where nothing else is left.
        """
        predicted = _lines(answer)
        if not predicted:
            raise BadArgument(text("quiz.empty"))
        output = _really(self.reality, self.key).answer
        right = predicted == _lines(output)
        if _lines(output) != _lines(self.key):
            return Verdict(right, predicted, ("differs",), output)
        if right:
            return Verdict(True, predicted, ("right",), output)
        mistakes = (name for name, mistake in self.mistakes.items() if _fits(mistake, predicted))
        return Verdict(False, predicted, (next(mistakes, "other"),))

    def reality(self) -> Seen:
        """Run the code."""
        printed = io.StringIO()
        names = {"print": functools.partial(print, file=printed)}
        exec(self.code, {"select": select, "socket": socket, **names})
        return Seen(printed.getvalue(), printed.getvalue())


class Rule(NamedTuple):
    """One line has to come before another; if it does not, one of them goes wrong."""

    earlier: str
    later: str
    wrong: str  #: the one that goes wrong
    why: str


@dataclass(frozen=True)
class Order:
    """Put lines of code in order. There may be more than one right order.

    Parameters
    ----------
    lines
        By letter, in the order in which they are shown.
    key
        A right order.
    rules
        What makes an order right. Among those that are broken, the one that goes wrong first
        explains it.
    reality
        Runs the lines that it is given. The answer seen is ``right`` if they did what is asked.
    """

    lines: Mapping[str, str]
    key: str
    rules: tuple[Rule, ...]
    reality: Callable[[list[str]], Seen]

    @property
    def options(self) -> str:
        return "".join(self.lines)

    @property
    def whys(self) -> tuple[str, ...]:
        return ("right", *dict.fromkeys(rule.why for rule in self.rules))

    def judge(self, answer: str | Iterable[str]) -> Verdict:
        """Raises `BadArgument` unless the answer has each line once."""
        order = _letters(answer)
        if sorted(order) != sorted(self.lines):
            raise _not_an_answer("order", self.options)
        broken = self.broken(order)
        lines = [self.lines[letter] for letter in order]
        seen = _really(lambda: self.reality(lines), "wrong" if broken else "right")
        right = seen.answer == "right"
        if right is bool(broken):
            return Verdict(right, order, ("differs",), seen.transcript)
        return Verdict(right, order, (broken[0].why if broken else "right",), seen.transcript)

    def broken(self, order: str) -> list[Rule]:
        """The rules that this order breaks, first the one that is noticed first."""
        broken = (
            rule for rule in self.rules if order.index(rule.earlier) > order.index(rule.later)
        )
        return sorted(broken, key=lambda rule: order.index(rule.wrong))


Question = Choice | Prediction | Order


def find_quiz(name: str) -> Question:
    """The quiz with this id. Raises `BadArgument`."""
    try:
        return QUIZZES[name]
    except (KeyError, TypeError):
        raise BadArgument(
            text("quiz.unknown", name=printable(str(name)), names=", ".join(QUIZZES))
        ) from None


def _not_an_answer(kind: str, options: str) -> BadArgument:
    return BadArgument(text(f"quiz.no-answer.{kind}", options=", ".join(options)))


def _letters(answer: str | Iterable[str]) -> str:
    return re.sub(r"[\s,]", "", "".join(answer)).casefold()


def _lines(answer: str | Iterable[str]) -> str:
    whole = answer if isinstance(answer, str) else "\n".join(answer)
    lines = (" ".join(line.split()) for line in whole.replace('"', "'").splitlines())
    return "\n".join(filter(None, lines))


def _fits(mistake: str, predicted: str) -> bool:
    return re.fullmatch(mistake, predicted, re.DOTALL) is not None


def _really(reality: Callable[[], Seen], key: str) -> Seen:
    try:
        return reality()
    except (OSError, GuessnetError):  # no socket or no thread is to be had
        return Seen(key, "")


# Finding out


class _Script:
    """Calls that are made one after the other, and what comes of each."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def do(self, words: str, call: Callable[[], object]) -> object:
        """Make a call; give what it returned, or the exception that it raised."""
        try:
            result = call()
        except Exception as error:
            result = error
        self._lines.append(words + _came_of_it(result))
        return result

    def saw(self, answer: str) -> Seen:
        return Seen(answer, "\n".join(self._lines))


def _came_of_it(result: object) -> str:
    if result is None or isinstance(result, socket.socket):
        return ""
    if isinstance(result, Exception):
        return f"  →  {type(result).__name__}: {printable(str(result))}"
    return f"  →  {printable(result.name if isinstance(result, Reply) else repr(result))}"


def _no_answer(result: object) -> bool:
    return isinstance(result, TimeoutError | ReplyTimeout)


def _which_socket() -> Seen:
    script = _Script()
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as client,
        listener.accept()[0] as conn,
    ):
        conn.settimeout(IMPATIENT)
        script.do('client.sendall(b"5")', lambda: client.sendall(b"5"))
        by_listener = script.do("listener.recv(1024)", lambda: listener.recv(1024)) == b"5"
        by_conn = script.do("conn.recv(1024)", lambda: conn.recv(1024)) == b"5"
    return script.saw({(True, True): "d", (True, False): "a"}.get((by_listener, by_conn), "b"))


def _client_of_lines(lines: list[str]) -> Seen:
    script = _Script()
    printed: list[str] = []

    def print_(words: str) -> str:
        printed.append(words)
        return words

    with build("sequential", secret=7) as server:
        connect = functools.partial(socket.create_connection, timeout=IMPATIENT)
        names: dict[str, object] = {
            "socket": SimpleNamespace(create_connection=connect),
            "address": server.address,
            "print": print_,
        }
        try:
            _run(lines, names, script)
            sock = names.get("sock")
            closed = isinstance(sock, socket.socket) and sock.fileno() == -1
        finally:
            _close(names.values())
    answered = [[table[Reply.TOO_LOW]] for table in REPLIES.values()]
    return script.saw("right" if closed and printed in answered else "wrong")


def _connecting_after_the_win() -> Seen:
    script = _Script()
    with build(tutorial_blocking.serve) as server:
        with Client(server.address) as first:
            _find_secret(first)
        server.join(1)
        script.do("server.running", lambda: server.running)
        second = _connect(script, "second", server)
        if isinstance(second, ConnectionRefusedError):
            return script.saw("c")
        reply = _say(script, "second", second)
    return script.saw("b" if _no_answer(reply) else "a")


def _leaving() -> Seen:
    script = _Script()
    with build(tutorial_blocking.serve) as server:
        with Client(server.address) as client:
            script.do("client.guess(10)", lambda: client.guess(10))
            script.do("client.close()", client.close)
        if server.join(1):
            script.do("server.error", lambda: server.error)
            return script.saw("d" if server.error else "c")
        code = _standing(server)
        script.do("server.where()", lambda: code)
    return script.saw("a" if "accept(" in code else "b")


def _second_client() -> Seen:
    script = _Script()
    with build("sequential", secret=7) as server, Client(server.address) as first:
        script.do("first.guess(5)", lambda: first.guess(5))
        second = _connect(script, "second", server)
        if not isinstance(second, socket.socket):
            return script.saw("a" if isinstance(second, ConnectionRefusedError) else "b")
        with second:
            if script.do('second.sendall(b"5")', lambda: second.sendall(b"5")):
                return script.saw("c")
            reply = script.do("second.recv(1024)", lambda: second.recv(1024))
    return script.saw("d" if _no_answer(reply) else "")


def _standing_still() -> Seen:
    script = _Script()
    with build("sequential", secret=7) as server, Client(server.address) as first:
        script.do("first.guess(5)", lambda: first.guess(5))
        with Client(server.address) as second:
            second.send(5)
            code = _standing(server)
            script.do("server.where()", lambda: code)
    found = (option for option, call in zip("abc", _STANDING, strict=True) if call in code)
    return script.saw(next(found, "d"))


_STANDING = ("listener.accept()", "conn.recv(1024)", "conn.sendall(")


def _backlog() -> Seen:
    script = _Script()
    sockets: list[object] = []
    with socket.create_server(("127.0.0.1", 0), backlog=1) as listener:
        listener.settimeout(IMPATIENT)
        address = listener.getsockname()
        try:
            for _ in range(5):
                sockets.append(socket.create_connection(address, IMPATIENT))
                sockets.append(listener.accept()[0])
        except OSError:
            pass
        finally:
            _close(sockets)
    connected = len(sockets) // 2
    script.do("connected", lambda: connected)
    return script.saw({1: "a", 2: "b", 5: "c"}.get(connected, ""))


def _readable(leaves: bool, comes: bool) -> Seen:
    """Of two connections, what select() reports when one is spoken to, or somebody comes."""
    script = _Script()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        clients = [socket.create_connection(address) for _ in range(2)]
        conns = [listener.accept()[0] for _ in range(2)]
        first, second = clients
        try:
            if leaves:
                script.do('first.sendall(b"5")', lambda: first.sendall(b"5"))
                script.do("second.close()", second.close)
            if comes:
                third = socket.create_connection(address)
                clients.append(third)
                script.do("third = socket.create_connection(address)", lambda: None)
                script.do('third.sendall(b"5")', lambda: third.sendall(b"5"))
            options = dict(zip([listener, *conns], "abc", strict=True))
            names = {"a": "listener", "b": "conn1", "c": "conn2"}
            readables = _settled(lambda: [options[s] for s in select.select(options, [], [], 1)[0]])
            script.do("readables", lambda: [names[option] for option in readables])
        finally:
            _close([*clients, *conns])
    return script.saw("".join(sorted(readables)))


def _shared_secret() -> Seen:
    script = _Script()
    with build(shared_answer.serve) as server:
        with Client(server.address) as first:
            secret = _find_secret(first)
        replies = []
        for name in ("second", "third", "fourth", "fifth"):
            with Client(server.address, IMPATIENT) as client:
                words = f"{name}.guess({secret})"
                replies.append(script.do(words, functools.partial(client.guess, secret)))
    if any(isinstance(reply, Exception) for reply in replies):
        return script.saw("c")
    return script.saw("a" if set(replies) == {Reply.CORRECT} else "b")


def _a_guess_of_zero() -> Seen:
    script = _Script()
    with build(tutorial_select.serve) as server:
        with Client(server.address) as first, Client(server.address, timeout=1) as second:
            second.guess(10)
            script.do("first.guess(0)", lambda: first.guess(0))
            reply = script.do("second.guess(10)", lambda: second.guess(10))
            script.do("server.error", lambda: server.error)
    if isinstance(reply, HungUp):
        return script.saw("c")
    return script.saw("b" if _no_answer(reply) else "d" if reply is Reply.QUIT else "a")


def _cleaning_of_lines(lines: list[str]) -> Seen:
    script = _Script()
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname(), IMPATIENT) as client,
    ):
        conn, _ = listener.accept()
        conn.settimeout(IMPATIENT)
        client.sendall(b"7")
        games = {conn: Game(7)}
        try:
            _run(lines, {"conn": conn, "games": games}, script)
        finally:
            closed = conn.fileno() == -1
            conn.close()
        received = script.do("client.recv(1024).decode()", lambda: client.recv(1024).decode())
        script.do("len(games)", lambda: len(games))
    done = received == REPLIES["ko"][Reply.CORRECT] and not games and closed
    return script.saw("right" if done else "wrong")


def _who_stops_step_4() -> Seen:
    """Which chaos clients keep everybody else from being answered, as long as they are there."""
    script = _Script()
    stopping = ""
    for option, name in zip("abcd", ("half-close", "never-read", "glue", "silent"), strict=True):
        with build("select") as server:
            server.narrow(4096)
            with CHAOS[name](server.address), Client(server.address, IMPATIENT) as other:
                script.do(f"{name}.act()", lambda: None)
                reply = script.do("other.guess(10)", functools.partial(other.guess, 10))
            stopping += option if _no_answer(reply) else ""
    return script.saw(stopping)


def _half_a_character() -> Seen:
    script = _Script()
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as client,
        listener.accept()[0] as conn,
    ):
        conn.settimeout(IMPATIENT)
        script.do('client.sendall("정답".encode())', lambda: client.sendall("정답".encode()))
        data = script.do("data = conn.recv(4)", lambda: conn.recv(4))
        assert isinstance(data, bytes)
        decoded = script.do("data.decode()", data.decode)
    if isinstance(decoded, UnicodeDecodeError):
        return script.saw("c")
    return script.saw("b" if decoded == "정답" else "a")


def _what_int_takes() -> Seen:
    script = _Script()
    taken = ""
    for option, (words, value) in zip("abcde", _FOR_INT.items(), strict=True):
        result = script.do(f"int({words})", functools.partial(int, value))
        taken += option if isinstance(result, int) else ""
    return script.saw(taken)


_FOR_INT = {
    '"1_0"': "1_0",
    '"５"': "５",
    '"5.0"': "5.0",
    '" 7\\n"': " 7\n",
    '"9" * 5000': "9" * 5000,
}


def _threads_of_many() -> Seen:
    script = _Script()
    with build("threaded") as server, contextlib.ExitStack() as clients:
        for _ in range(20):
            clients.enter_context(Client(server.address)).guess(10)
        script.do("clients", lambda: 20)
        count = _settled(lambda: len(server.threads()))
        script.do("len(server.threads())", lambda: count)
    return script.saw({os.cpu_count(): "b", 1: "a", 20: "c", 21: "d"}.get(count, ""))


def _too_high_a_number() -> Seen:
    script = _Script()
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as conn,
    ):
        sockets: list[Any] = [listener, conn, 1024]
        words = "select.select([listener, conn, 1024], [], [], 0)"
        result = script.do(words, lambda: len(select.select(sockets, [], [], 0)[0]))
    if isinstance(result, ValueError):
        return script.saw("b")
    return script.saw("d" if isinstance(result, OSError) else "a")


def _level_and_edge() -> Seen:
    if not hasattr(select, "epoll"):
        raise OSError("there is no epoll here")
    script = _Script()
    told: list[object] = []
    for name, mode in (("level", 0), ("edge", select.EPOLLET)):
        left, right = socket.socketpair()
        with left, right, select.epoll() as epoll:
            epoll.register(right, select.EPOLLIN | mode)
            left.sendall(b"57")
            epoll.poll(0)
            script.do("right.recv(1)", functools.partial(right.recv, 1))
            ready = functools.partial(lambda epoll: bool(epoll.poll(0)), epoll)
            told.append(script.do(f"ready? ({name})", ready))
    return script.saw(_TOLD.get(tuple(told), "d"))


_TOLD: Mapping[tuple[object, ...], str] = {
    (True, True): "a",
    (True, False): "b",
    (False, True): "c",
}


def _cost_of_the_silent() -> Seen:
    script = _Script()
    compared = compare("threaded", "select", clients=2, silent=500, rounds=1)
    for name, cost in compared.cpu.items():
        script.do(f"µs ({name})", functools.partial(round, cost))
    ratio = compared.ratio("threaded", "select")
    return script.saw("a" if ratio > 1.25 else "b" if ratio < 0.8 else "c")


def _a_handler_that_sleeps() -> Seen:
    script = _Script()
    asleep = threading.Event()

    async def handle(conn: socket.socket, game: Game) -> None:
        loop = asyncio.get_running_loop()
        with conn:
            with contextlib.suppress(OSError):
                while data := await loop.sock_recv(conn, 1024):
                    if data == b"1":
                        asleep.set()
                        time.sleep(3 * IMPATIENT)
                    await loop.sock_sendall(conn, game.play(data))

    async def accept(listener: socket.socket, new_game: Callable[[], Game]) -> None:
        loop = asyncio.get_running_loop()
        tasks = []
        while True:
            conn, _ = await loop.sock_accept(listener)
            conn.setblocking(False)
            tasks.append(loop.create_task(handle(conn, new_game())))

    def serve(listener: socket.socket, new_game: Callable[[], Game]) -> None:
        listener.setblocking(False)
        asyncio.run(accept(listener, new_game))

    with build(serve, secret=7) as server, Client(server.address) as first:
        with Client(server.address, IMPATIENT) as second:
            script.do("first.send(1)", lambda: first.send(1))
            asleep.wait(1)
            reply = script.do("second.guess(5)", lambda: second.guess(5))
            if not _no_answer(reply):
                return script.saw("a" if isinstance(reply, Reply) else "c")
            second.timeout = 9 * IMPATIENT
            later = script.do("second.receive()", second.receive)
    return script.saw("b" if isinstance(later, Reply) else "c")


def _nobody_reads() -> Seen:
    script = _Script()
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as client,
        listener.accept()[0] as conn,
    ):
        client.setblocking(False)
        conn.settimeout(IMPATIENT)
        script.do('conn.sendall(b"5")', lambda: conn.sendall(b"5"))
        much = b"x" * 20_000_000  # buffers take some millions
        result = script.do('conn.sendall(b"x" * 20_000_000)', lambda: conn.sendall(much))
        first = script.do("client.recv(1)", lambda: client.recv(1))
    if result is None:
        return script.saw("a" if first == b"5" else "d")
    return script.saw("c" if _no_answer(result) else "b")


def _next_to_one_who_never_reads() -> Seen:
    script = _Script()
    events: list[Event] = []
    with build("select", secret=7, trace=events.append) as server:
        server.narrow(4096)
        with Client(server.address, IMPATIENT) as second, socket.socket() as first:
            first.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            first.connect(server.address)
            script.do("second.guess(5)", lambda: second.guess(5))
            guesses = b"10\n" * 20_000
            script.do('first.sendall(b"10\\n" * 20_000)', lambda: first.sendall(guesses))
            # Buffers fill by fits and starts: the other side's kernel is in no hurry to answer.
            _settled(lambda: len(events), pause=0.25)
            code = _standing(server)
            reply = script.do("second.guess(5)", lambda: second.guess(5))
            script.do("server.where()", lambda: code)
    if isinstance(reply, HungUp):
        return script.saw("c")
    return script.saw("b" if _no_answer(reply) else "a")


def _reply_after_the_end() -> Seen:
    script = _Script()
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname(), IMPATIENT) as client,
        listener.accept()[0] as conn,
    ):
        conn.settimeout(IMPATIENT)
        script.do('client.sendall(b"5")', lambda: client.sendall(b"5"))
        script.do("client.shutdown(socket.SHUT_WR)", lambda: client.shutdown(socket.SHUT_WR))
        script.do("conn.recv(1024)", lambda: conn.recv(1024))
        script.do("conn.recv(1024)", lambda: conn.recv(1024))
        failed = script.do('conn.sendall(b"too low")', lambda: conn.sendall(b"too low"))
        if failed:
            return script.saw("a")
        got = script.do("client.recv(1024)", lambda: client.recv(1024))
    return script.saw("b" if got == b"too low" else "d" if _no_answer(got) else "c")


def _lists_of_a_reset() -> Seen:
    script = _Script()
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as client,
        listener.accept()[0] as conn,
    ):
        conn.sendall(b"too low")
        select.select([client], [], [], IMPATIENT)
        script.do("client.close()  # has something unread: RST", client.close)

        def lists() -> list[int]:
            return [len(ready) for ready in select.select([conn], [conn], [conn], IMPATIENT)]

        counts = _settled(lists)
        script.do("len(readables), len(writeables), len(exceptions)", lambda: tuple(counts))
        script.do("conn.recv(1024)", lambda: conn.recv(1024))
    found = "".join(option for option, count in zip("abc", counts, strict=True) if count)
    return script.saw(found or "d")


def _run(lines: list[str], names: dict[str, object], script: _Script) -> None:
    for line in lines:
        if isinstance(script.do(line, functools.partial(_run_line, line, names)), Exception):
            return


def _run_line(line: str, names: dict[str, object]) -> object:
    try:
        expression = compile(line, "<line>", "eval")
    except SyntaxError:
        exec(line, names)
        return None
    return eval(expression, names)


def _close(found: Iterable[object]) -> None:
    for value in found:
        if isinstance(value, socket.socket):
            value.close()


def _connect(script: _Script, name: str, server: Server) -> object:
    words = f"{name} = socket.create_connection(address)"
    return script.do(words, lambda: socket.create_connection(server.address, IMPATIENT))


def _say(script: _Script, name: str, sock: object) -> object:
    assert isinstance(sock, socket.socket)
    with sock:
        sock.sendall(b"5")
        return script.do(f"{name}.recv(1024)", lambda: sock.recv(1024))


def _find_secret(client: Client) -> int:
    return next(number for number in range(1, 10) if client.guess(number) is Reply.CORRECT)


def _standing(server: Server) -> str:
    """The line at which a server stands, once it does not move any more."""
    return _settled(lambda: "".join(place.code for place in server.where()[:1]))


def _settled(look: Callable[[], T], pause: float = 0.05) -> T:
    """What `look` gives twice in a row, with so many seconds between."""
    give_up = time.monotonic() + 1
    earlier, now = None, look()
    while earlier != now and time.monotonic() < give_up:
        time.sleep(pause)
        earlier, now = now, look()
    return now


# The quizzes

QUIZZES: dict[str, Question] = {
    "00-socket": Choice("abcd", "b", _which_socket),
    "00-bytes": Prediction(
        'print(len("정답"))\nprint(len("정답".encode()))',
        "2\n6",
        {"same": r"(\d+)\n\1", "two-each": r"2\n4", "swapped": r"6\n2"},
    ),
    "00-client": Order(
        {
            "a": "print(sock.recv(1024).decode())",
            "b": "sock.close()",
            "c": "sock = socket.create_connection(address)",
            "d": 'sock.sendall(b"5")',
        },
        "cdab",
        (
            Rule("c", "a", "a", "connect"),
            Rule("c", "b", "b", "connect"),
            Rule("c", "d", "d", "connect"),
            Rule("a", "b", "a", "close"),
            Rule("d", "b", "d", "close"),
            Rule("d", "a", "a", "send"),
        ),
        _client_of_lines,
    ),
    "01-again": Choice("abc", "c", _connecting_after_the_win),
    "01-empty": Prediction(
        """\
with socket.create_server(("127.0.0.1", 0)) as listener:
    client = socket.create_connection(listener.getsockname())
    conn, address = listener.accept()
    client.sendall(b"5")
    client.close()
    print(conn.recv(1024))
    print(conn.recv(1024))
    print(conn.recv(1024))
    conn.close()""",
        "b'5'\nb''\nb''",
        {
            "lost": r"(b''\n?)+",
            "waits": r"b'5'(\nb'')?",
            "no-b": r"'?5'?(\n'')*",
            "error": r"(?i)b?'?5'?\n.*(error|오류|예외).*",
        },
    ),
    "01-leaving": Choice("abcd", "d", _leaving),
    "02-waiting": Choice("abcd", "d", _second_client),
    "02-standing": Choice("abcd", "b", _standing_still),
    "02-backlog": Choice("abc", "c", _backlog),
    "03-twice": Prediction(
        """\
with socket.create_server(("127.0.0.1", 0)) as listener:
    client = socket.create_connection(listener.getsockname())
    conn, address = listener.accept()
    client.sendall(b"5")
    watched = [listener, conn]
    for _ in range(2):
        readables, writeables, exceptions = select.select(watched, [], [], 0.2)
        print(len(readables))
    client.close()
    conn.close()""",
        "1\n1",
        {"once": r"1\n0", "both": r"2\n[12]", "none": r"0\n.*"},
    ),
    "03-newcomer": Choice("abcd", "a", lambda: _readable(leaves=False, comes=True), several=True),
    "03-left": Choice("abc", "bc", lambda: _readable(leaves=True, comes=False), several=True),
    "04-shared": Choice("abc", "a", _shared_secret),
    "04-zero": Choice("abcd", "c", _a_guess_of_zero),
    "04-closed": Prediction(
        """\
left, right = socket.socketpair()
left.close()
print(left.fileno())
try:
    select.select([left, right], [], [], 0)
    print("ok")
except Exception as error:
    print(type(error).__name__)
right.close()""",
        "-1\nValueError",
        {"skipped": r"-1\n'?ok'?", "bad-descriptor": r"-1\nOSError", "number": r"\d+(\n.*)?"},
    ),
    "04-cleanup": Order(
        {
            "a": "conn.close()",
            "b": "reply = games[conn].play(data)",
            "c": "del games[conn]",
            "d": "conn.sendall(reply)",
            "e": "data = conn.recv(1024)",
        },
        "ebdca",
        (
            Rule("e", "a", "e", "closed"),
            Rule("e", "b", "b", "recv"),
            Rule("b", "c", "b", "forgotten"),
            Rule("b", "d", "d", "play"),
            Rule("d", "a", "d", "closed"),
        ),
        _cleaning_of_lines,
    ),
    "05-two": Prediction(
        """\
with socket.create_server(("127.0.0.1", 0)) as listener:
    client = socket.create_connection(listener.getsockname())
    client.sendall(b"1")
    client.sendall(b"2")
    conn, address = listener.accept()
    print(conn.recv(1024))
    client.close()
    conn.close()""",
        "b'12'",
        {
            "first": r"b'1'(\nb'2')?",
            "last": r"b'2'",
            "list": r"\[.*|b'1' ?,? ?b'2'",
            "no-b": r"'?12'?",
        },
    ),
    "05-half": Choice("abcd", "c", _half_a_character),
    "05-int": Choice("abcde", "abd", _what_int_takes, several=True),
    "06-many": Choice("abcd", "d", _threads_of_many),
    "06-run": Prediction(
        """\
import threading

here = threading.current_thread()
seen = []

def work():
    seen.append(threading.current_thread() is here)

first, second = threading.Thread(target=work), threading.Thread(target=work)
first.run()
second.start()
second.join()
print(seen)""",
        "[True, False]",
        {
            "both": r"\[?False, ?False\]?",
            "neither": r"\[?True, ?True\]?",
            "swapped": r"\[?False, ?True\]?",
        },
    ),
    "06-race": Prediction(
        """\
import threading

score = {"wins": 0}
both_have_read = threading.Barrier(2)

def add():
    count = score["wins"]
    both_have_read.wait()
    score["wins"] = count + 1

threads = [threading.Thread(target=add) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("wins:", score["wins"])""",
        "wins: 1",
        {
            "bare": r"1",
            "two": r"(wins: ?)?2",
            "none": r"(wins: ?)?0",
            "either": r"(wins: ?)?(1\D+2|2\D+1)",
            "stuck": r"(?i).*(deadlock|멈|error|stuck|stop).*",
        },
    ),
    "07-send": Choice("abcd", "c", _nobody_reads),
    "07-room": Prediction(
        """\
left, right = socket.socketpair()
left.setblocking(False)
readables, writeables, exceptions = select.select([left], [left], [], 0.2)
print(len(readables), len(writeables))
sent = left.send(b"x" * 10_000_000)
print(sent == 10_000_000)
readables, writeables, exceptions = select.select([left], [left], [], 0.2)
print(len(readables), len(writeables))
left.close()
right.close()""",
        "0 1\nFalse\n0 0",
        {
            "nothing-to-send": r"(?i)0 0.*",
            "all": r"(?i)0 1\ntrue.*",
            "still-room": r"(?i)0 1\nfalse\n0 1",
            "readable": r"(?i)(1 \d.*|0 1\nfalse\n1 \d)",
        },
    ),
    "07-greedy": Choice("abcd", "b", _next_to_one_who_never_reads),
    "08-half": Choice("abcd", "b", _reply_after_the_end),
    "08-gone": Prediction(
        """\
with socket.create_server(("127.0.0.1", 0)) as listener:
    client = socket.create_connection(listener.getsockname())
    conn, address = listener.accept()
    client.close()
    print(conn.recv(1024))
    print(conn.send(b"5"))
    conn.close()""",
        "b''\n1",
        {
            "recv-fails": r"(?i).*(error|오류|예외|reset|pipe).*\n.*",
            "send-fails": r"(?i)b?''\n.*(error|오류|예외|pipe|reset).*",
            "nothing-sent": r"b?''\n0",
            "no-b": r"''(\n1)?",
        },
    ),
    "08-lists": Choice("abcd", "ab", _lists_of_a_reset, several=True),
    "09-number": Choice("abcd", "b", _too_high_a_number),
    "09-edge": Choice("abcd", "b", _level_and_edge),
    "09-cost": Choice("abc", "b", _cost_of_the_silent),
    "10-next": Prediction(
        """\
def story():
    print("hello")
    word = yield "waiting"
    print(word)
    yield "waiting again"

task = story()
print("made")
print(next(task))
print(task.send("awake"))""",
        "made\nhello\nwaiting\nawake\nwaiting again",
        {
            "at-once": r"hello\n.*",
            "not-sent": r"made\nhello\nwaiting\n(None|waiting again).*",
        },
    ),
    "10-sleep": Choice("abcd", "b", _a_handler_that_sleeps),
    "10-call": Prediction(
        """\
async def reply():
    print("hello")

task = reply()
print(type(task).__name__)
task.close()""",
        "coroutine",
        {
            "runs": r"hello\b.*",
            "function": r"'?function'?",
            "nothing": r"None(Type)?|'?NoneType'?",
        },
    ),
    "11-survive": Choice("abcd", "b", _who_stops_step_4, several=True),
}
