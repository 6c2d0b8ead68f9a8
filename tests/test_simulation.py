"""Steps of the ladder in a simulated network, where chance does all that it may."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from simulation import LIMITS, run

SEEDS = 500
PROJECT = Path(__file__).parent.parent

#: The steps that wait for readiness and for nothing else, so that it can be simulated.
STEPS = [
    "guessnet.steps.step4_select",
    "guessnet.steps.step5_buffered",
    "guessnet.steps.step6_selectors",
    "guessnet.steps.step7_coroutines",
    "guessnet.steps.step9_reactor",
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
    ("guessnet.drafts.answer_reuse", r"descriptor \d+ has gone and is kept"),
    ("guessnet.drafts.fd_leak", r"client \d has finished, and its socket is still open"),
    ("guessnet.drafts.tutorial_select", r"client \d has gone and is kept"),
    ("guessnet.drafts.tutorial_select", r"client \d gets replies without end"),
    ("guessnet.drafts.tutorial_select", r"the server has died: OSError\(24, .*"),
    ("guessnet.drafts.use_after_close", r"the server has died: OSError\(9, .*"),
    ("guessnet.drafts.fd_setsize", r"the server has died: ValueError.*"),
    ("guessnet.drafts.always_writable", r"it spins: told of client \d again and again, .*"),
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
            pytest.fail(
                "\n".join([*complaints, f"python tests/simulation.py {server} {seed}"]),
                pytrace=False,
            )


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


def test_a_server_that_ends_is_found_out(tmp_path, monkeypatch):
    (tmp_path / "ends_at_once.py").write_text("def serve(listener): ...")
    monkeypatch.syspath_prepend(tmp_path)
    assert run("ends_at_once", 0).complaints == ["the server has ended"]


@pytest.mark.parametrize(
    ("server", "limit"),
    [(server, name) for server in LIMITS for name, has in vars(LIMITS[server]).items() if has],
)
def test_a_server_needs_the_limits_that_it_has(server, limit, monkeypatch):
    monkeypatch.setitem(LIMITS, server, replace(LIMITS[server], **{limit: False}))
    assert any(run(server, seed).complaints for seed in range(SEEDS))


@pytest.mark.parametrize("server", STEPS)
def test_one_seed_is_one_run(server):
    for seed in range(20):
        assert run(server, seed) == run(server, seed) != run(server, seed + 1)


def replay(command):
    """Do what `check` says, and see what that prints."""
    python, *arguments = command.split()
    assert python == "python"
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, encoding="utf-8", cwd=PROJECT
    )


def test_a_seed_that_fails_says_how_to_see_it_again():
    with pytest.raises(pytest.fail.Exception) as failure:
        check("guessnet.drafts.partial_send", range(SEEDS))
    *complaints, command = str(failure.value).splitlines()
    replayed = replay(command)
    assert replayed.returncode == 1
    assert replayed.stdout.splitlines()[-len(complaints) :] == complaints


@pytest.mark.parametrize("server", STEPS)
def test_a_run_is_the_same_in_another_process(server):
    replayed = replay(f"python tests/simulation.py {server} 0")
    assert replayed.returncode == 0
    assert replayed.stdout == f"{run(server, 0)}\n"
