"""The error dictionary: every entry by raising its error, and the extension in a real kernel."""

import asyncio
import contextlib
import errno
import re
import select
import socket
import struct
from importlib import import_module
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from steps_support import nobody_listens

import guessnet
from guessnet.errors import GuessnetError
from guessnet.notebook import explain
from guessnet.notebook.errors_explained import DICTIONARY, Explanation
from guessnet.texts import LANGUAGES, use


@pytest.fixture(autouse=True)
def _korean_again():
    yield
    use("ko")


@contextlib.contextmanager
def connection():
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as client,
        listener.accept()[0] as conn,
    ):
        yield listener, client, conn


# --- Every entry, by really raising its error -----------------------------------------------------


def refused():
    with nobody_listens() as address:
        socket.create_connection(address)


def unknown_host():
    socket.getaddrinfo("256.256.256.256", 1, flags=socket.AI_NUMERICHOST)


def not_our_address():
    with socket.socket() as sock:
        sock.bind(("192.0.2.1", 0))  # an address that is only for documentation


def forbidden():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(("255.255.255.255", 9))  # everybody; even root has to ask for it first


def not_connected():
    with connection() as (listener, _, _):
        listener.recv(1024)


def text_sent():
    with connection() as (_, client, _):
        client.sendall("5")


def address_in_use():
    with connection() as (listener, _, _), socket.socket() as sock:
        sock.bind(listener.getsockname())


def reset():
    with connection() as (_, client, conn):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        conn.recv(1024)


def broken_pipe():
    with connection() as (_, _, conn):
        conn.shutdown(socket.SHUT_WR)
        conn.send(b"5")


def empty_number():
    with connection() as (_, client, conn):
        client.close()
        int(conn.recv(1024).decode())


def timed_out():
    with connection() as (_, client, _):
        client.settimeout(0.01)
        client.recv(1024)


def unknown_socket():
    with connection() as (_, _, conn):
        games = {}
        games[conn]


def closed_socket():
    with connection() as (_, client, _):
        client.close()
        client.send(b"5")


def closed_in_select():
    with connection() as (_, client, _):
        client.close()
        select.select([client], [], [], 0)


def removed_twice():
    with connection() as (_, client, _):
        readsocks = [client]
        readsocks.remove(client)
        readsocks.remove(client)


def half_character():
    with connection() as (_, client, conn):
        client.sendall("정".encode()[:2])
        conn.recv(1024).decode()


def would_block():
    with connection() as (_, client, _):
        client.setblocking(False)
        client.recv(1024)


def too_many_files():
    resource = pytest.importorskip("resource", reason="no limit on this system")
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    with connection() as (listener, _, _):
        resource.setrlimit(resource.RLIMIT_NOFILE, (listener.fileno() + 1, limits[1]))
        try:
            for _ in range(listener.fileno() + 2):
                listener.dup().detach()
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def fd_setsize():
    select.select([5000], [], [], 0)


RAISING = {
    function.__name__.replace("_", "-"): function
    for function in (
        *(refused, unknown_host, not_our_address, forbidden, not_connected, text_sent),
        *(address_in_use, reset, broken_pipe, empty_number, timed_out, unknown_socket),
        *(closed_socket, closed_in_select, removed_twice, half_character, would_block),
        *(too_many_files, fd_setsize),
    )
}


def raised_by(function):
    with pytest.raises(Exception) as caught:  # noqa: PT011
        function()
    return caught.value


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("entry", DICTIONARY, ids=lambda entry: entry.key)
def test_every_entry_explains_its_error(entry, lang):
    use(lang)
    error = raised_by(RAISING[entry.key])
    explanation = explain(error)
    assert explanation.key == entry.key
    words = import_module(f"guessnet.texts.{lang}.errors").MESSAGES
    for part in ("means", "cause", "mend"):
        assert words[f"error.{entry.key}.{part}"].replace("**", "") in repr(explanation)
    assert type(error).__name__ in repr(explanation)
    assert words["errors.lesson"].format(lesson=entry.lesson) in repr(explanation)
    assert "Traceback" in explanation._repr_html_()
    assert "Traceback" not in repr(explanation)  # whoever asks has the error in hand


@pytest.mark.parametrize("lang", LANGUAGES)
def test_there_are_words_for_every_entry_and_no_others(lang):
    words = import_module(f"guessnet.texts.{lang}.errors").MESSAGES
    keys = {key.split(".")[1] for key in words if key.startswith("error.")}
    assert keys == {entry.key for entry in DICTIONARY} == set(RAISING)


@pytest.mark.parametrize(
    ("number", "key"),
    [
        (10013, "forbidden"),
        (10024, "too-many-files"),
        (10035, "would-block"),
        (10036, "would-block"),
        (errno.EINPROGRESS, "would-block"),
        (10038, "closed-socket"),
        (10048, "address-in-use"),
        (10049, "not-our-address"),
        (10053, "reset"),
        (10054, "reset"),
        (10057, "not-connected"),
        (10058, "broken-pipe"),
        (10060, "timed-out"),
        (errno.ETIMEDOUT, "timed-out"),
        (10061, "refused"),
    ],
)
def test_numbers_of_windows_are_known_everywhere(number, key):
    assert explain(OSError(number, "message in the language of the system")).key == key


def test_the_number_of_windows_may_be_the_only_one():
    error = OSError("no errno")
    error.winerror = 10061
    assert explain(error).key == "refused"


def test_the_windows_form_of_fd_setsize():
    assert explain(ValueError("too many file descriptors in select()")).key == "fd-setsize"


# --- Other errors ---------------------------------------------------------------------------------


def no_socket_in_sight(function):
    def without():
        function()

    return without


OTHERS = {
    "no file": lambda: Path("/nowhere/at/all").read_bytes(),
    "not a number": lambda: int("abc"),
    "half a number": lambda: float(""),
    "a key": lambda: {}["key"],
    "no key": lambda: (_ for _ in ()).throw(KeyError()),
    "division": lambda: 1 / 0,
    "a list": lambda: [1].remove(2),
    "bytes": lambda: b"\xff".decode(),
    "text": lambda: b"".join(["text"]),
    "split": lambda: b"a b".split(" "),
    "a file that is not readable": lambda: (_ for _ in ()).throw(
        PermissionError(errno.EACCES, "Permission denied", "/etc/shadow")
    ),
    "a pipe": lambda: (_ for _ in ()).throw(BrokenPipeError(errno.EPIPE, "Broken pipe")),
    "time": lambda: (_ for _ in ()).throw(TimeoutError()),
    "asyncio": lambda: asyncio.run(asyncio.wait_for(asyncio.sleep(5), 0)),
    "a name": lambda: no_such_name,  # noqa: F821
}


@pytest.mark.parametrize("function", OTHERS.values(), ids=OTHERS)
def test_an_error_that_has_nothing_to_do_with_sockets_is_not_explained(function):
    error = raised_by(no_socket_in_sight(function))
    explanation = explain(error)
    assert explanation.key is None
    assert "사전에 없는 오류" in repr(explanation)


def test_what_others_raise_too_is_explained_only_where_a_socket_is_in_sight():
    def remove(waiting, gone):
        waiting.remove(gone)

    with socket.socket() as sock:
        for collection in ([sock], {sock: 1}, {1: sock}, (sock,), {sock}):
            seen = collection

            def remove_near(near=seen):
                [1].remove(2)

            assert explain(raised_by(remove_near)).key == "removed-twice"
        error = raised_by(lambda: remove([1], 2))
        assert explain(error).key is None


def test_no_error_at_all():
    assert repr(explain(None)) == "오류가 없습니다."
    assert "오류가 없습니다." in explain(None)._repr_html_()


def test_the_cause_of_an_error_of_ours_is_explained():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        taken = raised_by(lambda: guessnet.build("select", port=address[1]).start())
        client = guessnet.Client(address, timeout=0.01)
        client.send(5)
        waited = raised_by(client.receive)
        client.close()
    gone = raised_by(lambda: guessnet.Client(address))
    assert [explain(error).key for error in (taken, waited, gone)] == [
        "address-in-use",
        "timed-out",
        "refused",
    ]
    assert explain(GuessnetError("our own")).key is None


def test_everything_is_escaped():
    error = ConnectionResetError(errno.ECONNRESET, "<script>\x1b[2J\u202e")
    explanation = Explanation(error, "<b>where</b>", "a\n<i>\x1b[31mtrace\x07", whole=True)
    page = explanation._repr_html_()
    assert "<script" not in page
    assert "<b>" not in page
    assert "<i>" not in page
    for shown in (page, repr(explanation)):
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert "\x07" not in shown
        assert "\\x1b[2J\\u202e" in shown


def test_a_long_message_is_cut():
    explanation = explain(ConnectionResetError(errno.ECONNRESET, "x" * 100_000))
    assert len(explanation.line) < 600


# --- In a kernel ----------------------------------------------------------------------------------

SETUP = """
import errno, socket, threading
import guessnet
from guessnet.drafts import tutorial_select
from guessnet.notebook import explain

guessnet.use("en")
taken = socket.socket()
taken.bind(("127.0.0.1", 0))  # nobody listens there, nor will
closed = taken.getsockname()
hook = threading.excepthook
handler = get_ipython().CustomTB
def nothing_here():
    1 / 0
"""
LOAD = "%load_ext guessnet.notebook"
REFUSED = "socket.create_connection(closed)"
THREAD = """
def work():
    sock = socket.socket()
    sock.close()
    sock.send(b"5")
thread = threading.Thread(target=work, name="<work>")
thread.start()
thread.join()
"""
OTHER_THREAD = """
thread = threading.Thread(target=nothing_here)
thread.start()
thread.join()
"""
SERVER = """
def my_serve(listener):
    conn, address = listener.accept()
    conn.close()
    conn.sendall(b"5")
for _ in range(2):
    with guessnet.build(my_serve) as server:
        guessnet.Client(server.address).close()
        server.join(5)
"""
DRAFT = """
with guessnet.build(tutorial_select.serve) as server:
    with guessnet.Client(server.address) as client:
        client.guess(0)
    server.join(5)
repr(server.error)
"""
UNLOAD = """
%unload_ext guessnet.notebook
print(threading.excepthook is hook, get_ipython().CustomTB is handler,
      get_ipython().custom_exceptions, guessnet.server.on_error)
"""
SOMEBODY_ELSE = """
def theirs(shell, kind, error, tb, tb_offset=None):
    print("theirs:", kind.__name__)
get_ipython().set_custom_exc((ValueError, ZeroDivisionError), theirs)
"""


class Kernel:
    """Cells, run one after the other."""

    def __init__(self, client):
        self._client = client
        self._client.nb.cells = []

    def run(self, code, fails=False):
        """The outputs of a cell; with `fails` it has to be an error to whoever runs it."""
        cell = nbformat.v4.new_code_cell(code)
        self._client.nb.cells.append(cell)
        index = len(self._client.nb.cells) - 1
        if fails:
            with pytest.raises(CellExecutionError) as failed:
                self._client.execute_cell(cell, index)
            self.told = str(failed.value)
        else:
            self._client.execute_cell(cell, index)
        return joined(cell.outputs)


def joined(outputs):
    """The outputs with each stream in one piece, as a front end shows it."""
    whole = []
    for output in outputs:
        last = whole[-1] if whole else {}
        if output.output_type == "stream" and output.name == last.get("name"):
            last.text += output.text
        else:
            whole.append(output)
    return whole


@pytest.fixture(scope="module")
def client():
    client = NotebookClient(nbformat.v4.new_notebook(), timeout=60, kernel_name="python3")
    with client.setup_kernel():
        yield client


@pytest.fixture
def kernel(client):
    kernel = Kernel(client)
    kernel.run("get_ipython().set_custom_exc((), None)")
    kernel.run(SETUP)
    kernel.run(LOAD)
    yield kernel
    kernel.run("%unload_ext guessnet.notebook")


def kinds(outputs):
    return [output.output_type for output in outputs]


def test_an_error_in_a_cell_is_explained_and_its_traceback_folded_away(kernel):
    error, explained = kernel.run(REFUSED, fails=True)
    assert (error.ename, len(error.traceback)) == ("ConnectionRefusedError", 1)
    assert "socket.py" in kernel.told  # whoever runs the cell is told all of it
    page, plain = explained.data["text/html"], explained.data["text/plain"]
    assert "No program listens at that address" in plain
    assert "The full traceback:\n" in plain
    assert "create_connection(closed)" in plain
    folded = re.search(r"<details><summary>.*?</details>", page, re.DOTALL)[0]
    assert "create_connection(closed)" in folded
    assert "create_connection" not in page.replace(folded, "").replace(
        "<code>socket.create_connection()", ""
    )
    [printed] = kernel.run("%tb", fails=False)[:1]
    assert "create_connection(closed)" in re.sub(r"\x1b\[[0-9;]*m", "", str(printed))


def test_other_errors_are_shown_as_ever(kernel):
    with_it = kernel.run("nothing_here()", fails=True)
    missing = kernel.run("open('/nowhere')", fails=True)
    kernel.run("%unload_ext guessnet.notebook")
    for outputs, code in ((with_it, "nothing_here()"), (missing, "open('/nowhere')")):
        assert kinds(outputs) == ["error"]

        def shown(outputs):
            return re.sub(r"In\[\d+\]", "In[]", "\n".join(outputs[0].traceback))

        assert shown(outputs) == shown(kernel.run(code, fails=True))
    kernel.run(LOAD)


def test_what_cannot_be_judged_is_told_in_one_line(kernel):
    for extension in (LOAD, "%unload_ext guessnet.notebook"):
        kernel.run(extension)
        [error] = kernel.run("guessnet.grade('nowhere.ipynb#solution')", fails=True)
        assert error.traceback == [f"{error.ename}: {error.evalue}"]
        assert "nowhere.ipynb" in error.evalue


def test_an_error_in_a_thread_is_explained_under_the_cell(kernel):
    [explained] = kernel.run(THREAD)
    plain = explained.data["text/plain"]
    assert plain.startswith("Raised in another thread: <work>\nOSError: [Errno 9]")
    assert "You used a socket that is closed." in plain
    assert 'sock.send(b"5")' in plain
    assert "&lt;work&gt;" in explained.data["text/html"]
    assert "<work>" not in explained.data["text/html"]


def test_another_error_in_a_thread_is_printed_as_ever(kernel):
    [printed] = kernel.run(OTHER_THREAD)
    assert printed.name == "stderr"
    assert "ZeroDivisionError" in printed.text


def test_a_server_of_ones_own_that_dies_is_explained_once(kernel):
    [explained] = kernel.run(SERVER)
    plain = explained.data["text/plain"]
    assert plain.startswith("A server died of this: my_serve()\nOSError: [Errno 9]")
    assert 'conn.sendall(b"5")' in plain
    [result] = kernel.run("explain(server.error)")
    assert "You used a socket that is closed." in result.data["text/plain"]


def test_a_draft_that_dies_as_it_should_is_not(kernel):
    [result] = kernel.run(DRAFT)
    assert "Bad file descriptor" in result.data["text/plain"]


def test_an_error_in_a_thread_does_not_wait_for_the_end_of_a_cell(kernel):
    waits = "import asyncio\nawait asyncio.sleep(0)\nprint('then')"
    explained, printed = kernel.run(THREAD + waits)
    assert "another thread" in explained.data["text/plain"]
    assert printed.text == "then\n"


def test_unloading_leaves_everything_as_it_was(kernel):
    [printed] = kernel.run(UNLOAD)
    assert printed.text == "True True () []\n"
    [error] = kernel.run(REFUSED, fails=True)
    assert len(error.traceback) > 1
    [printed] = kernel.run(THREAD)
    assert printed.name == "stderr"


def test_who_handled_errors_before_goes_on_doing_so(kernel):
    kernel.run("%unload_ext guessnet.notebook")
    kernel.run(SOMEBODY_ELSE)
    kernel.run(LOAD)
    assert "theirs: ZeroDivisionError" in str(kernel.run("try_it = 1 / 0", fails=True))
    assert "theirs: ValueError" in str(kernel.run("int('abc')", fails=True))
    assert kinds(kernel.run(REFUSED, fails=True)) == ["error", "display_data"]
    kernel.run("%unload_ext guessnet.notebook")
    assert "theirs: ValueError" in str(kernel.run("int('abc')", fails=True))


def test_who_came_after_us_is_left_alone(kernel):
    kernel.run(SOMEBODY_ELSE)
    kernel.run("mine = lambda args: print('mine')\nthreading.excepthook = mine")
    kernel.run("%unload_ext guessnet.notebook")
    assert "theirs: ValueError" in str(kernel.run("int('abc')", fails=True))
    [printed] = kernel.run("print(threading.excepthook is mine); threading.excepthook = hook")
    assert printed.text == "True\n"


def test_it_is_in_the_language_of_the_moment(kernel):
    kernel.run("guessnet.use('ko')")
    _, explained = kernel.run(REFUSED, fails=True)
    assert "무슨 뜻인가요?" in explained.data["text/plain"]


def test_reloading_does_not_explain_twice(kernel):
    kernel.run("%reload_ext guessnet.notebook")
    kernel.run(LOAD)
    assert kinds(kernel.run(REFUSED, fails=True)) == ["error", "display_data"]
    assert len(kernel.run(THREAD)) == 1
