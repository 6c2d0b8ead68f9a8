"""Servers that play with clients over a simulated network; one seed is one exact run.

`python tests/simulation.py SERVER SEED` replays a run: it prints all that happened in it, and what
was wrong. SERVER is a module with a function `serve`, like `guessnet.steps.step5_buffered`.
"""

import enum
import inspect
import itertools
import random
import sys
from collections import deque
from dataclasses import dataclass
from importlib import import_module
from importlib.util import module_from_spec
from unittest import mock

from simulated_network import FD_SETSIZE, Link, Network, TheEnd, Violation

from guessnet.game import Game

LATE = 60.0  # seconds; when clients that never read give up, and all others have long finished
MOST_OWED = 64 * 1024  # bytes of replies that a server may keep for one client
CAPACITIES = [7, 17, 100, 5000, 50_000]  # bytes; one reply has 17, so it may just fit


@dataclass(frozen=True)
class Limits:
    """What may go wrong with a server by its nature."""

    waits: bool = False  #: it waits in sendall() for a client that does not read
    refuses: bool = False  #: it refuses clients with a descriptor that select() cannot watch
    trusts: bool = False  #: told that there is something to read, it takes none for an error


LIMITS = {
    "guessnet.steps.step4_select": Limits(waits=True, refuses=True),
    "guessnet.steps.step5_buffered": Limits(refuses=True),
    "guessnet.steps.step7_coroutines": Limits(trusts=True),
    "right.new_game_select": Limits(waits=True, refuses=True),
    "right.select_outbox": Limits(refuses=True),
    "right.generators": Limits(trusts=True),
}


@dataclass
class Run:
    """What has happened, and what was wrong with it."""

    log: list
    complaints: list

    def __str__(self):
        lines = [
            f"{at:10.6f} {who:9} {what} {_shown(detail)}" for at, who, what, detail in self.log
        ]
        return "\n".join([*lines, *(self.complaints or ["Nothing was wrong."])])


def run(server, seed):
    """Let the module named `server` play with everybody whom this seed brings."""
    limits = LIMITS.get(server, Limits())
    rng = random.Random(seed)
    network = Network(
        rng,
        first_descriptor=rng.choice([3, 3, 3, FD_SETSIZE - 3]),
        refusing=rng.choice([0.0, 0.0, 0.2]),
        has_epoll=rng.random() < 0.8,
        phantoms=0.0 if limits.trusts else rng.choice([0.0, 0.05]),
    )
    clients = [Client(network, number) for number in range(1, rng.randint(1, 6) + 1)]
    serve = _load(server, network)
    arguments = (network.listener, lambda: Game(network.newest_secret()))
    complaints = []
    try:
        serve(*arguments[: len(inspect.signature(serve).parameters)])
        complaints.append("the server has ended")
    except TheEnd:
        for client in clients:
            complaints += client.complaints(limits)
        complaints += [f"{name} has gone and is kept" for name in network.kept]
    except Violation as violation:
        complaints.append(str(violation))
    except Exception as error:
        complaints.append(f"the server has died: {error!r}")
    return Run(network.log, complaints)


def _load(server, network):
    """The server's function, in a module that imports what is simulated."""
    spec = import_module(server).__spec__  # by now, whatever else it imports has been loaded
    module = module_from_spec(spec)
    with mock.patch.dict(sys.modules, network.modules):
        spec.loader.exec_module(module)
    return module.serve


class Ending(enum.Enum):
    """What clients do when they have sent all they want to."""

    STAYS = "stays"
    HALF_CLOSES = "half-closes"
    LEAVES = "leaves"
    RESETS = "resets"


class Client:
    """A client who does what chance has decided.

    It sends `chunks`, each when the one before has been answered, and then `stream`: lines, which
    may arrive in any pieces once the first newline has.
    """

    def __init__(self, network, number):
        rng = network.rng
        self.number = number
        self.name = f"client {number}"
        self.secret = rng.randint(1, 9)
        self.received = bytearray()
        self._network = network
        self._link = Link(network, self, capacity=rng.choice(CAPACITIES))
        self._ending = rng.choice(list(Ending))
        self._chunks, self._stream = _script(rng, self.secret)
        self._never_reads = rng.random() < 0.1
        if self._never_reads:
            self._ending = Ending.RESETS
            self._chunks, self._stream = [], b"1\n" + b"\n" * rng.randrange(4000)
        elif self._ending is not Ending.STAYS and rng.random() < 0.5:
            self._stream = self._stream[: rng.randrange(len(self._stream) + 1)]
        self._to_send = deque(self._pieces(rng, patient=rng.random() < 0.3))
        self._pause = rng.choice([0.0, 0.001, 0.05])  # seconds before each piece, at most
        self._bite = rng.choice([100_000, 100_000, 500])  # bytes that it reads at once
        self._busy = False  # it is going to send something
        self._gone = False
        self._arrived = bytearray()
        self._end_arrived = False
        self._reading = False
        self._heard_at = 0.0  # seconds; when it got something for the last time
        self._owed = self._most_owed = 0  # bytes of replies
        self._shadow = Game(self.secret)  # is told what the server has read
        network.at(rng.random() * 0.2, self._come)

    def complaints(self, limits):
        """Compare what it got with what the pure game says of all it has sent."""
        who, link = self.name, self._link
        expected, over = self._replies()
        if link.refused or (limits.refuses and (link.descriptor or 0) >= FD_SETSIZE):
            expected, over = b"", True
        received = bytes(self.received)
        leaves = self._ending in (Ending.LEAVES, Ending.RESETS)
        if received != expected and not (leaves and expected.startswith(received)):
            yield f"{who} got {_shown(received)} instead of {_shown(expected)}"
        if link.closed and not over and self._ending is Ending.STAYS:
            yield f"{who} was hung up on"
        if not link.closed and (over or self._ending is not Ending.STAYS):
            yield f"{who} has finished, and its socket is still open"
        if self._heard_at > LATE and not limits.waits:
            yield f"{who} was kept waiting by another"
        if self._most_owed > MOST_OWED:
            yield f"the outbox of {who} has grown to {self._most_owed} bytes"

    def _replies(self):
        """The replies due to all that it sends, and whether they end the game."""
        game = Game(self.secret)
        replies = b"".join(map(game.play, filter(None, [*self._chunks, self._stream])))
        over = game.over
        if self._ending is Ending.HALF_CLOSES:
            replies += game.play(b"")
        return replies, over

    def _pieces(self, rng, patient):
        """What it sends, each with how many bytes of replies it waits for before."""
        game = Game(self.secret)
        due = 0
        for chunk in self._chunks:
            yield due, chunk
            due += len(game.play(chunk))
        for piece in self._stream.splitlines(keepends=True) if patient else _cut(rng, self._stream):
            yield due, piece
            if patient:
                due += len(game.play(piece))
        yield due * patient, None

    def _come(self):
        self._link.connect()
        self._go_on()
        if self._never_reads:
            self._network.at(LATE, self._end)
        else:
            start = self._network.now + self._network.rng.choice([0.0, 0.0, 2.0])
            self._network.at(start, self._start_reading)

    # What it sends

    def _go_on(self):
        """Send the next piece soon, if it waits for nothing."""
        if self._to_send and not self._busy and len(self.received) >= self._to_send[0][0]:
            self._busy = True
            pause = self._network.rng.random() * self._pause
            self._network.at(self._network.now + pause, self._send)

    def _send(self):
        self._busy = False
        _, piece = self._to_send.popleft()
        if piece is not None:
            self._network.note(self.name, "sends", piece)
            self._link.send(piece)
        elif not self._never_reads:
            self._end()
        self._go_on()

    def _end(self):
        self._network.note(self.name, self._ending.value)
        self._gone = self._ending in (Ending.LEAVES, Ending.RESETS)
        # The kernel answers for a program that ends with something unread: by a reset.
        if self._ending is Ending.RESETS or (self._gone and self._arrived):
            self._link.reset()
        elif self._ending is not Ending.STAYS:
            self._link.finish()

    # What it hears

    def receive(self, data):
        """Take what arrives; b"" is the end of it."""
        if self._gone:
            if data:
                self._link.reset()  # nobody is there who could take it
            return
        self._arrived += data
        self._end_arrived = self._end_arrived or not data
        if self._reading:
            self._read_on()

    def _start_reading(self):
        self._reading = True
        self._read_on()

    def _read_on(self):
        taken = self._arrived[: self._bite]
        del self._arrived[: self._bite]
        self.received += taken
        self._link.take(len(taken))
        if taken or self._end_arrived:
            self._heard_at = self._network.now
        if self._arrived:
            self._reading = False
            self._network.at(self._network.now + 0.01, self._start_reading)
        elif self._end_arrived:
            self._link.finish()
        self._go_on()

    # What the server reads and sends

    def is_read(self, data):
        self._owed += len(self._shadow.play(data))
        self._most_owed = max(self._most_owed, self._owed)

    def is_sent(self, size):
        self._owed -= size
        if self._owed < -MOST_OWED:
            raise Violation(f"{self.name} gets replies without end")


def _script(rng, secret):
    """Chunks and a stream: guesses and other things, with or without an end."""
    wrong = [b"%d" % guess for guess in (*range(1, 13), -3) if guess != secret]
    strange = ["다섯", "1_0", "５", " 8 ", "+" * 9, "가" * 341, "x" * 1024, "9" * 1000, "\x1b[2J"]
    messages = [*wrong, *(text.encode() for text in strange), b"\xea\xb0", b"\xff\r"]
    last = rng.choice([[b"%d" % secret], [b"0"], []])
    said = rng.choices(messages, k=rng.randrange(6)) + last
    mode = rng.choice(["chunks", "lines", "both"])
    if mode == "chunks":
        return said, b""
    newline = rng.choice([b"\n", b"\r\n"])
    lines = [rng.choice(wrong), *rng.choices([*messages, b""], k=rng.randrange(8))]
    lines += rng.choice([[b"x" * 1025], last, last])
    lines += rng.choices(wrong, k=rng.choice([0, 0, 2]))
    stream = newline.join(lines) + rng.choice([newline, newline, b""])
    if mode == "lines":
        return [], stream
    return said, newline + stream


def _cut(rng, stream):
    """Cut a stream anywhere, but not before its first newline has come."""
    start = stream.find(b"\n") + 1 or len(stream)
    places = range(start, len(stream))
    chosen = rng.choice([places[:40], rng.sample(places, min(len(places), rng.randrange(6)))])
    edges = sorted({0, *chosen, len(stream)})
    return [stream[begin:end] for begin, end in itertools.pairwise(edges)]


def _shown(detail):
    return repr(detail.decode(errors="backslashreplace") if isinstance(detail, bytes) else detail)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    replayed = run(sys.argv[1], int(sys.argv[2]))
    print(replayed)
    sys.exit(bool(replayed.complaints))
