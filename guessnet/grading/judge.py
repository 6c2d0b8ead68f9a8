"""The judge: puts scenarios to a subject, one after the other, and notes what came of each."""

import contextlib
import random
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from guessnet.errors import AnswerError, StopTimeout
from guessnet.grading.misconceptions import Seen, diagnose
from guessnet.grading.programs import File
from guessnet.grading.report import Cause, Check
from guessnet.grading.scenarios import SCENARIOS, NotSeen, Scenario, whom_it_waited_for
from guessnet.grading.sights import Sight
from guessnet.grading.source import standalone_source
from guessnet.grading.subjects import InThisProcess, Subject
from guessnet.grading.trial import Failure, Manners, Trial

ENDING = 1.0  #: seconds from closing its door until a server's code has ended

#: Symptoms of a reply that is none of the game's, or that should not have come.
_SAID_TOO_MUCH = ("other", "strange", "extra")
#: Symptoms after which no other scenario can be put to the subject.
_HOPELESS = ("stuck", "not-started", "out-of-time")


def judge(subject: Subject, scenarios: Iterable[Scenario], seed: int = 0) -> Iterator[Check]:
    """Put each scenario to a fresh start of the subject, in this order; give each check as it ends.

    What is asked by chance depends on the seed alone.

    One that needs another that was not passed is skipped. What goes wrong in the judge itself gives
    a check the status ``error``, and is never held against the subject.
    """
    manners, chance = Manners(), random.Random(seed)
    checks: dict[str, Check] = {}
    hopeless = ""
    for scenario in scenarios:
        because = hopeless or _missing(checks, scenario.needs)
        check = _skipped(scenario, because) if because else _put(subject, scenario, manners, chance)
        if check.cause and check.cause.symptom in _HOPELESS:
            hopeless = scenario.id
        checks[scenario.id] = check
        yield check


def _missing(checks: dict[str, Check], needs: Iterable[str]) -> str:
    """What a scenario with these needs has to wait for: the check that was the first to fail.

    A need that was not asked for itself stands for its own needs.
    """
    for needed in needs:
        check = checks.get(needed)
        because = check.because or needed if check else _missing(checks, SCENARIOS[needed].needs)
        if because and not (check and check.status == "passed"):
            return because
    return ""


def _skipped(scenario: Scenario, because: str) -> Check:
    return Check(scenario.id, "skipped", 0, scenario.points, because)


def _put(subject: Subject, scenario: Scenario, manners: Manners, chance: random.Random) -> Check:
    with _where_it_may_run(subject, scenario) as place:
        if place is None:
            return _skipped(scenario, "no-source")
        trial = Trial(place, manners, chance)
        try:
            with trial:
                return _answer(trial, scenario)
        except NotSeen:
            return _skipped(scenario, "not-seen")
        except StopTimeout as error:
            return _failed(trial, scenario, Failure("stuck", reason=error))
        except AnswerError as error:
            return _failed(trial, scenario, Failure("not-started", reason=error))
        except Exception as error:  # ours
            cause = Cause("judge-failed", {"reason": f"{type(error).__name__}: {error}"})
            return Check(scenario.id, "error", 0, scenario.points, cause=cause)


@contextlib.contextmanager
def _where_it_may_run(subject: Subject, scenario: Scenario) -> Iterator[Subject | None]:
    """The subject, or the same code in a process of its own; None where there is no code."""
    if not (scenario.elsewhere and isinstance(subject, InThisProcess)):
        yield subject
        return
    source = standalone_source(subject.function)
    if source is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "answer.py")
        path.write_text(source, "utf-8")
        yield File(path, subject.function.__name__)


def _answer(trial: Trial, scenario: Scenario) -> Check:
    try:
        scenario.ask(trial)
    except Failure as failure:
        if failure.client and failure.symptom in _SAID_TOO_MUCH:
            failure.facts["tells_secret"] = tells_secret(trial, failure.client.sent)
        waits = failure.symptom == "silent" and failure.client in trial.clients
        if failure.client and waits and not trial.spins():
            failure.facts |= whom_it_waited_for(trial, [], failure.client) | failure.facts
        if failure.symptom == "refused":
            _wait_until_it_has_ended(trial)
        return _failed(trial, scenario, failure, _look(trial))
    sight = _look(trial)
    if sight.raised:
        return _failed(trial, scenario, Failure("raised"), sight)
    return Check(scenario.id, "passed", scenario.points, scenario.points)


def _look(trial: Trial) -> Sight:
    """What is to be seen once an exception, if there was one, has had its effect."""
    trial.settle_down()
    return trial.subject.look()


def _wait_until_it_has_ended(trial: Trial) -> None:
    """Nobody listens any more, so the server is about to end, if that can be seen."""
    give_up = time.monotonic() + ENDING
    while trial.subject.look().running and time.monotonic() < give_up:
        time.sleep(0.01)


def _failed(
    trial: Trial, scenario: Scenario, failure: Failure, sight: Sight | None = None
) -> Check:
    sight = sight or Sight()
    if trial.subject.overrun:  # whatever else was seen followed from that
        failure = Failure(f"out-of-{trial.subject.overrun}")
    facts = failure.facts | {"forgets": trial.subject.forgets}
    seen = Seen(scenario.id, failure.symptom, sight, facts, trial.subject.source)
    cause = Cause(
        failure.symptom,
        failure.facts | {"got": _readable(failure.got)},
        _readable(failure.expected),
        diagnose(seen),
        sight.places,
        sight.raised,
        bool(sight.running),
        failure.transcript,
    )
    return Check(scenario.id, "failed", 0, scenario.points, cause=cause)


def _readable(data: bytes) -> str:
    return data.decode(errors="backslashreplace")


def tells_secret(trial: Trial, sent: list[bytes]) -> bool:
    """Whether the secret is among what a client is told that has sent this.

    Three clients do so. Where the first one's secret stands, the other two's must stand as well.
    """
    position = None
    for _ in range(3):
        try:
            trial.restart()
            client = trial.client()
            for message in sent:
                client.send(message)
            client.hears()
            digits = re.findall(rb"(?<![0-9.:])[1-9](?![0-9.:])", client.rest())
            wanted = range(len(digits)) if position is None else [position]
            position = next(place for place in wanted if client.wins(digits[place]))
        except (Failure, StopIteration, IndexError):
            return False
    return True
