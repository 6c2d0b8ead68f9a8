"""Handing out the lessons: copies that the learner may change."""

import hashlib
import json
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple

#: Remembers, in the learner's folder, what each file was when it was handed out.
RECORD = ".guessnet.json"


class HandedOut(NamedTuple):
    """What became of each lesson: file names."""

    written: list[str]
    kept: list[str]  #: the learner has changed them, so they were left as they are


def originals(lang: str) -> Traversable:
    """The folder of the lessons in `lang`: inside an installed package, else in the checkout."""
    package = files("guessnet")
    packaged = package / "lessons" / lang
    return packaged if packaged.is_dir() else Path(str(package)).parent / "lessons" / lang


def notebooks(lang: str) -> list[Traversable]:
    """The lessons in `lang`, and what belongs to them, by name."""
    files_there = originals(lang).iterdir()
    return sorted(
        (file for file in files_there if file.name.endswith(".ipynb")), key=lambda file: file.name
    )


def hand_out(folder: Path, lang: str) -> HandedOut:
    """Copy the lessons in `lang` to `folder`, which is made if need be.

    A file that was handed out before and changed since, or that is not ours, is left as it is.
    Raises OSError where the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    record_file = folder / RECORD
    record = _read_record(record_file)
    result = HandedOut([], [])
    for original in notebooks(lang):
        content = original.read_bytes()
        copy = folder / original.name
        if copy.exists() and _digest(copy.read_bytes()) not in (
            record.get(copy.name),
            _digest(content),
        ):
            result.kept.append(copy.name)
            continue
        copy.write_bytes(content)
        record[copy.name] = _digest(content)
        result.written.append(copy.name)
    record_file.write_text(json.dumps(record, indent=2), "utf-8")
    return result


def _read_record(file: Path) -> dict[str, str]:
    try:
        record = json.loads(file.read_text("utf-8"))
    except (FileNotFoundError, ValueError):  # half written, for one, when the disk was full
        return {}
    return record if isinstance(record, dict) else {}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
