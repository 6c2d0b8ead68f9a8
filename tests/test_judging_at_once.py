"""Two servers that are judged at the same time, as by two widgets of one notebook."""

import threading

import pytest

from guessnet.grading.judge import judge
from guessnet.grading.scenarios import SCENARIOS
from guessnet.grading.subjects import InThisProcess

ROUNDS = 3


def raising(error):
    """A server of this module, a thread of which raises this for every client."""

    def talk(conn):
        with conn:
            conn.recv(1024)
            raise error

    def serve(listener):
        while True:
            conn, _ = listener.accept()
            threading.Thread(target=talk, args=(conn,), daemon=True).start()

    return serve


@pytest.mark.usefixtures("nothing_left_behind")
def test_each_is_told_only_what_its_own_threads_have_raised():
    told = {"mine": [], "yours": []}
    together = threading.Barrier(len(told))

    def check(name):
        serve = raising(ValueError(name))
        for _ in range(ROUNDS):
            together.wait(30)
            (verdict,) = judge(InThisProcess(serve), [SCENARIOS["first-reply"]])
            told[name].append({raised.words for raised in verdict.cause.raised})

    judges = [threading.Thread(target=check, args=(name,)) for name in told]
    for each in judges:
        each.start()
    for each in judges:
        each.join(100)
    assert told == {name: [{name}] * ROUNDS for name in told}
