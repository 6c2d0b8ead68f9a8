"""What servers cost, as a picture that stays in a saved notebook.

It is an SVG in an ``<img>``, as every still picture here, and it brings its own paper.
"""

import base64
import html

from guessnet.bench import Comparison
from guessnet.notebook.parts import Shown
from guessnet.texts import language, text

WIDTH, MARGIN = 760, 16  #: pixels
NAMES, FIGURES = 104, 76  #: pixels that the names and the figures beside the bars take
BAR, GROUP = 22, 40  #: pixels from one bar to the next, and what the heading of a group adds

_INK, _FAINT, _PAPER, _RULE = "#1f2328", "#59636e", "#ffffff", "#d0d7de"
_COLOURS = ("#e69f00", "#0072b2", "#009e73", "#cc79a7", "#56b4e9")  # told apart by everybody
_FONT = "system-ui,'Noto Sans KR','Malgun Gothic',NanumGothic,sans-serif"


def costs(*compared: Comparison) -> Shown:
    """Processor time for each reply: a group of bars for each comparison, a bar for each server."""
    names = list(dict.fromkeys(name for one in compared for name in one.samples))
    most = max((cost for one in compared for cost in one.cpu.values()), default=1.0)
    room = WIDTH - 2 * MARGIN - NAMES - FIGURES
    title = text("costs.title")
    parts = [_text(MARGIN, 30, title, size=15, weight=600)]
    y = 36
    for one in compared:
        y += GROUP
        parts.append(_text(MARGIN, y - 9, one.label, weight=600))
        parts.append(f'<path d="M{MARGIN} {y - 28}h{WIDTH - 2 * MARGIN}" stroke="{_RULE}"/>')
        for name, cost in one.cpu.items():
            wide = max(2.0, room * cost / most)
            colour = _COLOURS[names.index(name) % len(_COLOURS)]
            end = MARGIN + NAMES + wide
            parts.append(
                f'<rect x="{MARGIN + NAMES}" y="{y}" width="{wide:.1f}" height="{BAR - 6}" rx="3"'
                f' fill="{colour}"/>'
            )
            parts.append(_text(MARGIN + NAMES - 8, y + 13, name, anchor="end"))
            parts.append(_text(end + 8, y + 13, f"{cost:.1f} µs", colour=_FAINT))
            y += BAR
    high = y + MARGIN
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {high}" width="{WIDTH}"'
        f' height="{high}"><rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{high - 1}" rx="8"'
        f' fill="{_PAPER}" stroke="{_RULE}"/>{"".join(parts)}</svg>'
    )
    said = html.escape("\n".join([title, *map(str, compared)]), quote=True)
    encoded = base64.b64encode(svg.encode()).decode()
    image = (
        f'<img class="gn-measured" alt="{said}" lang="{language()}" style="max-width:100%"'
        f' src="data:image/svg+xml;base64,{encoded}">'
    )
    return Shown(text("costs.plain", names=", ".join(names), count=len(compared)), image)


def _text(
    x: float,
    y: float,
    words: str,
    *,
    size: float = 13,
    colour: str = _INK,
    weight: int = 400,
    anchor: str = "start",
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y}" font-size="{size}" fill="{colour}" font-weight="{weight}"'
        f' font-family="{_FONT}" text-anchor="{anchor}">{html.escape(words)}</text>'
    )
