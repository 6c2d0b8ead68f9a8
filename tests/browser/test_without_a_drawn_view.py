"""Where the browser has no anywidget: the lessons go on with core widgets."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

DISABLED = ("anywidget",)

SETUP = """
import guessnet
from guessnet.notebook import player, stepper, timeline
guessnet.use("ko")
"""


def test_a_server_is_stepped_through_in_words(lab):
    steps = 'steps = stepper("blocking", secret=7)\nsteps'
    page = lab.open([SETUP, steps, "player(steps.server)"])
    lab.run_all(page)
    expect(page.locator(".gn-stepper")).to_have_count(0)
    page.get_by_role("button", name="그림이 보이지 않으면 누르세요").click()
    words = page.locator(".gn-stepper-in-words pre")
    expect(words).to_contain_text("accept()에 서서")
    expect(page.locator(".jupyter-widgets-error-widget")).to_have_count(0)

    page.locator(".gn-connect").click()
    expect(words).to_contain_text("accept()가 돌아왔습니다: client 1")
    page.get_by_role("button", name="5", exact=True).click()
    for _ in range(3):
        before = words.inner_text()
        page.get_by_role("button", name="다음").click()
        expect(words).not_to_have_text(before)
    expect(page.locator(".gn-player")).to_contain_text("너무 낮아요")
    page.close()


def test_a_timeline_is_drawn_on_demand(lab):
    watched = 'watched = timeline("select", secret=7)\nwatched'
    visit = "with guessnet.Client(watched.server.address) as client: client.guess(7)"
    page = lab.open([SETUP, watched, visit])
    lab.run_all(page)
    page.get_by_role("button", name="그림이 보이지 않으면 누르세요").click()
    picture = page.get_by_alt_text("타임라인 그림: select")
    expect(picture).to_be_visible()
    before = picture.get_attribute("src")
    page.locator(".jp-CodeCell").last.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    lab.wait_until_idle(page)
    page.get_by_role("button", name="다시 그리기").click()
    expect(picture).not_to_have_attribute("src", before)
    page.close()
