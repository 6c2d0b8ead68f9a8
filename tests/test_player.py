"""The player, against real servers and without a browser."""

import asyncio
import contextlib
import gc
import html
import os
import re
import socket
import struct
import sys
import threading
import time

import pytest
from ipywidgets.widgets import widget as widget_module
from steps_support import nobody_listens

import guessnet
from guessnet.errors import BadArgument, GuessnetError
from guessnet.notebook import Player, Players, player, players
from guessnet.texts import text, use

module = sys.modules[Player.__module__]
STATES = [*module.OPEN, "idle", "over", "refused", "unreachable", "hung-up", "left", "reset"]


def threads():
    return [thread for thread in threading.enumerate() if thread.name == "guessnet player"]


def sockets():
    """The sockets of this process, where the system can tell."""
    found = set()
    for fd in os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else ():
        with contextlib.suppress(OSError):
            link = os.readlink(f"/proc/self/fd/{fd}")
            found |= {link} if link.startswith("socket:") else set()
    return found


@pytest.fixture(autouse=True)
def _nothing_is_left_behind():
    before = sockets()
    yield
    for earlier in list(module._players.values()):
        earlier.close()
    use("ko")
    gc.collect()
    give_up = time.monotonic() + 5  # a server's last sockets linger for a moment
    while left_over := [*threads(), *(sockets() - before), *widget_module._instances]:
        assert time.monotonic() < give_up, left_over
        time.sleep(0.01)


@pytest.fixture
def server():
    with guessnet.build("sequential", secret=7, name="test") as running:
        yield running


@pytest.fixture
def playing(server):
    """A player in the middle of a game."""
    made = player(server)
    made.connect()
    made.guess(5)
    assert made.wait() == "playing"
    return made


def head(made):
    return made.view._head.value


def wire(made):
    lines = re.findall(r'gn-arrow"[^>]*>(.)</span><span>(.*?)</span>', made.view._wire.value)
    return [" ".join(line) for line in lines]


def enabled(made):
    view = made.view
    names = {"connect": view.connect, "leave": view.leave, "reset": view.reset}
    names |= {"text": view.text, "send": view.send}
    pad = {f"{number}": button for number, button in view.pad.items()}
    return {name for name, widget in (names | pad).items() if not widget.disabled}


PAD = set("0123456789")
ALL_BUT_CONNECT = PAD | {"leave", "reset", "text", "send"}

# --- One player -----------------------------------------------------------------------------------


def test_before_it_is_connected(server):
    made = player(server)
    assert made.state == made.wait() == "idle"
    assert made.replies == ()
    assert enabled(made) == {"connect"}
    assert "연결 전" in head(made)
    assert "아직 오간 것이 없습니다" in made.view._wire.value


def test_connected_means_only_that_the_kernel_has_accepted(server, playing):
    second = player(server, "둘째")
    second.connect()
    assert second.wait() == "connected"
    assert "서버 프로그램은 아직 모를 수 있습니다" in head(second)
    assert enabled(second) == ALL_BUT_CONNECT


def test_a_game_from_connect_to_correct(server, playing):
    playing.guess(9)
    playing.wait()
    assert playing.state == "playing"
    assert enabled(playing) == ALL_BUT_CONNECT
    playing.guess(7)
    assert playing.wait() == "over"
    assert playing.replies == ("너무 낮아요", "너무 높아요", "정답")
    assert wire(playing) == ["→ 5", "← 너무 낮아요", "→ 9", "← 너무 높아요", "→ 7", "← 정답"]
    assert enabled(playing) == {"connect"}


def test_giving_up_ends_the_game(playing):
    playing.give_up()
    assert playing.wait() == "over"
    assert wire(playing)[-2:] == ["→ 0", "← 종료"]


def test_the_replies_of_an_english_server_end_the_game_too():
    with guessnet.build("select", secret=7, lang="en", name="test") as server:
        first, second = players(server, 2)
        for made, guess, reply in ((first, 7, "correct"), (second, 0, "bye")):
            made.connect()
            made.guess(guess)
            assert made.wait() == "over"
            assert made.replies == (reply,)


def test_each_message_waits_for_the_reply_to_the_one_before(server):
    made = player(server)
    made.connect()
    for number in (1, 9, 2, 8):
        made.guess(number)
    assert made.wait() == "playing"
    assert made.replies == ("너무 낮아요", "너무 높아요") * 2
    assert [line[0] for line in wire(made)] == list("→←→←→←→←")


def test_after_a_game_connecting_again_begins_another(playing):
    playing.guess(7)
    assert playing.wait() == "over"
    playing.connect()
    assert playing.wait() == "connected"
    assert playing.replies == ()
    assert wire(playing) == []
    playing.guess(8)
    assert playing.wait() == "playing"
    assert playing.replies == ("너무 높아요",)


def test_connecting_while_connected_changes_nothing(playing):
    playing.connect()
    assert playing.wait() == "playing"
    assert len(threads()) == 1


def test_leaving(playing):
    playing.leave()
    assert playing.wait() == "left"
    assert enabled(playing) == {"connect"}
    playing.leave()
    assert playing.state == "left"
    playing.connect()
    playing.guess(9)
    assert playing.wait() == "playing"


def ends_with(end):
    """A server that stands in recv() until its client ends, and the error that this was, if any."""
    seen = []

    def serve(listener):
        conn, _ = listener.accept()
        conn.sendall("너무 낮아요".encode())
        try:
            seen.append(conn.recv(1024))
        except OSError as error:
            seen.append(type(error))

    with guessnet.build(serve, name="test") as server:
        made = player(server)
        made.connect()
        while not made.replies:
            assert made.wait(until="playing") == "playing"
        end(made)
        give_up = time.monotonic() + 5
        while not seen:
            assert time.monotonic() < give_up
            time.sleep(0.01)
    return seen


def test_leaving_is_an_orderly_end_and_resetting_is_not():
    assert ends_with(Player.leave) == [b""]
    assert ends_with(Player.close) == [b""]
    assert ends_with(Player.reset) == [ConnectionResetError]


def test_resetting(server, playing):
    playing.reset()
    assert playing.wait() == "reset"
    assert "끊음" in head(playing)
    assert enabled(playing) == {"connect"}
    playing.reset()
    playing.leave()
    assert playing.state == "reset"
    playing.connect()
    playing.guess(9)
    assert playing.wait() == "playing"


def test_free_text_is_sent_as_it_is(playing):
    playing.send(" 안녕 ")
    assert playing.wait() == "playing"
    assert playing.replies[-1] == "입력값이 올바르지 않습니다: 안녕 "


def test_a_reply_that_only_quotes_the_word_correct_does_not_end_the_game(playing):
    playing.send("정답")
    assert playing.wait() == "playing"


def test_whoever_sends_a_newline_gets_one(server):
    made = player(server)
    made.connect()
    made.send("5\n7\n")
    assert made.wait(until="over") == "over"
    assert "".join(made.replies) == "너무 낮아요\n정답\n"
    assert wire(made)[0] == r"→ 5\n7\n"


@pytest.mark.parametrize("message", ["", "가" * 4000])
def test_what_cannot_be_sent(playing, message):
    with pytest.raises(BadArgument, match="8,192바이트"):
        playing.send(message)
    assert playing.state == "playing"


@pytest.mark.parametrize("ended", ["idle", "left", "over"])
def test_sending_needs_a_connection(server, ended, caplog):
    made = player(server)
    if ended != "idle":
        made.connect()
    if ended == "left":
        made.leave()
    if ended == "over":
        made.guess(7)
    assert made.wait() == ended
    with pytest.raises(GuessnetError, match="connect"):
        made.guess(5)
    made.view.pad[5].click()  # may have been drawn before; the state is there to see
    assert not caplog.records
    assert made.state == ended


# --- Two players, problem 2 -----------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["leave", "win", "give up", "close"])
def test_the_second_waits_until_the_first_has_ended(server, ending):
    first, second = players(server, 2)
    first.connect()
    first.guess(5)
    assert first.wait() == "playing"
    second.connect()
    second.guess(9)
    assert second.wait(0.1) == "waiting"
    assert second.replies == ()
    {
        "leave": first.leave,
        "win": lambda: first.guess(7),
        "give up": first.give_up,
        "close": first.close,
    }[ending]()
    assert second.wait() == "playing"
    assert second.replies == ("너무 높아요",)


def test_while_waiting_the_seconds_are_counted_and_the_pad_is_locked(server, playing):
    second = player(server, "둘째")
    second.connect()
    began = time.monotonic()
    second.guess(9)
    assert second.wait(0.35) == "waiting"
    shown = float(re.search(r"답을 기다림.*?([\d.]+)초", head(second))[1])
    assert 0.2 < shown <= time.monotonic() - began + 0.1
    assert enabled(second) == {"leave", "reset", "text"}


def test_on_select_nobody_waits():
    with guessnet.build("select", secret=7, name="test") as server:
        both = players(server, 2)
        for made in both:
            made.connect()
            made.guess(5)
        assert [made.wait() for made in both] == ["playing", "playing"]


# --- Servers that are not there, or not any more --------------------------------------------------


def test_nobody_listens():
    with nobody_listens() as address:
        made = player(address)
        made.connect()
        assert made.wait() == "refused"
    assert "거절됨" in head(made)
    assert enabled(made) == {"connect"}


def test_a_server_that_was_never_started():
    with guessnet.build("select", name="test") as server:
        pass
    for target in (server, guessnet.build("select")):
        made = player(target)
        made.connect()
        assert made.wait() == "refused"


def test_the_server_stops_in_the_middle_and_comes_back(server, playing):
    second = player(server, "둘째")
    second.connect()
    second.guess(9)
    assert second.wait(0.1) == "waiting"
    server.stop()
    assert playing.wait(until="hung-up") == "hung-up"
    assert second.wait(until="hung-up") == "hung-up"
    assert enabled(playing) == {"connect"}
    server.start()  # at another port
    playing.connect()
    playing.guess(7)
    assert playing.wait() == "over"


def test_a_reset():
    def serve(listener):
        conn, _ = listener.accept()
        conn.recv(1024)
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        socket.socket(fileno=conn.detach()).close()
        listener.accept()

    with guessnet.build(serve) as server:
        made = player(server)
        made.connect()
        made.guess(5)
        assert made.wait() == "hung-up"


@pytest.fixture
def full():
    """The address of a listener that the kernel makes no more connections to."""
    with socket.socket() as listener, contextlib.ExitStack() as queue:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            conn = queue.enter_context(socket.socket())
            conn.setblocking(False)
            conn.connect_ex(listener.getsockname())
        yield listener.getsockname()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a full queue refuses")
def test_an_address_that_cannot_be_reached(full, monkeypatch):
    monkeypatch.setattr(module, "CONNECT_TIMEOUT", 0.3)
    made = player(full)
    made.connect()
    assert made.wait(0.05) == "connecting"
    made.guess(5)
    assert made.wait() == "unreachable"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a full queue refuses")
def test_leaving_before_the_connection_is_made(full, monkeypatch):
    monkeypatch.setattr(module, "CONNECT_TIMEOUT", 0.3)
    made = player(full)
    made.connect()
    made.leave()
    assert made.wait() == "left"
    made.close()
    assert made.state == "left"


def test_a_name_that_no_host_can_have():
    made = player("a..b:50007")
    made.connect()
    assert made.wait() == "unreachable"


# --- What it shows --------------------------------------------------------------------------------


def answering(*pieces):
    """A server that answers the first message in these pieces, one after the other."""

    def serve(listener):
        conn, _ = listener.accept()
        conn.recv(1024)
        for piece in pieces:
            conn.sendall(piece)
            time.sleep(0.05)  # so that the pieces arrive apart
        conn.close()

    return guessnet.build(serve, name="test")


def test_hostile_text_is_shown_and_not_obeyed(server):
    made = player(server, "<script>1</script>\x1b[31m")
    made.connect()
    made.send("<img src=x onerror=alert(1)>\x00\u202e\"'&")
    assert made.wait() == "playing"
    shown = head(made) + made.view._wire.value
    assert "<script>" not in shown
    assert "<img" not in shown
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", shown)
    assert "&lt;script&gt;1&lt;/script&gt;\\x1b[31m" in shown
    assert shown.count("&lt;img src=x onerror=alert(1)&gt;\\x00\\u202e&quot;&#x27;&amp;") == 2
    assert "\x1b" not in repr(made)


def test_bytes_that_are_no_text():
    with answering(b"\xff<b>\x07") as server:
        made = player(server)
        made.connect()
        made.guess(5)
        made.wait()
        assert wire(made)[1] == r"← \xff&lt;b&gt;\x07"


def test_a_character_that_arrives_in_two_pieces():
    words = "정답".encode()
    with answering(words[:2], words[2:]) as server:
        made = player(server)
        made.connect()
        made.guess(5)
        assert made.wait() == "over"
        assert made.replies == ("정답",)
        assert made.wire[1] == ("received", "정답", words)


def test_half_a_character_before_the_end_is_shown():
    with answering(b"ok\xec\xa0", b"") as server:
        made = player(server)
        made.connect()
        made.guess(5)
        assert made.wait(until="hung-up") == "hung-up"
        assert made.replies == ("ok", r"\xec\xa0")
        assert "".join(line.text for line in made.wire) == r"5ok\xec\xa0"
        assert b"".join(line.data for line in made.wire) == b"5ok\xec\xa0"


def shown_bytes(made):
    return re.findall(r'gn-bytes">(.*?) <span class="gn-count">(.*?)<', made.view._wire.value)


def test_bytes_are_shown_when_asked_for_both_ways_as_python_writes_them(playing):
    playing.send("가\n<b>'")
    playing.wait()
    assert playing.wire[0] == ("sent", "5", b"5")
    assert not shown_bytes(playing)
    for ask in (playing.show_bytes, lambda: setattr(playing.view.bytes, "value", True)):
        ask()
        assert playing.view.bytes.value
        assert shown_bytes(playing)[:3] == [
            ("b&#x27;5&#x27;", "(1바이트)"),
            (html.escape(repr("너무 낮아요".encode())), "(16바이트)"),
            (r"b&quot;\xea\xb0\x80\n&lt;b&gt;&#x27;&quot;", "(8바이트)"),
        ]
        assert wire(playing)[:2] == ["→ 5", "← 너무 낮아요"]
        playing.show_bytes(False)
        assert not playing.view.bytes.value
        assert not shown_bytes(playing)


def test_of_many_bytes_only_the_first_are_shown_with_their_number(playing):
    playing.send("0" * 8000)
    playing.wait()
    playing.show_bytes()
    written, count = shown_bytes(playing)[2]
    assert written == f"b&#x27;{'0' * module.BYTES_SHOWN}&#x27;…"
    assert count == "(8,000바이트)"


def test_text_from_a_browser_need_not_be_valid(playing):
    playing.send("\ud800")
    assert playing.wait() == "playing"
    assert wire(playing)[-2] == r"→ \ud800"


def test_only_the_latest_lines_are_kept_and_each_is_cut(playing):
    for _ in range(20):
        playing.send("x" * 500)
    playing.wait()
    lines = wire(playing)
    assert len(lines) == module.LINES_SHOWN
    assert {len(line) for line in lines} == {2 + module.CHARACTERS_SHOWN + 1}
    assert len(playing.replies) == 21


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(module, "REPLIES_KEPT", 3)
    with answering(*(f"{number}".encode() for number in range(5))) as server:
        made = player(server)
        made.connect()
        made.guess(5)
        assert made.wait(until="hung-up") == "hung-up"
        assert made.replies == ("2", "3", "4")


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_state_has_a_word_a_sentence_and_an_icon(server, lang):
    use(lang)
    view = player(server).view
    seen = set()
    for state in STATES:
        view.show(module.Look(state, 0.0, ()))
        assert f"gn-is-{state}" in view._head.value
        seen.add(re.sub("<.*?>", "", view._head.value))
    assert len(seen) == len(STATES)


def test_without_widgets_one_line_each_and_nothing_that_changes(server, playing):
    second = player(server, "둘째")
    second.connect()
    second.guess(9)
    assert second.wait(0.1) == "waiting"
    both = Players([playing, second])
    bundle = both._repr_mimebundle_()
    assert bundle["text/plain"] == repr(both) == "플레이어 1: 게임 중\n둘째: 답을 기다림"
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert second._repr_mimebundle_()["text/plain"] == "둘째: 답을 기다림"


def test_in_english(server):
    use("en")
    made = player(server)
    use("ko")
    made.connect()
    assert made.wait() == "connected"
    assert repr(made) == "Player 1: connected"
    assert made.view.connect.description == "Connect"


# --- The buttons ----------------------------------------------------------------------------------


def press_enter(made):
    made._view.text._handle_custom_msg({"event": "submit"}, [])


def test_each_button_does_what_its_method_does(server):
    made = player(server)
    view = made.view
    view.connect.click()
    assert made.wait() == "connected"
    for number in (1, 2, 3, 4, 5, 6, 8, 9):
        view.pad[number].click()
    assert made.wait() == "playing"
    assert made.replies == ("너무 낮아요",) * 6 + ("너무 높아요",) * 2
    assert [line for line in wire(made) if "→" in line][-2:] == ["→ 8", "→ 9"]
    view.pad[7].click()
    assert made.wait() == "over"
    view.connect.click()
    view.pad[0].click()
    assert made.wait() == "over"
    assert made.replies == ("종료",)
    view.connect.click()
    view.leave.click()
    assert made.wait() == "left"
    view.connect.click()
    view.reset.click()
    assert made.wait() == "reset"


@pytest.mark.parametrize("press", [lambda made: made.view.send.click(), press_enter])
def test_free_text_from_the_field(playing, press):
    playing.view.text.value = "5.5"
    press(playing)
    assert playing.wait() == "playing"
    assert playing.replies[-1] == "입력값이 올바르지 않습니다:5.5"
    assert playing.view.text.value == ""
    press(playing)  # nothing is in the field, and nothing happens
    assert len(playing.replies) == 2


def test_enter_keeps_the_text_while_a_reply_is_awaited(server, playing):
    second = player(server, "둘째")
    second.connect()
    second.guess(9)
    second.wait(0.35)
    second.view.text.value = "8"
    press_enter(second)
    assert second.view.text.value == "8"
    assert wire(second) == ["→ 9"]


def test_every_button_says_what_it_does(server):
    view = player(server).view
    buttons = [view.connect, view.leave, view.reset, view.send, view.bytes, *view.pad.values()]
    assert len({button.tooltip for button in buttons}) == len(buttons)
    assert "포기" in view.pad[0].description


# --- In a notebook's event loop -------------------------------------------------------------------


def test_widgets_change_only_on_the_loop_and_the_seconds_tick(server, playing):
    changed_in, heads = set(), []

    async def notebook():
        second = player(server, "둘째")
        second.view._head.observe(
            lambda change: (changed_in.add(threading.current_thread()), heads.append(change.new)),
            "value",
        )
        second.connect()
        second.guess(9)
        while len(set(re.findall(r"([\d.]+)초", "".join(heads)))) < 4:
            await asyncio.sleep(0.01)
        assert enabled(second) == {"leave", "reset", "text"}
        playing.leave()
        while "게임 중" not in heads[-1]:
            await asyncio.sleep(0.01)
        assert enabled(second) == ALL_BUT_CONNECT
        second.view.text.value = "7"
        pressing = threading.Thread(target=press_enter, args=[second])  # as a subshell does
        pressing.start()
        pressing.join()
        while "게임 끝" not in heads[-1]:
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(notebook(), 10))
    assert changed_in == {threading.main_thread()}


def test_many_changes_are_shown_at_once(server):
    shown = []

    async def notebook():
        made = player(server)
        made.view._wire.observe(lambda change: shown.append(change.new), "value")
        made.connect()
        for _ in range(100):
            made.guess(5)
        while len(made.replies) < 100 or made.state == "waiting":
            await asyncio.sleep(0.001)
        await asyncio.sleep(2 * module.BATCH)

    began = time.monotonic()
    asyncio.run(asyncio.wait_for(notebook(), 10))
    assert 1 <= len(shown) <= (time.monotonic() - began) / module.BATCH + 1
    assert shown[-1].count("gn-line ") == module.LINES_SHOWN


def test_a_player_may_outlive_its_loop(server):
    async def notebook():
        made = player(server)
        assert made.view
        made.connect()
        return made

    made = asyncio.run(notebook())
    made.guess(7)
    assert made.wait() == "over"


# --- Nothing is left behind -----------------------------------------------------------------------


def test_a_cell_that_runs_again_closes_its_earlier_players():
    for _ in range(3):
        server = guessnet.build("select", name="test").start()
        both = players(server, 2)
        both._repr_mimebundle_()
        for made in both:
            made.connect()
            made.wait()
        assert len(threads()) == 2
    server.stop()
    assert len(widget_module._instances) < 150


def test_players_of_other_names_and_other_servers_stay(server):
    with guessnet.build("select", name="test 2") as other:
        made = [player(server), player(server, "둘째"), player(other), player(other.address)]
        for each in made:
            each.connect()
        assert [each.wait() for each in made] == ["connected"] * 4
        player(other)
        assert [each.state for each in made] == ["connected", "connected", "left", "connected"]


def test_a_player_nobody_holds_leaves(server):
    first, second = players(server, 2)
    first.connect()
    first.guess(5)
    first.wait()
    second.connect()
    second.guess(9)
    assert second.wait(0.1) == "waiting"
    del first
    gc.collect()
    assert second.wait() == "playing"


def test_a_closed_player_can_be_used_again(playing):
    row = Players([playing])
    row._repr_mimebundle_()
    row.close()
    assert playing.state == "left"
    assert not threads()
    playing.connect()
    assert playing.wait() == "connected"
    assert "연결됨" in head(playing)


def test_closing_one_of_a_row_leaves_the_other(server):
    first, second = both = players(server, 2)
    both._repr_mimebundle_()
    (row,) = second.view.rows
    first.close()
    assert row.children == (second.view.box,)


# --- What it can be given -------------------------------------------------------------------------


def test_targets(server):
    host, port = server.address
    for target in (server, (host, port), f"{host}:{port}", [host, port]):
        made = player(target)
        made.connect()
        assert made.wait() == "connected"


def test_an_address_is_shown_and_written_in_any_way_it_is_the_same(server):
    host, port = server.address
    first = player(server.address)
    first.connect()
    assert first.wait() == "connected"
    assert f'<span class="gn-address">{host}:{port}</span>' in head(first)
    assert "gn-address" not in head(player(server))
    player(f" {host}:{port} ")
    assert first.state == "left"
    assert player("[::1]:50007").where == "[::1]:50007"


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize(
    ("target", "key", "values"),
    [
        (None, "bad-target", {}),
        (50007, "bad-target", {}),
        ("", "bad-target", {}),
        (":50007", "bad-target", {}),
        ("::1", "bad-target", {}),
        ((7, 50007), "bad-target", {}),
        (("a", "b", "c"), "bad-target", {}),
        ("127.0.0.1", "no-port", {"target": "127.0.0.1"}),
        ("[::1]", "no-port", {"target": "[::1]"}),
        ("127.0.0.1:", "bad-port", {"port": ""}),
        ("127.0.0.1:x\x1b", "bad-port", {"port": r"x\x1b"}),
        ("http://host:80", "bad-port", {"port": "//host:80"}),
        ("127.0.0.1:0", "bad-port", {"port": "0"}),
        ("127.0.0.1:５００07", "bad-port", {"port": "５００07"}),
        ("127.0.0.1:99999", "bad-port", {"port": "99999"}),
        (("127.0.0.1", 80.5), "bad-port", {"port": "80.5"}),
        (("127.0.0.1", -1), "bad-port", {"port": "-1"}),
    ],
)
def test_what_is_no_target_is_told_in_one_sentence(target, key, values, lang):
    use(lang)
    with pytest.raises(BadArgument) as caught:
        player(target)
    assert str(caught.value) == text(f"player.{key}", **values)
    assert "50007" in str(caught.value)


def test_some_players_are_a_sequence(server):
    first, second, third = all_three = players(server, 3)
    assert (len(all_three), all_three[1]) == (3, second)
    assert [made.name for made in (first, third)] == ["플레이어 1", "플레이어 3"]
