"""A process for each player: nobody can disturb anybody else."""

import os
import random
import re


def serve(listener):
    dice = random.Random()
    while True:
        try:
            conn, _ = listener.accept()
        except OSError:
            continue
        child = os.fork()
        if child == 0:
            try:
                listener.close()
                play(conn, secret=dice.randint(1, 9))
            finally:
                os._exit(0)
        conn.close()
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            continue  # nobody is playing


def play(conn, secret):
    with conn:
        try:
            for message, ending in messages(conn):
                words = judge(message, secret)
                conn.sendall((words + ending).encode())
                if words in ("정답", "종료"):
                    break
        except OSError:
            return


def messages(conn):
    """Each message, and what its reply ends in."""
    spoken = False
    while b"\n" not in (data := conn.recv(1024)):
        if not data:
            return
        yield data, ""
        spoken = True
    if spoken:
        data = re.sub(rb"\A\r?\n", b"", data)
    while True:
        *lines, rest = data.split(b"\n")
        for line in lines:
            if len(line) > 1024:
                return
            yield line.removesuffix(b"\r"), "\n"
        more = conn.recv(1024) if len(rest) <= 1024 else b""
        if not more:
            break
        data = rest + more
    if rest and len(rest) <= 1024:
        yield rest, "\n"


def judge(message, secret):
    if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
        return "입력값이 올바르지 않습니다:" + message.decode(errors="replace")
    guess = int(message)
    if guess == 0:
        return "종료"
    if guess == secret:
        return "정답"
    return "너무 높아요" if guess > secret else "너무 낮아요"
