"""A timeline: what each thread of a server stood in and when, live or from recordings.

The server's threads only add events to a recording. A few dozen times a second the kernel's event
loop turns new ones into rows and sends them; the rows are numbered, and the browser asks for those
it has not got. So none is lost, whenever a view begins to look.
"""

import asyncio
import contextlib
import html
import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import ipywidgets
import traitlets
from IPython import get_ipython

from guessnet import texts
from guessnet.errors import BadArgument, GuessnetError
from guessnet.notebook.drawn import AnyWidget, drawn
from guessnet.notebook.lanes import Panel, Row, Rows, lines, rows, svg
from guessnet.notebook.parts import as_output, button, close, panel, style
from guessnet.server import Server, Step, build
from guessnet.sockets import Address
from guessnet.texts import printable, text, texts_under
from guessnet.trace import EVERY_KIND, Event, Recording, Trace

BATCH = 1 / 30  #: seconds from an event to its being sent, together with those that follow it
CHUNK = 1000  #: rows that are sent at once
BEAT = 1.0  #: seconds after which a browser is told that a server, without any event, still runs
MAX_LINES = 2000  #: of a server's source
MAX_LINE = 200  #: characters of each of them

_SCRIPT = Path(__file__).with_name("timeline.js").read_text("utf-8")
_STYLE = style("view", "timeline")


class _Run:
    """Recordings, and the rows that have been made of them so far."""

    def __init__(self, number: int, *recordings: Recording) -> None:
        self.number = number
        self.recordings = recordings
        self.sent = 0  #: the rows that have been sent without being asked for
        self._rows: list[Row] = []
        self._live = Rows()

    def rows(self) -> list[Row]:
        """All rows; to be called in one thread only."""
        if len(self.recordings) == 1:  # it may be growing
            events = self.recordings[0].events
            self._rows += map(self._live.of, events[len(self._rows) : len(events)])
        elif not self._rows:
            self._rows += rows(recording.events for recording in self.recordings)
        return self._rows

    def about(self) -> list[dict[str, Any]]:
        """What the browser is told of each recording."""
        return [
            {
                "name": printable(recording.name),
                "lines": [line[:MAX_LINE] for line in recording.source.splitlines()[:MAX_LINES]],
            }
            for recording in self.recordings
        ]


class _Widget(AnyWidget):
    _esm = _SCRIPT
    _css = _STYLE
    words = traitlets.Dict().tag(sync=True)


class Timeline:
    """What happened, as a picture. Make it with `timeline`; show it as the last line of a cell.

    As a text, `print` gives a line for each event; `picture` is a picture that stays in a saved
    notebook. It is a sink, so a `Trace` can be given one.
    """

    def __init__(self, *recordings: Recording) -> None:
        self._lang = texts.language()
        self._server: Server | None = None
        self._trace: Trace | None = None
        self._run = _Run(0, *recordings)
        self._widget: _Widget | None = None
        self._place: Any = None
        self._flush_is_due = False
        self._beat: asyncio.TimerHandle | None = None
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:  # no notebook: rows are sent when they are asked for
            self._loop = None

    @property
    def server(self) -> Server:
        """The server that is watched. Raises `GuessnetError` where recordings are shown."""
        if self._server is None:
            raise GuessnetError(text("timeline.no-server", self._lang))
        return self._server

    @property
    def recording(self) -> Recording:
        """What has been recorded since the server was started; of two recordings, the first."""
        return self._run.recordings[0]

    def watch(self, step: Step | str | int | Callable[..., object], **options: Any) -> None:
        """Start a server and record all that it does; `options` are those of `guessnet.build`."""
        self._trace = Trace(self, EVERY_KIND)
        self._server = build(step, trace=self._trace, **options).start()

    def picture(self) -> "Picture":
        """A static picture of all that has happened so far."""
        return Picture(self._run.recordings, self._lang)

    def close(self) -> None:
        """Stop the server, if there is one, and take the view away; the recording stays."""
        widget, self._widget = self._widget, None
        for each in (widget, self._place):
            if each:
                close(each)
        if self._beat:
            self._beat.cancel()
        if self._server:
            self._server.stop()

    # A sink, in the server's own threads

    def begin(self, name: str, source: str) -> None:
        """Forget what has been recorded: a server starts."""
        self._run = _Run(self._run.number + 1, Recording(name, source))
        self._flush_soon()

    def __call__(self, event: Event) -> None:
        self.recording(event)
        self._flush_soon()

    def _flush_soon(self) -> None:
        if self._loop and self._widget and not self._flush_is_due:
            self._flush_is_due = True
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody looks any more
                self._loop.call_soon_threadsafe(self._loop.call_later, BATCH, self._flush)

    # In the kernel's event loop

    def _flush(self) -> None:
        self._flush_is_due = False
        if self._beat:
            self._beat.cancel()
        run = self._run
        run.sent += self._send(run, run.sent)
        if run.sent < len(run.rows()):
            self._flush_soon()
        elif self._loop and self._widget and self._runs:
            self._beat = self._loop.call_later(BEAT, self._flush)

    def _send(self, run: _Run, start: int) -> int:
        """Send some rows, from a number on; say how many."""
        made = run.rows()
        chunk = made[start : start + CHUNK]
        if self._widget:
            self._widget.send(
                {
                    "epoch": run.number,
                    "about": run.about() if start == 0 else [],
                    "from": start,
                    "rows": chunk,
                    "total": len(made),
                    "running": self._runs,
                    "now": self._trace.now if self._trace else 0.0,
                    "dropped": sum(recording.dropped for recording in run.recordings),
                }
            )
        return len(chunk)

    @property
    def _runs(self) -> bool:
        return self._server is not None and self._server.running

    def _asked(self, widget: Any, content: dict[str, Any], buffers: Any) -> None:
        """A browser misses the rows from some number on. May be called in any thread."""
        start = max(0, int(content["from"]))
        if self._loop:
            self._loop.call_soon_threadsafe(lambda: self._send(self._run, start))
        else:
            self._send(self._run, start)

    # What Jupyter shows

    @property
    def widget(self) -> Any:
        """The live picture; it is made when it is first asked for."""
        if self._widget is None:
            self._widget = _Widget(words=_words(self._lang))
            self._widget.on_msg(self._asked)
            self._flush_soon()
        return self._widget

    def __repr__(self) -> str:
        return _summary(self._run.recordings, self._lang, counted=self._server is None)

    def __str__(self) -> str:
        told = [repr(self)]
        for recording in self._run.recordings:
            if len(self._run.recordings) > 1:
                told.append(printable(recording.name))
            told += lines(map(Rows().of, tuple(recording.events)), self._lang)
        return "\n".join(told)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        if self._place is None:
            self._place = drawn(self.widget, self._lang, self._redrawn_on_demand)
        return as_output(self._place, repr(self))

    def _redrawn_on_demand(self) -> Any:
        """The static picture and a button that draws it again, in core widgets."""
        page = ipywidgets.HTML()

        def redraw() -> None:
            page.value = self.picture()._repr_html_()

        redraw()
        words, hint = (text(f"timeline.redraw{key}", self._lang) for key in ("", ".hint"))
        actions = ipywidgets.Box([button(words, hint, redraw, "redraw")]).add_class("gn-actions")
        return panel("timeline-in-words", self._lang, actions, page)


class Picture:
    """A static picture of recordings, for the last line of a cell; also without any script."""

    def __init__(self, recordings: Sequence[Recording], lang: str) -> None:
        panels = [
            Panel(printable(recording.name), list(map(Rows().of, tuple(recording.events))))
            for recording in recordings
        ]
        self.svg = svg(panels, lang)  #: a complete SVG file
        self._words = text(
            "timeline.picture", lang, names=", ".join(panel.name for panel in panels)
        )

    def __repr__(self) -> str:
        return self._words

    def _repr_html_(self) -> str:
        data = b64encode(self.svg.encode()).decode()
        alt = html.escape(self._words)
        return f'<img src="data:image/svg+xml;base64,{data}" alt="{alt}" style="max-width: 100%">'


def timeline(
    what: Step | str | int | Callable[..., object] | Recording,
    second: Recording | None = None,
    **options: Any,
) -> Timeline:
    """A timeline of a server that is built, started and watched; or of one or two recordings.

    >>> watched = timeline("select", secret=7)
    >>> player(watched.server)

    When a cell is run again, the timelines that it made before are closed and their servers
    stopped. Where cells cannot be told apart, a server of the same name is.

    Parameters
    ----------
    what
        A step of the ladder, its name or number, or a function ``serve``, as for `guessnet.build`;
        or a recording.
    second
        Another recording. Both are shown one above the other, on one axis of time.
    options
        Those of `guessnet.build`: ``secret``, ``lang``, ``name`` and so on.

    Raises `BadArgument` for anything else.
    """
    recorded = [what, second] if second is not None else [what]
    cell = _this_cell()
    if isinstance(what, Recording) and not options:
        if not all(isinstance(each, Recording) for each in recorded):
            raise BadArgument(text("timeline.bad-argument"))
        return _made_in(cell, Timeline(*recorded))  # type: ignore[arg-type]
    if second is not None or isinstance(what, Recording | Server):
        raise BadArgument(text("timeline.bad-argument"))
    made = _made_in(cell, Timeline())
    if not cell:
        options.setdefault("name", f"timeline {getattr(what, '__name__', what)}")
    made.watch(what, **options)
    return made


class _Cell(NamedTuple):
    id: str
    execution: str


_made: dict[str, tuple[str, list[Timeline]]] = {}


def _this_cell() -> _Cell | None:
    """The cell that is being executed, where the front end tells."""
    shell = get_ipython()
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    cell = parent.get("metadata", {}).get("cellId")
    return _Cell(cell, parent["header"]["msg_id"]) if cell else None


def _made_in(cell: _Cell | None, made: Timeline) -> Timeline:
    """Note where a timeline was made; close those of an earlier execution of the same cell."""
    if cell:
        execution, earlier = _made.get(cell.id, ("", []))
        if execution != cell.execution:
            for each in earlier:
                each.close()
            _made[cell.id] = cell.execution, []
        _made[cell.id][1].append(made)
    return made


def record(
    step: Step | str | int | Callable[..., object],
    script: Callable[[Address], object],
    **options: Any,
) -> Recording:
    """Serve while `script`, which is given the address, plays the clients; record all of it.

    `options` are those of `guessnet.build`. What the script raises is raised.
    """
    recording = Recording()
    with build(step, trace=Trace(recording, EVERY_KIND), **options) as server:
        script(server.address)
    return recording


_PAGE = """<!doctype html>
<html lang="{lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>{title}</title>
<style>
body {{ margin: 16px; font-family: sans-serif; }}
body[data-jp-theme-light="false"] {{
  background: #111317; --jp-ui-font-color0: #fff; --jp-ui-font-color1: #e4e6ea;
  --jp-ui-font-color2: #b5bac3; --jp-layout-color2: #2a2d33;
}}
body > div {{ max-width: 1100px; margin: auto; }}
{style}</style>
<body>
<div id="timeline"></div>
<noscript><pre>{plain}</pre></noscript>
<script type="application/json" id="data">{data}</script>
<script type="module">
const dark = matchMedia("(prefers-color-scheme: dark)");
const dress = () => document.body.setAttribute("data-jp-theme-light", String(!dark.matches));
dark.addEventListener("change", dress);
dress();
{script}
const data = JSON.parse(document.getElementById("data").textContent);
const store = new Store(() => {{}});
store.receive(data.rows);
new View(store, data.words, document.getElementById("timeline"));
</script>
</html>
"""


def to_html(recording: Recording, second: Recording | None = None, lang: str | None = None) -> str:
    """One page that shows and replays one or two recordings in any browser, without a network.

    >>> Path("game.html").write_text(to_html(watched.recording), "utf-8")

    `lang` is the language of its buttons; by default the one that `guessnet.use` set.
    """
    lang = texts.known(lang or texts.language())
    run = _Run(1, *([recording] if second is None else [recording, second]))
    made = run.rows()
    content = {
        "words": _words(lang),
        "rows": {
            "epoch": 1,
            "about": run.about(),
            "from": 0,
            "rows": made,
            "total": len(made),
            "running": False,
            "now": 0,
            "dropped": sum(each.dropped for each in run.recordings),
        },
    }
    told = [_summary(run.recordings, lang), *lines(made, lang)]
    return _PAGE.format(
        lang=lang,
        title=html.escape(_summary(run.recordings, lang)),
        style=_STYLE,
        script=_SCRIPT,
        # In a script nothing ends it but "</script", and nothing needs a "<".
        data=json.dumps(content, ensure_ascii=False).replace("<", "\\u003c"),
        plain=html.escape("\n".join(told)),
    )


def _words(lang: str) -> dict[str, str]:
    return {**texts_under("timeline.", lang), "dead": text("view.dead", lang)}


def _summary(recordings: Iterable[Recording], lang: str, *, counted: bool = True) -> str:
    """One line, the same whenever the same was done."""
    names = []
    for recording in recordings:
        name = printable(recording.name)
        if counted:
            count = len({event.conn for event in recording.events} - {None})
            key = f"timeline.summary.client{'' if count == 1 else 's'}"
            name = text(key, lang, name=name, count=count)
        names.append(name)
    return text("timeline.summary", lang, names=", ".join(names))
