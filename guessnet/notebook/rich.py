"""Texts with a little emphasis: `code` between backticks, **strong** between double stars."""

import html
import re


def rich(words: str) -> str:
    """As HTML, everything else escaped."""
    escaped = html.escape(words, quote=False)
    escaped = re.sub(r"`([^`]+)`", r"<code>\1</code>", escaped)
    return re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", escaped)


def plain(words: str) -> str:
    """As text; code keeps its backticks."""
    return words.replace("**", "")
