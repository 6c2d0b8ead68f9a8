"""Many clients of one server, in a process of their own.

    python -m guessnet.bench.load

Each line of its standard input is a request in JSON, the name of a method of `Load` and what it
takes, and is answered in a line of JSON. It ends with its input.

What a client does is a generator, to be read from top to bottom: it yields the descriptor of the
socket that it waits for. Python costs the clients as much as it costs the server, or more. So they
do little: for a reply, or many that come together, one recv(), a look whether the bytes are those
expected, and one send() of guesses that were made beforehand.
"""

import contextlib
import itertools
import json
import math
import random
import select
import selectors
import socket
import sys
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial
from typing import Any

from guessnet.chaos import NEVER_READ_MOST
from guessnet.game import HIGHEST, LOWEST, REPLIES, Reply
from guessnet.server import raise_descriptor_limit
from guessnet.texts import printable

GUESS = b"10\n"  #: too high, whatever the secret is: no game ends of it
BATCHES = 4096  #: that take turns: no server can know them by heart
FLOOD = GUESS * 10_000
TIMEOUT = 5.0  #: seconds that a connection and a reply may take
PATIENCE = 0.5  #: seconds without any event, in the end, after which nothing is waited for
KNOCKING = 64  #: clients that connect at the same time
SIZE = 1 << 16  #: bytes that one recv() may return

Doing = Generator[int]  #: what a client does; gives the descriptor that it waits for

if sys.platform == "linux":
    Poller, READ, WRITE = select.epoll, select.EPOLLIN, select.EPOLLOUT
else:
    READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE

    class Poller(selectors.DefaultSelector):
        """The best that another system has, under the names of epoll."""

        def poll(self, timeout: float) -> list[tuple[int, int]]:
            return [(key.fd, events) for key, events in self.select(timeout)]


class Unmeasurable(Exception):
    """The server does what makes its figures worthless: the id of a text, and what it is about."""

    def __init__(self, key: str, **values: bytes) -> None:
        super().__init__(key)
        self.key = key
        self.values = {name: printable(data[:60]) for name, data in values.items()}


class Load:
    """The clients. Each public method answers a request; an address is a host and a port."""

    def __init__(self) -> None:
        self._clients: list[socket.socket] = []
        self._poller = Poller()
        self._words: dict[Reply, bytes] = {}  #: what the server says, in its language
        self._too_high = b""  #: its reply to GUESS
        self._over = False  #: the time is up: finish what you do, and begin nothing more

    # Before anything is measured

    def try_out(self, address: list[Any]) -> dict[str, Any]:
        """Leave in the middle of a game, play another to its end, and see that it is all right.

        That somebody has left makes a difference: asyncio has a buffer of 256 KiB for each recv(),
        for which glibc asks the kernel every time, until it has once been given back as it was, at
        the end of a connection. Until then a reply costs three times as much.
        """
        with socket.create_connection((address[0], address[1]), TIMEOUT) as client:
            self._too_high = _exchange(client, GUESS)
        with socket.create_connection((address[0], address[1]), TIMEOUT) as client:
            _expect(GUESS, self._too_high, _exchange(client, GUESS))
            self._words = _language_of(self._too_high)
            _expect(b"-1\n", self._words[Reply.TOO_LOW], _exchange(client, b"-1\n"))
            search = _Search(self._words)
            while not search.over:
                search.tell(_exchange(client, search.guess))
            with contextlib.suppress(TimeoutError):
                if not client.recv(SIZE):
                    return {}
            raise Unmeasurable("bench.no-end")

    def connect(self, address: list[Any], count: int) -> dict[str, Any]:
        """Let so many come one after the other, each with a guess; how many got a reply.

        Whoever comes after one who waits for it in vain would do so, too: nobody does.
        """
        let_in = 0
        with contextlib.suppress(ConnectionError, TimeoutError):
            for _ in range(count):
                client = socket.create_connection((address[0], address[1]), TIMEOUT)
                self._clients.append(client)
                reply = _first_reply(client)
                self._too_high = self._too_high or reply
                let_in += bool(reply)
        return {"let_in": let_in}

    def enter(self, address: list[Any], count: int) -> dict[str, Any]:
        """Let so many connect, and say nothing yet."""
        places = iter(range(count))
        waiting = _begun([self._bring_in(address, places) for _ in range(KNOCKING)])
        self._go_on(waiting, TIMEOUT)
        for usher in waiting.values():
            usher.close()
        return {}

    def answered(self) -> dict[str, Any]:
        """Whether the first one still gets replies."""
        with contextlib.suppress(TimeoutError):
            return {"answered": bool(_first_reply(self._clients[0]))}
        return {"answered": False}

    def leave(self) -> dict[str, Any]:
        while self._clients:
            self._clients.pop().close()
        return {}

    def close(self) -> None:
        """Leave, for good."""
        self.leave()
        self._poller.close()

    # What is measured

    def play(
        self, count: int, seconds: float, in_flight: int = 1, never_readers: int = 0
    ) -> dict[str, Any]:
        """Let `count` clients guess, with so many guesses under way from each.

        The never-readers are those who came first. Whoever else has come says nothing.
        """
        flooding, players = self._clients[:never_readers], self._clients[never_readers:][:count]
        batches, replies = itertools.cycle(_batches(in_flight)), self._too_high * in_flight
        measured = self._measure(
            [partial(self._stay, player, batches, replies) for player in players],
            seconds,
            [self._flood(client) for client in flooding],
        )
        measured["operations"] *= in_flight
        return measured

    def games(self, address: list[Any], count: int, seconds: float) -> dict[str, Any]:
        """Let `count` clients play one whole game after the other, each over a new connection."""
        return self._measure([self._coming(address, self._play_game)] * count, seconds)

    def visits(self, address: list[Any], count: int, seconds: float) -> dict[str, Any]:
        """Let `count` clients come, guess once and leave, again and again."""
        return self._measure([self._coming(address, self._guess_once)] * count, seconds)

    def _measure(
        self,
        clients: Sequence[Callable[[list[float]], Doing]],
        seconds: float,
        others: Sequence[Doing] = (),
    ) -> dict[str, Any]:
        """Let clients do what they do for so many seconds; what they have begun they finish.

        Each is handed a list, to take down in it how long each operation took.
        """
        times: list[list[float]] = [[] for _ in clients]
        self._over = False
        doings = [client(its_times) for client, its_times in zip(clients, times, strict=True)]
        waiting = _begun([*others, *doings])
        began = time.perf_counter()
        self._go_on(waiting, seconds)
        passed = time.perf_counter() - began
        served = sum(map(bool, times))
        self._over = True
        for other in others:
            other.close()
        waiting = {fd: doing for fd, doing in waiting.items() if doing not in others}
        while self._turn(waiting, PATIENCE):
            passed = time.perf_counter() - began
        if not (done := sum(map(len, times))):
            raise Unmeasurable("bench.nobody-served")
        for doing in waiting.values():
            doing.close()  # it takes down how long it has waited in vain
        ordered = sorted(itertools.chain.from_iterable(times))
        return {
            "operations": done,
            "seconds": passed,
            "served": served,
            "p50": _percentile(ordered, 50),
            "p99": _percentile(ordered, 99),
            "longest": ordered[-1],
        }

    # What clients do

    def _again_and_again(self, operation: Callable[[], Doing], times: list[float]) -> Doing:
        """Take down how long each one took. Who is hung up on before the first is turned away."""
        began = 0.0
        try:
            while not self._over:
                began = time.perf_counter()
                yield from operation()
                times.append(time.perf_counter() - began)
        except ConnectionError:
            if times:
                raise Unmeasurable("bench.hung-up") from None
        except GeneratorExit:
            times.append(time.perf_counter() - began)

    def _stay(
        self, client: socket.socket, batches: Iterator[bytes], replies: bytes, times: list[float]
    ) -> Doing:
        client.setblocking(False)
        with self._watched(client, READ):
            yield from self._again_and_again(partial(_guess, client, batches, replies), times)

    def _coming(
        self, address: list[Any], stay: Callable[[socket.socket], Doing]
    ) -> Callable[[list[float]], Doing]:
        return partial(self._again_and_again, partial(self._come, address, stay))

    def _come(self, address: list[Any], stay: Callable[[socket.socket], Doing]) -> Doing:
        with _knocking(address) as client, self._watched(client, WRITE) as fd:
            yield fd
            self._poller.modify(fd, READ)
            yield from stay(client)

    def _play_game(self, client: socket.socket) -> Doing:
        search = _Search(self._words)
        while not search.over:
            client.send(search.guess)
            search.tell((yield from _line(client)))
        yield client.fileno()
        if client.recv(SIZE):
            raise Unmeasurable("bench.no-end")

    def _guess_once(self, client: socket.socket) -> Doing:
        client.send(GUESS)
        _expect(GUESS, self._too_high, (yield from _line(client)))

    def _flood(self, client: socket.socket) -> Doing:
        """Send without end, or almost, and never read."""
        client.setblocking(False)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        left = NEVER_READ_MOST
        with self._watched(client, WRITE) as fd, contextlib.suppress(ConnectionError):
            while left > 0:
                yield fd
                left -= client.send(FLOOD)

    def _bring_in(self, address: list[Any], places: Iterator[int]) -> Doing:
        for _ in places:
            self._clients.append(_knocking(address))
            with self._watched(self._clients[-1], WRITE) as fd:
                yield fd

    # Whose turn it is

    def _go_on(self, waiting: dict[int, Doing], seconds: float) -> None:
        """Let those who wait do something for so long, unless they are done before."""
        end = time.perf_counter() + seconds
        while waiting and (left := end - time.perf_counter()) > 0:
            self._turn(waiting, left)

    def _turn(self, waiting: dict[int, Doing], timeout: float) -> bool:
        """Let those go on for whom something has happened; says whether anything has."""
        ready = self._poller.poll(timeout) if waiting else []
        for fd, _ in ready:
            doing = waiting[fd]
            its_next = next(doing, None)
            if its_next != fd:
                del waiting[fd]
                if its_next is not None:
                    waiting[its_next] = doing
        return bool(ready)

    @contextlib.contextmanager
    def _watched(self, client: socket.socket, events: int) -> Iterator[int]:
        fd = client.fileno()
        self._poller.register(fd, events)
        try:
            yield fd
        finally:
            self._poller.unregister(fd)


class _Search:
    """The guesses of one game, by halves, and what the server says to them."""

    def __init__(self, words: dict[Reply, bytes]) -> None:
        self._words = words
        self._low, self._high = LOWEST, HIGHEST
        self.over = False
        self._choose()

    def tell(self, reply: bytes) -> None:
        """What the server has said to the guess. Raises `Unmeasurable` if it cannot be."""
        if reply == self._words[Reply.TOO_HIGH]:
            self._high = self._number - 1
        elif reply == self._words[Reply.TOO_LOW]:
            self._low = self._number + 1
        else:
            _expect(self.guess, self._words[Reply.CORRECT], reply)
            self.over = True
            return
        if self._low > self._high:
            raise _wrong(self.guess, reply)
        self._choose()

    def _choose(self) -> None:
        self._number = (self._low + self._high) // 2
        self.guess = b"%d\n" % self._number


def _begun(doings: Sequence[Doing]) -> dict[int, Doing]:
    """Those who have begun and wait, by what they wait for."""
    return {fd: doing for doing in doings if (fd := next(doing, None)) is not None}


def _guess(client: socket.socket, batches: Iterator[bytes], replies: bytes) -> Doing:
    batch = next(batches)
    client.send(batch)
    yield client.fileno()
    received = client.recv(SIZE)
    while received != replies:
        if not replies.startswith(received):
            raise _wrong(batch, received)
        yield client.fileno()
        received += _received(client)


def _batches(size: int) -> list[bytes]:
    """Guesses that are too high, whatever the secret is, so many in each batch."""
    guesses = b"".join(b"%d\n" % random.randint(10, 99) for _ in range(BATCHES + size))
    return [guesses[3 * at : 3 * (at + size)] for at in range(BATCHES)]


def _language_of(too_high: bytes) -> dict[Reply, bytes]:
    """What a server says who says this to a guess that is too high."""
    for table in REPLIES.values():
        words = {reply: f"{said}\n".encode() for reply, said in table.items()}
        if words[Reply.TOO_HIGH] == too_high:
            return words
    raise _wrong(GUESS, too_high)


def _expect(sent: bytes, expected: bytes, received: bytes) -> None:
    if received != expected:
        raise _wrong(sent, received)


def _wrong(sent: bytes, received: bytes) -> Unmeasurable:
    return Unmeasurable("bench.wrong-reply", sent=sent, received=received)


def _knocking(address: list[Any]) -> socket.socket:
    """A client that can be written to as soon as it is connected."""
    client = socket.socket()
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.setblocking(False)
    client.connect_ex((address[0], address[1]))
    return client


def _line(client: socket.socket) -> Generator[int, None, bytes]:
    received = b""
    while not received.endswith(b"\n"):
        yield client.fileno()
        received += _received(client)
    return received


def _received(client: socket.socket) -> bytes:
    """Raises `ConnectionError` where nothing more will come."""
    data = client.recv(SIZE)
    if not data:
        raise ConnectionResetError
    return data


def _exchange(client: socket.socket, message: bytes) -> bytes:
    """What comes until the end of a line, or of the connection, or of our patience."""
    client.sendall(message)
    received = b""
    with contextlib.suppress(TimeoutError):
        while not received.endswith(b"\n") and (data := client.recv(SIZE)):
            received += data
    return received


def _first_reply(client: socket.socket) -> bytes:
    """What is said to a guess, b"" if it is a farewell. Raises `TimeoutError`."""
    try:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.sendall(GUESS)
        return client.recv(SIZE)
    except ConnectionError:
        return b""


def _percentile(ordered: Sequence[float], percent: int) -> float:
    """The least of the ordered values that so many percent of them do not exceed."""
    return ordered[math.ceil(len(ordered) * percent / 100) - 1]


def main() -> None:
    raise_descriptor_limit()
    load = Load()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(load, request.pop("do"))(**request)
        except Unmeasurable as error:
            answer = {"error": error.key, "values": error.values}
        except ConnectionError:
            answer = {"error": "bench.hung-up", "values": {}}
        except OSError as error:
            answer = {"error": "bench.system", "values": {"reason": str(error)}}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
