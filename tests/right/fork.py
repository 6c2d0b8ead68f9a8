"""A process for each player."""

import contextlib
import os
import random
import re
import socket
import time


def serve(listener):
    while True:
        try:
            conn, _ = listener.accept()
            child = os.fork()
        except OSError:  # no descriptor or no process is left
            time.sleep(0.01)
            continue
        if child == 0:
            try:
                listener.close()
                handle(conn)
            finally:
                os._exit(0)
        conn.close()  # this process' copy
        with contextlib.suppress(ChildProcessError):  # there are none
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def handle(conn):
    secret = random.randint(1, 9)
    try:
        for message, ending in messages(conn):
            words = judge(message, secret)
            conn.sendall((words + ending).encode())
            if words in ("정답", "종료"):
                break
        conn.shutdown(socket.SHUT_WR)
        conn.settimeout(2)
        while conn.recv(65536):
            pass  # a reset, for what was not read, could overtake the last reply
    except OSError:
        return


def messages(conn):
    """Each message, and what its reply ends in."""
    data, spoken = conn.recv(1024), False
    while data and b"\n" not in data:
        yield data, ""
        data, spoken = conn.recv(1024), True
    if spoken:
        data = re.sub(rb"\A\r?\n", b"", data)
    while True:
        line, newline, rest = data.partition(b"\n")
        if len(line) > 1024:
            return
        if newline:
            yield line.removesuffix(b"\r"), "\n"
            data = rest
            continue
        more = conn.recv(1024)
        if not more:
            break
        data += more
    if data:
        yield data, "\n"


def judge(message, secret):
    digits = message.strip()
    if digits[:1] in (b"+", b"-"):
        digits = digits[1:]
    if not digits.isdigit():
        return "입력값이 올바르지 않습니다:" + message.decode(errors="replace")
    guess = int(message)
    if guess == 0:
        return "종료"
    if guess == secret:
        return "정답"
    return "너무 높아요" if guess > secret else "너무 낮아요"
