"""The player as people use it: in JupyterLab, with a mouse and a keyboard."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

SETUP = """
import threading
import guessnet
from guessnet.notebook import players
guessnet.use("ko")
server = guessnet.build("{step}", secret=7, name="test").start()
first, second = both = players(server, 2)
both
"""
COUNT = """
print(sum(thread.name == "guessnet player" for thread in threading.enumerate()), "connected")
"""


class Card:
    """One player on the page."""

    def __init__(self, page: Page, number: int) -> None:
        self.card = page.locator(".gn-player").nth(number - 1)
        self.state = self.card.locator(".gn-state")
        self.lines = self.card.locator(".gn-line")

    def find(self, name: str) -> Locator:
        return self.card.locator(f".gn-{name}")

    def press(self, name: str) -> None:
        self.find(name).click()

    def expect_lines(self, *lines: str) -> None:
        expect(self.lines).to_have_text(list(lines))


@pytest.fixture
def open_players(lab):
    pages = []

    def opened(step: str, *more_cells: str) -> tuple[Page, Card, Card]:
        page = lab.open([SETUP.format(step=step), *more_cells])
        pages.append(page)
        lab.run_all(page)
        expect(page.locator(".gn-player")).to_have_count(2)
        return page, Card(page, 1), Card(page, 2)

    yield opened
    for page in pages:
        page.close()


@pytest.mark.parametrize("ending", ["leave", "pad-7"])
def test_the_second_waits_until_the_first_has_ended(open_players, ending):
    _, first, second = open_players("sequential")
    expect(first.state).to_contain_text("연결 전")
    expect(first.find("pad-5")).to_be_disabled()
    first.press("connect")
    first.press("pad-5")
    first.expect_lines("→5", "←너무 낮아요")
    expect(first.state).to_contain_text("게임 중")

    second.press("connect")
    expect(second.state).to_contain_text("연결됨")
    second.press("pad-9")
    expect(second.state).to_contain_text(re.compile(r"답을 기다림 0\.[3-9]초"))
    expect(second.state).to_contain_text(re.compile(r"답을 기다림 1\.[0-9]초"))
    expect(second.find("pad-5")).to_be_disabled()
    second.expect_lines("→9")

    first.press(ending)
    expect(second.state).to_contain_text("게임 중")
    second.expect_lines("→9", "←너무 높아요")
    expect(first.state).to_contain_text("나감" if ending == "leave" else "게임 끝")
    second.press("pad-7")
    expect(second.state).to_contain_text("게임 끝")


def test_on_select_two_games_are_won_at_the_same_time(open_players):
    _, first, second = open_players("select")
    both = (first, second)
    for each in both:
        each.press("connect")
    for each in both:
        each.press("pad-5")
    for each in both:
        each.expect_lines("→5", "←너무 낮아요")
    for each in both:
        each.press("pad-7")
    for each in both:
        each.expect_lines("→5", "←너무 낮아요", "→7", "←정답")
        expect(each.state).to_contain_text("게임 끝")
        expect(each.find("connect")).to_be_enabled()


def test_the_keyboard_alone(open_players):
    page, first, _ = open_players("select")
    first.find("connect").focus()
    page.keyboard.press("Enter")
    expect(first.find("connect")).to_be_disabled()
    for name in ("leave", "reset", "pad-1"):
        expect(first.find(name)).to_be_enabled()
    page.keyboard.press("Tab")  # from where Connect was, now disabled, to Leave
    expect(first.find("leave")).to_be_focused()
    page.keyboard.press("Tab")
    expect(first.find("reset")).to_be_focused()
    assert first.find("reset").evaluate("it => getComputedStyle(it).outlineStyle") == "solid"
    page.keyboard.press("Tab")
    expect(first.find("pad-1")).to_be_focused()
    page.keyboard.press("Space")
    first.expect_lines("→1", "←너무 낮아요")
    expect(first.find("pad-1")).to_be_focused()

    field = first.find("text").locator("input")
    field.focus()
    for text, reply in (("<b>5</b>", "입력값이 올바르지 않습니다:<b>5</b>"), ("0", "종료")):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        expect(first.lines.last).to_have_text(f"←{reply}")
        expect(field).to_have_value("")
    expect(first.state).to_contain_text("게임 끝")


def test_bytes_and_a_reset_found_by_their_names(open_players):
    page, first, second = open_players("select")
    card = first.card
    card.get_by_role("button", name="연결", exact=True).click()
    card.get_by_role("button", name="5", exact=True).click()
    first.expect_lines("→5", "←너무 낮아요")
    card.get_by_role("checkbox", name="바이트로도 보기").focus()
    page.keyboard.press("Space")
    reply = r"b'\xeb\x84\x88\xeb\xac\xb4 \xeb\x82\xae\xec\x95\x84\xec\x9a\x94'"
    expect(first.find("bytes")).to_have_text(["b'5' (1바이트)", f"{reply} (16바이트)"])
    expect(second.find("bytes")).to_have_count(0)
    card.get_by_role("textbox", name="보낼 글").fill("<b>가")
    card.get_by_role("button", name="보내기").click()
    expect(first.lines).to_have_count(4)
    expect(first.find("bytes").nth(2)).to_have_text(r"b'<b>\xea\xb0\x80' (6바이트)")
    expect(card.locator("b")).to_have_count(0)
    page.keyboard.press("Tab")
    card.get_by_role("button", name="끊기").click()
    expect(first.state).to_contain_text("끊음")
    second.press("connect")
    second.press("pad-7")
    expect(second.state).to_contain_text("게임 끝")
    card.get_by_role("checkbox", name="바이트로도 보기").uncheck()
    expect(first.find("bytes")).to_have_count(0)


def test_cells_that_run_again_and_a_restart_leave_working_players(lab, open_players):
    page, first, second = open_players("select", COUNT)
    for again in (lambda: None, lambda: lab.restart(page)):
        for each in (first, second):
            each.press("connect")
            expect(each.state).to_contain_text("연결됨")
        again()
        lab.run_all(page)
        expect(page.locator(".gn-player")).to_have_count(2)
        expect(page.locator(".jp-OutputArea").last).to_contain_text("0 connected")
        for each in (first, second):
            expect(each.state).to_contain_text("연결 전")
    first.press("connect")
    first.press("pad-7")
    first.expect_lines("→7", "←정답")
