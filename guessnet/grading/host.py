"""The process in which a file's server runs, so that whatever it does it does to itself.

    python -m guessnet.grading.host LANGUAGE FILE NAME

Its server speaks LANGUAGE. It answers each line of its standard input with a line of JSON:
``start`` loads the file and starts the function NAME (or my_serve, as in the lessons), ``look``,
``busy`` and ``narrow`` are methods of `Subject`. It ends with its input.
"""

import importlib.util
import json
import os
import sys
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from typing import Any

from guessnet.errors import GuessnetError
from guessnet.grading.subjects import InThisProcess
from guessnet.texts import printable, text, use


def main(lang: str, path: str, name: str) -> None:
    use(lang)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the file prints must not be taken for an answer
    subject: InThisProcess | None = None
    for request in map(str.strip, sys.stdin):
        content: dict[str, Any]
        if request == "start":
            try:
                subject = InThisProcess(load_function(path, name))
                content = {"address": subject.start()}
            except GuessnetError as error:
                content = {"error": str(error)}
            except BaseException as error:
                said = printable(f"{type(error).__name__}: {error}")
                content = {"error": text("answer.not-loaded", said=said)}
        else:
            assert subject
            content = _answers[request](subject)
        answers.write(json.dumps(content) + "\n")
        answers.flush()
    os._exit(0)  # whatever threads are left


_answers: dict[str, Callable[[InThisProcess], dict[str, Any]]] = {
    "look": lambda subject: subject.look().to_json(),
    "busy": lambda subject: {"busy": subject.busy()},
    "narrow": lambda subject: {"narrow": subject.narrow()},
}


def load_function(path: str, name: str) -> Callable[..., object]:
    """The function with this name in a file, or my_serve. Raises `GuessnetError` without either."""
    loader = SourceFileLoader("answer", path)
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    sys.modules[loader.name] = module
    loader.exec_module(module)
    function: Callable[..., object] | None = getattr(
        module, name, getattr(module, "my_serve", None)
    )
    if not callable(function):
        raise GuessnetError(text("answer.no-function", name=name))
    return function


if __name__ == "__main__":
    main(*sys.argv[1:])
