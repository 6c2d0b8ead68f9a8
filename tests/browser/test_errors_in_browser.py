"""The error dictionary as people meet it: in JupyterLab, in a cell and in a server's thread."""

import pytest
from playwright.sync_api import Page, expect

from guessnet.texts import LANGUAGES, text

pytestmark = pytest.mark.browser

SETUP = """
%load_ext guessnet.notebook
import errno
import guessnet
guessnet.use("{lang}")
"""

IN_A_CELL = """
def deliver(hostile):
    raise ConnectionResetError(errno.ECONNRESET, hostile)

deliver("<img src=x onerror='document.title=1'>\\x1b[31m")
"""

IN_A_SERVER = """
def my_serve(listener):
    conn, address = listener.accept()
    hostile = conn.recv(1024)
    conn.sendall("<img src=x onerror='document.title=1'>")

with guessnet.build(my_serve, name="mine") as server:
    client = guessnet.Client(server.address)
    try:
        client.guess(5)
    except guessnet.GuessnetError:
        print("no reply")
    client.close()
"""

OF_NO_SOCKET = "1 / 0"


@pytest.fixture
def opened(lab):
    pages = []

    def open_(*cells: str) -> Page:
        pages.append(lab.open(cells))
        return pages[-1]

    yield open_
    for page in pages:
        page.close()


def run_each(lab, page: Page) -> None:
    """Run every cell, also those that follow an error."""
    cells = page.locator(".jp-CodeCell")
    for number in range(cells.count()):
        cells.nth(number).locator(".cm-content").click()
        page.keyboard.press("Shift+Enter")
        expect(cells.nth(number).locator(".jp-InputPrompt")).to_have_text(f"[{number + 1}]:")
    lab.wait_until_idle(page)


def outputs(page: Page, cell: int):
    return page.locator(".jp-CodeCell").nth(cell).locator(".jp-OutputArea").first


@pytest.mark.parametrize("lang", LANGUAGES)
def test_errors_are_explained_and_the_traceback_is_one_click_away(lab, opened, lang):
    page = opened(SETUP.format(lang=lang), IN_A_CELL, IN_A_SERVER)
    run_each(lab, page)
    for cell, key, raised, line in (
        (1, "reset", "ConnectionResetError", "raise ConnectionResetError(errno.ECONNRESET, host"),
        (2, "text-sent", "TypeError", "conn.sendall("),
    ):
        shown = outputs(page, cell)
        card = shown.locator(".gn-error")
        expect(card).to_have_count(1)
        headings = [text(f"errors.{part}", lang) for part in ("means", "cause", "mend")]
        expect(card.locator("dt")).to_have_text(headings)
        expect(card.locator("dd").first).to_contain_text(text(f"error.{key}.means", lang)[:20])
        expect(shown).to_contain_text(raised)
        trace = card.locator("pre")
        expect(trace).to_be_hidden()
        summary = card.locator("summary")
        if lang == "ko":
            summary.click()
        else:
            summary.focus()
            assert summary.evaluate("it => getComputedStyle(it).outlineStyle") == "solid"
            page.keyboard.press("Enter")
        expect(trace).to_be_visible()
        expect(trace).to_contain_text(line)
        expect(trace).to_contain_text("Traceback")
        assert "\x1b" not in shown.inner_text()
        expect(shown.locator("img")).to_have_count(0)
    expect(outputs(page, 1)).to_contain_text("<img src=x onerror='document.title=1'>")
    expect(outputs(page, 2)).to_contain_text(text("errors.in-server", lang, server="my_serve()"))
    assert page.title() != "1"


def test_other_errors_are_shown_as_ever(lab, opened):
    page = opened(SETUP.format(lang="en"), OF_NO_SOCKET)
    run_each(lab, page)
    expect(outputs(page, 1)).to_contain_text("ZeroDivisionError: division by zero")
    expect(page.locator(".gn-error")).to_have_count(0)
