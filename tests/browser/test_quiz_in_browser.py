"""Quizzes as people answer them: in JupyterLab, with a mouse and with a keyboard."""

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

SETUP = """
import guessnet
from guessnet.notebook import quiz
guessnet.use("ko")
"""


class Card:
    """One quiz on the page."""

    def __init__(self, page: Page, number: int) -> None:
        self.card = page.locator(".gn-quiz").nth(number)
        self.state = self.card.locator(".gn-quiz-state")
        self.why = self.card.locator(".gn-quiz-why")
        self.seen = self.card.locator(".gn-quiz-seen")

    def find(self, name: str) -> Locator:
        return self.card.locator(f".gn-{name}")


@pytest.fixture
def open_quizzes(lab):
    pages = []

    def opened(*names: str) -> tuple[Page, list[Card]]:
        page = lab.open([SETUP, *(f'quiz("{name}")' for name in names)])
        pages.append(page)
        lab.run_all(page)
        expect(page.locator(".gn-quiz")).to_have_count(len(names))
        return page, [Card(page, number) for number in range(len(names))]

    yield opened
    for page in pages:
        page.close()
        for kept in lab.folder.glob(".guessnet-progress.json*"):
            kept.unlink()


def test_every_kind_with_the_mouse(open_quizzes):
    _, [choice, several, order, prediction] = open_quizzes(
        "02-waiting", "03-left", "00-client", "00-bytes"
    )
    expect(choice.state).to_contain_text("아직 풀지 않음")
    expect(choice.find("reveal")).to_be_hidden()
    choice.find("option-a").click()
    expect(choice.state).to_contain_text("틀림")
    expect(choice.why).to_contain_text("아닙니다.")
    expect(choice.seen).to_have_count(0)
    choice.find("option-d").click()
    expect(choice.state).to_contain_text("맞음")
    expect(choice.why).to_contain_text("맞습니다.")
    expect(choice.seen).to_contain_text("second.recv(1024)  →  TimeoutError")
    choice.find("again").click()
    expect(choice.state).to_contain_text("전에 맞힌 문제")
    expect(choice.why).to_have_count(0)

    for letter in "bc":
        several.find(f"option-{letter}").locator("input").check()
    several.find("check").click()
    expect(several.state).to_contain_text("맞음")

    for letter in "cadb":
        order.find(f"option-{letter}").click()
    order.find("check").click()
    expect(order.state).to_contain_text("틀림")
    expect(order.seen).to_contain_text("TimeoutError")
    for letter in "abab":  # these two out, and in again
        order.find(f"option-{letter}").click()
    order.find("check").click()
    expect(order.state).to_contain_text("맞음")

    prediction.card.locator("textarea").fill("2\n4")
    prediction.find("check").click()
    expect(prediction.why).to_contain_text("EUC-KR")
    prediction.find("reveal").click()
    expect(prediction.state).to_contain_text("답을 봄")
    expect(prediction.seen.locator("pre")).to_have_text("2\n6")


def test_the_keyboard_alone(open_quizzes):
    page, [choice, several, order, prediction] = open_quizzes(
        "02-waiting", "03-left", "00-client", "00-bytes"
    )

    def press(*keys: str) -> None:
        for key in keys:
            page.keyboard.press(key)

    choice.find("option-a").focus()
    press("Enter")
    expect(choice.state).to_contain_text("틀림")
    expect(choice.find("option-a")).to_be_focused()
    press("Tab", "Tab", "Tab", "Space")
    expect(choice.state).to_contain_text("맞음")
    expect(choice.find("option-d")).to_be_focused()
    assert choice.find("option-d").evaluate(
        "button => button.matches(':focus-visible') && getComputedStyle(button).outlineStyle"
    ) == ("solid")

    several.find("option-a").locator("input").focus()
    press("Tab", "Space", "Tab", "Space", "Tab")
    expect(several.find("check")).to_be_focused()
    press("Enter")
    expect(several.state).to_contain_text("맞음")

    order.find("option-c").focus()
    press("Enter", "Tab", "Enter")  # c, d
    order.find("option-a").focus()
    press("Enter", "Tab", "Enter")  # a, b
    expect(order.find("picked")).to_have_count(4)
    expect(order.find("option-b")).to_be_focused()
    press("Tab", "Tab", "Tab", "Enter")
    expect(order.state).to_contain_text("맞음")

    prediction.card.locator("textarea").focus()
    page.keyboard.type("2\n6")
    press("Tab", "Enter")
    expect(prediction.state).to_contain_text("맞음")


def test_cells_that_run_again_keep_the_answers_and_a_restart_remembers(lab, open_quizzes):
    page, [choice] = open_quizzes("02-waiting")
    choice.find("option-d").click()
    expect(choice.state).to_contain_text("맞음")
    lab.run_all(page)
    expect(page.locator(".gn-quiz")).to_have_count(1)
    expect(choice.state).to_contain_text("맞음")
    lab.restart(page)
    lab.run_all(page)
    expect(page.locator(".gn-quiz")).to_have_count(1)
    expect(choice.state).to_contain_text("전에 맞힌 문제")
    choice.find("option-b").click()
    expect(choice.state).to_contain_text("틀림")


def test_names_that_a_screen_reader_reads(open_quizzes):
    page, [choice, several, order, _] = open_quizzes(
        "02-waiting", "03-left", "00-client", "00-bytes"
    )
    button = choice.card.get_by_role("button", name="a. 접속이 거부됩니다")
    button.click()
    expect(choice.card.get_by_role("alert")).to_contain_text("아닙니다.")
    several.card.get_by_role("checkbox", name="b. 첫째의 연결").check()
    order.card.get_by_role("button", name="b. sock.close()").click()
    expect(order.card.get_by_role("button", name="1 b. sock.close()")).to_be_visible()
    expect(page.get_by_role("textbox", name="예측한 출력")).to_be_visible()
