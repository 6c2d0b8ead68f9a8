"""What was measured, for people: tables and a picture."""

import shutil
import subprocess
import sys
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from guessnet import texts
from guessnet.bench.lab import Measurements, Result
from guessnet.bench.scenarios import Scenario
from guessnet.errors import BadArgument
from guessnet.palette import LIGHT
from guessnet.texts import printable, text

COLUMNS = (
    "cpu",
    "spread",
    "ratio",
    "rate",
    "p50",
    "p99",
    "longest",
    "served",
    "memory",
    "per-client",
)
MARKDOWN_WIDTH = 200  #: columns: enough for each line of a table to stay one line


def show(measurements: Measurements) -> None:
    """Print a table for each scenario; where that is no terminal, in Markdown."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=MARKDOWN_WIDTH)
    for scenario, results in measurements.results.items():
        lines = box.SIMPLE_HEAD if console.is_terminal else box.MARKDOWN
        console.print(_table(scenario, results, lines))
        for result in results:
            if result.failure:
                console.print(
                    f"{printable(result.contestant.name)}: {result.failure}", markup=False
                )
        console.print()
    words = text(
        "bench.note",
        base=printable(measurements.base),
        rounds=measurements.rounds,
        seconds=measurements.seconds,
    )
    console.print(words, markup=False)


def _table(scenario: Scenario, results: Sequence[Result], lines: box.Box) -> Table:
    base = results[0]
    table = Table(title=Text(str(scenario)), title_justify="left", box=lines)
    table.add_column(text("bench.server"), no_wrap=True)
    for column in COLUMNS if scenario.silent else COLUMNS[:-1]:
        words = text(f"bench.{column}", habit=_habit(scenario))
        table.add_column(words, justify="right", overflow="fold")
    for result in results:
        cells = [printable(result.contestant.name), *_figures(result, base, scenario)]
        table.add_row(*map(Text, cells))
    return table


def _figures(result: Result, base: Result, scenario: Scenario) -> list[str]:
    if result.failure:
        return []
    ratio = result.cpu_ratio(base)
    figures = [
        _number(result.median("cpu")),
        f"{result.cpu_spread:.0%}",
        "-" if ratio is None else f"{ratio:.2f}",
        *(_number(result.median(figure)) for figure in ("rate", "p50", "p99", "longest")),
        f"{_number(result.median('served'))}/{scenario.clients}",
        _number(result.median("memory")),
    ]
    return [*figures, _number(result.median("per_client"))] if scenario.silent else figures


def _habit(scenario: Scenario) -> str:
    return text(f"bench.habit.{scenario.habit}")


def _number(value: float | None) -> str:
    """A number with three digits that count, or more before the point."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"


def check_font(path: str) -> None:
    """Raises `BadArgument` where the words of such a picture could not be drawn.

    An SVG keeps its words as text, for the fonts of whoever looks at it; a PNG needs fonts here.
    """
    if path.endswith(".png") and texts.language() == "ko" and not _korean_font():
        raise BadArgument(text("bench.no-korean-font"))


def save_picture(measurements: Measurements, path: str) -> None:
    """Draw what an operation costs each server, a panel for each scenario, as SVG or PNG."""
    import altair

    panels = []
    for scenario, results in measurements.results.items():
        rows = [
            {
                "server": printable(result.contestant.name),
                "cpu": result.median("cpu"),
                "least": min(sample.cpu for sample in result.samples),
                "most": max(sample.cpu for sample in result.samples),
            }
            for result in results
            if result.samples
        ]
        panel = altair.Chart(altair.InlineData(rows), title=str(scenario), width=480).encode(
            y=altair.Y("server:N", sort=None, title=None)
        )
        across = altair.X("cpu:Q", title=text("bench.cpu", habit=_habit(scenario)))
        bars = panel.mark_bar(color=LIGHT["blue"]).encode(x=across)
        spread = panel.mark_rule(strokeWidth=2).encode(x="least:Q", x2="most:Q")
        panels.append(bars + spread)
    altair.vconcat(*panels).configure_title(anchor="start").save(path, scale_factor=2)


def _korean_font() -> bool:
    """Whether there is a font for Korean; other systems than Linux come with one."""
    if sys.platform != "linux":
        return True
    fc_list = shutil.which("fc-list")
    return bool(fc_list and subprocess.run([fc_list, ":lang=ko"], capture_output=True).stdout)
