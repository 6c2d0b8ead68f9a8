"""The reactor's limits, and the reactor where there is no epoll."""

import contextlib
import importlib.util
import itertools
import select
import selectors
import socket
import threading
import time
from types import SimpleNamespace

import pytest
from steps_support import HIGH, exchange, lines, serving_process, wait_until
from test_cli import run, serving

import guessnet
from guessnet.steps import step9_reactor
from guessnet.trace import Trace


def limited(**limits):
    def serve(listener, new_game):
        step9_reactor.serve(listener, new_game, **limits)

    return serve


def is_over(client):
    """Wait until the server has ended the connection; says whether it said nothing before."""
    return client.recv(1024) == b""


def test_who_comes_too_much_is_refused_until_somebody_leaves(start, connect):
    events = []
    server = start(
        limited(max_clients=2), trace=Trace(lambda event: events.append(event.kind), {"refuse"})
    )
    first, second, third = (connect(server) for _ in range(3))
    exchange(first, b"9\n", lines(HIGH))
    exchange(second, b"9\n", lines(HIGH))
    assert is_over(third)
    assert events == ["refuse"]
    assert server.refused == 1
    first.close()
    wait_until(lambda: server.connections == 1)
    exchange(connect(server), b"9\n", lines(HIGH))


def test_who_is_silent_for_too_long_is_sent_away(start, connect):
    server = start(limited(idle_timeout=0.5))
    silent, talking = connect(server), connect(server)
    began = time.monotonic()
    exchange(silent, b"9\n", lines(HIGH))
    talking.settimeout(0.1)
    while server.connections == 2:
        exchange(talking, b"9\n", lines(HIGH))
        assert time.monotonic() < began + 20
    assert time.monotonic() - began > 0.5
    assert is_over(silent)
    exchange(talking, b"9\n", lines(HIGH))


def test_who_takes_no_replies_for_too_long_is_sent_away(start, connect):
    server = start(limited(idle_timeout=0.5))
    server.narrow(4096)
    client = connect(server)
    client.sendall(b"\n" * 200_000)
    wait_until(lambda: server.connections == 0)


def test_without_a_time_limit_nobody_is_sent_away(start, connect, monkeypatch):
    years = itertools.count(0, 10**9)
    monkeypatch.setattr(step9_reactor, "time", SimpleNamespace(monotonic=lambda: next(years)))
    server = start(limited(idle_timeout=0))
    silent, talking = connect(server), connect(server)
    for client in (silent, talking, talking, silent):
        exchange(client, b"9\n", lines(HIGH))


def test_many_newcomers_are_let_in_by_and_by(start, connect):
    """Who came first is answered before the last of 200 who came at the same time is let in."""
    kinds, opened = [], threading.Event()

    def sink(event):
        kinds.append(event.kind)
        opened.wait(20)

    server = start("reactor", trace=Trace(sink, {"accept", "send"}))
    clients = [connect(server) for _ in range(200)]
    for client in clients:
        client.sendall(b"9\n")
    opened.set()
    for client in clients:
        exchange(client, b"", lines(HIGH))
    assert kinds.count("accept") == 200
    assert "accept" in kinds[kinds.index("send") :]


@pytest.fixture
def without_epoll(monkeypatch):
    """The reactor's function on a system that has no epoll."""
    monkeypatch.delattr(select, "epoll")
    monkeypatch.delattr(selectors, "EpollSelector")
    monkeypatch.setattr(selectors, "DefaultSelector", selectors.PollSelector)
    spec = importlib.util.spec_from_file_location("reactor", step9_reactor.__file__)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert issubclass(module.Epoll, selectors.PollSelector)
    return module.serve


def test_without_epoll_it_passes_every_check_too(without_epoll):
    report = guessnet.check(without_epoll)
    assert report.passed, report


def test_its_waits_are_seen_also_without_epoll(without_epoll, start, connect):
    kinds = []
    server = start(without_epoll, trace=Trace(lambda event: kinds.append(event.kind)))
    exchange(connect(server), b"9\n", lines(HIGH))
    assert kinds[:3] == ["wait", "ready", "accept"]


# On the command line


def test_serve_runs_the_reactor_with_the_limits_that_are_asked_for():
    with serving("--max-clients", "1", "--lang", "en", "-q") as (process, port):
        address = "127.0.0.1", port
        with socket.create_connection(address, 20) as first:
            exchange(first, b"99\n", b"too high\n")
            with socket.create_connection(address, 20) as second:
                assert is_over(second)
        process.terminate()
        assert process.communicate(timeout=10) == ("Clients turned away in all: 1\n", "")


def test_serve_sends_the_silent_away():
    with serving("--idle-timeout", "0.2") as (_, port):
        with socket.create_connection(("127.0.0.1", port), 20) as silent:
            assert is_over(silent)


@pytest.mark.parametrize("limit", [("--max-clients", "10"), ("--idle-timeout", "10")])
def test_other_steps_have_no_limits(limit):
    code, out, err = run("serve", "--step", "select", *limit, GUESSNET_LANG="en")
    assert (code, out) == (2, "")
    assert "Only the reactor" in err


@pytest.mark.parametrize(
    "option", [("--max-clients", "0"), ("--idle-timeout", "-1"), ("--workers", "two")]
)
def test_a_limit_that_is_none_is_said_in_one_line(option):
    code, out, err = run("serve", *option, GUESSNET_LANG="en")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert option[1] in err


def test_the_limit_fits_the_descriptors_that_the_system_allows():
    with serving_process(descriptors=64) as (_, address), contextlib.ExitStack() as stack:
        clients = [stack.enter_context(socket.create_connection(address, 20)) for _ in range(64)]
        for client in clients[:48]:
            exchange(client, b"99\n", lines(HIGH))
        assert all(map(is_over, clients[48:]))
