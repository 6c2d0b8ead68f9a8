"""Servers to test, clients to test them with, and a look at what they leave behind."""

import contextlib
import functools
import os
import socket
import threading

import nbval.kernel
import pytest
from steps_support import open_descriptors, wait_until

import guessnet
from guessnet.trace import Trace


def pytest_xdist_auto_num_workers():
    """Two for each processor: the tests wait more than they compute."""
    return 2 * (os.cpu_count() or 1)


def pytest_addoption(parser):
    parser.addoption(
        "--soak-seconds",
        type=float,
        default=20,
        metavar="S",
        help="for how long a soak goes on (default: 20)",
    )
    parser.addoption(
        "--long",
        dest="soak_seconds",
        type=lambda hours: 3600 * float(hours),
        default=20,
        metavar="HOURS",
        help="the same, in hours",
    )


def pytest_collection_modifyitems(config, items):
    for item in items:
        if "soak_seconds" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(config.getoption("soak_seconds") + 100))


@pytest.fixture
def soak_seconds(request):
    """For how long a soak goes on."""
    return request.config.getoption("soak_seconds")


@functools.wraps(start_new_kernel := nbval.kernel.start_new_kernel)
def start_kernel(*arguments, **options):
    """Start a notebook's kernel. One that finds a port taken dies, and gets a second try.

    Jupyter picks its ports before the kernel opens them. Meanwhile somebody else may be given one,
    and these tests ask for thousands.
    """
    try:
        return start_new_kernel(*arguments, **options)
    except RuntimeError:
        return start_new_kernel(*arguments, **options)


nbval.kernel.start_new_kernel = start_kernel


@pytest.fixture
def nothing_left_behind():
    """After the test there are no threads and no descriptors that were not there before."""
    threads, descriptors = set(threading.enumerate()), open_descriptors()
    yield
    wait_until(lambda: set(threading.enumerate()) <= threads)
    wait_until(lambda: open_descriptors() <= descriptors)


@pytest.fixture
def start(nothing_left_behind):
    """`start(step, **options)`: a running server with secret 5, stopped after the test."""
    with contextlib.ExitStack() as servers:

        def started(step, **options):
            options = {"secret": 5, "lang": "ko"} | options
            return servers.enter_context(guessnet.build(step, **options))

        yield started


@pytest.fixture
def connect(start):
    """`connect(server)`: a client's plain socket, closed after the test, before servers stop."""
    with contextlib.ExitStack() as sockets:

        def connected(server):
            address = getattr(server, "address", server)
            sock = sockets.enter_context(socket.create_connection(address, timeout=20))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock

        yield connected


class Door:
    """Keeps a server in its first accept() until it is opened, so that everybody has to wait."""

    def __init__(self):
        self._somebody_came = threading.Event()
        self._opened = threading.Event()
        self.trace = Trace(self._hold, {"accept"})

    def _hold(self, event):
        self._somebody_came.set()
        assert self._opened.wait(20)

    def wait_for_first(self):
        assert self._somebody_came.wait(20)

    def open(self):
        self._opened.set()


@pytest.fixture
def door(start):
    """For `start(step, trace=door.trace)`."""
    door = Door()
    yield door
    door.open()
