"""The style sheets: one palette, and none reaches further than its own view."""

import re
from pathlib import Path

import pytest

import guessnet
from guessnet import palette
from guessnet.notebook import source, to_html
from guessnet.trace import Recording

PACKAGE = Path(guessnet.__file__).parent
SHEETS = sorted(PACKAGE.rglob("*.css"))
WRITTEN = [*SHEETS, *PACKAGE.rglob("*.js"), *(PACKAGE / "notebook").rglob("*.py")]

VIEWS = (
    *("error", "panel", "place", "player", "players", "quiz"),
    *("report", "source", "stepper", "timeline"),
)
OWN = re.compile(
    rf"(section)?\.gn-({'|'.join(VIEWS)})(?![\w-])"
    r"|\.gn-(tl|quiz)-"  # names that nobody else gives
    r"|\[data-jp-theme-light=\"false\"\] \.gn-timeline"
    r"|(:\S+(, \.gn-lost\))? )?\.gn-dead\.gn-dead$|:where\(\.gn-view"  # meant for all
)


def selectors(sheet):
    """Those at the top of a sheet, of which all others are parts."""
    found, depth, head = [], 0, ""
    for char in re.sub(r"/\*.*?\*/", "", sheet, flags=re.S):
        if char == "{":
            if depth == 0 or (depth == 1 and found[-1].startswith("@media")):
                found.append(head.strip())
            depth, head = depth + 1, ""
        elif char in "};":
            depth, head = depth - (char == "}"), ""
        else:
            head += char
    rules = [rule for rule in found if not rule.startswith(("@media", "@keyframes gn-"))]
    return [each.strip() for rule in rules for each in re.split(r",(?![^()]*\))", rule)]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.stem)
def test_every_selector_begins_with_the_view_that_it_is_for(sheet):
    found = selectors(sheet.read_text("utf-8"))
    assert found
    assert [each for each in found if not OWN.match(each)] == []


def test_a_selector_that_reaches_further_is_found():
    sheet = ".gn-player { .gn-head { color: red } } .gn-head, p { color: red }"
    assert selectors(sheet) == [".gn-player", ".gn-head", "p"]
    assert [each for each in selectors(sheet) if not OWN.match(each)] == [".gn-head", "p"]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_no_colour_of_the_palette_is_written_down_again(path):
    words = path.read_text("utf-8").lower()
    colours = {*palette.LIGHT.values(), *palette.DARK.values()} - {"#ffffff", "#111111"}
    assert [colour for colour in colours if colour in words] == []


def test_every_colour_that_is_used_is_in_the_palette():
    used = {
        name
        for path in WRITTEN
        for name in re.findall(r"--gn-([a-z]+)\)", path.read_text("utf-8"))
        if f"--gn-{name}:" not in path.read_text("utf-8")
    }
    defined = {"line"}  # in code.css, for what is drawn like code
    assert used - defined <= palette.LIGHT.keys() == palette.DARK.keys()
    assert {"blue", "orange", "green", "red"} <= used


@pytest.mark.parametrize(
    "page",
    [
        lambda: source("select")._repr_html_(),
        lambda: to_html(Recording("select", "")),
        lambda: guessnet.check(lambda listener: None, "02")._repr_html_(),
    ],
    ids=["source", "recording", "report"],
)
def test_what_stands_alone_brings_its_colours(page):
    words = page()
    assert palette.CSS in words
