"""What the tests of servers share: the words of the wire, clients good and bad, and waiting."""

import contextlib
import os
import select
import socket
import struct
import subprocess
import sys
import threading
import time

import pytest

#: The replies, written out once more: the tests hold the bytes, not what the package says they are.
HIGH, LOW = "너무 높아요".encode(), "너무 낮아요".encode()
CORRECT, QUIT = "정답".encode(), "종료".encode()
INVALID = "입력값이 올바르지 않습니다:".encode()

needs_proc = pytest.mark.skipif(
    not os.path.exists("/proc/self/statm"), reason="/proc tells what a process uses; not here"
)


# Waiting


def wait_until(condition, seconds=10.0):
    """Come back as soon as `condition()` is true; fail if it is not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not true within {seconds} s"
        time.sleep(0.002)


# Reading and writing


def read_to_end(sock):
    """All that arrives until the server ends the connection; a reset is an error."""
    return b"".join(iter(lambda: sock.recv(65536), b""))


def read_exactly(sock, size):
    """That many bytes; fewer only if the connection ends before."""
    received = b""
    while len(received) < size and (data := sock.recv(size - len(received))):
        received += data
    return received


def exchange(sock, message, reply):
    """Send a message and see exactly this reply to it."""
    sock.sendall(message)
    assert read_exactly(sock, len(reply)) == reply


def lines(*messages):
    """Each message on a line of its own."""
    return b"".join(message + b"\n" for message in messages)


def win(sock, secret=5):
    """Guess right at the first try, and see the server close."""
    sock.sendall(b"%d\n" % secret)
    assert read_to_end(sock) == lines(CORRECT)


def takes_part(client):
    """Whether the server has let this client in, and answers it."""
    try:
        client.sendall(b"7\n")
        return read_exactly(client, len(lines(HIGH))) == lines(HIGH)
    except ConnectionError:
        return False


def is_silent(sock, seconds=0.0):
    """Whether nothing has come, neither a reply nor an end."""
    return not select.select([sock], [], [], seconds)[0]


def sending(sock, data, then=lambda sock: None):
    """A running thread that sends all of `data`, however long that takes, and then does this."""

    def send():
        with contextlib.suppress(OSError):  # the server, or the test, has closed meanwhile
            sock.sendall(data)
            then(sock)

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    return thread


# Clients that go, or worse


def leave(sock):
    sock.close()


def reset(sock):
    """Close so that the server gets a reset (RST) instead of an orderly end (FIN)."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def half_close(sock):
    sock.shutdown(socket.SHUT_WR)


WAYS_TO_GO = {"leaves": leave, "resets": reset, "half-closes": half_close}


def flood_without_reading(sock):
    """Send until nothing more goes in: the server's replies have filled every buffer."""
    sock.setblocking(False)
    while select.select([], [sock], [], 0.25)[1]:
        with contextlib.suppress(BlockingIOError):
            sock.send(b"x\n" * 30_000)
    sock.setblocking(True)


@contextlib.contextmanager
def flooding(sock):
    """Meanwhile this client sends without end, and reads what it is told."""

    def send():
        with contextlib.suppress(OSError):
            while True:
                sock.sendall(b"10\n" * 1000)

    def receive():
        with contextlib.suppress(OSError):
            while sock.recv(65536):
                pass

    threads = [threading.Thread(target=work, daemon=True) for work in (send, receive)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(10)


def with_small_buffers(serve):
    """The same server, whose sockets take only a few thousand bytes to send."""

    def serve_with_small_buffers(listener, new_game):
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)  # connections inherit it
        serve(listener, new_game)

    return serve_with_small_buffers


@contextlib.contextmanager
def nobody_listens():
    """An address at which nobody listens, nor will: a socket that does not has the port."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()


# Processes and what they use


@contextlib.contextmanager
def serving_process(*options, descriptors=None, soft_limit=None):
    """`guessnet serve -q` in a process of its own.

    It may have so many `descriptors` at most, or so many until it raises its `soft_limit` itself.
    """
    command = [sys.executable, "-m", "guessnet", "serve", "-q", "--port", "0", *options]
    if limit := descriptors or soft_limit:
        ulimit = "ulimit -n" if descriptors else "ulimit -S -n"
        command = ["sh", "-c", f'{ulimit} {limit}; exec "$@"', "sh", *command]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            port = int(process.stdout.readline().rpartition(":")[2])
            yield process, ("127.0.0.1", port)
        finally:
            process.terminate()
            process.wait(10)


def memory(pid):
    """Bytes of memory that a process has in use."""
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def cpu_seconds(pid):
    """Processor time that a process has used."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def open_descriptors():
    """The descriptors of this process, or none where the system does not list them."""
    try:
        listed = os.listdir("/proc/self/fd")
    except FileNotFoundError:
        return set()
    # The descriptor that listed them is gone again.
    return {int(number) for number in listed if os.path.islink(f"/proc/self/fd/{number}")}


def allow_descriptors(count):
    """Let this process open that many descriptors, or skip the test."""
    resource = pytest.importorskip("resource", reason="no descriptor limits on this system")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        pytest.skip(f"needs {count} descriptors; the hard limit is {hard}")
    if soft != resource.RLIM_INFINITY and soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))


@contextlib.contextmanager
def descriptors_taken_up_to(highest):
    """Meanwhile every descriptor up to `highest` is in use."""
    taken = [os.open(os.devnull, os.O_RDONLY)]
    try:
        while taken[-1] < highest:
            taken.append(os.dup(taken[0]))
        yield
    finally:
        for descriptor in taken:
            os.close(descriptor)
