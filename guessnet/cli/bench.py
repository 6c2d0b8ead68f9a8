"""``guessnet bench``: servers are put under load and compared."""

import argparse
import json
import sys
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from guessnet import texts
from guessnet.bench.scenarios import SCENARIOS, Scenario, find_scenario
from guessnet.cli import values
from guessnet.texts import printable, text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "steps", metavar="STEP", type=values.step, nargs="*", help=text("help.bench.steps")
    )
    parser.add_argument(
        "--cmd",
        metavar="NAME=COMMAND",
        type=_named,
        action="append",
        default=[],
        help=text("help.bench.cmd"),
    )
    parser.add_argument("--peers", action="store_true", help=text("help.bench.peers"))
    names = ", ".join(scenario.name for scenario in SCENARIOS)
    parser.add_argument(
        "--scenario",
        metavar="NAME[:...]",
        type=_scenario,
        action="append",
        default=[],
        help=text("help.bench.scenario", names=names),
    )
    parser.add_argument("--base", metavar="NAME", help=text("help.bench.base"))
    parser.add_argument(
        "--rounds", metavar="N", type=values.count, default=5, help=text("help.bench.rounds")
    )
    parser.add_argument(
        "--seconds", metavar="S", type=_duration, default=1.0, help=text("help.bench.seconds")
    )
    parser.add_argument(
        "--json", metavar="FILE", type=values.new_file, help=text("help.bench.json")
    )
    parser.add_argument("--plot", metavar="FILE", type=_picture, help=text("help.bench.plot"))
    parser.add_argument("--lang", metavar="ko|en", type=values.lang, help=text("help.bench.lang"))


def run(options: argparse.Namespace) -> int:
    """Measure servers and compare them: 0 all could be measured, 1 not."""
    texts.use(options.lang or texts.language())
    needed = ["psutil"] + ["uvloop"] * options.peers + ["altair", "vl_convert"] * bool(options.plot)
    if not all(map(find_spec, needed)):
        print("guessnet:", text("bench.no-extra"), file=sys.stderr)
        return 1
    from guessnet.bench.lab import contestants, measure
    from guessnet.bench.report import check_font, save_picture, show

    servers = contestants(options.steps, options.cmd, options.peers, options.base)
    scenarios = options.scenario or SCENARIOS
    if options.plot:
        check_font(options.plot)
    with Progress(
        console=Console(stderr=True),
        transient=True,
        auto_refresh=False,  # a clock of its own would disturb what is measured
        disable=not sys.stderr.isatty(),
    ) as progress:
        times = options.rounds * len(scenarios) * len(servers)
        task = progress.add_task(text("bench.running"), total=times)
        measured = measure(
            servers,
            scenarios,
            options.rounds,
            options.seconds,
            lambda: progress.update(task, advance=1, refresh=True),
        )
    show(measured)
    if options.json:
        Path(options.json).write_text(json.dumps(measured.to_json(), indent=1), "utf-8")
    if options.plot:
        save_picture(measured, options.plot)
    return 0 if measured.complete else 1


def _named(wanted: str) -> tuple[str, str]:
    """``NAME=COMMAND``"""
    name, _, command = wanted.partition("=")
    if not name or "{port}" not in command:
        raise argparse.ArgumentTypeError(text("bench.bad-command", command=printable(wanted)))
    return name, command


def _picture(wanted: str) -> str:
    if not wanted.endswith((".svg", ".png")):
        raise argparse.ArgumentTypeError(text("bench.bad-picture", path=printable(wanted)))
    return values.new_file(wanted)


def _scenario(wanted: str) -> Scenario:
    return values.found_by(find_scenario, wanted)


def _duration(wanted: str) -> float:
    if not (seconds := values.seconds(wanted)):
        raise argparse.ArgumentTypeError(text("bad-duration", seconds=printable(wanted)))
    return seconds
