"""Steps of the ladder in a simulated network, where chance does all that it may."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from simulation import run

import guessnet

SEEDS = 500
REPLAY = "python tests/simulation.py"  # and the server, and the seed; in the project's folder

STEPS = [
    step.module
    for step in guessnet.LADDER
    if step.name in {"select", "buffered", "selectors", "coroutines"}
]
RIGHT = [
    "right.new_game_select",
    "right.select_outbox",
    "right.selectors_loop",
    "right.generators",
]

GOT_WRONG_REPLIES = r"client \d got .* instead of .*"

#: Wrong servers, each with a complaint that at least one seed makes of it.
WRONG = [
    ("guessnet.drafts.half_close_lost", GOT_WRONG_REPLIES),
    ("guessnet.drafts.half_close_lost", r"the outbox of client \d has grown to \d+ bytes"),
    ("guessnet.drafts.partial_send", GOT_WRONG_REPLIES),
    ("guessnet.drafts.shared_answer", GOT_WRONG_REPLIES),
    ("guessnet.drafts.shared_answer", r"client \d was hung up on"),
    ("guessnet.drafts.answer_reuse", GOT_WRONG_REPLIES),
    ("guessnet.drafts.fd_leak", r"client \d has finished, and its socket is still open"),
    ("guessnet.drafts.tutorial_select", r"client \d has gone and is kept"),
    ("guessnet.drafts.tutorial_select", r"client \d gets replies without end"),
    ("guessnet.drafts.tutorial_select", r"the server has died: OSError\(24, .*"),
    ("guessnet.drafts.use_after_close", r"the server has died: OSError\(9, .*"),
    ("guessnet.drafts.fd_setsize", r"the server has died: ValueError.*"),
    ("guessnet.drafts.always_writable", r"it spins: told of \d+ again and again, .*"),
    ("guessnet.drafts.busy_poll", r"it spins: told of nothing again and again, .*"),
    ("guessnet.drafts.accept_blocks", r"accept\(\) would block"),
    ("guessnet.drafts.blocking_send", r"client \d was kept waiting by another"),
    ("wrong.busy_poll_1", r"it works and works, and never waits"),
    ("wrong.reset_crash_1", r"the server has died: ConnectionResetError.*"),
]


def check(server, seeds):
    """Fail with the complaints of the first seed that makes any, and how to see it again."""
    for seed in seeds:
        if complaints := run(server, seed).complaints:
            pytest.fail("\n".join([*complaints, f"{REPLAY} {server} {seed}"]), pytrace=False)


@pytest.mark.parametrize("server", STEPS)
def test_a_step_holds_whatever_chance_does(server):
    check(server, range(SEEDS))


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("server", STEPS)
def test_a_step_holds_whatever_chance_does_10000_times(server):
    check(server, range(10_000))


@pytest.mark.parametrize("server", RIGHT)
def test_a_right_server_holds_too(server):
    check(server, range(100))


@pytest.mark.parametrize(("server", "complaint"), WRONG)
def test_a_wrong_server_is_found_out(server, complaint):
    complaints = (each for seed in range(SEEDS) for each in run(server, seed).complaints)
    assert any(re.fullmatch(complaint, each) for each in complaints)


@pytest.mark.parametrize("server", STEPS)
def test_one_seed_is_one_run(server):
    for seed in range(20):
        assert run(server, seed) == run(server, seed) != run(server, seed + 1)


def test_a_seed_that_fails_says_how_to_see_it_again():
    with pytest.raises(pytest.fail.Exception) as failure:
        check("guessnet.drafts.partial_send", range(SEEDS))
    *complaints, command = str(failure.value).splitlines()
    assert command.startswith(REPLAY)
    *_, server, seed = command.split()
    replayed = subprocess.run(
        [sys.executable, *command.split()[1:]],
        capture_output=True,
        encoding="utf-8",
        cwd=Path(__file__).parent.parent,
    )
    assert replayed.returncode == 1
    assert replayed.stdout == f"{run(server, int(seed))}\n"
    assert replayed.stdout.splitlines()[-len(complaints) :] == complaints


def test_a_seed_that_holds_may_be_seen_too():
    command = [sys.executable, "tests/simulation.py", STEPS[0], "0"]
    folder = Path(__file__).parent.parent
    assert subprocess.run(command, capture_output=True, cwd=folder, check=True).stdout
