"""What is said of the project in several places is the same in all of them."""

import re
import tomllib
from pathlib import Path

import yaml

import guessnet

PROJECT = Path(__file__).parent.parent


def read(name):
    return (PROJECT / name).read_text("utf-8")


def test_the_citation_is_of_this_version_and_licence():
    citation = yaml.safe_load(read("CITATION.cff"))
    about = tomllib.loads(read("pyproject.toml"))["project"]
    assert citation["version"] == guessnet.__version__
    assert citation["license"] == about["license"]
    assert [author["name"] for author in citation["authors"]] == [
        author["name"] for author in about["authors"]
    ]
    assert re.search(
        rf"^## {re.escape(guessnet.__version__)}\b", read("CHANGELOG.md"), re.MULTILINE
    )


def test_the_workflow_tries_every_python_that_is_supported():
    about = tomllib.loads(read("pyproject.toml"))["project"]
    name = "Programming Language :: Python :: 3."
    minors = [each.removeprefix(name) for each in about["classifiers"] if each.startswith(name)]
    assert about["requires-python"] == f">=3.{minors[0]}"
    jobs = yaml.safe_load(read(".github/workflows/tests.yml"))["jobs"]
    for job in jobs.values():
        assert job["strategy"]["matrix"]["python"] == [f"3.{minor}" for minor in minors]


def test_the_hooks_do_what_a_change_has_to_pass():
    (local,) = yaml.safe_load(read(".pre-commit-config.yaml"))["repos"]
    assert local["repo"] == "local"
    for hook in local["hooks"]:
        assert hook["language"] == "system", "nothing is fetched"
        program, *rest = hook["name"].split()
        assert " ".join([f'bin/{program}"', *rest]) in read(".ci/run")
