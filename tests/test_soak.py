"""Honest games among clients that go wrong, for a long time: all are right, and nothing grows.

pytest tests/test_soak.py -n 0 -s -m "slow or not slow" --soak-seconds 600
pytest tests/test_soak.py -n 0 -s -m "slow or not slow" --long 8
"""

import sys
import threading
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from functools import partial

import psutil
import pytest
from steps_support import serving_process, wait_until

from guessnet import Client, Reply
from guessnet.chaos import CHAOS
from guessnet.game import HIGHEST, LOWEST

HONEST = 4  #: players at a time
GROWTH = 2 << 20  #: bytes that the second half of a soak may add to a server's memory

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no descriptors to be counted")


def play_fairly(address):
    """A whole game, in which every reply is the right one."""
    low, high = LOWEST, HIGHEST
    with Client(address, timeout=30) as client:
        while (reply := client.guess(guess := (low + high) // 2)) is not Reply.CORRECT:
            low, high = {
                Reply.TOO_LOW: (guess + 1, high),
                Reply.TOO_HIGH: (low, guess - 1),
            }[reply]
            assert low <= high
        assert client.socket.recv(1) == b""


def go_wrong(kind, address):
    with kind(address):
        pass


def soak(address, seconds):
    """How many games were played, and how often each kind of client went wrong meanwhile."""
    over = threading.Event()

    def again_and_again(act):
        times = 0
        while not over.is_set():
            act()
            times += 1
        return times

    with ThreadPoolExecutor(HONEST + len(CHAOS)) as pool:
        honest = [
            pool.submit(again_and_again, partial(play_fairly, address)) for _ in range(HONEST)
        ]
        wrong = {
            name: pool.submit(again_and_again, partial(go_wrong, kind, address))
            for name, kind in CHAOS.items()
        }
        wait([*honest, *wrong.values()], seconds, FIRST_EXCEPTION)
        over.set()
    return sum(each.result() for each in honest), {
        name: each.result() for name, each in wrong.items()
    }


class Family:
    """A server's processes."""

    def __init__(self, pid):
        server = psutil.Process(pid)
        self._processes = [server, *server.children(recursive=True)]

    def descriptors(self):
        return sum(process.num_fds() for process in self._processes)

    def memory(self):
        return sum(process.memory_info().rss for process in self._processes)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param((), id="reactor"),
        pytest.param(("--workers", "2"), id="reactor-workers", marks=pytest.mark.slow),
        pytest.param(("--step", "6"), id="selectors", marks=pytest.mark.slow),
        pytest.param(("--step", "7"), id="coroutines", marks=pytest.mark.slow),
        pytest.param(("--step", "8"), id="asyncio", marks=pytest.mark.slow),
    ],
)
def test_honest_games_are_right_and_nothing_grows(options, soak_seconds):
    with serving_process(*options) as (process, address):
        for _ in range(10):
            play_fairly(address)
        server = Family(process.pid)
        descriptors = server.descriptors()
        memory = []
        for _ in range(2):
            games, wrong = soak(address, soak_seconds / 2)
            wait_until(lambda: server.descriptors() <= descriptors)
            memory.append(server.memory())
            print(f"\n{games} games, {wrong}, {memory[-1] / 1e6:.1f} MB")
            assert games > soak_seconds
            assert all(wrong.values())
        assert memory[1] - memory[0] < GROWTH
        assert process.poll() is None
