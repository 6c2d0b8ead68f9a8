"""From events to what can be drawn or read: bars of waiting, messages, the kernel's queues.

A `Row` is one event with all that a picture needs of it. Rows are what the browser is sent; what is
written here, as text and as a static picture, is made of the same rows.
"""

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from guessnet.palette import LIGHT
from guessnet.texts import printable, text
from guessnet.trace import Event

MAX_SHOWN = 200  #: characters of a message
QUEUES = ("waiting", "unread", "unsent")


class Row(NamedTuple):
    """One event.

    Attributes
    ----------
    source
        Which of the recordings it belongs to, from 0.
    t
        When, in seconds since the server was started.
    kind, thread, conn, line
        As in `Event`.
    text, size
        Its data in printable form, cut at `MAX_SHOWN`, and how many bytes it was. For ``ready``:
        who was.
    since
        When the thread began to stand in the call that this event ends; None if it ends none.
    stood
        The name of that call: ``accept``, ``recv``, ``send``, ``select`` or ``poll``. For
        ``call`` and ``wait``, the one that begins.
    exact
        Whether `since` was observed. Where a recording does not tell when calls begin, it is the
        time of the thread's event before, so the thread stood in the call at most that long.
    kernel
        What the kernel holds, of the `QUEUES`, if that has changed.
    """

    source: int
    t: float
    kind: str
    thread: str
    conn: int | None
    line: int | None
    text: str
    size: int
    since: float | None
    stood: str
    exact: bool
    kernel: Mapping[str, Any] | None


class Rows:
    """Makes rows of the events of one recording, in their order."""

    def __init__(self, source: int = 0) -> None:
        self._source = source
        self._standing: dict[str, tuple[float, str]] = {}
        self._latest: dict[str, float] = {}
        self._came: dict[int | None, float] = {}
        self._tells_calls = False
        self._kernel: Mapping[str, Any] = {}

    def of(self, event: Event) -> Row:
        """The row of the next event."""
        since, stood, exact = self._stood(event)
        queues = {name: event.kernel[name] for name in QUEUES if name in event.kernel}
        changed = bool(queues) and queues != self._kernel
        if changed:
            self._kernel = queues
        shown = _shown(event)
        return Row(
            self._source,
            round(event.t, 6),
            event.kind,
            event.thread,
            event.conn,
            event.line,
            shown if len(shown) <= MAX_SHOWN else shown[:MAX_SHOWN] + "…",
            len(event.data) if isinstance(event.data, bytes) else 0,
            None if since is None else round(since, 6),
            stood,
            exact,
            queues if changed else None,
        )

    def _stood(self, event: Event) -> tuple[float | None, str, bool]:
        if event.kind == "kernel":
            return None, "", True
        before = self._latest.get(event.thread)
        self._latest[event.thread] = event.t
        ended = self._standing.pop(event.thread, None)
        if event.kind == "accept":
            self._came[event.conn] = event.t
        if event.kind in ("call", "wait"):
            self._tells_calls |= event.kind == "call"
            stood = str(event.data or "select")
            self._standing[event.thread] = event.t, stood
            return None, stood, True
        if ended:
            return *ended, True
        if event.kind in ("accept", "recv", "send") and not self._tells_calls:
            if before is None:  # the thread's first: it was started with a client, or with all
                before = self._came.get(event.conn, 0.0) if event.kind != "accept" else 0.0
            return before, event.kind, False
        return None, "", True


def rows(recordings: Iterable[Iterable[Event]]) -> Iterator[Row]:
    """The rows of some recordings, one recording after the other."""
    for source, events in enumerate(recordings):
        yield from map(Rows(source).of, events)


def _shown(event: Event) -> str:
    if event.kind == "ready":
        return printable(", ".join(map(str, event.kernel.get("readable", ()))))
    data = event.data or ""
    if isinstance(data, bytes):  # a character has at most four of them
        data = data[: 4 * MAX_SHOWN].decode(errors="backslashreplace")
    return printable(data[: MAX_SHOWN + 1])


# As text


def lines(rows: Iterable[Row], lang: str) -> Iterator[str]:
    """One line for each event that a reader wants to know of, then where the threads stand."""
    standing: dict[str, Row] = {}
    for row in rows:
        if row.kind == "kernel":
            continue
        standing.pop(row.thread, None)
        if row.kind in ("call", "wait"):
            standing[row.thread] = row
        elif line := _line(row, lang):
            yield f"  {line}"
    for row in standing.values():
        who = "" if row.conn is None else f", {_client(row.conn, lang)}"
        yield "  " + text("timeline.line.stands", lang, call=f"{row.stood}()", who=who)


def _line(row: Row, lang: str) -> str:
    client = "" if row.conn is None else _client(row.conn, lang)
    if row.kind in ("recv", "send"):
        arrow = "→" if row.kind == "recv" else "←"
        said = f'"{row.text}"' if row.size else text("timeline.finished", lang)
        return f"{client} {arrow} {said}"
    if row.kind == "ready":
        return text("timeline.line.ready", lang, who=row.text) if row.text else ""
    if row.kind == "fail":
        if row.text == "BlockingIOError":  # how a socket that does not block says "not yet"
            return ""
        where = f"{client}: {row.stood}()" if client else f"{row.stood}()"
        return f"{where} → {row.text}"
    if row.kind == "end":
        return text("timeline.line.died" if row.text else "timeline.line.end", lang, why=row.text)
    return text(f"timeline.line.{row.kind}", lang, who=client)


def _client(number: int, lang: str) -> str:
    return text("timeline.client", lang, number=number)


# As a static picture

WIDTH = 860  #: pixels, as all measures of the picture
LABELS = 112
CLIENT, THREAD, QUEUE, TITLE, AXIS = 38, 24, 22, 26, 24
MAX_LANES = 12  #: of clients, and of threads, that a static picture has room for
FINEST = 0.4  #: what is narrower is left out where something has been drawn
_COLOURS = {"accept": LIGHT["grey"], "recv": LIGHT["blue"], "send": LIGHT["orange"]}
_SEVERAL = LIGHT["green"]  #: select() and its like
_FAULT = LIGHT["red"]
_QUEUED = LIGHT["purple"]


class Panel(NamedTuple):
    """A recording in a picture."""

    name: str
    rows: Sequence[Row]


def svg(panels: Sequence[Panel], lang: str) -> str:
    """A picture of all that was recorded, as a complete SVG file.

    It stands on a light ground of its own, since a picture in a page knows nothing of its theme.
    """
    end = max((row.t for panel in panels for row in panel.rows), default=0.0) or 1.0
    drawing = _Drawing(end, lang)
    for panel in panels:
        drawing.panel(panel)
    drawing.axis()
    return drawing.whole()


class _Drawing:
    def __init__(self, end: float, lang: str) -> None:
        self._end = end
        self._lang = lang
        self._y = 8.0
        self._parts: list[str] = []

    def panel(self, panel: Panel) -> None:
        self._text(8, self._y + 17, panel.name, "font-weight='600' font-size='13'")
        self._y += TITLE
        numbers = _some(row.conn for row in panel.rows)
        threads = _some(row.thread for row in panel.rows if row.kind != "kernel")
        places = {}
        for number in numbers:
            self._lane(_client(number, self._lang), CLIENT)
            places[number] = self._y
            self._y += CLIENT
        stands = {}
        for position, thread in enumerate(threads):
            key = "timeline.thread" if position else "timeline.server"
            self._lane(text(key, self._lang, number=position), THREAD)
            stands[thread] = self._y
            self._y += THREAD
        self._waiting(panel.rows, stands)
        for number, y in places.items():
            self._talk([row for row in panel.rows if row.conn == number], y)
        self._queues(panel.rows)
        self._y += 8

    def axis(self) -> None:
        self._parts.append(
            f"<path d='M{LABELS} {self._y}H{WIDTH - 10}' stroke='#9aa0a8' fill='none'/>"
        )
        for position in range(5):
            t = self._end * position / 4
            at = "start" if position == 0 else "end" if position == 4 else "middle"
            grey = f"text-anchor='{at}' fill='#555b66'"
            self._text(self._x(t), self._y + 16, _seconds(t, self._end, self._lang), grey)
        self._y += AXIS

    def whole(self) -> str:
        return (
            f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{self._y:.0f}'"
            f" viewBox='0 0 {WIDTH} {self._y:.0f}' font-family='sans-serif' font-size='11'>"
            "<rect width='100%' height='100%' rx='8' fill='#fff'/>"
            f"<g fill='#1f2328'>{''.join(self._parts)}</g></svg>"
        )

    def _waiting(self, rows: Sequence[Row], stands: Mapping[str, float]) -> None:
        reached = dict.fromkeys(stands, -1.0)
        standing: dict[str, Row] = {}
        for row in rows:
            if row.thread not in stands or row.kind == "kernel":
                continue
            standing.pop(row.thread, None)
            if row.kind in ("call", "wait"):
                standing[row.thread] = row
            if row.since is not None:
                self._bar(row, row.since, row.t, stands[row.thread], reached)
            if row.kind in ("fail", "end") and row.text not in ("", "BlockingIOError"):
                y = stands[row.thread] + THREAD / 2 + 5
                self._text(self._x(row.t) - 5, y, f"✕ {row.text}", f"fill='{_FAULT}'")
        for row in standing.values():  # it still stands there
            self._bar(row, row.t, self._end, stands[row.thread], reached)

    def _bar(self, row: Row, since: float, t: float, y: float, reached: dict[str, float]) -> None:
        left, right = self._x(since), self._x(t)
        if right < reached[row.thread] + FINEST:
            return
        reached[row.thread] = right
        width = max(right - left, 1.0)
        self._parts.append(
            f"<rect x='{left:.1f}' y='{y + 4:.0f}' width='{width:.1f}' height='{THREAD - 8}' rx='2'"
            f" fill='{_COLOURS.get(row.stood, _SEVERAL)}' opacity='{1 if row.exact else 0.6}'/>"
        )
        if width > 52:
            self._text(left + 5, y + 16, f"{row.stood}()", "fill='#fff'")

    def _talk(self, rows: Sequence[Row], y: float) -> None:
        left, right = self._x(rows[0].t), self._x(rows[-1].t)
        if rows[-1].kind not in ("close", "refuse"):
            right = self._x(self._end)
        middle = y + CLIENT / 2
        self._parts.append(
            f"<path d='M{left:.1f} {middle}H{max(right, left + 1):.1f}' stroke='#9aa0a8'"
            " stroke-width='2' fill='none'/>"
        )
        for kind, arrow, line in (("recv", "→", y + 14), ("send", "←", y + 32)):
            said = [(self._x(row.t), row) for row in rows if row.kind == kind]
            reached = -1.0
            for (x, row), limit in zip(
                said, [*(x for x, _ in said[1:]), WIDTH - 8.0], strict=False
            ):
                words = row.text if row.size else text("timeline.finished", self._lang)
                if flag := _cut(f"{arrow} {words}", limit - x - 6):
                    self._text(x, line, flag, f"fill='{_COLOURS[kind]}'")
                elif x > reached + FINEST:
                    reached = x
                    tick = f"M{x:.1f} {line - 10}V{line}"
                    self._parts.append(f"<path d='{tick}' stroke='{_COLOURS[kind]}'/>")
        for row in rows:
            if row.kind in ("close", "refuse"):
                colour = _FAULT if row.kind == "refuse" else "#555b66"
                self._text(self._x(row.t) - 4, middle + 4, "✕", f"fill='{colour}'")

    def _queues(self, rows: Sequence[Row]) -> None:
        for name in QUEUES:
            points = [
                (row.t, amount(row.kernel[name]))
                for row in rows
                if row.kernel and name in row.kernel
            ]
            if not points:
                continue
            most = max(value for _, value in points)
            self._lane(text(f"timeline.queue.{name}", self._lang), QUEUE)
            base, reached = self._y + QUEUE - 3, -1.0
            for (t, value), (until, _) in zip(points, [*points[1:], (self._end, 0)], strict=True):
                left, right = self._x(t), self._x(until)
                if value and right > reached + FINEST:
                    reached, height = right, value / most * (QUEUE - 7)
                    self._parts.append(
                        f"<rect x='{left:.1f}' y='{base - height:.1f}' height='{height:.1f}'"
                        f" width='{max(right - left, 1):.1f}' fill='{_QUEUED}'/>"
                    )
            self._text(LABELS - 8, self._y + 15, str(most), f"text-anchor='end' fill='{_QUEUED}'")
            self._y += QUEUE

    def _lane(self, label: str, height: float) -> None:
        self._text(8, self._y + height / 2 + 4, label, "fill='#555b66'")
        self._parts.append(
            f"<path d='M8 {self._y + height}H{WIDTH - 10}' stroke='#e4e7eb' fill='none'/>"
        )

    def _text(self, x: float, y: float, words: str, style: str = "") -> None:
        self._parts.append(f"<text x='{x:.1f}' y='{y:.1f}' {style}>{html.escape(words)}</text>")

    def _x(self, t: float) -> float:
        return LABELS + max(t, 0.0) / self._end * (WIDTH - LABELS - 10)


def amount(queue: int | Mapping[str, int]) -> int:
    """How much is in one of the `QUEUES`; what is told by client is added up."""
    return queue if isinstance(queue, int) else sum(queue.values())


def _cut(words: str, room: float) -> str:
    """The part of a text that fits, as far as can be told without its font."""
    for kept, char in enumerate(words):
        room -= 11.5 if ord(char) > 0x2E7F else 6.5
        if room < 0:
            return words[: kept - 1] + "…" if kept > 3 else ""
    return words


def _some(found: Iterable[Any]) -> list[Any]:
    """The first `MAX_LANES` different things that are not None."""
    return [each for each in dict.fromkeys(found) if each is not None][:MAX_LANES]


def _seconds(t: float, span: float, lang: str) -> str:
    if span < 1:
        return f"{t * 1000:.{0 if span > 0.02 else 2}f} ms"
    return text("timeline.seconds", lang, seconds=f"{t:.{1 if span > 4 else 2}f}")
