"""What being run and being watched costs: round trips per second of one client, in turn.

    python tests/benchmarks/round_trips.py [STEP]

Compare the columns of one run; the figures themselves vary from machine to machine.
"""

import contextlib
import socket
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

import guessnet
from guessnet.sockets import Address
from guessnet.trace import KINDS, Trace

ROUNDS = 7
SECONDS = 0.4


def main(step: guessnet.Step) -> None:
    sides = {
        "plain sockets": partial(on_plain_sockets, step),
        "under Server": partial(step.build),
        "sockets watched": partial(step.build, trace=watched({"recv", "send"}, details=False)),
        "all watched": partial(step.build, trace=watched(KINDS, details=False)),
        "all, with details": partial(step.build, trace=watched(KINDS, details=True)),
    }
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(ROUNDS):
        for name, side in sides.items():
            with side() as server:
                rates[name].append(round_trips_per_second(server.address))
    base = statistics.median(rates["under Server"])
    print(f"step {step.number}, {step.name}: round trips per second, median of {ROUNDS}")
    for name, measured in rates.items():
        median = statistics.median(measured)
        print(f"{name:18} {median:8,.0f}   {median / base:.2f} of under Server")


def watched(kinds: set[str], *, details: bool) -> Trace:
    return Trace(lambda event: None, kinds, details=details)


class OnPlainSockets:
    """A step on a plain listening socket, in a daemon thread that nobody stops."""

    def __init__(self, address: Address) -> None:
        self.address = address


@contextlib.contextmanager
def on_plain_sockets(step: guessnet.Step) -> Iterator[OnPlainSockets]:
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    serve: Callable[..., object] = step.serve
    threading.Thread(target=serve, args=(listener, guessnet.Game), daemon=True).start()
    yield OnPlainSockets(listener.getsockname())


def round_trips_per_second(address: Address) -> float:
    with socket.create_connection(address) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        count, began = 0, time.perf_counter()
        while (passed := time.perf_counter() - began) < SECONDS:
            client.sendall(b"10")
            client.recv(1024)
            count += 1
    return count / passed


if __name__ == "__main__":
    wanted = sys.argv[1] if len(sys.argv) > 1 else "select"
    main(next(step for step in guessnet.LADDER if wanted in (step.name, str(step.number))))
