"""The timeline as people use it: in JupyterLab, and as a plain page without a network."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

import guessnet
from guessnet.notebook import record, to_html
from guessnet.texts import use

pytestmark = pytest.mark.browser

BLUE, GREY, ORANGE = "#0072b2", "#6b7280", "#b45f06"

SETUP = """
import guessnet
from guessnet.notebook import players, timeline
guessnet.use("ko")
watched = timeline("sequential", secret=7)
watched
"""
PLAYERS = """
first, second = both = players(watched.server, 2)
both
"""
#: Events come from other threads before, while and after the picture is made.
BURST = """
import threading
from guessnet.notebook import Timeline
from guessnet.trace import Event, Recording
watched = Timeline(Recording("burst"))
def report():
    for number in range(5000):
        watched(Event("recv", 1, str(number).encode(), "burst", None, number / 1000, {}, {}))
thread = threading.Thread(target=report)
thread.start()
watched
"""
COUNT = """
import threading
from ipywidgets.widgets import widget
widgets = sum(hasattr(each, "words") for each in widget._instances.values())
threads = sum(each.name.startswith("guessnet") for each in threading.enumerate())
print(widgets, "timelines,", threads, "threads")
"""


class Shown:
    """One timeline on a page."""

    def __init__(self, page: Page, place: int = 0) -> None:
        self.page = page
        self.root = page.locator(".gn-timeline").nth(place)
        self.canvas = self.root.locator("canvas")
        self.details = self.root.locator(".gn-tl-details")
        self.status = self.root.locator(".gn-tl-status")
        self.spoken = self.root.locator(".gn-tl-spoken")
        expect(self.canvas).to_be_visible()

    def press(self, *keys: str) -> None:
        self.canvas.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def pixels(self, colour: str) -> int:
        """How many pixels of the picture have exactly this colour."""
        return self.canvas.evaluate(
            """(canvas, colour) => {
              const wanted = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
              const { data } = canvas.getContext("2d").getImageData(
                0, 0, canvas.width, canvas.height);
              let found = 0;
              for (let at = 0; at < data.length; at += 4) {
                found += wanted.every((value, place) => data[at + place] === value);
              }
              return found;
            }""",
            colour,
        )

    def expect_pixels(self, colour: str, least: int) -> None:
        """Wait until the picture, scrolled into sight, shows so much of a colour."""
        self.root.scroll_into_view_if_needed()  # what is out of sight is not drawn
        for _ in range(400):
            if self.pixels(colour) >= least:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{self.pixels(colour)} pixels of {colour}, not {least}")

    def picture(self) -> str:
        return self.canvas.evaluate("(canvas) => canvas.toDataURL()")

    def expect_other_picture(self, before: str) -> str:
        """Wait until the picture has changed; give what it is now."""
        self.page.wait_for_function(
            "(before) => document.querySelector('.gn-timeline canvas').toDataURL() !== before",
            arg=before,
        )
        return self.picture()


@pytest.fixture
def opened(lab):
    pages = []

    def open_notebook(*cells: str) -> Page:
        page = lab.open(cells, height=1500)
        pages.append(page)
        lab.run_all(page)
        return page

    yield open_notebook
    for page in pages:
        page.close()


def press_player(page: Page, place: int, *names: str) -> None:
    for name in names:
        page.locator(".gn-player").nth(place).locator(f".gn-{name}").click()


def test_the_lanes_appear_while_players_play(opened):
    page = opened(SETUP, PLAYERS)
    shown = Shown(page)
    expect(shown.status).to_contain_text("실시간")
    assert not shown.pixels(BLUE)

    press_player(page, 0, "connect", "pad-5")
    shown.expect_pixels(BLUE, 300)  # the server stands in recv()
    press_player(page, 1, "connect", "pad-9")
    press_player(page, 0, "pad-7")
    expect(page.locator(".gn-player").nth(1).locator(".gn-line")).to_have_count(2)
    shown.press("End")
    expect(shown.details).to_contain_text("클라이언트 2에게 16바이트를 보냈습니다: 너무 높아요")
    expect(shown.details).to_contain_text("행: conn.sendall(game.play(data))")
    shown.press("ArrowLeft")
    expect(shown.details).to_contain_text("클라이언트 2에게서 1바이트를 받았습니다: 9")
    expect(shown.spoken).to_contain_text("받았습니다: 9")
    shown.press("Home")
    expect(shown.details).to_contain_text("클라이언트 1 연결을 accept()로 받았습니다.")
    expect(shown.details).to_contain_text("서버 스레드: accept()에서")


def test_what_the_server_stands_in_is_told_at_the_pointer(opened):
    page = opened(SETUP, PLAYERS)
    shown = Shown(page)
    box = shown.canvas.bounding_box()
    page.mouse.move(box["x"] + 130, box["y"] + 12)  # the first lane is the server's thread
    expect(shown.details).to_contain_text(re.compile(r"accept\(\)에 .*째 서 있습니다"))


def test_a_held_picture_stays_and_nothing_is_lost(opened):
    page = opened(SETUP, PLAYERS)
    shown = Shown(page)
    press_player(page, 0, "connect", "pad-5")
    shown.expect_pixels(BLUE, 300)
    shown.root.locator(".gn-tl-play").click()
    expect(shown.status).to_have_text("멈춤")
    held = shown.pixels(BLUE)
    press_player(page, 0, "pad-9")
    expect(shown.status).to_have_text("멈춤 · 새 사건 2개")
    assert shown.pixels(BLUE) == held
    shown.root.locator(".gn-tl-play").click()
    expect(shown.status).to_contain_text("실시간")
    shown.expect_pixels(BLUE, held + 50)


def test_who_looks_late_sees_the_latest_events(opened):
    page = opened(SETUP, PLAYERS)
    shown = Shown(page)
    press_player(page, 0, "connect", "pad-5")
    shown.expect_pixels(ORANGE, 20)  # a reply
    before = shown.picture()
    page.evaluate("const now = performance.now(); performance.now = () => now + 600_000")
    expect(shown.status).to_have_text(re.compile("실시간 · (599|6\\d\\d)초째 조용함"))
    shown.expect_other_picture(before)
    assert shown.pixels(ORANGE) >= 20
    press_player(page, 0, "pad-9")
    expect(page.locator(".gn-player").nth(0).locator(".gn-line")).to_have_count(4)
    shown.press("End")
    expect(shown.details).to_contain_text("너무 높아요")


def test_keys_wheel_and_buttons_zoom_and_the_notebook_does_not_hear_the_keys(opened):
    page = opened(SETUP, PLAYERS)
    shown = Shown(page)
    press_player(page, 0, "connect", "pad-5")
    shown.expect_pixels(BLUE, 300)
    shown.press(" ")
    expect(shown.status).to_have_text("멈춤")
    before = shown.picture()
    for zoom in (
        lambda: shown.press("+"),
        lambda: shown.root.locator(".gn-tl-zoom-out").click(),
        lambda: (shown.canvas.click(), page.mouse.wheel(0, -200)),
    ):
        zoom()
        before = shown.expect_other_picture(before)
    shown.press("b", "d", "d", "ArrowUp")
    expect(page.locator(".jp-CodeCell")).to_have_count(2)
    expect(shown.canvas).to_be_focused()


def test_the_page_scrolls_past_a_picture_that_nobody_has_turned_to(opened):
    page = opened(SETUP)
    shown = Shown(page)
    press = shown.root.evaluate(
        """(root) => {
          const wheel = new WheelEvent("wheel", { deltaY: 50, cancelable: true, bubbles: true });
          const canvas = root.querySelector("canvas");
          canvas.blur();
          canvas.dispatchEvent(wheel);
          return wheel.defaultPrevented;
        }"""
    )
    assert press is False


def test_a_burst_is_whole_in_every_view(opened):
    page = opened(BURST, "thread.join(); watched")
    for place in (0, 1):
        shown = Shown(page, place)
        expect(shown.status).to_have_text("기록 · 사건 5000개")
        shown.press("End")
        expect(shown.spoken).to_contain_text("5000/5000")
        expect(shown.details).to_contain_text("받았습니다: 4999")
        shown.press("Home", "ArrowRight", "ArrowRight")
        expect(shown.details).to_contain_text("받았습니다: 2")


def test_cells_that_run_again_and_a_restart_leave_one_timeline(lab, opened):
    page = opened(SETUP, COUNT)
    output = page.locator(".jp-OutputArea").last
    expect(output).to_contain_text("1 timelines, 3 threads")
    for again in (lambda: None, lambda: None, lambda: lab.restart(page)):
        again()
        lab.run_all(page)
        expect(output).to_contain_text("1 timelines, 3 threads")
        expect(page.locator(".gn-timeline")).to_have_count(1)
        expect(Shown(page).status).to_contain_text("실시간")


# --- A plain page ---------------------------------------------------------------------------------


def rude_game(address):
    with guessnet.Client(address) as client:
        client.guess("</script><img src=x onerror=alert(1)>")
        client.guess(7)


@pytest.fixture
def plain(lab, tmp_path) -> Iterator[tuple[Page, list[str]]]:
    """A page in a browser that has no network, and what went wrong on it."""
    use("ko")
    recorded = record("select", rude_game, secret=7)
    (tmp_path / "game.html").write_text(to_html(recorded), "utf-8")
    page = lab._browser.new_page(viewport={"width": 400, "height": 800}, color_scheme="dark")
    page.context.set_offline(True)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text))
    page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: wrong.append(request.url))
    page.goto((tmp_path / "game.html").as_uri())
    wrong.remove((tmp_path / "game.html").as_uri())
    yield page, wrong
    page.close()


def test_a_recording_replays_in_a_plain_page(plain):
    page, wrong = plain
    shown = Shown(page)
    expect(shown.status).to_contain_text("기록")
    shown.press("Home", "ArrowRight", "ArrowRight", "ArrowRight")
    expect(shown.details).to_contain_text("받았습니다: </script><img src=x onerror=alert(1)>")

    scrub = shown.root.get_by_role("slider", name="재생 위치")
    expect(scrub).to_have_value("1000")
    shown.root.get_by_role("button", name="재생").click()
    expect(shown.status).to_have_text(re.compile(r"배 느리게"))
    page.wait_for_function("() => +document.querySelector('.gn-tl-scrub').value > 30")
    shown.root.get_by_role("button", name="멈춤").click()
    stopped = scrub.input_value()
    assert 30 < int(stopped) < 1000
    scrub.focus()
    page.keyboard.press("ArrowLeft")
    assert scrub.input_value() != stopped
    before = shown.picture()
    scrub.fill("900")
    shown.expect_other_picture(before)
    assert wrong == []


def test_a_page_follows_the_system_in_the_dark_and_fits_a_telephone(plain):
    page, _ = plain
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(17, 19, 23)"
    assert page.evaluate("document.documentElement.scrollWidth") == 400
