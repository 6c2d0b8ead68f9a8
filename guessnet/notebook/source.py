"""A program to read: its source, what there is to say about its lines, and how two of them differ.

Nothing here needs a widget. What `source` and `diff` give is HTML that stays in the saved notebook,
and the same as plain text.
"""

import difflib
import html
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from pygments import lex
from pygments.lexers import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String

from guessnet import texts
from guessnet.notebook.parts import Shown, style
from guessnet.server import LADDER, Step, find_step
from guessnet.texts import printable, text
from guessnet.trace import source_of

CONTEXT = 3  #: unchanged lines that are shown before and after a change
SIMILAR = 0.5  #: how alike two lines must be for the words that differ to be marked in them

_STYLE = style("code", "source")

#: A piece of a line: how it is coloured (a class of the style sheet, or nothing), and its text.
Token = tuple[str, str]
_colour = itemgetter(0)

_COLOURED = (
    (Keyword.Constant, "atom"),
    (Keyword, "keyword"),
    (Operator.Word, "keyword"),
    (Comment, "comment"),
    (String, "string"),
    (Number, "number-literal"),
    (Name.Function, "def"),
    (Name.Class, "def"),
    (Name.Builtin, "builtin"),
    (Name.Exception, "builtin"),
)


class Program(NamedTuple):
    """A step or a function, as it is written."""

    name: str
    source: str

    def title(self, lang: str | None = None) -> str:
        """What to call it."""
        for step in LADDER:
            if step.name == self.name:
                return text("source.title", lang, number=step.number, name=step.name)
        return f"{printable(self.name)}()"

    @property
    def lines(self) -> list[str]:
        return [printable(line.expandtabs(4)) for line in self.source.split("\n")]

    def notes(self, lang: str | None = None) -> dict[int, str]:
        """What there is to say about its lines, by their numbers."""
        found = import_module(f"guessnet.texts.{lang or texts.language()}.notes")
        notes: dict[str, str] = found.NOTES.get(self.name, {})
        codes = enumerate(map(without_comment, self.lines), 1)
        return {number: notes[code] for number, code in codes if code in notes}


def program(what: Step | str | int | Callable[..., object]) -> Program:
    """Find a program: a step, its name or its number, or a function. Raises `UnknownStep`."""
    if not isinstance(what, Step) and callable(what):
        return Program(getattr(what, "__name__", type(what).__name__), source_of(what).rstrip("\n"))
    step = find_step(what)
    return Program(step.name, step.source.rstrip("\n"))


def without_comment(line: str) -> str:
    """The code of a line, by which its note is found."""
    return line.partition("  #")[0].strip()


def indent_of(line: str) -> int:
    return len(line) - len(line.lstrip())


def tokens(lines: Sequence[str]) -> list[list[Token]]:
    """Lines of Python, cut into coloured pieces."""
    cut: list[list[Token]] = [[]]
    for kind, piece in lex("\n".join(lines), PythonLexer(stripnl=False, ensurenl=False)):
        colour = next((colour for base, colour in _COLOURED if kind in base), "")
        for part in piece.splitlines(keepends=True):
            if words := part.rstrip("\n"):
                cut[-1].append((colour, words))
            if words != part:
                cut.append([])
    return [
        [(colour, "".join(words for _, words in same)) for colour, same in groupby(line, _colour)]
        for line in cut
    ]


def highlighted(code: str) -> str:
    """Python as HTML; its colours are in ``code.css``."""
    return "\n".join("".join(map(_coloured, line)) for line in tokens(code.split("\n")))


def source(what: Step | str | int | Callable[..., object]) -> Shown:
    """Show a program, with what there is to say about its lines.

    Parameters
    ----------
    what
        A step, its name or its number, or your own function. Raises `UnknownStep`.
    """
    shown = program(what)
    notes = shown.notes()
    rows, plain = [], []
    for number, pieces in enumerate(tokens(shown.lines), 1):
        note = notes.get(number)
        said = f'<span class="gn-said">{html.escape(note)}</span>' if note else ""
        rows.append(
            f'<div class="gn-row{" gn-noted" if note else ""}">{_number(number)}'
            f"{_code(pieces)}{said}</div>"
        )
        line = "".join(piece for _, piece in pieces)
        plain.append(f"{number:4}  {line}".rstrip())
        if note:
            plain.append(f"      {' ' * indent_of(line)}↳ {note}")
    title = html.escape(shown.title())
    code = f'<div class="gn-code" role="region" aria-label="{title}">{"".join(rows)}</div>'
    return Shown("\n".join([shown.title(), "", *plain]), _framed(title, code))


def diff(
    before: Step | str | int | Callable[..., object],
    after: Step | str | int | Callable[..., object],
) -> Shown:
    """Show how two programs differ: side by side, or one below the other where it is narrow.

    Parameters
    ----------
    before, after
        Each is a step, its name or its number, or your own function. Raises `UnknownStep`.
    """
    old, new = program(before), program(after)
    title = text("source.diff", before=old.title(), after=new.title())
    parts = list(_parts(old.lines, new.lines))
    if not any(isinstance(part, _Pair) and not part.same for part in parts):
        same = text("source.same")
        return Shown(f"{title}\n{same}", _framed(html.escape(title), f"<p>{same}</p>"))
    unified = difflib.unified_diff(old.lines, new.lines, old.name, new.name, n=CONTEXT, lineterm="")
    pages = [(each.lines, tokens(each.lines)) for each in (old, new)]
    shown = "".join(
        f'<div class="gn-code gn-{layout}" role="region" aria-label="{html.escape(title)}">'
        f"{''.join(rows)}</div>"
        for layout, rows in (
            ("beside", _rows_beside(parts, *pages)),
            ("below", _rows_below(parts, *pages)),
        )
    )
    return Shown("\n".join([title, "", *unified]), _framed(html.escape(title), shown))


# How two programs differ


class _Pair(NamedTuple):
    """Lines that stand side by side, by their indices; on one side there may be none."""

    old: int | None
    new: int | None
    same: bool = False


class _Gap(NamedTuple):
    """Lines that are the same in both, and that are not shown."""

    lines: int


def _parts(old: Sequence[str], new: Sequence[str]) -> Iterator[_Pair | _Gap]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            for offset in range(max(i2 - i1, j2 - j1)):
                i, j = i1 + offset, j1 + offset
                yield _Pair(i if i < i2 else None, j if j < j2 else None)
            continue
        pairs = [_Pair(i, j, same=True) for i, j in zip(range(i1, i2), range(j1, j2), strict=True)]
        head = pairs[:CONTEXT] if i1 else []
        tail = pairs[-CONTEXT:] if i2 < len(old) else []
        if (hidden := len(pairs) - len(head) - len(tail)) > 1:
            yield from head
            yield _Gap(hidden)
            yield from tail
        else:
            yield from pairs


_Page = tuple[Sequence[str], Sequence[Sequence[Token]]]


def _rows_beside(parts: Sequence[_Pair | _Gap], old: _Page, new: _Page) -> Iterator[str]:
    for part in parts:
        if isinstance(part, _Gap):
            yield _gap(part)
        else:
            sides = (_side(part, side, old, new) for side in ("old", "new"))
            yield f'<div class="gn-pair">{"".join(sides)}</div>'


def _rows_below(parts: Sequence[_Pair | _Gap], old: _Page, new: _Page) -> Iterator[str]:
    changed: list[_Pair] = []
    for part in (*parts, None):
        if isinstance(part, _Pair) and not part.same:
            changed.append(part)
            continue
        yield from (_side(pair, "old", old, new) for pair in changed if pair.old is not None)
        yield from (_side(pair, "new", old, new) for pair in changed if pair.new is not None)
        changed = []
        if part:
            yield _gap(part) if isinstance(part, _Gap) else _side(part, "new", old, new)


def _gap(gap: _Gap) -> str:
    return f'<div class="gn-gap">{text("source.skipped", count=gap.lines)}</div>'


def _side(pair: _Pair, side: str, old: _Page, new: _Page) -> str:
    """One line of a pair, with the words marked that the other line has not."""
    here, (_, pieces) = (pair.old, old) if side == "old" else (pair.new, new)
    if here is None:
        return '<div class="gn-row gn-none"></div>'
    kind, sign, differs = "", "", _Ranges()
    if not pair.same:
        kind, sign = f" gn-{side}", "−" if side == "old" else "+"
        if pair.old is not None and pair.new is not None:
            ranges = _differing(old[0][pair.old], new[0][pair.new])
            differs = ranges[side == "new"]
    label = f'<span class="gn-sign" aria-label="{text(f"source.{side}")}">{sign}</span>'
    return (
        f'<div class="gn-row{kind}">{_number(here + 1)}{label if kind else _NO_SIGN}'
        f"{_code(pieces[here], differs)}</div>"
    )


_Ranges = list[tuple[int, int]]


def _differing(old: str, new: str) -> tuple[_Ranges, _Ranges]:
    """Where two similar lines differ, as ranges of characters; nowhere if they are not similar."""
    words: list[list[str]] = [re.findall(r"\w+|\s+|.", line) for line in (old, new)]
    matcher = difflib.SequenceMatcher(None, words[0], words[1], autojunk=False)
    ranges: tuple[_Ranges, _Ranges] = ([], [])
    if matcher.ratio() < SIMILAR:
        return ranges
    starts = [[0, *itertools.accumulate(map(len, some))] for some in words]
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            ranges[0].append((starts[0][i1], starts[0][i2]))
            ranges[1].append((starts[1][j1], starts[1][j2]))
    return ranges


# HTML

_INDENT = '<span class="gn-indent"></span>'  # takes a line's beginning back to the left
_NO_SIGN = '<span class="gn-sign"></span>'


def _framed(title: str, body: str) -> str:
    heading = f'<div class="gn-title">{title}</div>'
    return f'<style>{_STYLE}</style><div class="gn-source">{heading}{body}</div>'


def _number(number: int) -> str:
    return f'<span class="gn-number">{number}</span>'


def _code(pieces: Iterable[Token], marked: Sequence[tuple[int, int]] = ()) -> str:
    """A line of code; a line that is wrapped goes on a little to the right of where it begins."""
    shown, position, indent = [], 0, None
    for colour, piece in pieces:
        if indent is None:
            indent = len(piece) - len(piece.lstrip()) if piece.strip() else len(piece)
        for part, is_marked in _split(piece, position, marked):
            words = _coloured((colour, part))
            shown.append(f"<mark>{words}</mark>" if is_marked else words)
        position += len(piece)
    style = f"--indent:{indent or 0}"
    return f'<span class="gn-text" style="{style}">{_INDENT}{"".join(shown)}</span>'


def _coloured(token: Token) -> str:
    colour, piece = token
    words = html.escape(piece)
    return f'<span class="gn-{colour}">{words}</span>' if colour else words


def _split(
    piece: str, position: int, marked: Sequence[tuple[int, int]]
) -> Iterator[tuple[str, bool]]:
    """Cut a piece that begins at this position of its line where a mark begins or ends."""
    cuts = {min(max(edge - position, 0), len(piece)) for pair in marked for edge in pair}
    for start, end in itertools.pairwise(sorted(cuts | {0, len(piece)})):
        where = position + start
        yield piece[start:end], any(first <= where < last for first, last in marked)
