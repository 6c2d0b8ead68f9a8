"""The player in Notebook 7, which has no side bars and no status bar."""

import pytest
from conftest import NOTEBOOK
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
APP = NOTEBOOK

SETUP = """
import guessnet
from guessnet.notebook import player
guessnet.use("en")
server = guessnet.build("select", secret=7, lang="en", name="test").start()
player("{}:{}".format(*server.address))
"""


def test_a_full_game_by_pressing(lab):
    page = lab.open([SETUP])
    for again in (lambda: lab.run_all(page), lambda: lab.restart(page)):
        again()
        lab.run_all(page)
        card = page.locator(".gn-player")
        expect(card).to_have_count(1)
        state, lines = card.locator(".gn-state"), card.locator(".gn-line")
        expect(state).to_contain_text("not connected")
        expect(card.locator(".gn-address")).to_contain_text("127.0.0.1:")

        def press(name, card=card):
            card.get_by_role("button", name=name, exact=True).click()

        press("Connect")
        for pressed, reply in (("5", "too low"), ("9", "too high"), ("7", "correct")):
            expect(card.locator(".gn-pad-5")).to_be_enabled()
            press(pressed)
            expect(lines.last).to_have_text(f"←{reply}")
        expect(state).to_contain_text("game over")
        expect(lines).to_have_count(6)
        press("Connect")
        expect(lines).to_have_count(0)
        press("Reset")
        expect(state).to_contain_text("broken off")
    page.close()
