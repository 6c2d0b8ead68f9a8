"""A process of ours that is told what to do, and answers."""

import contextlib
import json
import subprocess
import sys
from typing import Any

from guessnet.errors import BenchError
from guessnet.texts import text


class Process:
    """A process that answers each request, a line of JSON, with another. It ends with its input."""

    def __init__(self, *command: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is for us: it ends with its input
        )

    def ask(self, **request: object) -> dict[str, Any]:
        """Raises `BenchError` if the answer is an error, or if there is none."""
        assert self._process.stdin
        with contextlib.suppress(OSError):  # it has ended, and has no answer
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        return self.answer()

    def answer(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        answer: dict[str, Any] = (
            json.loads(line) if line else {"error": "answer.ended", "values": {}}
        )
        if "error" in answer:
            raise BenchError(text("bench.failed", reason=text(answer["error"], **answer["values"])))
        return answer

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
