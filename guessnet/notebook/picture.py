"""A scene as one still picture, which stays in a saved notebook where no widget is drawn.

It is an SVG in an ``<img>``: JupyterLab, nbconvert and pages that trust nobody all show that, and
the browser's own fonts write the Hangul.
"""

import base64
import html
from collections.abc import Mapping, Sequence

from guessnet.notebook.parts import Shown
from guessnet.notebook.scene import Call, Row, Scene, as_text, said_by_kernel, said_by_wait, width
from guessnet.notebook.source import Program, tokens
from guessnet.palette import LIGHT
from guessnet.texts import text

WIDTH = 940  #: pixels, of which there may be fewer to show it in
LINE = 20  #: pixels from one line of text to the next
MARGIN = 16
CODE_COLUMNS = 61  #: characters of a line of code
AROUND = 6  #: lines before and after the one that is lit

# A picture does not know the theme of the page that it is in, so it brings its own paper.
_INK, _FAINT, _PAPER, _RULE = "#1f2328", "#59636e", "#ffffff", "#d0d7de"
_BLUE, _ORANGE, _GREEN, _RED = (LIGHT[name] for name in ("blue", "orange", "green", "red"))
_COLOURS = {
    "keyword": "#008000",
    "atom": "#4b4bc4",
    "string": "#ba2121",
    "number-literal": "#006b00",
    "comment": "#3b7676",
    "def": "#0000d0",
    "builtin": "#008000",
}
_LIT = {"held": _BLUE, "turn": _ORANGE, "stands": _ORANGE, "died": _RED}
_MARKS = {"held": "▶", "turn": "▷", "stands": "…", "died": "✕"}


def picture(scene: Scene, program: Program, notes: Mapping[int, str], lang: str) -> Shown:
    """Draw a scene; as plain text it is the scene's text form."""
    drawing = _Drawing()
    drawing.text(MARGIN, 26, program.title(lang), size=15, weight=600)
    right = f"{scene.status_words}   {scene.number} / {scene.count}"
    drawing.text(WIDTH - MARGIN, 26, right, colour=_FAINT, anchor="end")
    drawing.box(MARGIN, 38, WIDTH - 2 * MARGIN, 30, fill=_BLUE, opacity=0.09)
    drawing.box(MARGIN, 38, 3, 30, fill=_BLUE)
    drawing.text(MARGIN + 12, 58, scene.words, size=14)
    top, middle = 82, 536
    bottom = max(
        _source(drawing, scene, program, notes, MARGIN, top, middle - MARGIN - 14),
        _tables(drawing, scene, lang, middle, top, WIDTH - MARGIN - middle),
    )
    bottom = _verdict(drawing, scene, MARGIN, bottom)
    svg = drawing.svg(bottom + MARGIN)
    encoded = base64.b64encode(svg.encode()).decode()
    alt = html.escape(f"{program.title(lang)}: {scene.words}")
    image = f'<img alt="{alt}" style="max-width:100%" src="data:image/svg+xml;base64,{encoded}">'
    return Shown(as_text(scene, program, notes, lang), image)


class _Drawing:
    def __init__(self) -> None:
        self._parts: list[str] = []

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 12.5,
        colour: str = _INK,
        weight: int = 400,
        code: bool = False,
        anchor: str = "start",
    ) -> None:
        family = "ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace"
        if not code:
            family = "system-ui,'Noto Sans KR','Malgun Gothic',NanumGothic,sans-serif"
        self._parts.append(
            f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}" font-weight="{weight}"'
            f' font-family="{family}" text-anchor="{anchor}" xml:space="preserve">'
            f"{html.escape(words)}</text>"
        )

    def code(self, x: float, y: float, pieces: Sequence[tuple[str, str]]) -> None:
        """A line of code in its colours; each piece stands where a fixed font has it."""
        column = 0
        for colour, words in pieces:
            shown = words[: CODE_COLUMNS - column]
            if shown.strip():
                self.text(
                    x + 7.25 * column,
                    y,
                    shown,
                    size=12,
                    colour=_COLOURS.get(colour, _INK),
                    code=True,
                )
            column += len(shown)
        if sum(len(words) for _, words in pieces) > CODE_COLUMNS:
            self.text(x + 7.25 * CODE_COLUMNS, y, "…", colour=_FAINT)

    def box(
        self,
        x: float,
        y: float,
        wide: float,
        high: float,
        *,
        fill: str = "none",
        opacity: float = 1,
        stroke: str = "none",
    ) -> None:
        self._parts.append(
            f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" rx="4" fill="{fill}"'
            f' fill-opacity="{opacity}" stroke="{stroke}"/>'
        )

    def rule(self, x: float, y: float, wide: float) -> None:
        self._parts.append(f'<path d="M{x} {y}h{wide}" stroke="{_RULE}"/>')

    def svg(self, high: float) -> str:
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {high}"'
            f' width="{WIDTH}" height="{high}"><rect x="0.5" y="0.5" width="{WIDTH - 1}"'
            f' height="{high - 1}" rx="8" fill="{_PAPER}" stroke="{_RULE}"/>'
            f"{''.join(self._parts)}</svg>"
        )


def _source(
    drawing: _Drawing,
    scene: Scene,
    program: Program,
    notes: Mapping[int, str],
    x: float,
    y: float,
    wide: float,
) -> float:
    lit = {each.line: each for each in reversed(scene.lit)}
    centre = scene.lit[0].line if scene.lit else 1
    lines = tokens(program.lines)
    first = max(1, min(centre - AROUND, len(lines) - 2 * AROUND))
    last = min(len(lines), first + 2 * AROUND)
    for number in range(first, last + 1):
        if mark := lit.get(number):
            colour = _LIT[mark.how]
            drawing.box(x, y + 1, wide, LINE - 1, fill=colour, opacity=0.16)
            drawing.text(x + 3, y + 14, _MARKS[mark.how], size=9, colour=colour)
            drawing.text(x + wide - 6, y + 14, mark.who, size=11, colour=colour, anchor="end")
        drawing.text(x + 34, y + 14, str(number), size=11, colour=_FAINT, code=True, anchor="end")
        drawing.code(x + 44, y + 14, lines[number - 1])
        y += LINE
    for row in _wrapped(notes.get(centre, ""), 76):
        y += LINE - 2
        drawing.text(x + 8, y + 6, row, size=12, colour=_FAINT)
    return y + 10


def _tables(drawing: _Drawing, scene: Scene, lang: str, x: float, y: float, wide: float) -> float:
    columns = (x + 6, x + 0.32 * wide, x + 0.62 * wide)
    drawing.box(x, y, wide, LINE, fill=_RULE, opacity=0.45)
    for left, lane in zip(columns, ("clients", "kernel", "python"), strict=True):
        words = text(f"stepper.lane.{lane}", lang)
        drawing.text(left, y + 14, words, size=11.5, colour=_FAINT, weight=600)
    y += LINE
    for row in scene.rows:
        y = _socket(drawing, scene, row, columns, y, lang)
        drawing.rule(x, y, wide)
    y += 12
    drawing.box(x, y, wide, LINE, fill=_RULE, opacity=0.45)
    title = text("stepper.variables", lang)
    title = f"{title} · {scene.whose}" if scene.whose else title
    drawing.text(x + 6, y + 14, title, size=11.5, colour=_FAINT, weight=600)
    y += LINE
    for variable in scene.variables:
        if variable.change:
            drawing.box(x, y + 1, wide, LINE - 2, fill=_ORANGE, opacity=0.13)
            drawing.box(x, y + 1, 3, LINE - 2, fill=_ORANGE)
        drawing.text(x + 8, y + 14, _cut(variable.name, 15), size=12, code=True)
        drawing.text(x + 0.3 * wide, y + 14, _cut(variable.value, 36), size=12, code=True)
        y += LINE
    return y


def _socket(
    drawing: _Drawing, scene: Scene, row: Row, columns: Sequence[float], y: float, lang: str
) -> float:
    """One socket in its three lanes; gives back where the next begins."""
    wire = [f"{arrow} {words}" for arrow, words in (("→", row.said), ("←", row.heard)) if words]
    client = [*wire] or ([row.client] if row.client else [])
    kernel = [*row.kernel, *(text(f"stepper.{key}", lang) for key in said_by_kernel(row))]
    python = [_in_words(call) for call in (*scene.all_sockets, *row.calls)]
    python += [f"✓ {text(f'stepper.{key}', lang)}" for key in said_by_wait(scene, row)]
    drawing.text(columns[0], y + 15, row.socket, size=12, weight=600, code=True)
    for line, words in enumerate(client, 1):
        drawing.text(columns[0], y + 15 + 17 * line, _cut(words, 22), size=11.5)
    for left, several, colour in ((columns[1], kernel, _INK), (columns[2], python, _BLUE)):
        for line, words in enumerate(several):
            drawing.text(left, y + 15 + 17 * line, _cut(words, 22), size=11.5, colour=colour)
    return y + 24 + 17 * max(len(client), len(kernel) - 1, len(python) - 1, 0)


def _in_words(call: Call) -> str:
    arrow = {"in": "→", "out": "←"}.get(call.direction, "")
    return " ".join(filter(None, (arrow, call.name, call.data, call.who)))


def _verdict(drawing: _Drawing, scene: Scene, x: float, y: float) -> float:
    if not scene.verdict_words:
        return y
    right = all(each.predicted == each.ready for each in scene.verdict)
    drawing.text(x, y + 22, scene.verdict_words, colour=_GREEN if right else _RED, weight=600)
    y += 22
    lists = {each.list for each in scene.verdict}
    for each in scene.verdict:
        y += LINE
        mark, colour = ("✓", _GREEN) if each.predicted == each.ready else ("✕", _RED)
        drawing.text(x, y, mark, colour=colour)
        told = f"{each.list:10} {each.socket}" if len(lists) > 1 else each.socket
        drawing.text(x + 18, y, told, size=12, code=True)
        drawing.text(x + (180 if len(lists) > 1 else 100), y, each.why, size=12)
    return y


def _cut(words: str, columns: int) -> str:
    """The words, or as many of them as have room."""
    if width(words) <= columns:
        return words
    while width(words) > columns - 1:
        words = words[:-1]
    return words + "…"


def _wrapped(words: str, columns: int) -> list[str]:
    rows: list[str] = []
    for word in words.split():
        if rows and width(rows[-1]) + 1 + width(word) <= columns:
            rows[-1] += " " + word
        else:
            rows.append(word)
    return rows
