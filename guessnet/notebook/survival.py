"""The survival grid: every client that goes wrong, many servers, and who stands in the end.

What is asked of a server in the matter of each client is one of the scenarios of
`guessnet.grading`. That room judges; this one only shows it.
"""

import html
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import ipywidgets

from guessnet import texts
from guessnet.chaos import CHAOS
from guessnet.errors import BadArgument
from guessnet.grading.judge import judge
from guessnet.grading.programs import File
from guessnet.grading.report import Check, Report
from guessnet.grading.scenarios import SCENARIOS
from guessnet.grading.subjects import InThisProcess, Subject
from guessnet.notebook.parts import Kernel, Shown, as_output, button, close, panel, pill
from guessnet.server import Server, Step, find_step
from guessnet.texts import printable, text

#: What is asked of a server in the matter of each client.
ASKED = {
    "leave": "client-leaves",
    "reset": "client-resets",
    "half-close": "half-close",
    "dribble": "split",
    "glue": "glued",
    "never-read": "never-reads",
    "flood": "late-reader",
    "silent": "together",
}
_CLIENTS = {scenario: client for client, scenario in ASKED.items()}
assert ASKED.keys() == CHAOS.keys()

#: What the table does with a key; Jupyter does nothing with it, then.
_KEYS = html.escape(Path(__file__).with_name("survival.js").read_text("utf-8"))
_MARKS = {"waiting": "·", "checking": "◔", "stood": "✓", "fell": "✕", "unknown": "–"}


class Column(NamedTuple):
    """A server that is put to the test, and what it is called."""

    name: str
    subject: Subject


class Survival:
    """The grid of some servers. Make it with `survival`.

    Shown as the last line of a cell it fills by itself, and nothing waits for it; `run` waits.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns
        self.checks: dict[tuple[int, str], Check] = {}  #: by the number of the column, and client
        self._lang = texts.language()
        self._kernel = Kernel()
        self._running = threading.Lock()
        self._closed = False
        self._view: View | None = None

    @property
    def count(self) -> int:
        """How many cells there are."""
        return len(self.columns) * len(ASKED)

    @property
    def running(self) -> bool:
        """Whether cells are being filled."""
        return self._running.locked()

    def run(self) -> Shown:
        """Fill the cells that are empty, and wait for it; give the grid as text."""
        with self._running:
            self._fill()
        self._show()
        return Shown(repr(self))

    def run_soon(self) -> None:
        """Fill all cells anew, without any wait; nothing happens while that goes on already."""
        if self._running.acquire(blocking=False):
            self.checks = {}
            if self._kernel:
                threading.Thread(
                    target=self._fill_and_release, name="guessnet survival", daemon=True
                ).start()
            else:
                self._fill_and_release()
            self._show()

    def state(self, column: int, client: str) -> str:
        """Of a cell: ``waiting``, ``checking``, ``stood``, ``fell``, or ``unknown``.

        It is unknown where the server could not be asked.
        """
        check = self.checks.get((column, client))
        if check:
            return {"passed": "stood", "failed": "fell"}.get(check.status, "unknown")
        return "checking" if self.running and (column, client) == self._next else "waiting"

    def survived(self, column: int) -> int:
        """How many clients a server has survived."""
        return sum(self.state(column, client) == "stood" for client in ASKED)

    def why(self, client: str, column: int = 0) -> Shown:
        """What happened in a cell, in words: a client's id, and the number of a column, from 0.

        Raises `BadArgument` for a client that there is not.
        """
        if client not in ASKED:
            name, known = printable(client), ", ".join(ASKED)
            raise BadArgument(text("survival.no-row", self._lang, name=name, known=known))
        return Shown(self.words(column, client))

    def words(self, column: int, client: str) -> str:
        """What happened in a cell."""
        check = self.checks.get((column, client))
        if check is None:
            return text(f"survival.cell.{self.state(column, client)}", self._lang)
        report = Report(self.columns[column].name, "practice", 0, (check,), self._lang)
        if check.status == "passed":
            return text("survival.cell.stood", self._lang, title=report.title(check))
        if check.status != "failed" or not check.cause:
            return report.message(check)
        said = [text("survival.cell.fell", self._lang, message=report.message(check))]
        for raised in check.cause.raised[-1:]:
            said.append(text("report.raised", self._lang, raised=printable(str(raised))))
        for place in check.cause.stood[:1]:
            at = text("stands-at", self._lang, **place._asdict())
            said.append(text("report.stood", self._lang, place=printable(at)))
        if check.cause.misconceptions and self._is_first(column, client):
            said.append(text("report.reason", self._lang, reason=report.reason(check)))
        return " ".join(said)

    def close(self) -> None:
        """Take the view away; the check that is under way is the last."""
        self._closed = True
        view, self._view = self._view, None
        if view:
            view.close()

    @property
    def view(self) -> "View":
        """The widgets; they are made when they are first asked for."""
        if self._view is None:
            self._view = View(self, self._lang)
        return self._view

    def __repr__(self) -> str:
        numbers = range(len(self.columns))
        names = [printable(column.name) for column in self.columns]
        rows = [("", names)]
        for client in ASKED:
            rows.append((client, [_MARKS[self.state(number, client)] for number in numbers]))
        rows.append(("", [f"{self.survived(number)}/{len(ASKED)}" for number in numbers]))
        first = max(map(len, ASKED))
        return "\n".join(
            "  ".join([head.ljust(first), *map(_padded, cells, names)]).rstrip()
            for head, cells in rows
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle = as_output(self.view.box, repr(self))
        if self._kernel and not self.checks:
            self.run_soon()
        return bundle

    @property
    def _next(self) -> tuple[int, str] | None:
        """The first cell that is empty."""
        cells = ((number, client) for number in range(len(self.columns)) for client in ASKED)
        return next((cell for cell in cells if cell not in self.checks), None)

    def _is_first(self, column: int, client: str) -> bool:
        """Whether nothing that this question builds on has failed; it might be the reason."""
        return not any(
            self.state(column, _CLIENTS[need]) == "fell"
            for need in _needs(ASKED[client])
            if need in _CLIENTS
        )

    def _fill(self) -> None:
        """Fill the cells that are empty, column by column."""
        for number, column in enumerate(self.columns):
            if all((number, client) in self.checks for client in ASKED):
                continue
            for client, check in _judged(column.subject):
                self.checks[number, client] = check
                self._kernel.soon(self._show)
                if self._closed:
                    return

    def _fill_and_release(self) -> None:
        """May be called in any thread."""
        try:
            self._fill()
        finally:
            self._running.release()
            self._kernel.soon(self._show)

    def _show(self) -> None:
        if self._view:
            self._view.show()


def _judged(subject: Subject) -> Iterator[tuple[str, Check]]:
    """The checks of one server, each with the client that it stands for.

    Each question is put whatever came of the others: a server that falls to one client is still
    asked about the next.
    """
    first = SCENARIOS["first-reply"]  # the judge learns from it how this server is talked to
    asked = [replace(SCENARIOS[id], needs=()) for id in _CLIENTS]
    checks = judge(subject, [first, *asked])
    greeted = next(checks)
    for check in checks:
        # Of a server that cannot even be started there is nothing else to tell.
        yield _CLIENTS[check.id], greeted if check.because == first.id else check


def _needs(scenario: str) -> Iterator[str]:
    """What a question builds on, and what that builds on."""
    for need in SCENARIOS[scenario].needs:
        yield need
        yield from _needs(need)


_grids: dict[tuple[tuple[str, ...], str], Survival] = {}


def survival(*servers: Server | Step | str | int | Path | Callable[..., object]) -> Survival:
    """Which of these servers survive which clients. Raises `UnknownStep` and `AnswerError`.

    It takes the place of the grid that was made before for servers of the same names, so that a
    cell can be run again.

    Parameters
    ----------
    servers
        Your own function ``serve(listener)`` or ``serve(listener, new_game)``; a step, its name or
        its number; a file that defines such a function; or a server, whose step or function is
        tried in a server of its own.

    >>> survival(my_serve, "select").run()
    """
    if not servers:
        raise BadArgument(text("survival.nobody"))
    columns = [_column(server) for server in servers]
    key = (tuple(column.name for column in columns), texts.language())
    if earlier := _grids.get(key):
        earlier.close()
    _grids[key] = Survival(columns)
    return _grids[key]


def _column(server: Server | Step | str | int | Path | Callable[..., object]) -> Column:
    if isinstance(server, Server):
        server = server.step
    if isinstance(server, str) and server.endswith(".py"):
        server = Path(server)
    if isinstance(server, Path):
        return Column(server.name, File(server))
    if not isinstance(server, Step) and callable(server):
        return Column(_name(server), InThisProcess(server))
    step = find_step(server)
    return Column(step.name, InThisProcess(step.serve))


def _name(function: Callable[..., object]) -> str:
    """What to call a function; a draft, whose function is a "serve" like any other, by its file."""
    name = getattr(function, "__name__", type(function).__name__)
    return function.__module__.rpartition(".")[2] if name == "serve" else name


def _padded(cell: str, heading: str) -> str:
    return cell + " " * (max(_width(heading), 3) - _width(cell))


def _width(words: str) -> int:
    """In columns of a terminal, of which Korean characters take two each."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in words)


# The view


class View:
    """What there is to see of a grid, in core widgets. Belongs to the kernel's event loop."""

    def __init__(self, grid: Survival, lang: str) -> None:
        self._grid = grid
        self._lang = lang
        self._head = ipywidgets.HTML()
        self._table = ipywidgets.HTML()
        self._fallen = ipywidgets.HTML()
        self.again = button(
            text("survival.again", lang), text("survival.again.hint", lang), grid.run_soon, "again"
        )
        self.box = panel(
            "survival",
            lang,
            self._head,
            self._table,
            self._fallen,
            ipywidgets.Box([self.again]).add_class("gn-actions"),
        )
        self.show()

    def show(self) -> None:
        """Bring every widget up to date."""
        self._head.value = self._head_html()
        self._table.value = self._table_html()
        self._fallen.value = self._fallen_html()
        self.again.disabled = self._grid.running

    def close(self) -> None:
        """Take every widget away, here and in the browser."""
        close(self.box)

    def _head_html(self) -> str:
        grid = self._grid
        done = len(grid.checks)
        state = "running" if grid.running else "done" if done == grid.count else "waiting"
        mark = {"running": "◔", "done": "✓", "waiting": "○"}[state]
        number = min(done + 1, grid.count)
        words = text(f"survival.state.{state}", self._lang, number=number, count=grid.count)
        title = text("survival.title", self._lang)
        return f'<div class="gn-panel-head"><b>{title}</b>{pill(state, mark, words)}</div>'

    def _table_html(self) -> str:
        grid = self._grid
        numbers = range(len(grid.columns))
        names = [html.escape(printable(column.name)) for column in grid.columns]
        heads = "".join(f'<th scope="col">{name.replace("_", "_<wbr>")}</th>' for name in names)
        rows = "".join(
            f'<tr><th scope="row">{text(f"chaos.{client}", self._lang)}'
            f' <span class="gn-small">{client}</span></th>'
            + "".join(f"<td>{self._cell_html(number, client)}</td>" for number in numbers)
            + "</tr>"
            for client in ASKED
        )
        title, corner, total, about = (
            text(f"survival.{key}", self._lang) for key in ("title", "client", "sum", "about")
        )
        sums = "".join(f"<td>{grid.survived(number)}/{len(ASKED)}</td>" for number in numbers)
        return (
            '<div class="gn-grid-frame"><div class="gn-scroll"><table class="gn-table" role="grid"'
            f' aria-label="{title}" data-lm-suppress-shortcuts="true" onkeydown="{_KEYS}">'
            f'<thead><tr><th scope="col">{corner}</th>{heads}</tr></thead><tbody>{rows}</tbody>'
            f'<tfoot><tr><th scope="row">{total}</th>{sums}</tr></tfoot>'
            f'</table></div><div class="gn-tell">{about}</div></div>'
        )

    def _cell_html(self, number: int, client: str) -> str:
        grid = self._grid
        state = grid.state(number, client)
        stop = 0 if (number, client) == (0, next(iter(ASKED))) else -1  # one stop for Tab
        about = f"{grid.columns[number].name}, {text(f'chaos.{client}', self._lang)}"
        title = html.escape(printable(about))
        words = html.escape(grid.words(number, client))
        return (
            f'<span class="gn-cell gn-{state}" tabindex="{stop}" role="img"'
            f' aria-label="{title}: {words}">{_MARKS[state]}'
            f'<span class="gn-told" aria-hidden="true"><b>{title}</b><br>{words}</span></span>'
        )

    def _fallen_html(self) -> str:
        """What is seen at a pointed cell, for those who would rather read it all."""
        grid = self._grid
        fallen = [
            f"<li><b>{html.escape(printable(column.name))}, "
            f"{text(f'chaos.{client}', self._lang)}</b>: "
            f"{html.escape(grid.words(number, client))}</li>"
            for number, column in enumerate(grid.columns)
            for client in ASKED
            if grid.state(number, client) in ("fell", "unknown")
        ]
        if not fallen:
            return ""
        summary = text("survival.fell", self._lang)
        return (
            f"<details><summary>{summary}</summary>"
            f'<ul class="gn-fallen">{"".join(fallen)}</ul></details>'
        )
