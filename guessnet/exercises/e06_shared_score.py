"""Exercise 06. One score for all: threads that add to it must not lose each other's wins.

The answer is a class. It is made with a store, which has `read` and `write`, and its method `add`,
which many threads may call at the same time, adds 1 to what is stored. Nothing is left to luck: the
store holds one thread between its read and its write until another has gone as far as it can.
"""

import contextlib
import queue
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from guessnet.errors import AnswerError
from guessnet.grading.report import Cause, Check
from guessnet.grading.sights import busy_seconds, raised_from, tasks_of_threads, wait_until_idle
from guessnet.texts import text
from guessnet.threads import interrupt

PATIENCE = 1.0  #: seconds that one call of add() may take
QUIET = 0.1  #: seconds in which a thread did nothing, after which it stands still
LOCKS = {"Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition"}
CHECKS = ("score-alone", "score-together", "score-after-error")


class stub:
    def __init__(self, store):
        self.store = store

    def add(self):
        count = self.store.read()
        self.store.write(count + 1)


class solution:
    def __init__(self, store):
        self.store = store
        self.lock = threading.Lock()

    def add(self):
        with self.lock:
            count = self.store.read()
            self.store.write(count + 1)


# Other right answers


class OneOwner:
    """Only one thread ever touches the store; the others leave it a note."""

    def __init__(self, store):
        self.store = store
        self.wins = queue.SimpleQueue()
        threading.Thread(target=self.own, daemon=True).start()

    def add(self):
        self.wins.put("a win")

    def own(self):
        while self.wins.get() == "a win":
            with contextlib.suppress(OSError):
                self.store.write(self.store.read() + 1)

    def close(self):
        self.wins.put("the end")


class ReleasesInTheEnd:
    def __init__(self, store):
        self.store = store
        self.lock = threading.RLock()

    def add(self):
        self.lock.acquire()
        try:
            self.store.write(self.store.read() + 1)
        finally:
            self.lock.release()


RIGHT = (solution, OneOwner, ReleasesInTheEnd)


# Wrong answers


class TwoSteps:
    def __init__(self, store):
        self.store = store

    def add(self):
        self.store.write(self.store.read() + 1)


class LocksTheWrite:
    def __init__(self, store):
        self.store = store
        self.lock = threading.Lock()

    def add(self):
        count = self.store.read()
        with self.lock:
            self.store.write(count + 1)


class LockForEachCall:
    def __init__(self, store):
        self.store = store

    def add(self):
        lock = threading.Lock()
        with lock:
            self.store.write(self.store.read() + 1)


class ForgetsToRelease:
    def __init__(self, store):
        self.store = store
        self.lock = threading.Lock()

    def add(self):
        self.lock.acquire()
        self.store.write(self.store.read() + 1)
        self.lock.release()


class NeverReleases:
    def __init__(self, store):
        self.store = store
        self.lock = threading.Lock()

    def add(self):
        self.lock.acquire()
        self.store.write(self.store.read() + 1)


class CountsForItself:
    def __init__(self, store):
        self.count = 0
        self.lock = threading.Lock()

    def add(self):
        with self.lock:
            self.count += 1


class TurnsRound:
    def __init__(self, store):
        self.store = store
        self.taken = False

    def add(self):
        while self.taken:
            pass
        self.taken = True
        try:
            self.store.write(self.store.read() + 1)
        finally:
            self.taken = False


ANTICIPATED = (
    (TwoSteps, "score.no-lock"),
    (LocksTheWrite, "score.write-only"),
    (LockForEachCall, "score.new-lock"),
    (ForgetsToRelease, "score.never-again"),
    (NeverReleases, "score.hangs"),
    (CountsForItself, "score.not-stored"),
    (TurnsRound, "score.spins"),
)


class Store:
    """A number, of which reading and writing are two things, as with a file.

    It can hold the next thread that reads or writes, and can fail at the next write.
    """

    def __init__(self) -> None:
        self.count = 0
        self.story: list[str] = []  #: the calls, in their order
        self.calls = Counter[str]()  #: those that have begun, by their name
        self.fails = False
        self.hold = ""  #: ``read`` or ``write``: the next one that does so stays there
        self.held = threading.Event()
        self.go_on = threading.Event()
        self._own = threading.Lock()

    def read(self) -> int:
        self.calls["read"] += 1
        count = self.count
        self._note(f"read() → {count}")
        self._wait_if_held("read")
        return count

    def write(self, count: int) -> None:
        self.calls["write"] += 1
        self._wait_if_held("write")
        if self.fails:
            self.fails = False
            self._note(f"write({count}) → OSError")
            raise OSError(28, "No space left on device")
        self.count = count
        self._note(f"write({count})")

    def _wait_if_held(self, call: str) -> None:
        with self._own:
            mine, self.hold = self.hold == call, "" if self.hold == call else self.hold
        if mine:
            self.held.set()
            self.go_on.wait(4 * PATIENCE)

    def _note(self, call: str) -> None:
        self.story.append(f"{threading.current_thread().name}: {call}")


class Trial:
    """One answer, made with a store of its own, and the threads that call it.

    As a context manager it lets go of them all in the end.
    """

    def __init__(self, answer: Callable[..., Any]) -> None:
        self._older = set(threading.enumerate())
        self._answer = answer
        self._began = {"A": threading.Event(), "B": threading.Event()}
        self.store = Store()
        self.errors: list[BaseException] = []
        self.score: Any = None

    def __enter__(self) -> "Trial":
        try:
            self.score = self._answer(self.store)
        except BaseException as error:  # exit() among them
            self.errors.append(error)
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.store.go_on.set()
        with contextlib.suppress(Exception):
            self.score.close()
        for lock in vars(self.score).values() if hasattr(self.score, "__dict__") else ():
            with contextlib.suppress(Exception):
                lock.release()  # whoever waits for one that is never released can go
        for thread in self._threads("A", "B"):
            interrupt(thread)
            thread.join(PATIENCE)

    def add(self, name: str) -> threading.Thread:
        """Begin to add, in a thread that has this name."""

        def run() -> None:
            self._began[name].set()
            try:
                self.score.add()
            except BaseException as error:
                self.errors.append(error)

        thread = threading.Thread(target=run, name=name, daemon=True)
        thread.start()
        self._began[name].wait()
        return thread

    def adds_in_time(self, name: str) -> bool:
        """Add; say whether that has come back."""
        thread = self.add(name)
        thread.join(PATIENCE)
        return not thread.is_alive()

    def stand_still(self) -> bool:
        """Wait until none of its threads does anything; False where one of them never rests."""
        tasks = tasks_of_threads(self._threads())
        return wait_until_idle(lambda: busy_seconds(tasks), QUIET, PATIENCE)

    def counted(self, count: int) -> bool:
        """Whether so many are stored, once its threads stand still."""
        if self.store.count != count:
            self.stand_still()
        return self.store.count == count

    def cause(self, symptom: str) -> Cause:
        fields = {"count": self.store.count, "story": ", ".join(self.store.story[:12])}
        return Cause(symptom, fields)

    def raised(self) -> Cause:
        code = getattr(getattr(self._answer, "add", None), "__globals__", None)
        return Cause("score.raised", {}, raised=(raised_from(self.errors[0], code),))

    def _threads(self, *names: str) -> list[threading.Thread]:
        return [
            thread
            for thread in threading.enumerate()
            if thread not in self._older and (not names or thread.name in names)
        ]


def judge(answer: Any) -> tuple[Check, ...]:
    """One question after the other; those after the first that is not met have to wait."""
    if not (isinstance(answer, type) and callable(getattr(answer, "add", None))):
        raise AnswerError(text("answer.not-a-score"))
    for position, ask in enumerate((_alone, _together, _after_an_error)):
        if cause := ask(answer):
            failed = CHECKS[position]
            passed = [Check(id, "passed", 1, 1) for id in CHECKS[:position]]
            waiting = [Check(id, "skipped", 0, 1, because=failed) for id in CHECKS[position + 1 :]]
            return (*passed, Check(failed, "failed", 0, 1, cause=cause), *waiting)
    return tuple(Check(id, "passed", 1, 1) for id in CHECKS)


def _alone(answer: type) -> Cause | None:
    with Trial(answer) as trial:
        for _ in range(3):
            if trial.errors:
                return trial.raised()
            if not trial.adds_in_time("A"):
                return trial.cause("score.hangs")
        if trial.errors:
            return trial.raised()
        if trial.counted(3):
            return None
        return trial.cause("score.wrong" if trial.store.calls["write"] else "score.not-stored")


def _together(answer: type) -> Cause | None:
    """A is held after its read, and once more before its write, until B has gone as far as it can.

    So one that looks again before it writes is caught as well.
    """
    return _with_one_held(answer, "read") or _with_one_held(answer, "write")


def _with_one_held(answer: type, call: str) -> Cause | None:
    with Trial(answer) as trial:
        trial.store.hold = call
        first = trial.add("A")
        if not trial.store.held.wait(PATIENCE):
            return trial.cause("score.hangs")
        second = trial.add("B")
        rested = trial.stand_still()
        trial.store.go_on.set()
        for thread in (first, second):
            thread.join(PATIENCE)
        if first.is_alive() or second.is_alive():
            return trial.cause("score.hangs")
        if trial.errors:
            return trial.raised()
        if trial.counted(2):
            return None if rested else trial.cause("score.spins")
        return trial.cause(_why_one_is_lost(answer))


def _why_one_is_lost(answer: type) -> str:
    """A is held in its write: if B then does not begin to write, a lock is around the write."""
    with Trial(answer) as trial:
        trial.store.hold = "write"
        trial.add("A")
        trial.store.held.wait(PATIENCE)
        trial.add("B")
        trial.stand_still()
        if trial.store.calls["read"] == 2 and trial.store.calls["write"] == 1:
            return "score.write-only"
    names = getattr(getattr(answer.add, "__code__", None), "co_names", ())  # type: ignore[attr-defined]
    return "score.new-lock" if LOCKS & set(names) else "score.no-lock"


def _after_an_error(answer: type) -> Cause | None:
    """The store fails once; whether it is tried again then is left to the answer."""
    with Trial(answer) as trial:
        trial.store.fails = True
        if not trial.adds_in_time("A"):
            return trial.cause("score.hangs")
        trial.counted(1)
        before = trial.store.count
        if trial.adds_in_time("B") and trial.counted(before + 1):
            return None
        return trial.cause("score.never-again")
