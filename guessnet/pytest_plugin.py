"""A plugin of pytest: every scenario as a test of a submission, and a fixture that starts it.

The submission is given by ``--guessnet=PATH``, or by ``guessnet = PATH`` in the ini file, and runs
as `guessnet.grade` runs it. Without one the plugin does nothing, and imports next to nothing. With
``guessnet_exam = true`` in the ini file nobody is told any hint.

With a space in place of ``=``, pytest takes the path for that of tests, and reads the ini file
beside it: a stranger's, which may have pytest import anything.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from guessnet import texts
from guessnet.errors import GuessnetError
from guessnet.texts import text

if TYPE_CHECKING:
    import socket

    from guessnet.grading.report import Check, Report
    from guessnet.grading.subjects import Subject

TIMEOUT = 5.0  #: seconds that a socket of the fixture waits


def pytest_addoption(parser: pytest.Parser) -> None:
    lang = texts.language_of_user()
    words = text("help.pytest.submission", lang)
    parser.getgroup("guessnet").addoption("--guessnet", metavar="PATH", help=words)
    parser.addini("guessnet", words)
    parser.addini("guessnet_exam", text("help.pytest.exam", lang), type="bool")


def pytest_configure(config: pytest.Config) -> None:
    if config.getini("guessnet_exam"):
        os.environ[texts.EXAM] = "1"


@pytest.hookimpl(tryfirst=True)  # so that they can be selected as other tests are
def pytest_collection_modifyitems(session: pytest.Session, items: list[pytest.Item]) -> None:
    if path := _submission(session.config):
        items += Submission.from_parent(session, path=path).collect()


@pytest.fixture
def guessnet_submission(pytestconfig: pytest.Config) -> "Iterator[Callable[[], socket.socket]]":
    """Start the submission afresh; give a function that connects to it, with a new socket.

    The sockets are closed, and the submission is stopped, after the test.
    """
    path = _submission(pytestconfig)
    if not path:
        pytest.fail(text("pytest.no-submission", texts.language_of_user()), pytrace=False)
    with contextlib.ExitStack() as stack:
        subject = stack.enter_context(_opened(path))
        stack.callback(subject.stop)
        address = subject.start()

        def connect() -> "socket.socket":
            sock = stack.enter_context(subject.socket())
            sock.settimeout(TIMEOUT)
            sock.connect(address)
            return sock

        yield connect


def _submission(config: pytest.Config) -> Path | None:
    if given := config.getoption("guessnet"):
        return Path(config.invocation_params.dir, given)
    if configured := config.getini("guessnet"):
        return Path(config.rootpath, configured)
    return None


@contextlib.contextmanager
def _opened(path: Path) -> "Iterator[Subject]":
    from guessnet.grading import sandbox, submissions

    with submissions.opened(str(path), None, sandbox.find("auto")) as subject:
        yield subject


class Submission(pytest.File):
    """A submission, to which each scenario is put when its turn comes."""

    def collect(self) -> "list[ScenarioTest]":
        from guessnet.grading.scenarios import SCENARIOS
        from guessnet.grading.submissions import source_of

        with texts.speaking(texts.language_of_user()):
            try:
                source_of(str(self.path))
            except GuessnetError as error:
                raise pytest.UsageError(str(error)) from error
        return [ScenarioTest.from_parent(self, name=id) for id in SCENARIOS]

    def setup(self) -> None:
        from guessnet.grading.judge import judge
        from guessnet.grading.scenarios import SCENARIOS

        self._open = contextlib.ExitStack()
        subject = self._open.enter_context(_opened(self.path))
        self._judging = judge(subject, SCENARIOS.values())
        self._checks: list[Check] = []

    def teardown(self) -> None:
        self._open.close()

    def report_up_to(self, id: str) -> "Report":
        """A report that ends with this check; others may need those before it."""
        from guessnet.grading.report import Report

        with texts.speaking(texts.language_of_user()):
            while id not in (check.id for check in self._checks):
                self._checks.append(next(self._judging))
            ids = [check.id for check in self._checks]
            checks = self._checks[: ids.index(id) + 1]
            return Report(self.name, "practice", 0, tuple(checks), texts.language())


class ScenarioTest(pytest.Item):
    """One scenario, put to a submission."""

    parent: Submission

    def runtest(self) -> None:
        report = self.parent.report_up_to(self.name)
        check = report.checks[-1]
        if check.status == "skipped":
            pytest.skip(report.message(check))
        if check.status != "passed":
            pytest.fail("\n".join((report.title(check), *report.details(check))), pytrace=False)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, self.name
