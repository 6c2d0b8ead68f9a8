"""One question put to one fresh server, and the clients that put it.

A client here is a witness: it writes down what it sends and what comes back, and where something
else was to come it raises a `Failure`, which says what was seen and judges nothing.
"""

import contextlib
import random
import selectors
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from guessnet.game import REPLIES, Reply
from guessnet.grading.sights import wait_until_idle
from guessnet.grading.subjects import Subject

LOOK = 0.05  #: seconds between two looks whether a reply has come
LOOKS = 30  #: after which no reply is expected; none is made while the whole machine stands still
QUIET_LOOKS = 6  #: the same if the server did nothing at all in that time
WORK = 8.0  #: seconds that a server may take to deal with a flood
WORK_UNSEEN = 1.5  #: the same for one whose work cannot be seen
SPIN_WATCH = 0.2  #: seconds for which a server that should be idle is watched
SPIN_SHARE = 0.5  #: of that time; a server that is busy for longer never rests

MAX_ENTRIES = 24  #: lines of a transcript that are kept: the last ones
MAX_BYTES = 60  #: of each line
STRANGE_MOST = 4096  #: bytes of an unknown reply that are read

_Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)
_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a transcript.

    `kind` is ``connect``, ``refused``, ``sent``, ``received``, ``ended`` (by the server), ``reset``
    (by the server), ``left``, ``cut`` (a reset by the client) or ``finished`` (sending).
    """

    t: float  #: seconds since the trial began
    client: str
    kind: str
    data: bytes = b""  #: at most `MAX_BYTES` of it
    size: int = 0  #: bytes in all


class Failure(Exception):
    """What was to come did not.

    Parameters
    ----------
    symptom
        ``refused``, ``closed``, ``silent``, ``other`` (a reply, but another one), ``strange`` (no
        reply of the game), ``extra`` (where none was to come), ``open`` (not closed), or a word of
        the scenario's own.
    expected, got
        Bytes of the wire, where there are any.
    facts
        What else was found out, for the diagnosis.
    """

    def __init__(
        self, symptom: str, *, expected: bytes = b"", got: bytes = b"", **facts: Any
    ) -> None:
        super().__init__(symptom)
        self.symptom = symptom
        self.client: Witness | None = None  #: that has seen it
        self.transcript: tuple[Entry, ...] = ()  #: up to then
        self.expected = expected
        self.got = got
        self.facts = facts


@dataclass
class Manners:
    """What has been learnt of a server, to talk to it as it wants to be talked to."""

    lang: str | None = None  #: of its replies
    ending: bytes = b""  #: what ends a message: nothing, or a newline for one that reads lines
    restless: bool = False  #: it is busy also when there is nothing to do

    def replies(self, echo: bytes) -> dict[bytes, Reply]:
        """All that it may reply to a message, INVALID with its echo."""
        return {
            (words + (echo.decode(errors="replace") if reply is Reply.INVALID else "")).encode(): (
                reply
            )
            for lang in ([self.lang] if self.lang else REPLIES)
            for reply, words in REPLIES[lang].items()
        }

    def words(self, *replies: Reply) -> list[bytes]:
        """The words for these replies in its language."""
        return [REPLIES[self.lang or next(iter(REPLIES))][reply].encode() for reply in replies]


class Trial:
    """A running server, the clients of one scenario, and what they have written down.

    As a context manager it starts the server, and in the end closes the clients and stops it.
    """

    def __init__(self, subject: Subject, manners: Manners, chance: random.Random) -> None:
        self.subject = subject
        self.manners = manners
        self.chance = chance  #: from which the clients draw what they say, where it may differ
        self.transcript: deque[Entry] = deque(maxlen=MAX_ENTRIES)
        self.clients: list[Witness] = []
        self._began = time.monotonic()

    def __enter__(self) -> "Trial":
        self.address = self.subject.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._close_clients()
        self.subject.stop()

    def _close_clients(self) -> None:
        for client in self.clients:
            client.close()
        self.clients.clear()

    def restart(self) -> None:
        """End the server and start it again, without any client and with a blank transcript."""
        self._close_clients()
        self.transcript.clear()
        self.subject.stop()
        self.address = self.subject.start()

    def next_stage(self) -> None:
        """Start afresh; raises `Failure` if the server so far has raised what nobody caught."""
        self.settle_down()
        if self.subject.look().raised:
            raise Failure("raised")
        self.restart()

    def settle_down(self) -> None:
        """Wait until an exception, if there was one, has had its effect."""
        self._wait_until_idle(quiet=0.05, at_most=0.3)

    def client(self, sock: socket.socket | None = None) -> "Witness":
        """A client that has just connected, by an unconnected socket or by a new one."""
        client = Witness(self, f"{len(self.clients) + 1}", sock or self.subject.socket())
        self.clients.append(client)
        client.connect(self.address)
        return client

    def note(self, client: str, kind: str, data: bytes = b"") -> None:
        """Write a line of the transcript; what comes in pieces makes one line."""
        since, size = time.monotonic() - self._began, len(data)
        last = self.transcript[-1] if self.transcript else None
        if last and kind == "received" and (last.client, last.kind) == (client, kind):
            self.transcript.pop()
            since, data, size = last.t, last.data + data, last.size + size
        self.transcript.append(Entry(since, client, kind, data[:MAX_BYTES], size))

    def settle(self, at_most: float = 0.5, unseen: float = 0.1) -> None:
        """Wait until the server has done what there was to do, or for so many `unseen` seconds.

        The latter where its work cannot be seen, or where it never rests.
        """
        seen = self.busy() is not None
        self._wait_until_idle(quiet=0.1 if seen else unseen, at_most=at_most)

    def _wait_until_idle(self, quiet: float, at_most: float) -> None:
        wait_until_idle(self.busy, quiet, at_most, self.held_up)

    def busy(self) -> float | None:
        """Seconds for which the server has been busy, if that says anything."""
        return None if self.manners.restless else self.subject.busy()

    def held_up(self) -> bool:
        """Whether the server has something to do and is not let, if that says anything."""
        return not self.manners.restless and self.subject.held_up()

    def spins(self) -> bool:
        """Whether the server is busy although there is nothing to do."""
        if wait_until_idle(self.subject.busy, quiet=0.1, at_most=0.3):
            return False
        for _ in range(2):  # a server that has just come to rest is given a second chance
            before, began = self.subject.busy(), time.monotonic()
            time.sleep(SPIN_WATCH)
            after, watched = self.subject.busy(), time.monotonic() - began
            if before is None or after is None or after - before < SPIN_SHARE * watched:
                return False
        return True


class Witness:
    """One client that writes down all that goes over its connection."""

    def __init__(self, trial: Trial, name: str, sock: socket.socket) -> None:
        self.name = name
        self._trial = trial
        self._socket = sock
        self._unread = b""  # received, and not taken for a reply yet
        self._last = b""  # the message that was sent last, without its ending
        self._stack = contextlib.ExitStack()
        self.sent: list[bytes] = []

    def connect(self, address: tuple[str, int]) -> None:
        self._socket.settimeout(LOOK * LOOKS)
        try:
            self._socket.connect(address)
        except OSError as error:
            self._note("refused")
            raise self.failure("refused") from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._note("connect")

    def send(self, data: bytes) -> None:
        """Send bytes as they are. That the server has hung up shows when its reply is awaited."""
        self._note("sent", data)
        self.sent.append(data)
        self._send_all(data)

    def say(self, message: str | bytes) -> None:
        """Send one message, ended as this server wants it."""
        self._last = message.encode() if isinstance(message, str) else message
        self.send(self._last + self._trial.manners.ending)

    def ask(self, message: str | bytes, *expected: Reply) -> Reply:
        """Send one message, and see that one of the `expected` replies comes (or any)."""
        self.say(message)
        return self.expect(*expected)

    def expect(self, *expected: Reply, to: bytes | None = None) -> Reply:
        """See that one of these replies comes, to the message sent last or to another one.

        A newline around a reply may be there or not. Raises `Failure`.
        """
        echo = self._last if to is None else to
        while True:
            candidates = self._trial.manners.replies(echo)
            self._unread = self._unread.lstrip(b"\n")
            for words, reply in candidates.items():
                if self._unread.startswith(words):
                    return self._take(words, reply, expected, echo)
            if self._unread and not any(words.startswith(self._unread) for words in candidates):
                break
            data = self._receive()
            if not data:
                raise self.failure(
                    "silent" if data is None else "closed",
                    expected=self._written(expected, echo),
                    got=self._unread,
                )
            self._unread += data
        got = self.rest()
        kind = "other" if any(map(got.startswith, self._trial.manners.replies(b""))) else "strange"
        raise self.failure(kind, expected=self._written(expected, echo), got=got)

    def _take(self, words: bytes, reply: Reply, expected: tuple[Reply, ...], echo: bytes) -> Reply:
        if expected and reply not in expected:
            raise self.failure("other", expected=self._written(expected, echo), got=words)
        manners = self._trial.manners
        after = self._unread[len(words) :]
        following = [b"\n", *manners.replies(b"")]
        if after and not any(
            after.startswith(next_) or next_.startswith(after) for next_ in following
        ):
            raise self.failure("strange", expected=words, got=self.rest())
        if manners.lang is None:
            manners.lang = next(lang for lang in REPLIES if words in Manners(lang).replies(echo))
        self._unread = self._unread[len(words) :]
        return reply

    def _written(self, expected: tuple[Reply, ...], echo: bytes) -> bytes:
        """The first of the expected replies, as it would look."""
        if not expected:
            return b""
        manners = Manners(self._trial.manners.lang or next(iter(REPLIES)))
        return next(words for words, reply in manners.replies(echo).items() if reply is expected[0])

    def expect_one_of(self, expected: list[bytes]) -> None:
        """See that the bytes come that are one of the `expected`, to the last."""
        while self._unread not in expected:
            if not any(words.startswith(self._unread) for words in expected):
                raise self.failure("other", expected=expected[0], got=self.rest())
            data = self._receive()
            if not data:
                symptom = "closed" if data == b"" else "other" if self._unread else "silent"
                raise self.failure(symptom, expected=expected[0], got=self._unread)
            self._unread += data
        self._unread = b""

    def expect_end(self) -> None:
        """See that the server closes, and says nothing before it does."""
        while data := self._receive():
            self._unread += data
            if len(self._unread) > STRANGE_MOST:
                break
        if self._unread.strip(b"\n"):
            raise self.failure("extra", got=self._unread)
        if data is None:
            raise self.failure("open")

    def expect_nothing(self) -> None:
        """See that nothing comes while the server does what it has to do."""
        self._trial.settle()
        if self._unread.strip(b"\n") or self.has_something():
            got = self.rest()
            raise self.failure("extra" if got else "closed", got=got)

    def wins(self, number: bytes) -> bool:
        """Whether the reply to a guess, whatever else it says, is "correct"."""
        self.say(number)
        self.hears()
        return _says_correct(self.rest())

    def hears(self) -> bool:
        """Whether a reply comes after all."""
        if not self._comes_in_time():
            return False
        try:
            return bool(self._socket.recv(1, socket.MSG_PEEK))
        except OSError:
            return False

    def has_something(self, seconds: float = 0.0) -> bool:
        """Whether something has come, or comes within this time: a reply or an end."""
        # poll() needs no descriptor of its own, so that those of a server in this process come as
        # they would elsewhere.
        with _Selector() as selector:
            selector.register(self._socket, selectors.EVENT_READ)
            return bool(selector.select(seconds))

    def finish(self) -> None:
        """Say that nothing more will be sent."""
        self._note("finished")
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def leave(self) -> None:
        """Close, but keep the descriptor, so that it is not given to anybody else."""
        self._note("left")
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        """Leave with a reset."""
        self._note("cut")
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._socket.close()

    def close(self) -> None:
        self._stack.close()
        self._socket.close()

    def send_and_read_late(self, data: bytes, enough: int, unseen: float) -> bytes:
        """Send it all, and begin to read when nothing more goes in; give what has come.

        That is `enough` bytes, or fewer if nothing more comes. A server whose work cannot be seen
        has so many `unseen` seconds for it.
        """
        with self._sending(data, unseen):
            received = bytearray(self._unread)
            while len(received) < enough and (chunk := self._receive()):
                received += chunk
        return bytes(received)

    def send_without_reading(self, data: bytes, unseen: float) -> None:
        """Send it all, or as much as goes in."""
        self._stack.enter_context(self._sending(data, unseen))

    @contextlib.contextmanager
    def _sending(self, data: bytes, unseen: float) -> Iterator[None]:
        """Begin to send data, and go on when the server has taken all that it takes of it."""
        self._note("sent", data)
        self._socket.settimeout(WORK)
        sender = threading.Thread(target=self._send_all, args=(data,), daemon=True)
        sender.start()
        self._trial.settle(at_most=WORK, unseen=unseen)
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)  # ends a send() that is still waiting
            sender.join()

    def _send_all(self, data: bytes) -> None:
        with contextlib.suppress(OSError):  # the server has hung up: that shows in its replies
            self._socket.sendall(data)

    def _receive(self) -> bytes | None:
        """What has come: b"" is the end of the connection, None that nothing comes."""
        if not self._comes_in_time():
            return None
        try:
            data = self._socket.recv(1 << 16)
        except ConnectionError:
            self._note("reset")
            return b""
        self._note("received" if data else "ended", data)
        return data

    def _comes_in_time(self) -> bool:
        """Wait until something comes, or the server has gone to rest without it."""
        done: float | None = None
        quiet = 0
        for _ in range(LOOKS):
            if self.has_something(LOOK):
                return True
            if (after := self._trial.busy()) != done or self._trial.held_up():
                done, quiet = after, 0
            elif done is not None and (quiet := quiet + 1) == QUIET_LOOKS:
                break
        return self.has_something()

    def rest(self) -> bytes:
        """What has been received and all that still comes soon."""
        self._trial.settle(at_most=0.5)
        while len(self._unread) < STRANGE_MOST and self.has_something():
            if not (data := self._receive()):
                break
            self._unread += data
        got, self._unread = self._unread, b""
        return got

    def failure(self, symptom: str, **seen: Any) -> Failure:
        """A `Failure` that this client has seen."""
        failure = Failure(symptom, **seen)
        failure.client = self
        failure.transcript = tuple(self._trial.transcript)
        return failure

    def _note(self, kind: str, data: bytes = b"") -> None:
        self._trial.note(self.name, kind, data)


def _says_correct(said: bytes) -> bool:
    return any(table[Reply.CORRECT].encode() in said for table in REPLIES.values())
