"""The timeline, without a browser: rows, texts, pictures, pages, and that no event is lost."""

import asyncio
import contextlib
import gc
import json
import os
import re
import sys
import threading
import time
from base64 import b64decode
from xml.etree import ElementTree

import pytest
from ipywidgets.widgets import widget as widget_module

import guessnet
from guessnet.errors import BadArgument, GuessnetError
from guessnet.notebook import Timeline, lanes, record, timeline, to_html
from guessnet.texts import texts_under, use
from guessnet.trace import KINDS, Event, Recording, Trace

module = sys.modules[Timeline.__module__]
BURST = 5000
RUDE = '</script><script>alert("1")</script>\x1b[31m'


def sockets():
    """The sockets of this process, where the system can tell."""
    found = set()
    for fd in os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else ():
        with contextlib.suppress(OSError):
            link = os.readlink(f"/proc/self/fd/{fd}")
            found |= {link} if link.startswith("socket:") else set()
    return found


def threads():
    return [each for each in threading.enumerate() if each.name.startswith("guessnet")]


@pytest.fixture(autouse=True)
def _nothing_is_left_behind():
    before = sockets()
    yield
    module._made.clear()
    use("ko")
    gc.collect()
    give_up = time.monotonic() + 5  # a server's last sockets linger for a moment
    while left_over := [*threads(), *(sockets() - before), *widget_module._instances]:
        assert time.monotonic() < give_up, left_over
        time.sleep(0.01)


def two_games(address):
    """The second client comes during the first one's game, and sends before that is over."""
    with guessnet.Client(address) as first, guessnet.Client(address) as second:
        first.guess(5)
        second.send(RUDE)
        first.guess(7)
        second.receive()
        second.guess(7)


@pytest.fixture(scope="module")
def recorded():
    return record("sequential", two_games, secret=7)


def rows_of(recording):
    return list(lanes.rows([recording.events]))


# --- Rows -----------------------------------------------------------------------------------------


def event(kind, t, conn=1, data=None, thread="server", kernel=None):
    return Event(kind, conn, data, thread, None, t, {}, kernel or {})


def bars(*events):
    return [
        (row.stood, row.since, row.t, row.exact)
        for row in lanes.rows([events])
        if row.since is not None
    ]


def test_a_bar_lasts_from_the_call_to_what_came_of_it():
    assert bars(
        event("call", 1.0, None, "accept"),
        event("accept", 2.0),
        event("call", 2.5, 1, "recv"),
        event("fail", 4.0, 1, "ConnectionResetError"),
        event("wait", 5.0, None, "poll"),
        event("ready", 6.0, None),
    ) == [("accept", 1.0, 2.0, True), ("recv", 2.5, 4.0, True), ("poll", 5.0, 6.0, True)]


def test_threads_stand_each_for_itself():
    assert bars(
        event("call", 1.0, 1, "recv", "first"),
        event("call", 2.0, 2, "recv", "second"),
        event("recv", 3.0, 1, b"5", "first"),
        event("recv", 4.0, 2, b"5", "second"),
    ) == [("recv", 1.0, 3.0, True), ("recv", 2.0, 4.0, True)]


def test_where_calls_are_not_told_a_bar_is_at_most_as_long():
    assert bars(
        event("accept", 1.0),
        event("recv", 3.0, 1, b"5", "Thread-1"),
        event("send", 3.1, 1, b"no", "Thread-1"),
        event("accept", 4.0, 2),
        event("recv", 5.0, 1, b"7", "Thread-1"),
        event("close", 6.0, 1, None, "Thread-1"),
    ) == [
        ("accept", 0.0, 1.0, False),
        ("recv", 1.0, 3.0, False),  # the thread was started with the client
        ("send", 3.0, 3.1, False),
        ("accept", 1.0, 4.0, False),
        ("recv", 3.1, 5.0, False),
    ]


def test_a_row_tells_of_the_kernel_only_what_has_changed():
    one = {"waiting": 1, "unread": {}, "readable": ["listener"]}
    two = {"waiting": 2, "unread": {}, "readable": []}
    events = [event("kernel", t, None, kernel=state) for t, state in enumerate((one, one, two, {}))]
    shown = [row.kernel for row in lanes.rows([events])]
    assert shown == [{"waiting": 1, "unread": {}}, None, {"waiting": 2, "unread": {}}, None]


def test_a_long_message_is_cut_and_its_size_is_told():
    (row,) = lanes.rows([[event("recv", 1.0, 1, "사과".encode() * 10_000)]])
    assert row.size == 60_000
    assert row.text == "사과" * (lanes.MAX_SHOWN // 2) + "…"
    (row,) = lanes.rows([[event("recv", 1.0, 1, b"5\x1b")]])
    assert (row.text, row.size) == (r"5\x1b", 2)


# --- As text --------------------------------------------------------------------------------------


def test_what_is_printed_tells_the_games_line_by_line(recorded):
    rude = r'</script><script>alert("1")</script>\x1b[31m'
    assert str(timeline(recorded)).splitlines() == [
        "타임라인: sequential (클라이언트 2)",
        "  클라이언트 1 연결됨",
        '  클라이언트 1 → "5"',
        '  클라이언트 1 ← "너무 낮아요"',
        '  클라이언트 1 → "7"',
        '  클라이언트 1 ← "정답"',
        "  클라이언트 1 닫음",
        "  클라이언트 2 연결됨",
        f'  클라이언트 2 → "{rude}"',
        f'  클라이언트 2 ← "입력값이 올바르지 않습니다:{rude}"',
        '  클라이언트 2 → "7"',
        '  클라이언트 2 ← "정답"',
        "  클라이언트 2 닫음",
        "  서버 스레드가 끝남",
    ]


def test_in_english_and_with_what_was_ready():
    use("en")

    def script(address):
        with guessnet.Client(address) as client:
            client.guess(5)
            client.guess(0)

    lines = str(timeline(record("select", script, secret=7))).splitlines()
    assert lines[0] == "Timeline: select (1 client)"
    assert [line.strip() for line in lines[1:]] == [
        "ready: listener",
        "client 1 connected",
        "ready: client 1",
        'client 1 → "5"',
        'client 1 ← "too low"',
        "ready: client 1",
        'client 1 → "0"',
        'client 1 ← "bye"',
        "client 1 closed",
        "the server thread has ended",
    ]


def test_it_says_where_the_server_stands_and_what_went_wrong():
    told = lanes.lines(
        lanes.rows(
            [
                [
                    event("accept", 1.0),
                    event("recv", 2.0, 1, b""),
                    event("call", 3.0, 1, "send", "Thread-1"),
                    event("fail", 4.0, 1, "BrokenPipeError", "Thread-1"),
                    event("fail", 4.5, 1, "BlockingIOError", "Thread-1"),
                    event("refuse", 5.0, 2),
                    event("end", 6.0, None, "ValueError"),
                    event("call", 7.0, 3, "recv", "Thread-3"),
                ]
            ]
        ),
        "en",
    )
    assert [line.strip() for line in told] == [
        "client 1 connected",
        "client 1 → (finished sending)",
        "client 1: send() → BrokenPipeError",
        "client 2 refused",
        "the server thread has died: ValueError",
        "(stands in recv(), client 3)",
    ]


def test_two_recordings_as_text(recorded):
    text = str(timeline(recorded, Recording("select")))
    assert text.startswith(
        "타임라인: sequential (클라이언트 2), select (클라이언트 0)\nsequential\n"
    )
    assert text.endswith("\nselect")


# --- No event is lost -----------------------------------------------------------------------------


class Browser:
    """Keeps the rows that it is sent, as the script does, and asks for what it misses."""

    def __init__(self, watched):
        self.rows = []
        self.epoch = None
        self.about = []
        self.messages = []
        self.threads = set()
        self._watched = watched
        self._widget = watched.widget
        self._earlier = self._widget.send
        self._widget.send = self.receive
        self.ask()

    def ask(self):
        self._watched._asked(self._widget, {"from": len(self.rows)}, [])

    def receive(self, message):
        message = json.loads(json.dumps(message))  # as it comes out of a wire
        self._earlier(message)
        self.messages.append(message)
        self.threads.add(threading.current_thread())
        if message["epoch"] != self.epoch:
            self.epoch, self.about, self.rows = message["epoch"], message["about"], []
        if message["from"] <= len(self.rows):
            self.rows += message["rows"][len(self.rows) - message["from"] :]
        if len(self.rows) < message["total"]:
            self.ask()

    async def has(self, count):
        while len(self.rows) < count:
            await asyncio.sleep(0.005)


def burst(sink, count=BURST, threads=4):
    """Threads that report events as fast as they can."""

    def report(thread):
        for number in range(count // threads):
            sink(event("recv", number / 1000, thread, str(number).encode(), f"thread {thread}"))

    running = [threading.Thread(target=report, args=(number,)) for number in range(threads)]
    for each in running:
        each.start()
    return running


def whole(watched):
    return json.loads(json.dumps(rows_of(watched.recording)))


@pytest.mark.parametrize("attached", ["before", "during", "after"])
def test_a_burst_arrives_whole_and_in_order(attached):
    async def notebook():
        watched = Timeline(Recording("burst"))
        browser = Browser(watched) if attached == "before" else None
        running = burst(watched)
        if attached == "after":
            for each in running:
                each.join()
        browser = browser or Browser(watched)
        await browser.has(BURST)
        for each in running:
            each.join()
        assert browser.rows == whole(watched)
        second = Browser(watched)
        await second.has(BURST)
        assert second.rows == browser.rows
        assert browser.threads | second.threads == {threading.main_thread()}
        watched.close()

    asyncio.run(asyncio.wait_for(notebook(), 30))


def test_what_was_lost_on_its_way_is_sent_again():
    async def notebook():
        watched = Timeline(Recording("burst"))
        browser = Browser(watched)
        lossy, browser.receive = browser.receive, lambda message: None
        watched._widget.send = lambda message: browser.receive(message)
        watched(event("accept", 1.0))
        await asyncio.sleep(3 * module.BATCH)
        browser.receive = lossy
        watched(event("close", 2.0))
        await browser.has(2)
        assert browser.rows == whole(watched)
        watched.close()

    asyncio.run(asyncio.wait_for(notebook(), 10))


def test_events_are_sent_in_batches():
    async def notebook():
        watched = Timeline(Recording("burst"))
        browser = Browser(watched)
        began = time.monotonic()
        for each in burst(watched, 400):
            each.join()
        await browser.has(400)
        await asyncio.sleep(2 * module.BATCH)
        assert len(browser.messages) <= 2 + (time.monotonic() - began) / module.BATCH
        watched.close()

    asyncio.run(asyncio.wait_for(notebook(), 10))


def test_a_live_server_is_told_to_run_and_to_have_ended():
    async def notebook():
        watched = timeline("sequential", secret=7, name="test")
        browser = Browser(watched)
        await browser.has(1)
        assert browser.messages[-1]["running"]
        assert browser.about[0]["name"] == "sequential"
        assert "def serve(listener, new_game):" in browser.about[0]["lines"]
        await asyncio.to_thread(watched.server.stop)
        while browser.messages[-1]["running"]:
            await asyncio.sleep(0.005)
        watched.server.start()
        while not browser.messages[-1]["running"]:
            await asyncio.sleep(0.005)
        await browser.has(1)
        row = lanes.Row(*browser.rows[0])
        assert (row.kind, row.stood, row.thread) == ("call", "accept", "guessnet sequential")
        assert "listener.accept()" in browser.about[0]["lines"][row.line - 1]
        await asyncio.to_thread(watched.close)

    asyncio.run(asyncio.wait_for(notebook(), 20))


def test_a_timeline_may_outlive_its_loop():
    async def notebook():
        watched = timeline("select", secret=7, name="test")
        assert watched.widget
        return watched

    watched = asyncio.run(notebook())
    with guessnet.Client(watched.server.address) as client:
        client.guess(7)
    assert watched._trace.error is None
    watched.close()


def test_without_a_loop_it_is_sent_when_it_is_asked_for(recorded):
    shown = timeline(recorded)
    browser = Browser(shown)
    assert browser.rows == whole(shown)
    assert not browser.messages[-1]["running"]
    shown.close()


def test_of_two_recordings_the_rows_follow_each_other(recorded):
    other = record("select", two_games, secret=7)
    shown = timeline(recorded, other)
    browser = Browser(shown)
    assert [about["name"] for about in browser.about] == ["sequential", "select"]
    assert len(browser.rows) == len(recorded.events) + len(other.events)
    sources = [row[0] for row in browser.rows]
    assert sources == sorted(sources)
    assert set(sources) == {0, 1}
    shown.close()


# --- What Jupyter shows, and what is left behind --------------------------------------------------


def test_the_text_form_is_one_line_that_does_not_change():
    watched = timeline("select", secret=7, name="test")
    bundle = watched._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    with guessnet.Client(watched.server.address) as client:
        client.guess(7)
    assert bundle["text/plain"] == repr(watched) == "타임라인: select"
    watched.close()


def test_a_cell_that_runs_again_closes_what_it_made_before(monkeypatch, recorded):
    made = []
    for execution in "12":
        monkeypatch.setattr(module, "_this_cell", lambda id=execution: module._Cell("cell", id))
        made += [timeline("select"), timeline("select"), timeline(recorded)]
        for each in made[-3:]:
            assert each.widget
    assert [
        each.server.running for each in made if each is not made[2] and each is not made[5]
    ] == [
        False,
        False,
        True,
        True,
    ]
    assert [each._widget is None for each in made] == [True] * 3 + [False] * 3
    for each in made:
        each.close()


def test_cells_that_cannot_be_told_apart_stop_the_server_of_the_same_name():
    first, second, other = timeline("select"), timeline("select"), timeline("sequential")
    assert [each.server.running for each in (first, second, other)] == [False, True, True]
    second.close()
    other.close()


def test_a_script_that_raises_leaves_no_server():
    def script(address):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        record("select", script)


def test_a_timeline_is_a_sink_that_traces_can_be_given():
    watched = Timeline(Recording())
    with guessnet.build("select", secret=7, trace=Trace(watched, KINDS)) as server:
        two_games(server.address)
    assert watched.recording.name == "select"
    assert repr(watched) == "타임라인: select (클라이언트 2)"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda recording: timeline(recording, "select"),
        lambda recording: timeline("select", recording),
        lambda recording: timeline(recording, secret=7),
        lambda recording: timeline(guessnet.build("select")),
    ],
)
def test_what_is_no_timeline(wrong, recorded):
    with pytest.raises(BadArgument, match="Recording"):
        wrong(recorded)


def test_a_recording_has_no_server(recorded):
    with pytest.raises(GuessnetError, match="timeline"):
        _ = timeline(recorded).server


# --- Pictures and pages ---------------------------------------------------------------------------


def svg_texts(svg):
    return [
        each.text for each in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    ]


def test_a_picture_is_an_image_of_all_that_happened(recorded):
    picture = timeline(recorded).picture()
    html = picture._repr_html_()
    svg = b64decode(re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', html)[1]).decode()
    assert svg == picture.svg
    shown = svg_texts(svg)
    assert {"클라이언트 1", "클라이언트 2", "서버 스레드", "accept() 대기"} <= set(shown)
    assert "script" not in html
    assert repr(picture) == "타임라인 그림: sequential"
    assert timeline(recorded).picture().svg == svg
    assert timeline(Recording("sequential")).picture().svg != svg


def test_a_picture_shows_texts_as_texts():
    events = [event("accept", 0.0), event("recv", 1.0, 1, b"<b>&"), event("close", 9.0)]
    picture = Timeline(Recording("<i>", "", events)).picture()
    assert {"<i>", "→ <b>&"} <= set(svg_texts(picture.svg))
    assert "<b>" not in picture.svg
    assert 'alt="타임라인 그림: &lt;i&gt;"' in picture._repr_html_()


def test_a_picture_of_very_much_stays_small():
    events = [
        event("recv", number / 1000, number % 40, b"5" * 1000, f"thread {number % 40}")
        for number in range(20_000)
    ]
    assert len(Timeline(Recording("much", "", events)).picture().svg) < 1_000_000


def test_a_page_holds_everything_and_nothing_breaks_out_of_it(recorded):
    page = to_html(recorded)
    assert page.count("</script") == page.count("<script") == 2
    assert page.count("<noscript") == 1
    assert "alert" in page
    assert not re.search(r"https?://|src=|href=|@import|url\(", page)
    assert "default-src 'none'" in page
    data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.S)[1])
    assert data["rows"]["rows"] == json.loads(json.dumps(rows_of(recorded)))
    assert data["rows"]["total"] == len(recorded.events)
    assert data["words"]["play"] == "재생"


def test_a_page_in_the_other_language_and_of_two(recorded):
    page = to_html(recorded, Recording("</title>"), lang="en")
    assert '<html lang="en">' in page
    assert "<title>Timeline: sequential (2 clients), &lt;/title&gt; (0 clients)</title>" in page
    with pytest.raises(BadArgument):
        to_html(recorded, lang="fr")


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_script_finds_every_text_it_asks_for(lang):
    words = texts_under("timeline.", lang)
    asked = set(re.findall(r'say\(\s*"([\w.-]+)"', module._SCRIPT))
    assert len(asked) > 10
    assert asked <= words.keys()
    for kind in (*KINDS - {"wait"}, "fail", "end"):
        assert f"event.{kind}" in words
    for queue in lanes.QUEUES:
        assert {f"queue.{queue}", f"kernel.{queue}"} <= words.keys()


def test_the_script_reads_the_fields_of_a_row_in_their_order():
    fields = re.search(r'const FIELDS = "([^"]+)"', module._SCRIPT)[1].split()
    assert tuple(fields) == lanes.Row._fields
