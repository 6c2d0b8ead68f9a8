"""Exercises, clients that go wrong and the survival grid, as people use them: in JupyterLab."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

SETUP = """
import select
import guessnet
from guessnet.drafts import tutorial_select
from guessnet.notebook import chaos, exercise, survival
guessnet.use("ko")
"""

STUB = """
def my_serve(listener, new_game):
    games = {}
    while True:
        readables, writeables, exceptions = select.select([listener], [], [])
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
            else:
                pass
"""

WRONG = """
def my_serve(listener, new_game):
    games = {}
    while True:
        conn, address = listener.accept()
        games[conn] = new_game()
        readables, writeables, exceptions = select.select(list(games), [], [])
        for sock in readables:
            sock.sendall(games[sock].play(sock.recv(1024)))
            if games[sock].over:
                del games[sock]
                sock.close()
"""

RIGHT = """
def my_serve(listener, new_game):
    games = {}
    while True:
        readables, writeables, exceptions = select.select([listener, *games], [], [])
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                games[conn] = new_game()
            else:
                sock.sendall(games[sock].play(sock.recv(1024)))
                if games[sock].over:
                    del games[sock]
                    sock.close()
"""

CHAOS = """
server = guessnet.build({serve}, name="{name}").start()
chaos(server)
"""


@pytest.fixture
def open_cells(lab):
    pages = []

    def opened(*cells: str, run: bool = True) -> Page:
        page = lab.open([SETUP, *cells])
        pages.append(page)
        if run:
            lab.run_all(page)
        return page

    yield opened
    for page in pages:
        page.close()
        for kept in lab.folder.glob(".guessnet-progress.json*"):
            kept.unlink()


def run_cell(page: Page, number: int, code: str) -> None:
    """Write this into the cell with this number, from 0, and run it."""
    editor = page.locator(".jp-CodeCell .cm-content").nth(number)
    editor.click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(code)
    page.keyboard.press("Shift+Enter")


def test_an_exercise_is_solved_by_pressing(lab, open_cells):
    page = open_cells(STUB, 'exercise("03")')
    card = page.locator(".gn-exercise")
    state = card.locator(".gn-panel-head .gn-pill")
    check, hint, solution = (
        card.locator(f".gn-press-{name}") for name in ("check", "hint", "solution")
    )
    expect(state).to_contain_text("아직 풀지 않음")

    check.click()
    expect(card.locator(".gn-report")).to_contain_text("아직 풀지 않았습니다.")
    expect(state).to_contain_text("아직 풀지 않음")

    run_cell(page, 1, WRONG)
    check.click()
    expect(check).to_contain_text("점검하는 중… 2/5")
    expect(state).to_contain_text("푸는 중")
    report = card.locator(".gn-report")
    expect(report).to_contain_text("새로 온 사람이 없는데 accept()를 부릅니다.")
    expect(report).to_contain_text("conn, address = listener.accept()")
    expect(check).to_have_text("점검")
    folded = report.locator("details", has_text="힌트 2/3").first
    expect(folded.locator("p").first).to_be_hidden()
    folded.locator("summary").first.click()
    expect(folded.locator("p").first).to_be_visible()

    for number in (1, 2, 3):
        expect(hint).to_have_text(f"힌트 {number}/3")
        hint.click()
        expect(card.locator(".gn-hints p")).to_have_count(number)
    expect(hint).to_be_disabled()
    solution.click()
    expect(solution).to_have_text("정말 볼까요? 한 번 더")
    expect(card.locator(".gn-code")).to_have_count(0)

    run_cell(page, 1, RIGHT)
    check.click()
    expect(state).to_contain_text("해결", timeout=30_000)
    expect(solution).to_have_text("해답 보기")
    solution.click()
    expect(card.locator(".gn-code")).to_contain_text("def my_serve(listener, new_game):")
    expect(solution).to_be_disabled()
    page.context.grant_permissions(["clipboard-read"])
    card.locator(".gn-copy").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("import select")
    assert copied.endswith("sock.close()")

    lab.run_all(page)
    expect(card).to_have_count(1)
    expect(state).to_contain_text("해결")
    lab.restart(page)
    lab.run_all(page)
    expect(state).to_contain_text("전에 푼 연습")


def test_an_exercise_with_the_keyboard_alone(open_cells):
    page = open_cells('my_line = ""', 'exercise("02")')
    card = page.locator(".gn-exercise")
    run_cell(page, 1, 'my_line = "conn, address = listener.accept()"')
    check = card.get_by_role("button", name="점검")
    check.focus()
    page.keyboard.press("Enter")
    expect(card.locator(".gn-report")).to_contain_text("accept()가 아닙니다.")
    expect(check).to_be_focused()
    assert check.evaluate("button => getComputedStyle(button).outlineStyle") == "solid"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(card.get_by_role("status").nth(1)).to_contain_text("힌트 1/3")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    expect(card.locator(".gn-code")).to_have_text("data = conn.recv(1024)")


def test_the_kernel_is_free_while_an_answer_spins(open_cells):
    page = open_cells(
        "def my_client(address, numbers):\n    while True:\n        pass",
        'exercise("00")',
        "print('free')",
    )
    card = page.locator(".gn-exercise")
    card.locator(".gn-press-check").click()
    expect(card.locator(".gn-pill")).to_contain_text("점검하는 중")
    run_cell(page, 3, "print('still ' + 'free')")
    expect(page.locator(".jp-OutputArea-output", has_text="still free")).to_be_visible()
    expect(card.locator(".gn-report")).to_contain_text("클라이언트가 끝나지 않고 기다리고만")


def test_a_client_that_leaves_turns_the_draft_red_and_the_mended_step_green(lab, open_cells):
    page = open_cells(
        CHAOS.format(serve="tutorial_select.serve", name="draft"),
        CHAOS.format(serve='"select"', name="mended"),
    )
    draft, mended = (page.locator(".gn-chaos").nth(number) for number in (0, 1))
    for card, look, says in (
        (draft, "gn-fell", "서버가 견디지 못했습니다"),
        (mended, "gn-stood", "서버가 견뎌 냈습니다"),
    ):
        leave = card.locator(".gn-press-leave")
        leave.click()
        expect(card.locator(f".gn-press-leave.{look}")).to_have_count(1)
        expect(card.get_by_role("log")).to_contain_text(says)
    expect(draft.locator(".gn-pill")).to_contain_text("서버가 끝남")
    expect(draft.get_by_role("log")).to_contain_text("[Errno ")
    red, green = (
        card.locator(".gn-press-leave").evaluate("button => getComputedStyle(button).borderLeft")
        for card in (draft, mended)
    )
    assert red != green

    draft.get_by_role("button", name="서버 다시 시작").focus()
    page.keyboard.press("Enter")
    expect(draft.locator(".gn-pill")).to_contain_text("서버 실행 중")
    expect(draft.locator(".gn-fell")).to_have_count(0)
    lab.run_all(page)
    expect(page.locator(".gn-chaos")).to_have_count(2)


def test_the_grid_fills_by_itself_and_tells_what_happened(open_cells):
    page = open_cells(
        "from guessnet.notebook import survival\nsurvival(tutorial_select.serve, 'selectors')"
    )
    grid = page.locator(".gn-survival")
    expect(grid.locator(".gn-cell.gn-checking")).to_have_count(1)
    expect(grid.locator(".gn-pill.gn-done")).to_be_visible(timeout=90_000)
    cells = {
        (client, column): grid.get_by_role("row", name=client).locator(".gn-cell").nth(column)
        for client in ("leave", "glue", "silent")
        for column in (0, 1)
    }
    for client, column, mark in (
        ("leave", 0, "✕"),
        ("glue", 0, "✕"),
        ("silent", 0, "✓"),
        ("leave", 1, "✓"),
        ("glue", 1, "✓"),
        ("silent", 1, "✓"),
    ):
        expect(cells[client, column]).to_contain_text(mark)
    told = cells["glue", 0].locator(".gn-told")
    expect(told).to_be_hidden()
    cells["glue", 0].hover()
    expect(told).to_be_visible()
    expect(told).to_contain_text("다른 답이 왔습니다: 입력값이 올바르지 않습니다:")
    page.mouse.move(0, 0)
    expect(told).to_be_hidden()
    cells["leave", 0].focus()
    expect(cells["leave", 0].locator(".gn-told")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(cells["leave", 1]).to_be_focused()
    expect(cells["leave", 1].locator(".gn-told")).to_contain_text("견뎌 냈습니다.")
    for key, at in (
        ("ArrowRight", ("leave", 1)),
        ("ArrowUp", ("leave", 1)),
        ("Home", ("leave", 0)),
        ("End", ("leave", 1)),
        *[("ArrowDown", None)] * 3,
        ("ArrowDown", ("glue", 1)),
        ("ArrowLeft", ("glue", 0)),
    ):
        page.keyboard.press(key)
        if at:
            expect(cells[at]).to_be_focused()
    assert cells["glue", 0].evaluate("it => getComputedStyle(it).outlineStyle") == "solid"
    page.keyboard.press("Tab")  # over all other cells
    expect(grid.locator("summary")).to_be_focused()
    page.keyboard.press("Shift+Tab")  # back to where one was
    expect(cells["glue", 0]).to_be_focused()
    page.mouse.move(0, 0)
    expect(grid.get_by_role("img", name="selectors, 먼저 떠나기: 견뎌 냈습니다.")).to_be_visible()
    words = grid.locator("details")
    words.locator("summary").click()
    expect(words).to_contain_text("tutorial_select, 한꺼번에 보내기")
