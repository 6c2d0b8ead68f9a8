"""What the learner has done so far, kept in a small file beside the lessons.

It helps and must never get in the way: a damaged file is set aside, and one that cannot be written
is done without.
"""

import contextlib
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

FILE = (
    ".guessnet-progress.json"  #: in the working directory, which for a notebook is its own folder
)
VERSION = 1
PATIENCE = 0.5  #: seconds to wait for another notebook that is writing
ABANDONED = 5.0  #: seconds after which whoever began to write is taken to have died of it

#: From the least to the most; a lesser outcome never replaces a greater one.
OUTCOMES = ("tried", "shown", "done")


class Entry(NamedTuple):
    """What has become of one quiz or exercise."""

    outcome: str  #: the best so far: ``tried`` (in vain), ``shown`` (its solution) or ``done``
    attempts: int


#: By kind (``"quiz"``, ``"exercise"``), and then by id.
Progress = dict[str, dict[str, Entry]]


def load(folder: str | Path = ".") -> Progress:
    """What is kept in `folder`; what cannot be read is left out."""
    try:
        return _read(Path(folder, FILE))
    except (OSError, ValueError):
        return {}


def record(kind: str, name: str, outcome: str, folder: str | Path = ".") -> bool:
    """Keep that one more attempt had this outcome, one of `OUTCOMES`; say whether it is kept.

    It is not where the folder cannot be written. It may be called from several programs at once.
    """
    if outcome not in OUTCOMES:
        raise ValueError(outcome)
    file = Path(folder, FILE)
    try:
        with _replacing(file) as new:
            try:
                progress = _read(file)
            except FileNotFoundError:
                progress = {}
            except ValueError:
                progress = {}
                os.replace(file, f"{file}.damaged")
            so_far = progress.setdefault(kind, {}).get(name, Entry(outcome, 0))
            best = max(outcome, so_far.outcome, key=OUTCOMES.index)
            progress[kind][name] = Entry(best, so_far.attempts + 1)
            new.write_text(_written(progress), "utf-8")
    except OSError:
        return False
    return True


@contextlib.contextmanager
def _replacing(file: Path) -> Iterator[Path]:
    """Give a new file that takes the place of `file` in the end. Nobody else gets one meanwhile."""
    new = Path(f"{file}.new")
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            new.open("x").close()
            break
        except FileExistsError:
            if time.monotonic() > give_up:
                raise
            with contextlib.suppress(FileNotFoundError):  # it has taken its place just now
                if time.time() - new.stat().st_mtime > ABANDONED:
                    new.unlink()
            time.sleep(0.01)
    try:
        yield new
        os.replace(new, file)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _written(progress: Progress) -> str:
    kinds = {
        kind: {name: entry._asdict() for name, entry in entries.items()}
        for kind, entries in progress.items()
    }
    return json.dumps({"guessnet progress": VERSION} | kinds, indent=1, ensure_ascii=False)


def _read(file: Path) -> Progress:
    """Raises OSError, and ValueError for a file that is not ours."""
    try:
        content = json.loads(file.read_text("utf-8"))
    except RecursionError as error:
        raise ValueError from error
    if not isinstance(content, dict) or content.pop("guessnet progress", None) != VERSION:
        raise ValueError
    return {
        kind: {name: Entry(**entry) for name, entry in entries.items() if _is_entry(entry)}
        for kind, entries in content.items()
        if isinstance(entries, dict)
    }


def _is_entry(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == set(Entry._fields)
        and value["outcome"] in OUTCOMES
        and isinstance(value["attempts"], int)
    )
