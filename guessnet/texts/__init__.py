"""What people read, by id, in Korean and in English."""

import warnings
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
)

_language = "ko"


def use(lang: str, written_for: str | None = None) -> None:
    """Set the language of everything that follows: ``"ko"`` (the default) or ``"en"``.

    Raises `BadArgument` for any other. A notebook says for which version of the package it was
    `written_for`, such as ``"0.1"``; under another one it warns.
    """
    global _language
    _language = known(lang)
    if written_for and not f"{__version__}.".startswith(f"{written_for}."):
        words = text("other-version", written_for=printable(written_for), version=__version__)
        warnings.warn(words, stacklevel=2)


def language() -> str:
    """The language that `use` set, else ``"ko"``."""
    return _language


def known(lang: str) -> str:
    """Give back `lang`; raise `BadArgument` where there are no texts in it."""
    if lang not in LANGUAGES:
        raise BadArgument(text("unknown-language", name=printable(str(lang))))
    return lang


def text(key: str, /, lang: str | None = None, **values: object) -> str:
    """The text with this id, its ``{fields}`` filled in; `lang=None` means what `use` set."""
    words = _find(key, lang or _language)
    if words is None:
        raise KeyError(key)
    return words.format(**values)


def has_text(key: str, lang: str | None = None) -> bool:
    """Whether there is a text with this id."""
    return _find(key, lang or _language) is not None


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
