"""The simulated sockets do what the sockets of Linux do: each situation happens to both."""

import errno
import random
import select
import socket

import pytest
from simulated_network import Link, Network
from steps_support import reset, wait_until

pytestmark = pytest.mark.skipif(not hasattr(select, "epoll"), reason="no epoll on this system")

CALLS = {
    "recv": lambda conn: conn.recv(1),
    "recv_into": lambda conn: conn.recv_into(bytearray(1)),
    "send": lambda conn: conn.send(b"x"),
    "send nothing": lambda conn: conn.send(b""),
    "sendall": lambda conn: conn.sendall(b"x"),
    "shut down reading": lambda conn: conn.shutdown(socket.SHUT_RD),
    "shut down writing": lambda conn: conn.shutdown(socket.SHUT_WR),
    "close": lambda conn: conn.close(),
}

#: What the client does, and then what the server calls.
SITUATIONS = [
    ([], ["recv", "send", "send nothing", "sendall", "recv_into"]),
    ([], ["shut down reading", "recv", "send"]),
    ([], ["shut down writing", "send", "recv"]),
    ([], ["close", "recv", "send"]),
    (["sends"], ["recv", "recv", "recv"]),
    (["sends"], ["recv_into", "send"]),
    (["sends", "finishes"], ["recv", "recv", "recv", "recv", "send"]),
    (["finishes"], ["recv", "sendall", "recv", "shut down writing", "send"]),
    (["resets"], ["recv", "recv", "send", "send nothing", "shut down writing"]),
    (["resets"], ["send", "send", "recv"]),
    (["resets"], ["send nothing", "sendall", "recv_into"]),
    (["sends", "resets"], ["recv", "recv", "recv", "recv", "send"]),
    (["sends", "resets"], ["send", "recv"]),
    (["finishes", "resets"], ["recv", "send", "recv"]),
    (["finishes", "resets"], ["send", "send"]),
    (["leaves"], ["recv", "send", "recv", "send", "recv"]),
    (["leaves"], ["send", "send", "send"]),
    (["sends", "leaves"], ["send", "recv", "recv", "recv"]),
]


class Real:
    """A connection on loopback."""

    select = select

    def __init__(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.client = socket.create_connection(listener.getsockname())
            self.conn, _ = listener.accept()

    def sends(self):
        self.client.sendall(b"10")

    def finishes(self):
        self.client.shutdown(socket.SHUT_WR)

    def resets(self):
        reset(self.client)

    def leaves(self):
        self.client.close()

    def close(self):
        self.client.close()
        self.conn.close()


class Simulated:
    """The same in the simulated network, where it is also the client."""

    number, name = 1, "client 1"

    def __init__(self):
        self.network = Network(random.Random(0))
        self.network.at(1e9, self.close)  # the end of the world
        self.select = self.network.modules["select"]
        self.link = Link(self.network, self, capacity=100)
        self.link.connect()
        self.arrive()
        self.conn, _ = self.network.listener.accept()
        self.has_left = False
        self.sends = lambda: self.link.send(b"10")
        self.finishes = self.link.finish
        self.resets = self.link.reset

    def leaves(self):
        self.has_left = True
        self.link.finish()

    def receive(self, data):
        if self.has_left:
            self.link.reset()

    def is_read(self, data): ...

    def is_sent(self, size): ...

    def arrive(self):
        """Let everything arrive that is on its way."""
        self.network.sleep(1)

    def close(self): ...


def by_epoll(world):
    with world.select.epoll() as epoll:
        try:
            epoll.register(world.conn, select.EPOLLIN | select.EPOLLOUT | select.EPOLLRDHUP)
        except (OSError, ValueError):
            return "closed"
        return [events for _, events in epoll.poll(0)]


def by_select(world):
    try:
        readables, writeables, _ = world.select.select([world.conn], [world.conn], [], 0)
    except (OSError, ValueError):
        return "closed"
    return len(readables), len(writeables)


def result(world, call):
    try:
        return CALLS[call](world.conn)
    except OSError as error:
        return errno.errorcode[error.errno]


def compare(look, real, simulated):
    """See the same in both, as soon as all has arrived."""
    simulated.arrive()
    expected = look(simulated)
    wait_until(lambda: look(real) == expected)


@pytest.mark.parametrize("look", [by_epoll, by_select])
@pytest.mark.parametrize(("acts", "calls"), SITUATIONS, ids=lambda names: ", ".join(names) or "-")
def test_what_is_ready_and_what_calls_give(acts, calls, look):
    real, simulated = Real(), Simulated()
    real.conn.setblocking(False)
    simulated.conn.setblocking(False)
    try:
        for act in acts:
            getattr(real, act)()
            getattr(simulated, act)()
        compare(look, real, simulated)
        for call in calls:
            assert result(real, call) == result(simulated, call), call
            compare(look, real, simulated)
    finally:
        real.close()
