"""A log that can neither stall a server nor stop it."""

import contextlib
import os
import queue
import sys
import threading

MAX_LINES = 10_000  #: that wait to be written; more are dropped


class Log:
    """Lines for standard output, written by a thread of their own.

    Parameters
    ----------
    prefix
        Begins each of them.
    """

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self._lines: queue.Queue[str | None] = queue.Queue(MAX_LINES)
        self._thread = threading.Thread(target=self._run, name="guessnet log", daemon=True)

    def start(self, first_line: str = "") -> None:
        """Write `first_line`, then the lines that have been waiting, then those that come."""
        self._first_line = first_line
        self._thread.start()

    def write(self, line: str) -> None:
        """Leave a line to be written. Never waits: a line too many is dropped."""
        with contextlib.suppress(queue.Full):
            self._lines.put_nowait(self._prefix + line)

    def close(self, timeout: float) -> None:
        """Write what is waiting, for `timeout` seconds at most."""
        if self._thread.is_alive():
            with contextlib.suppress(queue.Full):
                self._lines.put(None, timeout=timeout)
                self._thread.join(timeout)

    def _run(self) -> None:
        with contextlib.suppress(OSError):  # nobody reads any more, as behind ``| head -1``
            if self._first_line:
                _write_line(self._first_line)
            while (line := self._lines.get()) is not None:
                _write_line(line)


def _write_line(line: str) -> None:
    # Straight to the descriptor: what waits in sys.stdout would be waited for at the end.
    data = (line + os.linesep).encode(sys.stdout.encoding, errors="backslashreplace")
    while data:
        data = data[os.write(sys.stdout.fileno(), data) :]
