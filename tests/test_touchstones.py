"""The servers of strangers, wrong ones and right ones, are what a diagnosis can be tried on."""

import ast
import contextlib
import importlib.util
import inspect
import socket
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest
from right import LIMITS
from steps_support import read_exactly, read_to_end, wait_until

import guessnet
from guessnet import drafts
from guessnet.chaos import CHAOS
from guessnet.game import Game

HERE = Path(__file__).parent
WRONG = sorted((HERE / "wrong").glob("*.py"))
RIGHT = sorted((HERE / "right").glob("[!_]*.py"))
IDS = {
    path.stem.replace("_", "-")
    for path in Path(drafts.__file__).parent.glob("[!_]*.py")
    if not path.stem.startswith("tutorial_")
}

SECRET = 5
FULL = b"x" * 1024  # as long as a line may be
GONE = b""  #: as a piece of a conversation: the client has finished sending

each_file = pytest.mark.parametrize("path", WRONG + RIGHT, ids=lambda path: path.stem)


def load(path):
    spec = importlib.util.spec_from_file_location(f"touchstone_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def misconception(path):
    return path.stem.rpartition("_")[0].replace("_", "-")


# The files


def test_every_misconception_has_two_wrong_servers_or_more():
    found = [misconception(path) for path in WRONG]
    assert set(found) == IDS
    assert [fault for fault in sorted(IDS) if found.count(fault) < 2] == []


def test_half_of_the_wrong_servers_bring_their_own_rules():
    own = [path for path in WRONG if "new_game" not in path.read_text("utf-8")]
    assert len(own) >= len(WRONG) / 2


def test_every_right_server_says_which_limits_it_has():
    assert set(LIMITS) == {path.stem for path in RIGHT}
    assert set().union(*LIMITS.values()) <= IDS


@each_file
def test_file_defines_serve_and_stands_alone(path):
    tree = ast.parse(path.read_text("utf-8"))
    assert len(ast.get_docstring(tree).splitlines()) == 1
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= sys.stdlib_module_names
    parameters = list(inspect.signature(load(path).serve).parameters)
    assert parameters in (["listener"], ["listener", "new_game"])


# The right servers keep to the wire, byte for byte

CONVERSATIONS = {
    "chunks": [b"1", b"9", b"x", b" 7 ", b"+9", b"-3", b"1_0", "５".encode(), b"5"],
    "chunk_0": [b"0"],
    "chunk_00": [b"00"],
    "chunk_correct": [b"+5"],
    "chunk_and_fin": [b"1", GONE],
    "chunk_of_korean": ["다섯".encode(), b"9"],
    "chunk_not_utf_8": [b"\xff", b"\xea\xb0", b"1"],
    "chunk_of_1024_bytes": [FULL, b"9" * 1024, b"9\n"],
    "chunk_cr": [b"5\r"],
    "lines": [b"1\n", b"9\n", b"x\n", b"\n", b"  8 \n", b"5\n"],
    "crlf": [b"1\r\n", b"9\r\n", b"\r\n", b"x\r\n", b"0\r\n"],
    "cr_inside": [b"5\r7\n", b"x\r\r\n"],
    "newline_after_chunk": [b"1", b"\n", b"9\n", b"5\n"],
    "crlf_after_chunk": [b"1", b"\r\n", b"9\n", b"0\n"],
    "newline_after_chunk_and_more": [b"1", b"\n9\n-1\n", b"0\n"],
    "newline_after_two_chunks": [b"1", b"2", b"\n\n", b"5\n"],
    "glued": [b"10\n-1\nx\n10\n"],
    "glued_100": [b"10\n-1\n" * 100],
    "glued_and_cut": [b"1\n9", b"9\n", b"1", b"0\n", b"0\n"],
    "cut_10": [b"3\n", b"1", b"0\n"],
    "cut_byte_by_byte": [b"3\n", *(bytes([byte]) for byte in b"10\r\n-1\nx\n\n+5\n")],
    "cut_korean": [b"1\n", b"\xec\xa0", b"\x95\n", b"\xec", b"\xa0", b"\x95\n"],
    "cut_newline": [b"1\n", b"9\r", b"\n", b"8", b"\n"],
    "not_utf_8": [b"1\n\xff\n\xea\xb0\n\x80\x80\n", b"9\n"],
    "signs": [b"+\n", b"-\n", b"+-5\n", b"--5\n", b"5-\n", b"+ 5\n", b"-0\n"],
    "almost_numbers": [b"1 0\n", b"0x5\n", b"5.\n", b"1e1\n", "²\n".encode(), "٥\n".encode()],
    "white_space": [b"   \n", b"\t\n", b"\x0b4\x0c\n", b"\x1c5\n", "\u00a05\n".encode(), b"\t5 \n"],
    "nul_and_bom": [b"5\0\n", b"\0\n", "\ufeff5\n".encode()],
    "many_digits": [b"9" * 40 + b"\n", b"-" + b"9" * 40 + b"\n", b"0" * 40 + b"5\n"],
    "1024_digits": [b"9" * 1024 + b"\n", b"1\n"],
    "5000_digits": [b"1\n", b"9" * 5000 + b"\n"],
    "1024_bytes": [b"1\n", FULL + b"\n", FULL, b"\n", b"9\n"],
    "1025_bytes": [b"1\n", FULL + b"x\n", b"9\n"],
    "1025_bytes_unfinished": [b"1\n", FULL, b"x"],
    "1024_bytes_crlf": [b"1\n", FULL + b"\r\n"],
    "lines_before_one_too_long": [b"1\n9\n" + b"\n5\n" + FULL],
    "line_too_long_after_others": [b"1\n", b"9\n" + FULL + b"x\n5\n"],
    "after_correct": [b"1\n5\n9\n0\n"],
    "after_quit": [b"1\n0\n9\n5\n"],
    "fin": [GONE],
    "fin_after_line": [b"1\n", GONE],
    "fin_after_unfinished": [b"1\n9", GONE],
    "fin_after_unfinished_in_pieces": [b"1\n", b"1", b"0", GONE],
    "fin_after_unfinished_chunk": [b"1", b"\n9", GONE],
    "fin_after_unfinished_correct": [b"1\n5", GONE],
    "fin_after_unfinished_cr": [b"1\nx\r", GONE],
    "fin_after_1024_bytes": [b"1\n", FULL, GONE],
    "http": [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"],
    "more_than_is_read": [b"1\n5\n" + b"9\n" * 100_000],
}


#: A program around a server: the plainest there is, on a plain socket. 5 is everybody's secret.
HOST = f"""
import functools, importlib.util, inspect, random, socket, sys
from guessnet.game import Game
random.randint = lambda low, high: {SECRET}
spec = importlib.util.spec_from_file_location("touchstone", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
print(listener.getsockname()[1], flush=True)
takes_games = len(inspect.signature(module.serve).parameters) == 2
module.serve(listener, *[functools.partial(Game, {SECRET})] * takes_games)
"""


@contextlib.contextmanager
def own_process(path):
    """The server as a program; its address."""
    command = [sys.executable, "-c", HOST, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            yield "127.0.0.1", int(process.stdout.readline())
        finally:
            process.kill()


@contextlib.contextmanager
def this_process(path):
    """The server in a thread of this process, on the sockets of the package; its address."""
    with (
        mock.patch("random.randint", return_value=SECRET),
        guessnet.build(load(path).serve, secret=SECRET, lang="ko") as server,
    ):
        yield server.address


def forks(path):
    """Whether it starts processes. In ours they would hold our clients' sockets open, too."""
    return "os.fork" in path.read_text("utf-8")


each_right_way = pytest.mark.parametrize(
    ("path", "running"),
    [
        pytest.param(path, running, id=f"{path.stem}-{running.__name__}")
        for path in RIGHT
        for running in (own_process, this_process)
        if not (forks(path) and running is this_process)
    ],
)


def has_been_read(client):
    """Whether the server has read all that has arrived; where that cannot be seen, it has."""
    ends = [f":{address[1]:04X}" for address in (client.getpeername(), client.getsockname())]
    try:
        with open("/proc/net/tcp") as table:
            rows = [line.split() for line in table]
    except FileNotFoundError:
        return True
    return all(
        row[4].endswith(":00000000")
        for row in rows
        if row[1].endswith(ends[0]) and row[2].endswith(ends[1])
    )


def converse(address, conversation):
    """Send it piece by piece, and see what the game says to it, and nothing else."""
    game = Game(SECRET)
    with socket.create_connection(address, timeout=10) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in [*conversation, GONE]:
            if game.over:
                break
            if piece:
                client.sendall(piece)
            else:
                client.shutdown(socket.SHUT_WR)
            reads = [piece[at : at + 1024] for at in range(0, len(piece), 1024)] or [GONE]
            replies = b"".join(map(game.play, reads))
            assert read_exactly(client, len(replies)) == replies
            if not replies and not game.over:
                wait_until(lambda: has_been_read(client))
        assert read_to_end(client) == b""


@each_right_way
def test_right_server_says_what_the_game_says(path, running, nothing_left_behind):
    with running(path) as address:
        for conversation in CONVERSATIONS.values():
            converse(address, conversation)


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
def test_right_server_survives_every_client_that_goes_wrong(path, nothing_left_behind):
    with own_process(path) as address, contextlib.ExitStack() as clients:
        for kind in CHAOS.values():
            if kind.id != "never-read" or "blocking-send" not in LIMITS[path.stem]:
                clients.enter_context(kind(address))
                converse(address, [b"1\n", b"9\n", b"5\n"])
