"""`guessnet bench`: servers measured from outside."""

import contextlib
import importlib
import inspect
import itertools
import json
import os
import shutil
import statistics
import sys
from pathlib import Path

import psutil
import pytest
from steps_support import wait_until
from test_cli import run, run_without

import guessnet
from guessnet.bench import lab
from guessnet.bench.lab import Contestant, Measurements, Result, Sample, contestants, measure
from guessnet.bench.load import PATIENCE, Load, Unmeasurable
from guessnet.bench.process import Process
from guessnet.bench.report import save_picture
from guessnet.bench.scenarios import SCENARIOS, Scenario, find_scenario
from guessnet.drafts import blocking_send
from guessnet.errors import BadArgument
from guessnet.steps import step4_select
from guessnet.texts import use
from guessnet.trace import Trace

PING_PONG, PIPELINED = SCENARIOS[:2]
PERL = Path(__file__).parent / "right" / "server.pl"


def draft(name):
    """A server of `guessnet.drafts` as a command."""
    serve = importlib.import_module(f"guessnet.drafts.{name}").serve
    arguments = ("listener", "guessnet.Game")[: len(inspect.signature(serve).parameters)]
    script = (
        f"import guessnet, socket, sys; from guessnet.drafts import {name};"
        f"listener = socket.create_server(('127.0.0.1', int(sys.argv[1])));"
        f"{name}.serve({', '.join(arguments)})"
    )
    return Contestant(name, f'{sys.executable} -c "{script}" {{port}}')


def ladder(*names):
    return contestants([guessnet.LADDER[number - 1] for number in names], [], False)


def measured_once(contestant, wanted):
    """The result of one short round."""
    [result] = measure([contestant], [find_scenario(wanted)], 1, 0.1).results.popitem()[1]
    return result


def sample(cpu):
    return Sample(10, 1.0, cpu, 10.0, 1.0, 2.0, 3.0, 4, 20.0, None)


# What is counted


@pytest.fixture
def watched(start):
    """The reactor, and lists of the data that it has received and sent, and of who has come."""
    events = {"recv": [], "send": [], "accept": []}
    trace = Trace(lambda event: events[event.kind].append(event.data), set(events), details=False)
    return start("reactor", trace=trace, secret=None), events


@pytest.fixture
def load():
    with contextlib.closing(Load()) as load:
        yield load


@pytest.mark.parametrize("in_flight", [1, 16])
def test_every_reply_is_counted_once(watched, load, in_flight):
    server, events = watched
    load.try_out(server.address)
    load.enter(server.address, 4)
    before = lines(events["send"])
    done = load.play(4, 0.1, in_flight)
    wait_until(lambda: done["operations"] == lines(events["send"]) - before)
    assert done["operations"] >= 4 * in_flight
    assert done["served"] == 4
    assert 0 < done["p50"] <= done["p99"] <= done["longest"] < done["seconds"]


def lines(pieces):
    return b"".join(pieces).count(b"\n")


def test_guesses_vary(watched, load):
    server, events = watched
    load.try_out(server.address)
    load.enter(server.address, 1)
    load.play(1, 0.1, 16)
    batches = [data for data in events["recv"] if data.count(b"\n") == 16]
    assert len(set(batches)) > len(batches) / 2


def test_a_wrong_reply_in_the_middle_of_a_game_is_noticed(start, load):
    replies = itertools.count()

    class LiesLater(guessnet.Game):
        def play(self, data):
            reply = super().play(data)
            return reply if next(replies) < 100 else "너무 낮아요\n".encode()

    server = start(lambda listener, new_game: step4_select.serve(listener, LiesLater))
    load.try_out(server.address)
    load.enter(server.address, 2)
    with pytest.raises(Unmeasurable, match="wrong-reply"):
        load.play(2, 5.0)
    assert next(replies) <= 103


def test_every_game_is_counted_once(watched, load):
    server, events = watched
    load.try_out(server.address)
    done = load.games(server.address, 4, 0.1)
    assert done["operations"] == len(events["accept"]) - 2  # two to try it out
    assert done["operations"] == events["send"].count("정답\n".encode()) - 1


def test_every_visit_is_counted_once(watched, load):
    server, events = watched
    load.try_out(server.address)
    done = load.visits(server.address, 4, 0.1)
    assert done["operations"] == len(events["accept"]) - 2
    assert done["served"] == 4


def test_who_waits_in_vain_is_not_served_and_has_waited_for_long(start, load):
    server = start("sequential", secret=None)
    load.try_out(server.address)
    load.enter(server.address, 4)
    done = load.play(4, 0.1)
    assert done["served"] == 1
    assert done["longest"] > 0.1


@pytest.mark.parametrize(("serve", "held_up"), [("reactor", False), (blocking_send.serve, True)])
def test_a_never_reader_holds_up_the_others_or_not(start, load, serve, held_up):
    server = start(serve, secret=None)
    load.try_out(server.address)
    load.enter(server.address, 5)
    done = load.play(4, 2.0, never_readers=1)
    assert (done["longest"] > PATIENCE) is held_up  # who still waited in the end


# Who is measured


@pytest.mark.parametrize("wanted", ["ping-pong:clients=2", "full-games:clients=2"])
def test_a_server_in_another_language_is_measured_with_all_its_processes(wanted):
    perl = shutil.which("perl")
    if not perl:
        pytest.skip("there is no perl")
    result = measured_once(Contestant("perl", f"{perl} {PERL} {{port}}"), wanted)
    assert not result.failure
    assert result.samples[0].operations > 2
    assert result.samples[0].per_client is None  # nobody is silent
    if wanted.startswith("ping-pong"):  # in a full game a process may have ended, unseen
        assert result.samples[0].cpu > 1


@pytest.mark.skipif(sys.platform != "linux", reason="a port is shared on Linux only")
def test_workers_are_measured_together():
    command = f"{sys.executable} -m guessnet serve -q --workers 2 --port {{port}}"
    result = measured_once(Contestant("workers", command), "ping-pong:clients=8,silent=8")
    assert not result.failure
    assert result.samples[0].cpu > 1  # who looks after them does nothing
    assert result.samples[0].memory > 30


@pytest.mark.parametrize("peer", contestants([], [], True)[1:], ids=lambda peer: peer.name)
def test_peers_play_by_the_rules(peer):
    if peer.name.startswith("uvloop"):
        pytest.importorskip("uvloop")
    for wanted in ("pipelined:clients=4", "full-games:clients=4", "never-reader:clients=2"):
        result = measured_once(peer, wanted)
        assert not result.failure
        assert result.samples[0].operations > 0


@pytest.mark.parametrize(
    ("name", "wanted", "said"),
    [
        ("wrong_reply", "ping-pong", "규칙에 맞지 않습니다"),
        ("not_closed_after_win", "ping-pong", "끊지 않습니다"),
        ("message_glued", "pipelined:clients=2", "받은 클라이언트가 없습니다"),
        ("one_shot", "ping-pong:clients=2", "끊었거나 스스로 끝났습니다"),
        ("one_at_a_time", "idle-crowd:clients=1,silent=2", "2명 가운데 0명만"),
        ("reset_crash", "churn:clients=2", None),
    ],
)
def test_a_wrong_server_is_not_measured_but_told(name, wanted, said):
    result = measured_once(draft(name), wanted)
    if said is None:
        assert not result.failure  # what it does wrong is not asked for here
    else:
        assert said in result.failure
        assert not result.samples


def test_a_program_that_does_not_serve_is_told():
    result = measured_once(Contestant("none", f"{sys.executable} -c pass {{port}}"), "ping-pong")
    assert result.failure
    assert not result.samples


def test_the_ladder_is_measured_from_step_3_on_unless_something_else_is_asked_for():
    commands = [("mine", "./mine {port}")]
    assert [each.name for each in contestants([], [], False)] == [
        step.name for step in guessnet.LADDER[2:]
    ]
    assert [each.name for each in contestants([], commands, False)] == ["reactor", "mine"]
    assert [each.name for each in contestants([], commands, False, "mine")] == ["mine", "reactor"]


# Comparing


def test_each_round_begins_with_another_server(monkeypatch):
    order = []

    def note(contestant, scenario, seconds):
        order.append(contestant.name)
        return sample(1.0)

    monkeypatch.setattr(lab, "_sample", note)
    measure(ladder(3, 4, 5), [PING_PONG], 3, 0.1)
    names = ["threaded", "select", "buffered"]
    assert order == names + names[1:] + names[:1] + names[2:] + names[:2]


def test_a_ratio_is_the_quotient_of_the_medians():
    base, other = Result(Contestant("a", "a")), Result(Contestant("b", "b"))
    base.samples += map(sample, (10.0, 2.0, 4.0))
    other.samples += map(sample, (1.0, 30.0, 6.0))
    assert other.cpu_ratio(base) == 6 / 4  # the quotients of each round would have 1.5, 0.1, 15
    assert base.cpu_ratio(base) == 1
    assert base.cpu_spread == (10 - 2) / 4
    assert Result(Contestant("c", "c"), failure="no").cpu_ratio(base) is None


def test_more_work_costs_more():
    slow = (
        "import socket, sys; from guessnet import Game; from guessnet.steps import step4_select;"
        "Slow = type('Slow', (Game,), {'play': lambda self, data:"
        " (sum(range(20_000)), Game.play(self, data))[1]});"
        "step4_select.serve(socket.create_server(('127.0.0.1', int(sys.argv[1]))), Slow)"
    )
    servers = [*ladder(4), Contestant("slow", f'{sys.executable} -c "{slow}" {{port}}')]
    [(fast, slow)] = measure(
        servers, [find_scenario("ping-pong:clients=2")], 1, 0.3
    ).results.values()
    assert slow.cpu_ratio(fast) > 2


def test_what_was_measured_until_ctrl_c_is_kept(monkeypatch):
    monkeypatch.setattr(lab, "_sample", lambda *_: sample(1.0))
    calls = itertools.count()

    def interrupt():
        if next(calls) == 2:
            raise KeyboardInterrupt

    measured = measure(ladder(3, 4), [PING_PONG, PIPELINED], 5, 0.1, interrupt)
    kept = [[len(result.samples) for result in results] for results in measured.results.values()]
    assert kept == [[1, 1], [1, 0]]
    assert "멈추었습니다" in measured.results[PIPELINED][1].failure
    assert not measured.complete


@pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2,
    reason="this system has one core, or does not let us choose",
)
def test_server_and_load_have_different_cores():
    before = os.sched_getaffinity(0)
    servers, loads = lab._cores()
    assert servers.isdisjoint(loads)
    assert servers | loads == before
    with lab._on(loads):
        process = Process("guessnet.bench.load")
    with contextlib.closing(process):
        assert process.ask(do="leave") == {}
        [child] = psutil.Process().children()
        assert set(child.cpu_affinity()) == loads
    assert os.sched_getaffinity(0) == before


# Scenarios


def test_a_scenario_is_found_by_name_with_other_numbers():
    assert find_scenario("pipelined") == PIPELINED
    assert find_scenario("idle-crowd:silent=5,clients=8") == Scenario(
        "idle-crowd", clients=8, silent=5
    )


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("nonsense", "ping-pong"),
        ("ping-pong:clients", "clients=8"),
        ("ping-pong:habit=1", "clients, in_flight, silent, never_readers"),
        ("full-games:in_flight=2", "clients, silent"),
        ("ping-pong:clients=0", "1 이상"),
        ("pipelined:in_flight=1001", "1000"),
    ],
)
def test_what_is_no_scenario_is_told(wanted, said):
    with pytest.raises(BadArgument, match=said):
        find_scenario(wanted)


# The command


def test_table_json_and_picture_say_the_same(tmp_path):
    files = ("--json", str(tmp_path / "out.json"), "--plot", str(tmp_path / "out.svg"))
    code, out, err = run(
        "bench", "reactor", "select", "--scenario", "idle-crowd:clients=1,silent=3",
        "--rounds", "2", "--seconds", "0.1", "--lang", "ko", *files,
    )  # fmt: skip
    assert (code, err) == (0, "")
    data = json.loads((tmp_path / "out.json").read_text("utf-8"))
    picture = (tmp_path / "out.svg").read_text("utf-8")
    [scenario] = data.pop("scenarios")
    assert data.pop("machine").keys() == {"system", "python", "cores"}
    assert data == {"format": 1, "base": "reactor", "rounds": 2, "seconds": 0.1}
    base, other = scenario.pop("servers")
    assert scenario == vars(find_scenario("idle-crowd:clients=1,silent=3"))
    assert [base["name"], other["name"]] == ["reactor", "select"]
    assert other["cpu_ratio"] == other["medians"]["cpu"] / base["medians"]["cpu"]
    assert f"{other['cpu_ratio']:.2f} |" in out
    for server in (base, other):
        assert server["failure"] is None
        assert "{port}" in server["command"]
        assert len(server["samples"]) == 2
        for figure, median in server["medians"].items():
            assert median == statistics.median(each[figure] for each in server["samples"])
        row = next(line for line in out.splitlines() if line.startswith(f"| {server['name']} "))
        assert row.count("|") == 12
        assert server["name"] in picture
    assert "조용한 무리" in out
    assert "조용한 무리" in picture


def test_a_server_that_fails_is_told_and_is_no_success():
    wrong = draft("wrong_reply")
    code, out, _ = run(
        "bench", "reactor", "--cmd", f"wrong={wrong.command}", "--lang", "en", "--rounds", "1",
        "--seconds", "0.1", "--scenario", "ping-pong:clients=2",
    )  # fmt: skip
    assert code == 1
    assert "wrong: This cannot be measured: To '10\\n' it says '너무 낮아요\\n'" in out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nonsense"], 2, "'nonsense' 단계"),
        (["--cmd", "./server {port}"], 2, "이름='명령 {port}'"),
        (["--cmd", "a=./server"], 2, "이름='명령 {port}'"),
        (["--cmd", "a=x {port}", "--cmd", "a=y {port}"], 1, "'a'이라는 서버가 둘"),
        (["3", "--base", "other"], 1, "threaded"),
        (["--scenario", "nonsense"], 2, "'nonsense' 시나리오"),
        (["--seconds", "0"], 2, "0보다 큰"),
        (["--rounds", "0"], 2, "1 이상"),
        (["--plot", "picture.jpeg"], 2, ".svg나 .png"),
        (["--json", "/nowhere/at/all.json"], 2, "/nowhere/at/all.json"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_before_anything_is_measured(arguments, code, said):
    returned, out, err = run("bench", *arguments)
    assert (returned, out) == (code, "")
    assert said in err
    assert err.count("\n") == 1
    assert not Path("picture.jpeg").exists()


@pytest.mark.parametrize(
    ("missing", "arguments"),
    [("psutil", []), ("uvloop", ["--peers"]), ("vl_convert", ["--plot", "x.svg"])],
)
def test_a_missing_extra_is_said_in_one_line(missing, arguments):
    shown = run_without(missing, "bench", *arguments)
    assert shown.returncode == 1
    assert "pip install 'guessnet[bench]'" in shown.stderr
    assert shown.stderr.count("\n") == 1


# The picture


@pytest.fixture
def two_measured():
    """What is to be drawn: a right server and one that failed."""
    right = Result(Contestant("<b>right\x1b", "x"), [sample(3.0), sample(5.0)])
    return Measurements(
        {PING_PONG: [right, Result(Contestant("wrong", "y"), failure="no")]}, 2, 0.1
    )


def test_a_picture_has_who_was_measured_and_nothing_unescaped(two_measured, tmp_path):
    save_picture(two_measured, str(tmp_path / "out.svg"))
    picture = (tmp_path / "out.svg").read_text("utf-8")
    assert "&lt;b&gt;right\\x1b" in picture
    assert "wrong" not in picture


def test_a_picture_can_be_a_png(two_measured, tmp_path):
    use("en")
    try:
        save_picture(two_measured, str(tmp_path / "out.png"))
    finally:
        use("ko")
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems come with a Korean font")
def test_where_there_is_no_korean_font_there_is_no_korean_png(tmp_path):
    picture = str(tmp_path / "out.png")
    code, out, err = run("bench", "--plot", picture, PATH=str(tmp_path))
    assert (code, out) == (1, "")
    assert "fonts-nanum" in err
