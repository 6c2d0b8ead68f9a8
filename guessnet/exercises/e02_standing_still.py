"""Exercise 02. Two clients, one server: on which line does it stand?

The answer is that line, as text. It is checked against a real server of step 2, at the moment at
which its second client waits.
"""

from typing import Any

from guessnet.client import Client
from guessnet.grading.report import Cause, Check
from guessnet.grading.sights import busy_seconds, tasks_of_threads, wait_until_idle
from guessnet.server import build
from guessnet.threads import Place

stub = ""
solution = "data = conn.recv(1024)"

ANTICIPATED = (
    ("conn, address = listener.accept()", "stands.accept"),
    ("conn.sendall(game.play(data))", "stands.send"),
    ("handle(conn, new_game())", "stands.outside"),
    ("while not game.over:", "stands.elsewhere"),
    ("time.sleep(1)", "stands.no-line"),
)


def judge(answer: Any) -> tuple[Check, ...]:
    wanted = _bare(str(answer))
    stands, lines = where_it_stands()
    if wanted and wanted in _bare(stands.code):
        return (Check("standing-still", "passed", 1, 1),)
    found = [line for line in lines if wanted and wanted in _bare(line)]
    symptom = next(
        (symptom for word, symptom in _WHY_NOT.items() if found and word in found[0]),
        "stands.elsewhere" if found else "stands.no-line",
    )
    return (Check("standing-still", "failed", 0, 1, cause=Cause(symptom, {})),)


_WHY_NOT = {
    ".accept(": "stands.accept",
    ".sendall(": "stands.send",
    "handle(conn, new_game())": "stands.outside",
}


def where_it_stands() -> tuple[Place, list[str]]:
    """Where step 2 stands while its second client waits, and the lines of its file."""
    with build("sequential") as server:
        with Client(server.address) as first, Client(server.address) as second:
            first.guess(10)
            second.send(10)
            tasks = tasks_of_threads(server.threads())
            wait_until_idle(lambda: busy_seconds(tasks), quiet=0.1, at_most=1.0)
            [stands] = server.where()
    assert not isinstance(server.step, str)
    return stands, server.step.source.splitlines()  # type: ignore[union-attr]


def _bare(line: str) -> str:
    """The code of a line, without its comment and its spaces."""
    return "".join(line.split("#")[0].split())
