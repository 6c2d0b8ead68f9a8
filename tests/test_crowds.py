"""Steps 5 to 8 in a crowd: none can stop the others, thousands may come, and silence is cheap."""

import contextlib
import os
import signal
import socket
import time

import pytest
from steps_support import (
    HIGH,
    LOW,
    allow_descriptors,
    cpu_seconds,
    exchange,
    flooding,
    lines,
    memory,
    needs_proc,
    serving_process,
    wait_until,
)

import guessnet
from guessnet.chaos import NeverRead

BUFFERED = [step.name for step in guessnet.LADDER if step.number >= 5]
UNLIMITED = [step.name for step in guessnet.LADDER if step.number >= 6]

pytestmark = needs_proc


@contextlib.contextmanager
def crowd(address, size):
    """So many clients, connected."""
    with contextlib.ExitStack() as clients:
        yield [clients.enter_context(socket.create_connection(address, 20)) for _ in range(size)]


def newcomers_wait(address, count=100):
    """How many seconds each of some newcomers waits for its first reply, the longest last."""
    waits = []
    for _ in range(count):
        began = time.monotonic()
        with socket.create_connection(address, 20) as client:
            exchange(client, b"10\n", lines(HIGH))
            waits.append(time.monotonic() - began)
    return sorted(waits)


@pytest.mark.parametrize("step", BUFFERED)
def test_clients_that_never_read_keep_nobody_waiting_and_cost_little_memory(step):
    with serving_process("--step", step) as (process, address):
        newcomers_wait(address, 10)
        before = memory(process.pid)
        with contextlib.ExitStack() as clients:
            for _ in range(5):
                clients.enter_context(NeverRead(address))
            assert newcomers_wait(address)[98] < 0.5
            # Each has less than 64 KiB in its outbox.
            assert memory(process.pid) - before < 5 * 65_536 + 2_000_000


@pytest.mark.parametrize("step", BUFFERED)
def test_a_hog_that_sends_and_reads_without_end_does_not_starve_the_others(step):
    with serving_process("--step", step) as (_, address):
        with socket.create_connection(address, 20) as hog, flooding(hog):
            assert newcomers_wait(address)[98] < 0.5


@pytest.mark.parametrize("step", UNLIMITED)
def test_5000_clients_play_although_the_soft_limit_is_1024(step):
    allow_descriptors(5200)
    with serving_process("--step", step, soft_limit=1024) as (_, address):
        with crowd(address, 5000) as clients:
            for client in clients:
                client.sendall(b"10\n")
            for client in clients:
                exchange(client, b"-1\n", lines(HIGH, LOW))
            assert newcomers_wait(address)[-1] < 0.5


@pytest.mark.parametrize("step", UNLIMITED)
def test_who_connects_while_the_process_is_frozen_is_served_when_it_wakes(step):
    allow_descriptors(1200)
    with serving_process("--step", step) as (process, address):
        process.send_signal(signal.SIGSTOP)
        try:
            with crowd(address, 1000) as clients:
                for client in clients:
                    client.sendall(b"10\n")
                process.send_signal(signal.SIGCONT)
                for client in clients:
                    exchange(client, b"", lines(HIGH))
        finally:
            process.send_signal(signal.SIGCONT)


@pytest.mark.parametrize("step", UNLIMITED)
def test_200_silent_clients_cost_next_to_nothing(step):
    with serving_process("--step", step) as (process, address), crowd(address, 200) as clients:
        exchange(clients[-1], b"10\n", lines(HIGH))  # all have been let in
        before, began = cpu_seconds(process.pid), time.monotonic()
        wait_until(lambda: time.monotonic() - began > 2)
        assert cpu_seconds(process.pid) - before < 0.02 * 2


@pytest.mark.skipif(os.cpu_count() == 1, reason="the load would starve the server of its core")
@pytest.mark.slow
@pytest.mark.parametrize("step", UNLIMITED)
def test_5000_idle_clients_make_nobody_slower(step):
    allow_descriptors(5200)
    with serving_process("--step", step) as (_, address):
        alone = newcomers_wait(address)[50]
        with crowd(address, 5000) as clients:
            exchange(clients[-1], b"10\n", lines(HIGH))
            beside = newcomers_wait(address)[50]
    print(f"{step}: {beside / alone:.2f} x as long beside 5,000 idle clients")
    assert beside < 3 * alone
