"""From what was seen to the mistake behind it.

One table, read from top to bottom: the first row that fits names the misconceptions, the most
likely first. Where no row fits, nothing is named: a wrong reason is worse than none.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from guessnet.grading.sights import Raised, Sight

#: The lesson that answers each of them.
LESSONS = {
    "answer-leak": "00",
    "wrong-reply": "00",
    "one-shot": "01",
    "eof-ignored": "01",
    "eof-crash": "01",
    "reset-crash": "01",
    "not-closed-after-win": "01",
    "one-at-a-time": "02",
    "busy-poll": "03",
    "accept-blocks": "03",
    "use-after-close": "04",
    "stale-socket": "04",
    "shared-answer": "04",
    "answer-reuse": "04",
    "fd-leak": "04",
    "constant-secret": "04",
    "decode-crash": "05",
    "message-glued": "05",
    "message-split": "05",
    "multibyte-split": "05",
    "unbounded-buffer": "05",
    "int-crash": "05",
    "thread-run": "06",
    "blocking-send": "07",
    "partial-send": "07",
    "always-writable": "07",
    "half-close-lost": "08",
    "fd-setsize": "09",
}


@dataclass(frozen=True)
class Seen:
    """What was seen when a scenario failed.

    `symptom` is that of the `Failure`; or ``raised``: all replies were right, and yet an exception
    was caught by nobody. `facts` are what the scenario has found out besides.
    """

    scenario: str
    symptom: str
    sight: Sight = field(default_factory=Sight)
    facts: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""

    @property
    def raised(self) -> Raised | None:
        """What the server, or one of its threads, died of."""
        return self.sight.raised[-1] if self.sight.raised else None

    @property
    def broken_off(self) -> bool:
        """Whether the client was dropped, and an exception is to blame, or may be."""
        if self.symptom == "raised" or self.raised:
            return True
        nothing_known = self.sight.running is None or self.sight.exit_code is not None
        return self.symptom in ("closed", "refused") and nothing_known


class Row(NamedTuple):
    """These ids, if the scenario is one of these (or any), and what was seen fits."""

    ids: tuple[str, ...]
    scenarios: tuple[str, ...]
    fits: Callable[[Seen], bool]


def diagnose(seen: Seen) -> tuple[str, ...]:
    """The misconceptions that explain what was seen, the most likely first; often none."""
    for row in TABLE:
        if (not row.scenarios or seen.scenario in row.scenarios) and row.fits(seen):
            return row.ids
    return ()


def _symptom(*symptoms: str) -> Callable[[Seen], bool]:
    return lambda seen: seen.symptom in symptoms


def _broken_off(seen: Seen) -> bool:
    return seen.broken_off


def _fact(**facts: Any) -> Callable[[Seen], bool]:
    return lambda seen: facts.items() <= seen.facts.items()


def _raised(name: str, words: str = "") -> Callable[[Seen], bool]:
    return lambda seen: bool(
        seen.raised and seen.raised.name == name and re.search(words, seen.raised.words)
    )


def _source(pattern: str) -> Callable[[Seen], bool]:
    return lambda seen: bool(re.search(pattern, seen.source))


def _all(*conditions: Callable[[Seen], bool]) -> Callable[[Seen], bool]:
    return lambda seen: all(condition(seen) for condition in conditions)


def _ended_in_peace(seen: Seen) -> bool:
    return seen.sight.ended and not seen.raised and not seen.sight.exit_code


def _stands_in_accept_alone(seen: Seen) -> bool:
    places = seen.sight.places
    return len(places) == 1 and ".accept(" in places[0].code


LEAVING = ("client-leaves", "client-resets", "half-close")
GAME_ENDS = ("replies", "next-client", "ends-after-game")
ANY: tuple[str, ...] = ()

TABLE = (
    # Whatever the scenario
    Row(("answer-leak",), ANY, _fact(tells_secret=True)),
    Row(("accept-blocks",), ANY, _fact(waited_for="newcomer")),
    Row(("accept-blocks",), ("first-reply",), _all(_symptom("silent"), _stands_in_accept_alone)),
    Row(("fd-setsize",), ANY, _raised("ValueError", "filedescriptor out of range")),
    Row((), ("first-reply",), _all(_symptom("refused"), _ended_in_peace)),  # before anybody came
    Row(("one-shot",), ANY, _all(_symptom("refused", "closed"), _ended_in_peace)),
    # The wire
    Row(
        ("wrong-reply",),
        ("first-reply", "replies", "crowd", "invalid"),
        _symptom("other", "strange", "never-correct"),
    ),
    Row(("int-crash",), ("invalid",), _broken_off),
    Row(("int-crash",), ("strict-numbers",), _raised("ValueError", "digits|integer")),
    Row(("message-glued",), ("glued",), lambda seen: True),
    Row(("decode-crash",), ("not-utf8",), _broken_off),
    Row(("wrong-reply",), ("not-utf8",), _symptom("other", "strange")),
    Row(("message-split",), ("split",), lambda seen: True),
    Row(("multibyte-split",), ("split-character",), lambda seen: True),
    # The end of a game
    Row((), GAME_ENDS, _raised("StopIteration")),  # a scheduler did not expect a task to end
    Row(("stale-socket",), (*GAME_ENDS, *LEAVING), _all(_raised("KeyError"), _source("selector"))),
    Row(
        ("stale-socket", "use-after-close"), GAME_ENDS, _raised("ValueError", "-1|negative|fileno")
    ),
    Row(("use-after-close", "stale-socket"), GAME_ENDS, _broken_off),
    Row(("not-closed-after-win",), ("ends-after-game",), _fact(goes_on=True)),
    Row(("not-closed-after-win",), ("ends-after-game",), _symptom("extra")),
    Row(("not-closed-after-win",), ("ends-after-game",), _fact(closes_at_last=True)),
    Row(("fd-leak",), ("ends-after-game", "half-close"), _symptom("open")),
    # Many clients
    Row(
        ("thread-run", "one-at-a-time"),
        ("together",),
        _all(_symptom("silent"), _source(r"Thread\b[^\n]*\.run\(\)|\.run\(\)\s*(#.*)?$")),
    ),
    Row(
        ("one-at-a-time", "thread-run"),
        ("together",),
        _all(_symptom("silent"), _fact(waited_for="other")),
    ),
    # Clients that go
    Row(("eof-ignored",), ("client-leaves",), _fact(ignores_end=True)),
    Row(("eof-ignored",), ("client-leaves",), _symptom("busy")),
    Row(("stale-socket", "use-after-close"), LEAVING, _raised("ValueError", "-1|negative|fileno")),
    Row(("use-after-close", "stale-socket"), LEAVING, _raised("OSError", "Bad file descriptor")),
    Row(("eof-crash",), ("client-leaves",), _broken_off),
    Row(("reset-crash",), ("client-resets",), _broken_off),
    Row(("eof-ignored",), ("half-close",), _symptom("extra")),
    Row(("half-close-lost",), ("half-close", "last-line"), _symptom("closed", "silent")),
    # Secrets
    Row(
        ("shared-answer", "constant-secret"),
        ("own-secret",),
        _all(_symptom("same-secret"), _fact(after_restart=False)),
    ),
    Row(
        ("shared-answer", "constant-secret"),
        ("own-secret",),
        _all(_symptom("same-secret"), _fact(forgets=False), _source("rand|secrets|choice")),
    ),
    Row(("constant-secret", "shared-answer"), ("own-secret",), _symptom("same-secret")),
    Row(("constant-secret",), ("own-secret",), _symptom("same-secrets")),
    Row(("answer-reuse",), ("fresh-secret", "forgets"), _symptom("inherited-secret", "hoards")),
    # Limits
    Row(("busy-poll", "always-writable"), ("rest",), _fact(clients=0)),
    Row(("always-writable", "busy-poll"), ("rest",), _fact(clients=1)),
    Row(("blocking-send",), ("never-reads",), _symptom("silent")),
    Row(("partial-send",), ("late-reader",), _symptom("holes")),
    Row(("unbounded-buffer",), ("endless-line",), _symptom("swallows")),
    Row(("fd-leak",), ("descriptors",), _symptom("grew")),
)
