"""The plugin of pytest, in a pytest of its own: it does nothing unless it is asked to."""

import sys

import pytest

pytest_plugins = "pytester"

#: Gives the first reply to one client, and to nobody else.
ONE_REPLY = """
def serve(listener):
    conn, address = listener.accept()
    conn.recv(1024)
    conn.sendall("너무 높아요".encode())
    conn.recv(1024)
"""


@pytest.fixture
def project(pytester, monkeypatch):
    """A project with a submission and an empty test of its own."""
    monkeypatch.setenv("GUESSNET_LANG", "en")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # others take long to load
    monkeypatch.setenv("PYTEST_PLUGINS", "guessnet.pytest_plugin")
    pytester.makepyfile(hand_in=ONE_REPLY, test_own="def test_own(): pass")
    return pytester


def test_it_is_found_where_it_is_installed(project, monkeypatch):
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    monkeypatch.delenv("PYTEST_PLUGINS")
    shown = project.runpytest_subprocess("--help")
    shown.stdout.fnmatch_lines(["*--guessnet=PATH*"])


def test_a_project_that_does_not_ask_sees_nothing_of_it(project):
    shown = project.runpytest_subprocess("-v")
    shown.assert_outcomes(passed=1)
    script = (
        "import sys, pytest; pytest.main();"
        "print(*sorted(name for name in sys.modules if name.startswith('guessnet')))"
    )
    loaded = project.run(sys.executable, "-c", script).outlines[-1].split()
    assert [name for name in loaded if not name.startswith("guessnet.texts")] == [
        "guessnet",
        "guessnet.errors",
        "guessnet.pytest_plugin",
    ]


def test_each_scenario_is_a_test_of_the_submission(project):
    shown = project.runpytest_subprocess("--guessnet", "hand_in.py", "-v")
    shown.assert_outcomes(passed=4, failed=6, skipped=18)
    shown.stdout.fnmatch_lines(
        [
            "hand_in.py::first-reply PASSED*",
            "hand_in.py::rest PASSED*",
            "hand_in.py::line-mode FAILED*",
            "hand_in.py::split SKIPPED (This has to pass first*",
            "A message that ends in a newline gets a reply that does, too",
        ]
    )


def test_they_are_selected_as_other_tests_are(project):
    shown = project.runpytest_subprocess("--guessnet", "hand_in.py", "-k", "rest")
    shown.assert_outcomes(passed=1, deselected=27)


def test_the_ini_file_names_the_submission_as_well(project):
    project.makeini("[pytest]\nguessnet = hand_in.py")
    shown = project.runpytest_subprocess("-k", "first-reply")
    shown.assert_outcomes(passed=1, deselected=27)


def test_a_submission_that_is_not_there_is_said_in_one_line(project):
    shown = project.runpytest_subprocess("--guessnet", "nobody.py")
    assert shown.ret == pytest.ExitCode.USAGE_ERROR
    shown.stderr.fnmatch_lines(["ERROR: The file *nobody.py cannot be read; check the path."])


def test_a_test_of_ones_own_starts_the_submission(project):
    project.makepyfile(
        test_own="""
        def test_reply(guessnet_submission):
            with guessnet_submission() as client:
                client.sendall(b"10")
                assert client.recv(1024).decode() == "너무 높아요"

        def test_that_it_is_started_afresh(guessnet_submission):
            test_reply(guessnet_submission)
        """
    )
    shown = project.runpytest_subprocess("--guessnet", "hand_in.py", "test_own.py", "-k", "test_")
    shown.assert_outcomes(passed=2, deselected=27)
    shown = project.runpytest_subprocess("test_own.py")
    shown.assert_outcomes(errors=2)
    shown.stdout.fnmatch_lines(["There is no submission; give one with --guessnet=PATH*"])
