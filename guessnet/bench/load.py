"""Many clients of one server, in a process of their own.

    python -m guessnet.bench.load

Each line of its standard input is a request in JSON, answered in a line of JSON: ``connect`` so
many clients to an address, each of which says one thing and gets its reply; let some of them
``play`` for some seconds, each with one guess under way; see whether the first one is still
``answered``; ``leave``. It ends with its input.
"""

import contextlib
import json
import selectors
import socket
import sys
import time
from typing import Any

from guessnet.server import raise_descriptor_limit

GUESS = b"10\n"  #: too high, whatever the secret is: no game ends of it
TIMEOUT = 5.0  #: seconds that a connection and a reply may take


class Load:
    """The clients. Each method answers a request."""

    def __init__(self) -> None:
        self._clients: list[socket.socket] = []

    def connect(self, address: list[Any], count: int) -> dict[str, Any]:
        """How many were let in; the others were turned away, or nobody listens any more."""
        let_in = 0
        with contextlib.suppress(ConnectionError):
            for _ in range(count):
                client = socket.create_connection((address[0], address[1]), TIMEOUT)
                self._clients.append(client)
                let_in += _is_answered(client)
        return {"let_in": let_in}

    def play(self, count: int, seconds: float) -> dict[str, Any]:
        """How many replies the first `count` clients got, and in how many seconds."""
        with selectors.DefaultSelector() as selector:
            for client in self._clients[:count]:
                selector.register(client, selectors.EVENT_READ)
            for client in self._clients[:count]:
                client.sendall(GUESS)
            replies, began = 0, time.perf_counter()
            while selector.get_map():  # at the end each waits for its last reply
                ready = selector.select(TIMEOUT)
                if not ready:
                    raise TimeoutError("no reply came")
                for key, _ in ready:
                    sock = key.fileobj
                    assert isinstance(sock, socket.socket)
                    if not sock.recv(1024):
                        raise ConnectionError("the server has hung up")
                    replies += 1
                    if time.perf_counter() - began < seconds:
                        sock.sendall(GUESS)
                    else:
                        selector.unregister(sock)
            passed = time.perf_counter() - began
        return {"replies": replies, "seconds": passed}

    def answered(self) -> dict[str, Any]:
        return {"answered": _is_answered(self._clients[0])}

    def leave(self) -> dict[str, Any]:
        while self._clients:
            self._clients.pop().close()
        return {}


def _is_answered(client: socket.socket) -> bool:
    try:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.sendall(GUESS)
        return bool(client.recv(1024))
    except OSError:
        return False


def main() -> None:
    raise_descriptor_limit()
    load = Load()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(load, request.pop("do"))(**request)
        except OSError as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
