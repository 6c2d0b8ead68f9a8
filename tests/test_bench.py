"""Measuring: servers and their load in processes of their own, compared in turn."""

import re
import select

import pytest
from steps_support import allow_descriptors

import guessnet
from guessnet.bench import Comparison, Sample, compare, crowd
from guessnet.drafts import fd_setsize
from guessnet.errors import BenchError, UnknownStep

pytestmark = pytest.mark.usefixtures("nothing_left_behind")

BEYOND_SELECT = 1100


def serve_slowly(listener, new_game):
    """Step 4, which counts to 50,000 before each reply."""
    games = {}
    while True:
        readables, writeables, exceptions = select.select([listener, *games], [], [])
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                games[conn] = new_game()
            else:
                sum(range(50_000))
                data = sock.recv(1024)
                sock.sendall(games[sock].play(data))
                if games[sock].over:
                    del games[sock]
                    sock.close()


def serve_once(listener, new_game):
    """Answers everybody once, and hangs up at the second guess."""
    answered = []
    while True:
        readables, writeables, exceptions = select.select([listener, *answered], [], [])
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                conn.sendall(new_game().play(conn.recv(1024)))
                answered.append(conn)
            else:
                answered.remove(sock)
                sock.close()


def test_each_server_is_measured_in_each_round():
    compared = compare("threaded", 4, guessnet.LADDER[5], clients=2, silent=3, rounds=2)
    assert list(compared.samples) == ["threaded", "select", "selectors"]
    assert [len(samples) for samples in compared.samples.values()] == [2, 2, 2]
    assert all(cost > 0 for cost in compared.cpu.values())
    assert all(rate > 0 for rate in compared.rate.values())
    assert (compared.clients, compared.silent) == (2, 3)


def test_more_work_costs_more():
    compared = compare("select", serve_slowly, clients=1)
    assert compared.ratio("serve_slowly", "select") > 2
    assert compared.ratio("select", "serve_slowly") < 1 / 2
    assert compared.rate["serve_slowly"] < compared.rate["select"]


def test_figures_are_those_of_the_round_that_was_disturbed_least():
    samples = {
        "one": (Sample(30, 100), Sample(20, 300), Sample(40, 200)),
        "other": (Sample(5, 10), Sample(10, 20), Sample(4, 30)),
    }
    compared = Comparison(8, 0, samples)
    assert compared.cpu == {"one": 20, "other": 4}
    assert compared.rate == {"one": 300, "other": 30}
    assert compared.ratio("one", "other") == 5
    assert re.search(r"^one .*20\.0.*300.*\nother .*4\.0.*30", str(compared), re.MULTILINE)
    assert "500" in str(Comparison(2, 500, samples))


def test_a_server_that_hangs_up_cannot_be_measured():
    with pytest.raises(BenchError, match="받은 클라이언트가 없습니다"):
        compare(serve_once, clients=1)


def test_what_cannot_run_elsewhere_cannot_be_measured():
    games = {}

    def serve(listener, new_game):
        games.clear()

    with pytest.raises(BenchError):
        compare(serve, clients=1)
    with pytest.raises(UnknownStep):
        compare("nonsense", clients=1)


def test_a_crowd_beyond_what_select_can_watch():
    allow_descriptors(BEYOND_SELECT + 100)
    dies, refuses, bears = (
        crowd(server, BEYOND_SELECT) for server in (fd_setsize.serve, "select", "selectors")
    )
    assert dies.error == "ValueError: filedescriptor out of range in select()"
    assert not dies.first_plays_on
    assert dies.let_in < BEYOND_SELECT
    assert (refuses.error, refuses.first_plays_on) == ("", True)
    assert 900 < refuses.let_in < BEYOND_SELECT
    assert bears == (BEYOND_SELECT, BEYOND_SELECT, True, "")
