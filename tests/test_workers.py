"""`guessnet serve --workers`: processes that share a port, and what if one of them dies."""

import contextlib
import os
import re
import signal
import socket
import sys

import pytest
from steps_support import wait_until
from test_cli import command, run

from guessnet.errors import BadArgument
from guessnet.workers import Workers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a port is shared on Linux only")


@contextlib.contextmanager
def workers(count, *options):
    """The process that looks after the workers, its port and theirs."""
    arguments = ("serve", "--port", "0", "--lang", "en", "--workers", str(count), *options)
    with command(*arguments) as process:
        line = process.stdout.readline()
        pids, port = re.fullmatch(
            r"The server has started. Processes (.*) \S+:(\d+)\n", line
        ).groups()
        yield process, int(port), [int(pid) for pid in pids.split(", ")]
        process.terminate()
        process.wait(10)
        wait_until(lambda: not any(map(runs, pids.split(", "))))


def runs(pid):
    return os.path.exists(f"/proc/{pid}")


def client(port):
    return socket.create_connection(("127.0.0.1", port), 10)


def answered(sock):
    sock.sendall(b"99\n")
    return sock.recv(1024) == b"too high\n"


def by_worker(process, clients):
    """How many of the clients that have just come each worker has got, by the log."""
    lines = [process.stdout.readline() for _ in range(clients)]
    numbers = [re.match(r"\[(\d+)\] Client \d+ connected", line)[1] for line in lines]
    return {number: numbers.count(number) for number in numbers}


def test_newcomers_are_shared_out_and_all_are_served():
    with workers(2) as (process, port, _), contextlib.ExitStack() as stack:
        clients = [stack.enter_context(client(port)) for _ in range(40)]
        assert all(map(answered, clients))
        shares = by_worker(process, 40)
        assert set(shares) == {"1", "2"}  # by chance one gets none once in 2 ** 39
        assert sum(shares.values()) == 40


def test_one_that_is_killed_costs_its_own_clients_and_is_replaced():
    with workers(2) as (process, port, pids), contextlib.ExitStack() as stack:
        clients = [stack.enter_context(client(port)) for _ in range(40)]
        assert all(map(answered, clients))
        shares = by_worker(process, 40)
        os.kill(pids[0], signal.SIGKILL)
        line = process.stdout.readline()
        said = re.fullmatch(
            r"Process 1 died \(exit code -9\); process (\d+) has taken its place\.\n", line
        )
        pids[0] = int(said[1])
        assert sum(map(still_answered, clients)) == shares["2"]
        newcomers = [stack.enter_context(client(port)) for _ in range(40)]
        assert all(map(answered, newcomers))


def still_answered(sock):
    try:
        return answered(sock)
    except ConnectionError:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_all_of_them_and_frees_the_port(number):
    with workers(2, "-q") as (process, port, pids):
        process.send_signal(number)
        assert process.wait(10) == 0
        assert not any(map(runs, pids))
        assert process.stderr.read() == ""
        with socket.create_server(("127.0.0.1", port)):
            pass


def test_they_end_with_the_process_that_looks_after_them():
    with workers(2) as (process, _, pids):
        process.kill()
        wait_until(lambda: not any(map(runs, pids)))


def test_the_clients_of_all_of_them_together_are_limited():
    with workers(2, "--max-clients", "4") as (process, port, _), contextlib.ExitStack() as stack:
        clients = [stack.enter_context(client(port)) for _ in range(40)]
        assert sum(map(still_answered, clients)) <= 4
        lines = [process.stdout.readline() for _ in range(76)]  # all 40 come, and 36 are refused
        assert sum("turned away" in line for line in lines) == 36


def test_a_port_that_others_share_already_is_in_use():
    with workers(2) as (_, port, _):
        arguments = ("serve", "--port", str(port), "--workers", "2", "--lang", "en")
        code, out, err = run(*arguments, GUESSNET_LANG="en")
        assert (code, out) == (1, "")
        assert f"Port {port} is in use" in err


def test_where_ports_are_not_shared_it_says_so(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(BadArgument, match="리눅스"):
        Workers(2, "127.0.0.1", 0, print, (), print)
