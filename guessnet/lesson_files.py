"""Handing out files, the lessons above all: copies that whoever gets them may change."""

import hashlib
import json
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple

#: Remembers, in the folder, what each file was when it was handed out.
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
    contents = {original.name: original.read_bytes() for original in notebooks(lang)}
    kept = changed(folder, contents)
    written = [name for name in contents if name not in kept]
    write(folder, {name: contents[name] for name in written})
    return HandedOut(written, kept)


def changed(folder: Path, contents: Mapping[str, bytes]) -> list[str]:
    """Which files of these names are there already, and are neither these nor handed out as such.

    Raises OSError where one cannot be read.
    """
    record = _read_record(folder / RECORD)
    return [
        name
        for name, content in contents.items()
        if (copy := folder / name).exists()
        and _digest(copy.read_bytes()) not in (record.get(name), _digest(content))
    ]


def write(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write files, whatever is there, and remember what they were. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        copy = folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(content)
    digests = {name: _digest(content) for name, content in contents.items()}
    record = _read_record(folder / RECORD) | digests
    (folder / RECORD).write_text(json.dumps(record, indent=2), "utf-8")


def _read_record(file: Path) -> dict[str, str]:
    try:
        record = json.loads(file.read_text("utf-8"))
    except (FileNotFoundError, ValueError):  # half written, for one, when the disk was full
        return {}
    return record if isinstance(record, dict) else {}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
