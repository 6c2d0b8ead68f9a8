"""Pictures of measurements: what they show, and that their text is the same everywhere."""

import itertools
import re
from base64 import b64decode
from xml.etree import ElementTree

import pytest

from guessnet.errors import BadArgument
from guessnet.notebook import measured
from guessnet.notebook.measured import LABEL, spread, ticks
from guessnet.texts import LANGUAGES, use

LINES = {"threaded": [(0, 0.0), (20, 412.5), (200, 3800.0)], "select": [(0, 0.0), (200, 161.0)]}


@pytest.fixture(autouse=True)
def _korean_again():
    yield
    use("ko")


def drawn(shown):
    """The texts in the picture, by reading it as XML."""
    data = re.search(r'base64,([^"]+)"', shown._repr_html_())[1]
    root = ElementTree.fromstring(b64decode(data))
    return ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize(("lang", "x"), [("ko", "클라이언트 수"), ("en", "clients")])
def test_lines_and_axes_have_names_in_the_language_that_was_set(lang, x):
    use(lang)
    shown = measured(LINES, x="clients", y="kilobytes-more")
    assert x in drawn(shown)
    assert "threaded  3,800" in drawn(shown)
    assert "select  161" in drawn(shown)
    assert x in repr(shown)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_text_has_no_figures(lang):
    use(lang)
    other = {name: [(at, value * 1.7) for at, value in line] for name, line in LINES.items()}
    first, second = (measured(lines, x="clients", y="threads") for lines in (LINES, other))
    assert repr(first) == repr(second)
    assert not re.search(r"\d", repr(first))
    assert first._repr_html_() != second._repr_html_()


def test_who_cannot_see_the_picture_is_told_the_figures():
    assert "20 → 412" in measured(LINES, x="clients", y="threads")._repr_html_()


def test_nothing_is_shown_unescaped():
    shown = measured({"<b>&'\"\x1b[2J": [(1, 2)]}, x="</svg><script>", y='"><img src=x>')
    assert "<b>" not in shown._repr_html_()
    assert "<script>" not in shown._repr_html_()
    assert "\x1b" not in shown._repr_html_() + repr(shown)
    assert any(each.startswith("<b>&'\"\\x1b[2J") for each in drawn(shown))
    assert "</svg><script>" in drawn(shown)


@pytest.mark.parametrize(
    "lines",
    [
        {},
        {"a": []},
        {"a": [(0, -1)]},
        {"a": [(float("nan"), 1)]},
        {"a": [(1, float("inf"))]},
        {str(number): [(0, 1)] for number in range(7)},
    ],
)
def test_what_cannot_be_drawn_is_refused(lines):
    with pytest.raises(BadArgument):
        measured(lines, x="clients", y="threads")


def test_a_single_point_at_zero_can_be_drawn():
    assert "a  0" in drawn(measured({"a": [(0, 0)], "b": []}, x="clients", y="threads"))


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (0, [0, 1]),
        (1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (200, [0, 50, 100, 150, 200]),
        (3800, [0, 1000, 2000, 3000, 4000]),
        (0.03, [0, 0.01, 0.02, 0.03]),
    ],
)
def test_ticks_are_round_and_reach_the_largest_number(most, expected):
    assert ticks(most) == pytest.approx(expected)


def test_names_of_lines_that_end_close_together_are_apart():
    moved = spread({"a": 100.0, "b": 101.0, "c": 50.0, "d": 99.0})
    places = sorted(moved.values())
    assert all(low + LABEL <= high for low, high in itertools.pairwise(places))
    assert moved["c"] == 50.0
