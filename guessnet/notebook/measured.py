"""What was measured, as a picture: points on lines, over one axis.

A measurement differs on every machine and every time. So its figures are only in the picture; the
text beside it says what was measured, and is the same everywhere.
"""

import html
import math
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence

from guessnet import texts
from guessnet.errors import BadArgument
from guessnet.notebook.parts import Shown
from guessnet.palette import LIGHT
from guessnet.texts import has_text, printable, text

WIDTH, HEIGHT = 720, 340  #: pixels, of which there may be fewer to show it in
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 44, 54  #: around the field of the points
TICKS = 5  #: on an axis, or a few more or less
LABEL = 18  #: pixels from one name to the next, where lines end close together

# A picture does not know the theme of the page that it is in, so it brings its own paper. The
# colours can be told apart by everybody; each line has a mark of its own besides.
_INK, _FAINT, _PAPER, _RULE = "#1f2328", "#59636e", "#ffffff", "#d8dde3"
_COLOURS = (*(LIGHT[name] for name in ("blue", "red", "green", "purple")), "#7a6000", _INK)
_MARKS = (
    "<circle cx='{x}' cy='{y}' r='4.5' fill='{colour}'/>",
    "<rect x='{left}' y='{top}' width='8' height='8' fill='{colour}'/>",
    "<path d='M{x} {top}l5 9h-10z' fill='{colour}'/>",
    "<path d='M{x} {top}l5 5l-5 5l-5 -5z' fill='{colour}'/>",
    "<circle cx='{x}' cy='{y}' r='4' fill='{paper}' stroke='{colour}' stroke-width='2'/>",
    "<rect x='{left}' y='{top}' width='8' height='8' fill='{paper}' stroke='{colour}'"
    " stroke-width='2'/>",
)
_FONT = "system-ui,'Noto Sans KR','Malgun Gothic',NanumGothic,sans-serif"

Point = tuple[float, float]


def measured(lines: Mapping[str, Sequence[Point]], x: str, y: str) -> Shown:
    """A picture of measured points, for the last line of a cell.

    >>> measured({"threaded": [(0, 16.1), (200, 19.9)]}, x="clients", y="megabytes")

    Parameters
    ----------
    lines
        By its name, the points of each line: at most six lines, numbers from 0 on.
    x, y
        What the axes are: words for it are among the texts, as ``measured.<x>``; what is not there
        is shown as it is.

    Raises `BadArgument` where there is nothing to draw, or no picture of it.
    """
    points = [point for line in lines.values() for point in line]
    if not points or len(lines) > len(_COLOURS) or not all(map(_can_be_drawn, points)):
        raise BadArgument(text("measured.bad-argument", most=len(_COLOURS)))
    across, up = (
        text(f"measured.{key}") if has_text(f"measured.{key}", texts.language()) else key
        for key in (x, y)
    )
    names = ", ".join(map(printable, lines))
    words = text("measured.picture", names=names, x=printable(across), y=printable(up))
    drawing = _Drawing(max(at for at, _ in points), max(value for _, value in points))
    svg = drawing.of(lines, printable(across), printable(up))
    figures = "; ".join(
        f"{printable(name)}: " + ", ".join(f"{_number(a)} → {_number(b)}" for a, b in line)
        for name, line in lines.items()
    )
    data = b64encode(svg.encode()).decode()
    alt = html.escape(f"{words} {figures}")
    return Shown(
        words, f'<img src="data:image/svg+xml;base64,{data}" alt="{alt}" style="max-width: 100%">'
    )


def _can_be_drawn(point: Point) -> bool:
    return all(math.isfinite(number) and number >= 0 for number in point)


class _Drawing:
    """Axes from 0 to beyond the largest number, and what stands in them."""

    def __init__(self, most_across: float, most_up: float) -> None:
        self._across, self._up = ticks(most_across), ticks(most_up)

    def of(self, lines: Mapping[str, Sequence[Point]], across: str, up: str) -> str:
        """A complete SVG file."""
        parts = [*self._axes(across, up)]
        ends = {name: self._y(line[-1][1]) for name, line in lines.items() if line}
        places = spread(ends)
        for (name, line), colour, mark in zip(lines.items(), _COLOURS, _MARKS, strict=False):
            corners = " ".join(f"{self._x(at):.1f},{self._y(value):.1f}" for at, value in line)
            parts.append(
                f"<polyline points='{corners}' fill='none' stroke='{colour}' stroke-width='2'/>"
            )
            for at, value in line:
                px, py = self._x(at), self._y(value)
                parts.append(
                    mark.format(
                        x=f"{px:.1f}",
                        y=f"{py:.1f}",
                        left=f"{px - 4:.1f}",
                        top=f"{py - 5:.1f}",
                        colour=colour,
                        paper=_PAPER,
                    )
                )
            if line:
                words = f"{printable(name)}  {_number(line[-1][1])}"
                parts.append(_words(self._x(line[-1][0]) + 12, places[name] + 4, words, colour))
        return (
            f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{HEIGHT}'"
            f" viewBox='0 0 {WIDTH} {HEIGHT}' font-family=\"{_FONT}\" font-size='13'>"
            f"<rect width='100%' height='100%' rx='8' fill='{_PAPER}'/>{''.join(parts)}</svg>"
        )

    def _axes(self, across: str, up: str) -> Iterable[str]:
        for tick in self._up:
            y = self._y(tick)
            yield f"<path d='M{LEFT} {y:.1f}H{WIDTH - RIGHT}' stroke='{_RULE}' fill='none'/>"
            yield _words(LEFT - 8, y + 4, _number(tick), _FAINT, "end")
        for tick in self._across:
            x = self._x(tick)
            yield _words(x, HEIGHT - BOTTOM + 20, _number(tick), _FAINT, "middle")
        yield _words(LEFT - 8, TOP - 20, up, _INK)
        yield _words((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, across, _INK, "middle")

    def _x(self, at: float) -> float:
        return LEFT + at / self._across[-1] * (WIDTH - LEFT - RIGHT)

    def _y(self, value: float) -> float:
        return HEIGHT - BOTTOM - value / self._up[-1] * (HEIGHT - TOP - BOTTOM)


def ticks(most: float) -> list[float]:
    """Round numbers from 0 to one that is not smaller than `most`."""
    if most <= 0:
        return [0, 1]
    rough = most / TICKS
    power = 10 ** math.floor(math.log10(rough))
    step = next(unit * power for unit in (1, 2, 5, 10) if unit * power >= rough * 0.999)
    return [step * number for number in range(math.ceil(most / step - 1e-9) + 1)]


def spread(places: Mapping[str, float]) -> dict[str, float]:
    """The same places, moved down where they would be closer together than `LABEL`."""
    moved: dict[str, float] = {}
    lowest = -math.inf
    for name, place in sorted(places.items(), key=lambda item: item[1]):
        lowest = max(place, lowest + LABEL)
        moved[name] = lowest
    return moved


def _words(x: float, y: float, words: str, colour: str, anchor: str = "start") -> str:
    return (
        f"<text x='{x:.1f}' y='{y:.1f}' fill='{colour}' text-anchor='{anchor}'>"
        f"{html.escape(words)}</text>"
    )


def _number(value: float) -> str:
    """A number with three digits that count, or more before the point."""
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"
