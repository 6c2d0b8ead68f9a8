"""What clients do to a server while it is measured."""

import re
from dataclasses import dataclass, replace
from typing import Any

from guessnet.errors import BadArgument
from guessnet.texts import printable, text

IN_FLIGHT_MOST = 1000  #: guesses under way from one client, all of which the system takes at once


@dataclass(frozen=True)
class Scenario:
    """Some clients, all of the same habit, and others in whose company they are.

    Attributes
    ----------
    name
        Its words are among the texts, as ``bench.scenario.<name>``.
    habit
        What is counted: a ``"reply"``, a ``"game"`` from connecting to the end of the connection,
        or a ``"visit"`` with one guess.
    clients
        How many do so.
    in_flight
        Guesses that each has under way at a time.
    silent
        How many besides are connected, have said one thing, and say nothing more.
    never_readers
        How many besides send without end and read no reply.
    """

    name: str
    habit: str = "reply"
    clients: int = 64
    in_flight: int = 1
    silent: int = 0
    never_readers: int = 0

    def __str__(self) -> str:
        numbers = {name: getattr(self, name) for name in _NUMBERS[self.habit]}
        told = ", ".join(f"{name}={number}" for name, number in numbers.items() if number)
        return f"{text(f'bench.scenario.{self.name}')} ({told})"


SCENARIOS = (
    Scenario("ping-pong"),
    Scenario("pipelined", in_flight=16),
    Scenario("idle-crowd", silent=900),
    Scenario("full-games", habit="game"),
    Scenario("churn", habit="visit"),
    Scenario("never-reader", clients=8, never_readers=1),
)
#: What can be changed, by habit.
_NUMBERS = {
    "reply": ("clients", "in_flight", "silent", "never_readers"),
    "game": ("clients", "silent"),
    "visit": ("clients", "silent"),
}


def find_scenario(wanted: str) -> Scenario:
    """A scenario by its name, perhaps with other numbers: ``idle-crowd:silent=15000,clients=8``.

    Raises `BadArgument`.
    """
    name, _, changes = wanted.partition(":")
    found = next((scenario for scenario in SCENARIOS if scenario.name == name), None)
    if found is None:
        names = ", ".join(scenario.name for scenario in SCENARIOS)
        raise BadArgument(text("bench.no-scenario", name=printable(name), names=names))
    numbers: dict[str, Any] = {}
    for change in filter(None, changes.split(",")):
        given = re.fullmatch(r"([a-z_]+)=([0-9]{1,6})", change)
        if not given or given[1] not in _NUMBERS[found.habit]:
            names = ", ".join(_NUMBERS[found.habit])
            raise BadArgument(text("bench.no-number", change=printable(change), names=names))
        numbers[given[1]] = int(given[2])
    changed = replace(found, **numbers)
    if changed.clients == 0 or not 1 <= changed.in_flight <= IN_FLIGHT_MOST:
        raise BadArgument(text("bench.bad-numbers", most=IN_FLIGHT_MOST))
    return changed
