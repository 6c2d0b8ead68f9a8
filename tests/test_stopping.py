"""SIGTERM while everybody plays: whoever reads gets whole replies, and the server ends in time."""

import contextlib
import signal
import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from steps_support import CORRECT, HIGH, LOW, serving_process

BUSY = 24  #: clients that read every reply, and then go on
LATE = 16  #: clients that have filled what waits for them, and read when the server is to end
GUESSES = b"10\n" * 2000
SECONDS = 3  #: that the server has to end


class Table:
    """Where the clients sit. They tell what they do; `go_on` tells that the server is to end."""

    def __init__(self, address):
        self.address = address
        self.answered = threading.Semaphore(0)
        self.filled = threading.Semaphore(0)
        self.go_on = threading.Event()

    def busy(self):
        """All that a client gets until the server hangs up."""
        received, replies, awaited = [], 0, 0
        with self._connected() as sock, contextlib.suppress(ConnectionError):
            while True:
                if replies == awaited:
                    sock.sendall(GUESSES)
                    awaited += GUESSES.count(b"\n")
                if not (data := sock.recv(65536)):
                    break
                received.append(data)
                replies += data.count(b"\n")
                if replies == awaited:
                    self.answered.release()
        return b"".join(received)

    def late(self):
        """The same, of a client to which the server has had to keep replies back."""
        received = []
        with self._connected() as sock:
            sock.settimeout(0.25)
            with contextlib.suppress(TimeoutError):
                while True:
                    sock.send(GUESSES)  # of which it may take a part: all the same too high
            self.filled.release()
            assert self.go_on.wait(20)
            sock.settimeout(20)
            with contextlib.suppress(ConnectionError):
                while data := sock.recv(65536):
                    received.append(data)
        return b"".join(received)

    def _connected(self):
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # so that replies have to wait
        sock.settimeout(20)
        sock.connect(self.address)
        return sock


@pytest.mark.parametrize(
    "options",
    [
        (),
        pytest.param(
            ("--workers", "2"),
            marks=pytest.mark.skipif(sys.platform != "linux", reason="workers need Linux"),
        ),
    ],
    ids=["one process", "workers"],
)
def test_under_full_load_no_reply_is_cut_in_half(options):
    with serving_process(*options) as (process, address):
        table = Table(address)
        with ThreadPoolExecutor(BUSY + LATE) as pool:
            clients = [pool.submit(table.late) for _ in range(LATE)]
            clients += [pool.submit(table.busy) for _ in range(BUSY)]
            for told in [table.filled] * LATE + [table.answered] * BUSY:
                assert told.acquire(timeout=20)
            process.send_signal(signal.SIGTERM)
            table.go_on.set()
            assert process.wait(SECONDS) == 0
        for client in clients:
            *replies, nothing = client.result().split(b"\n")
            assert nothing == b""  # what came ended in a newline
            assert set(replies[:-1]) == {HIGH}
            # Of the last guess the server may have got no more than the first digit.
            assert replies[-1] in (HIGH, LOW, CORRECT)
