"""The ladder as a text: plain functions, and from step to step only what is meant to change."""

import ast
import inspect
import itertools
import subprocess
import sys
from importlib import import_module

import pytest

import guessnet

#: Helpers that these steps share to the letter, though each has its own copy.
UNCHANGED = {
    "handle": ("blocking", "sequential", "threaded"),
    "talk": ("buffered", "selectors"),
    "send": ("buffered", "selectors"),
}

STEPS = pytest.mark.parametrize("step", guessnet.LADDER, ids=lambda step: step.name)
MAX_LINES = 80  # of code, docstrings and blank lines apart
MAX_LINES_OF_REACTOR = 100


def function(name, step_name):
    [step] = [step for step in guessnet.LADDER if step.name == step_name]
    return inspect.getsource(getattr(import_module(step.module), name))


@pytest.mark.parametrize(
    ("helper", "earlier", "later"),
    [
        (helper, earlier, later)
        for helper, steps in UNCHANGED.items()
        for earlier, later in itertools.pairwise(steps)
    ],
)
def test_a_helper_that_a_step_does_not_mean_to_change_is_unchanged(helper, earlier, later):
    assert function(helper, earlier) == function(helper, later)


def test_the_steps_are_numbered_from_one():
    assert [step.number for step in guessnet.LADDER] == list(range(1, len(guessnet.LADDER) + 1))


@STEPS
def test_a_step_is_short(step):
    tree = ast.parse(step.source)
    docstrings = [
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef) and ast.get_docstring(node)
        for line in range(node.body[0].lineno, node.body[0].end_lineno + 1)
    ]
    code = [
        number
        for number, line in enumerate(step.source.splitlines(), 1)
        if line.strip() and number not in docstrings
    ]
    assert len(code) <= (MAX_LINES_OF_REACTOR if step.name == "reactor" else MAX_LINES)


@STEPS
def test_a_step_says_what_is_new_in_two_to_four_lines(step):
    title, blank, *new = inspect.getdoc(import_module(step.module)).splitlines()
    assert title.startswith(f"Step {step.number}. ")
    assert not blank
    assert new[0].startswith("New: ")
    assert len(new) <= 5


@STEPS
def test_a_step_is_one_plain_signature_and_no_framework(step):
    serve = step.serve
    parameters = inspect.signature(serve).parameters.values()
    needed = [each.name for each in parameters if each.default is each.empty]
    assert needed == ["listener", "new_game"]
    names = {node.id for node in ast.walk(ast.parse(step.source)) if isinstance(node, ast.Name)}
    assert not names & {"print", "logging", "trace", "stop", "global"}
    assert "guessnet" not in step.source


@STEPS
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_step_says_what_it_brings_and_lacks_in_both_languages(step, lang):
    from guessnet import texts

    before = texts.language()
    texts.use(lang)
    try:
        assert len({step.new, step.solves, step.limit}) == 3
        assert all(text.endswith(".") for text in (step.new, step.solves, step.limit))
    finally:
        texts.use(before)


ON_PLAIN_SOCKETS = """
import socket, sys, threading
import guessnet
[step] = [step for step in guessnet.LADDER if step.name == sys.argv[1]]
listener = socket.create_server(("127.0.0.1", 0))
arguments = (listener, lambda: guessnet.Game(7))
threading.Thread(target=step.serve, args=arguments, daemon=True).start()
with guessnet.Client(listener.getsockname()) as client:
    print(client.guess(5).name, client.guess(7).name)
"""


@STEPS
def test_a_step_runs_on_plain_sockets_too(step):
    """In a process of its own, since there is nobody to stop it."""
    played = subprocess.run(
        [sys.executable, "-c", ON_PLAIN_SOCKETS, step.name], capture_output=True, text=True
    )
    assert played.stdout == "TOO_LOW CORRECT\n"
