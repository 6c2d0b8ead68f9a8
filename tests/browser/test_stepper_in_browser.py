"""The stepper as people use it: in JupyterLab, with a mouse and a keyboard."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

SETUP = """
import threading
import guessnet
from guessnet.notebook import players, stepper
guessnet.use("ko")
stepping = stepper("select", secret=7, predict={predict})
stepping
"""
PLAYERS = "both = players(stepping.server, 2); both"
OTHERS = """
from IPython.display import display
from guessnet.notebook import chaos, exercise, quiz, survival, timeline
for made in (timeline("select"), quiz("02-waiting"), exercise("03"), chaos(stepping.server)):
    display(made)
display(survival("sequential").view.box)
"""
COUNT = """
print(sum(thread.name == "guessnet select" for thread in threading.enumerate()), "served")
"""
BURST = """
import guessnet
from guessnet.notebook import stepper
guessnet.use("en")
stepping = stepper("select", secret=7)
stepping.run()
with guessnet.Client(stepping.server.address) as client:
    for number in range(1250):
        client.guess(100 + number)
    stepping.pause()
stepping.wait()
print(len(stepping.recording.events), "events")
"""


class Panel:
    """One stepper on the page."""

    def __init__(self, page: Page, index: int = 0) -> None:
        self.panel = page.locator(".gn-stepper").nth(index)
        self.words = self.find("words")
        self.verdict = self.find("verdict")
        self.lit = self.find("lit")

    def find(self, name: str) -> Locator:
        return self.panel.locator(f".gn-{name}")

    def press(self, name: str) -> None:
        self.find(name).click()

    def press_until(self, kind: str) -> None:
        """Press next until something of this kind has happened."""
        for _ in range(9):
            number = self.panel.get_attribute("data-number")
            if self.panel.get_attribute("data-kind") == kind:
                return
            self.press("next")
            expect(self.panel).not_to_have_attribute("data-number", number)
        pytest.fail(f"{kind} did not come")

    def variable(self, name: str) -> Locator:
        return self.panel.locator(f'[data-name="{name}"]')

    def choice(self, name: str) -> Locator:
        return self.find("choice").filter(has_text=name).locator("input")

    def socket(self, name: str) -> Locator:
        return self.find("socket").filter(has_text=name)


@pytest.fixture
def opened(lab):
    pages = []

    def open_(*cells: str) -> Page:
        page = lab.open(cells, height=1600)
        pages.append(page)
        lab.run_all(page)
        expect(page.locator(".gn-stepper").first).to_be_visible()
        return page

    yield open_
    for page in pages:
        page.close()


def connect(page: Page, number: int) -> Locator:
    player = page.locator(".gn-player").nth(number - 1)
    player.locator(".gn-connect").click()
    expect(player.locator(".gn-state")).to_contain_text("연결됨")
    return player


def test_step_4_from_accept_to_send(opened):
    page = opened(SETUP.format(predict=False), PLAYERS)
    panel = Panel(page)
    expect(panel.lit).to_contain_text("select.select([listener, *games], [], [])")
    expect(panel.lit).to_be_in_viewport()
    expect(panel.variable("games")).to_contain_text("{}")
    player = connect(page, 1)
    expect(panel.socket("listener")).to_contain_text("accept()를 기다리는 연결 1")

    panel.press("next")
    expect(panel.words).to_have_text("select()가 돌아왔습니다: listener")
    expect(panel.variable("readables")).to_contain_text("[listener]")
    panel.press_until("accept")
    expect(panel.lit).to_contain_text("conn, address = listener.accept()")
    panel.press_until("wait")
    expect(panel.variable("games")).to_contain_text("{client 1: Game(7)}")
    expect(panel.variable("games")).to_have_class(re.compile("gn-changed"))

    connect(page, 2)
    panel.press_until("accept")
    panel.press_until("wait")
    expect(panel.variable("games")).to_contain_text("{client 1: Game(7), client 2: Game(7)}")

    player.locator(".gn-pad-5").click()
    expect(panel.socket("client 1")).to_contain_text("읽지 않은 1바이트")
    panel.press_until("recv")
    expect(panel.lit).to_contain_text("data = conn.recv(1024)")
    expect(panel.find("remark")).to_contain_text("39번째 줄")
    panel.press_until("send")
    expect(panel.lit).to_contain_text("conn.sendall(game.play(data))")
    expect(player.locator(".gn-line").last).to_have_text("←너무 낮아요")

    panel.press("back")
    expect(panel.words).to_contain_text("recv()가 돌아왔습니다")
    expect(panel.find("state")).to_have_text("지난 일")
    panel.press("run")
    player.locator(".gn-pad-7").click()
    expect(player.locator(".gn-state")).to_contain_text("게임 끝")
    expect(panel.variable("games")).to_contain_text("{client 2: Game(7)}")
    panel.press("pause")
    expect(panel.find("pause")).to_have_attribute("aria-disabled", "true")


def test_predictions(opened):
    page = opened(SETUP.format(predict=True), PLAYERS)
    panel = Panel(page)
    expect(panel.find("predict")).to_have_attribute("aria-disabled", "true")
    connect(page, 1)
    panel.choice("listener").check()
    panel.press("predict")
    expect(panel.verdict).to_contain_text("맞았습니다.")
    expect(panel.find("ask")).to_be_hidden()
    panel.press_until("wait")
    expect(panel.verdict).to_be_hidden()

    connect(page, 2)
    panel.choice("client 1").check()
    panel.press("predict")
    expect(panel.verdict).to_contain_text("다릅니다")
    expect(panel.verdict.locator("li.gn-wrong")).to_have_count(2)
    expect(panel.verdict).to_contain_text("아직 온 것이 없습니다.")
    expect(panel.find("score")).to_have_text("맞힌 예측 1/2")


OUTBOX = """
import socket
import guessnet
import ipywidgets
from guessnet.notebook import stepper
guessnet.use("en")
stepping = stepper("buffered", secret=7, predict=True)
stepping.server.narrow(8192)
hog = socket.socket()
hog.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
hog.connect(stepping.server.address)
hog.sendall(b"10\\n" * 4000)
for _ in range(40):
    if stepping.wait() == "wait" and stepping.event.variables["outbox"] != "{}":
        break
    stepping.next()
def read_on(button):
    while hog.recv(4096) and "full" in stepping._trace.kernel():
        pass
button = ipywidgets.Button(description="read on")
button.on_click(read_on)
stepping
"""


def test_room_to_send_is_predicted_with_the_keyboard(opened):
    page = opened(OUTBOX, "button")
    panel = Panel(page)
    expect(panel.variable("outbox")).to_contain_text("client 1")
    expect(panel.find("ask").locator("legend")).to_contain_text("the two lists")
    expect(panel.find("ask").get_by_role("group", name="readables").locator("input")).to_have_count(
        2
    )
    room = panel.find("ask").get_by_role("group", name="writeables").locator("input")
    expect(room).to_have_count(1)
    panel.find("nobody").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(panel.verdict).to_contain_text("Right: no socket is ready")
    expect(panel.socket("client 1")).to_contain_text("no room to send")

    page.get_by_text("read on", exact=True).click()
    expect(panel.words).to_have_text("select() returned. Room to send to: client 1")
    expect(panel.socket("client 1").locator(".gn-ready")).to_have_text("✓ room to send")
    panel.press_until("wait")
    panel.choice("listener").focus()
    for _ in ("client 1 to be read", "client 1 to be sent to"):
        page.keyboard.press("Tab")
    expect(room).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(panel.verdict).to_be_visible()
    expect(panel.verdict.get_by_role("list", name="writeables")).to_contain_text("client 1")


def test_the_keyboard_alone(opened):
    page = opened(SETUP.format(predict=True), PLAYERS)
    panel = Panel(page)
    connect(page, 1)
    panel.find("back").focus()
    for _ in ("next", "run", "pause", "the first choice"):  # the slider has nowhere to go yet
        page.keyboard.press("Tab")
    expect(panel.choice("listener")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(panel.verdict).to_contain_text("맞았습니다.")
    expect(panel.find("next")).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel.words).to_have_text("accept()가 돌아왔습니다: client 1")
    page.keyboard.press("Space")
    expect(panel.panel).to_have_attribute("data-kind", "wait")
    panel.find("code").focus()
    expect(panel.lit).to_contain_text("select.select(")
    page.keyboard.press("ArrowDown")  # to the line that is lit, and so on
    for key, line in (("ArrowDown", 18), ("ArrowUp", 17), ("ArrowUp", 15), ("ArrowUp", 15)):
        page.keyboard.press(key)
        expect(panel.find("remark")).to_contain_text(f"{line}번째 줄")
    page.keyboard.press("Tab")  # over all other lines
    expect(panel.find("history").locator("summary")).to_be_focused()


def test_a_view_says_when_its_kernel_has_gone(lab, opened):
    page = opened(SETUP.format(predict=False), PLAYERS, OTHERS)
    views = ("stepper", "timeline", "player", "quiz", "exercise", "chaos", "survival")
    says = [page.locator(f".gn-{view}").first.locator(".gn-dead") for view in views]
    for dead in says:
        expect(dead).to_have_count(1)
        expect(dead).to_be_hidden()
    lab.restart(page)
    for dead in says:
        expect(dead).to_be_visible()
        expect(dead).to_contain_text("커널과 연결이 끊겨서")
        expect(dead).to_contain_text("셀을 다시 실행하세요.")
    lab.run_all(page)
    for dead in says:
        expect(dead).to_have_count(1)
        expect(dead).to_be_hidden()


def test_in_english_it_says_so_too(lab, opened):
    page = opened(SETUP.format(predict=False).replace('"ko"', '"en"'))
    dead = page.locator(".gn-dead")
    expect(dead).to_be_hidden()
    lab.restart(page)
    expect(dead).to_contain_text("This view has lost its kernel")
    expect(page.get_by_role("status").first).to_be_visible()


def test_a_burst_before_the_view_is_whole_in_two_views(opened):
    page = opened(BURST, "stepping", "stepping")
    shown = page.locator(".jp-OutputArea", has_text=re.compile(r"^\s*\d+ events")).first
    count = int(re.search(r"(\d+) events", shown.inner_text())[1])
    assert count >= 5000
    expect(page.locator(".gn-stepper")).to_have_count(2)
    for index in range(2):
        panel = Panel(page, index)
        expect(panel.panel).to_have_attribute("data-received", str(count))
        panel.find("history").locator("summary").click()
        panel.find("log").evaluate("log => { log.scrollTop = log.scrollHeight; }")
        expect(panel.find("event").last).to_contain_text(re.compile(rf"^{count}"))
        panel.find("log").evaluate("log => { log.scrollTop = 0; }")
        expect(panel.find("event").nth(2)).to_have_text("3accept() returned: client 1")
        expect(panel.find("event").nth(5)).to_have_text("6recv() returned: “100” from client 1")
        panel.find("event").nth(5).click()
        expect(panel.lit).to_contain_text("data = conn.recv(1024)")


def test_cells_that_run_again_and_a_restart_leave_one_working_stepper(lab, opened):
    page = opened(SETUP.format(predict=False), PLAYERS, COUNT)
    for again in (lambda: None, lambda: lab.restart(page)):
        connect(page, 1)
        panel = Panel(page)
        panel.press("next")
        expect(panel.words).to_have_text("select()가 돌아왔습니다: listener")
        again()
        lab.run_all(page)
        expect(page.locator(".gn-stepper")).to_have_count(1)
        expect(page.locator(".jp-OutputArea").last).to_contain_text("1 served")
        expect(panel.find("position")).to_have_text("1 / 1")


def test_a_function_that_spins_leaves_the_kernel_usable(lab, opened):
    spins = """
from guessnet.notebook import stepper
def serve(listener):
    while True:
        pass
stepper(serve)
"""
    page = opened(spins, "print('the kernel', 'answers')")
    expect(page.locator(".jp-OutputArea").last).to_contain_text("the kernel answers")
    panel = Panel(page)
    expect(panel.find("state")).to_have_text("바쁨")
    expect(panel.lit).to_contain_text(re.compile("pass|while True"))
    lab.run_all(page)
    expect(page.locator(".gn-stepper")).to_have_count(1)
