"""What people read, by id, in Korean and in English."""

import contextlib
import os
import warnings
from collections.abc import Iterator
from contextvars import ContextVar
from importlib import import_module

from guessnet import __version__
from guessnet.errors import BadArgument

LANGUAGES = ("ko", "en")
ROOMS = (
    "messages",
    "notebook",
    "checks",
    "exercises",
    "misconceptions",
    "quizzes",
    "practice",
    "errors",
    "course",
)

EXAM = "GUESSNET_EXAM"  #: the variable of the environment that tells of an exam, if it is not empty

_language = "ko"
_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)


def use(lang: str, written_for: str | None = None, exam: bool = False) -> None:
    """Set the language of everything that follows: ``"ko"`` (the default) or ``"en"``.

    Raises `BadArgument` for any other. A notebook says for which version of the package it was
    `written_for`, such as ``"0.1"``; under another one it warns. In an `exam` no hint, no solution
    and no step's source is shown any more, see `in_exam`.
    """
    global _language
    _language = known(lang)
    if exam:
        os.environ[EXAM] = "1"
    if written_for and not f"{__version__}.".startswith(f"{written_for}."):
        words = text("other-version", written_for=printable(written_for), version=__version__)
        warnings.warn(words, stacklevel=2)


def language() -> str:
    """The language that `speaking` or `use` set, else ``"ko"``."""
    return _spoken.get() or _language


def in_exam() -> bool:
    """Whether this is an exam: `use` or the environment says so.

    It keeps honest people from looking, and nobody else: the package is there to be read.
    """
    return bool(os.environ.get(EXAM))


@contextlib.contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Meanwhile this is the language, for this thread alone. Raises `BadArgument`, as `use` does."""
    before = _spoken.set(known(lang))
    try:
        yield
    finally:
        _spoken.reset(before)


def language_of_user() -> str:
    """What GUESSNET_LANG says, else the locale, else Korean."""
    for name in ("GUESSNET_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        lang = os.environ.get(name, "")[:2].lower()
        if lang in LANGUAGES:
            return lang
    return "ko"


def known(lang: str) -> str:
    """Give back `lang`; raise `BadArgument` where there are no texts in it."""
    if lang not in LANGUAGES:
        raise BadArgument(text("unknown-language", name=printable(str(lang))))
    return lang


def text(key: str, /, lang: str | None = None, **values: object) -> str:
    """The text with this id, its ``{fields}`` filled in; `lang=None` means what `use` set."""
    words = _find(key, lang or language())
    if words is None:
        raise KeyError(key)
    return words.format(**values)


def has_text(key: str, lang: str | None = None) -> bool:
    """Whether there is a text with this id."""
    return _find(key, lang or language()) is not None


def _find(key: str, lang: str) -> str | None:
    for room in ROOMS:
        words: str | None = import_module(f"{__name__}.{lang}.{room}").MESSAGES.get(key)
        if words is not None:
            return words
    return None


def texts_under(prefix: str, lang: str) -> dict[str, str]:
    """All texts of the notebook whose ids begin with `prefix`, by the rest of their ids.

    Their ``{fields}`` are left for somebody else to fill in: what runs in the browser.
    """
    messages: dict[str, str] = import_module(f"{__name__}.{lang}.notebook").MESSAGES
    return {
        key.removeprefix(prefix): words for key, words in messages.items() if key.startswith(prefix)
    }


def printable(untrusted: bytes | str) -> str:
    """`untrusted` on one line, safe to print: what cannot be shown is written as an escape."""
    if isinstance(untrusted, bytes):
        untrusted = untrusted.decode(errors="backslashreplace")
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in untrusted
    )
