"""The process in which a file's server runs, so that whatever it does it does to itself.

    python -m guessnet.grading.host LANGUAGE FILE NAME

Its server speaks LANGUAGE. It answers each line of its standard input with a line of JSON:
``start LISTENER`` loads the file and starts the function NAME (or my_serve, as in the lessons) on a
socket that listens already, and ``look`` tells what there is to see. The listener is the number of
a descriptor; or, where those are not inherited, what `socket.socket.share` gave, in base64. It ends
with its input.

Only the judge's questions are trusted here. Nothing that is answered is trusted there.
"""

import base64
import builtins
import importlib.util
import json
import os
import socket
import sys
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from typing import Any

from guessnet.grading.subjects import InThisProcess
from guessnet.texts import printable, use


def main(lang: str, path: str, name: str) -> None:
    use(lang)
    requests, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w", encoding="utf-8")
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)  # the file must not take the judge's questions for its input,
    os.dup2(2, 1)  # nor the judge what it prints for an answer
    subject: InThisProcess | None = None
    for request in requests:
        question, _, listener = request.strip().partition(" ")
        if question == "start":
            subject, content = start(path, name, listener)
        else:
            assert subject
            content = subject.look().to_json()
        answers.write(json.dumps(content) + "\n")
        answers.flush()
    os._exit(0)  # whatever threads are left


def start(path: str, name: str, listener: str) -> tuple[InThisProcess | None, dict[str, Any]]:
    """The file's server, if it could be started, and the answer: ``error`` is a text's id."""
    sock = listening(listener)
    for word in ("exit", "quit"):  # which site.py would have defined
        vars(builtins).setdefault(word, sys.exit)
    try:
        function = load_function(path, name)
    except BaseException as error:
        return None, {"error": "not-loaded", "said": printable(f"{type(error).__name__}: {error}")}
    if function is None:
        return None, {"error": "no-function"}
    subject = InThisProcess(function, sock)
    subject.start()
    return subject, {}


def listening(given: str) -> socket.socket:
    """The listener, at the lowest descriptor there is: select() takes none that is too high."""
    if not given.isdecimal():
        return socket.fromshare(base64.b64decode(given))  # type: ignore[attr-defined,no-any-return]
    inherited = socket.socket(fileno=int(given))
    with inherited:
        return inherited.dup()


def load_function(path: str, name: str) -> Callable[..., object] | None:
    """The function with this name in a file, or my_serve; None where there is neither."""
    loader = SourceFileLoader("answer", path)
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    sys.modules[loader.name] = module
    loader.exec_module(module)
    function = getattr(module, name, getattr(module, "my_serve", None))
    return function if callable(function) else None


if __name__ == "__main__":
    main(*sys.argv[1:])
