"""Grading: a server that nobody vouches for is run apart from the judge, and marked."""

import contextlib
import os
import random
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed

from guessnet import texts
from guessnet.errors import BadArgument, GuessnetError
from guessnet.grading import sandbox, submissions
from guessnet.grading.judge import judge
from guessnet.grading.report import Cause, Check, Report
from guessnet.grading.scenarios import SCENARIOS
from guessnet.texts import text


def grade(
    path: str | os.PathLike[str] | None = None,
    *,
    cmd: str | None = None,
    isolation: str = "auto",
    lang: str | None = None,
    seed: int | None = None,
) -> Report:
    """Mark a server that nobody vouches for.

    It runs in a process of its own, as far apart from the judge as `isolation` says, and is judged
    by what it says over its sockets and by what is seen of it from outside. It takes
    `submissions.DEADLINE` seconds at most, and leaves nothing behind.

    Parameters
    ----------
    path
        A Python file that defines ``serve(listener)`` or ``serve(listener, new_game)``, or that is
        a program which opens a port itself; or a notebook with the tag of the cells to be graded,
        ``hand-in.ipynb#solution``. With `cmd` the folder in which that is run.
    cmd
        A command in any language instead, with ``{port}`` where the port belongs.
    isolation
        ``bwrap``, ``user`` or ``process``; ``auto`` takes the best that works here. The report says
        which it was. Raises `BadArgument` for another name, `SandboxError` where it does not work.
    lang
        The language of the report; by default the one that `guessnet.use` set. The server itself
        may speak either.
    seed
        Of what is asked by chance; by default drawn by chance, too, and told in the report.

    Raises
    ------
    AnswerError
        There is nothing that could be run. A server that does not start is marked, instead.
    """
    if path is None and cmd is None:
        raise BadArgument(text("grade.nothing"))
    where = None if path is None else os.fspath(path)
    lang = texts.known(lang or texts.language())
    if seed is None:
        seed = random.randrange(1 << 32)
    with texts.speaking(lang):
        kind = sandbox.find(isolation)
        with submissions.opened(where, cmd, kind) as subject:
            checks = tuple(judge(subject, SCENARIOS.values(), seed))
    return Report(cmd or where or "", kind.name, seed, checks, lang)


def grade_many(
    paths: Iterable[str | os.PathLike[str]], executor: Executor | None = None
) -> Iterator[Report]:
    """Mark many submissions; give each report as soon as it is there, in whatever order.

    On a terminal a progress bar shows how many are done. A submission that cannot be marked, for
    there is no such file or the machine that was at it has gone, gets a report that says so: the
    status of its first check is ``error``.

    Parameters
    ----------
    paths
        As `grade` takes them. Each has one report.
    executor
        Where to mark them; by default as many at a time as this machine has processors. With
        another machine's, such as that of a dask cluster (``client.get_executor(pure=False)``), the
        paths have to lead to the same files there.
    """
    lang = texts.language()
    with contextlib.ExitStack() as stack:
        if executor is None:
            executor = stack.enter_context(ThreadPoolExecutor(os.cpu_count()))
        waiting = {executor.submit(grade, os.fspath(path), lang=lang): path for path in paths}
        stack.callback(_cancel, waiting)  # whoever asked may not want the rest
        advance = stack.enter_context(_progress(len(waiting)))
        for future in as_completed(waiting):
            path = os.fspath(waiting.pop(future))
            advance()
            yield _result(future, path, lang)


def _cancel(futures: Iterable[Future[Report]]) -> None:
    for future in futures:
        future.cancel()


def _result(future: Future[Report], path: str, lang: str) -> Report:
    try:
        return future.result()
    except Exception as error:  # there is no such file, or whoever was at it has died
        return _not_graded(path, error, lang)


def _not_graded(path: str, error: Exception, lang: str) -> Report:
    """A report that says why there is none, and holds nothing against the submission."""
    first, *others = SCENARIOS.values()
    if isinstance(error, GuessnetError):
        cause = Cause("not-graded", {"reason": str(error)})
    else:
        cause = Cause("judge-failed", {"reason": repr(error)})
    checks = [Check(first.id, "error", 0, first.points, cause=cause)]
    checks += [Check(other.id, "skipped", 0, other.points, first.id) for other in others]
    return Report(path, "none", 0, tuple(checks), lang)


@contextlib.contextmanager
def _progress(count: int) -> Iterator[Callable[[], None]]:
    """A function to call for each submission that is done."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress

    columns = (*Progress.get_default_columns(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(text("grade.running"), total=count)
        yield lambda: bar.advance(task)
