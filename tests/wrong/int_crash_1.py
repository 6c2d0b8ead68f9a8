"""Threads, and int() for what is a number; what int() takes besides is refused beforehand."""

import random
import re
import threading


def serve(listener):
    while True:
        try:
            conn, _ = listener.accept()
        except OSError:
            continue
        threading.Thread(target=play, args=(conn, random.randint(1, 9)), daemon=True).start()


def play(conn, secret):
    with conn:
        try:
            for message, ending in messages(conn):
                reply = judge(message, secret)
                conn.sendall((reply + ending).encode())
                if reply in ("정답", "종료"):
                    break
        except OSError:
            pass


def messages(conn):
    """What is sent, message by message, each with what its reply has to end in."""
    spoken = False
    while b"\n" not in (data := conn.recv(1024)):
        if not data:
            return
        spoken = True
        yield data, ""
    if spoken:
        data = re.sub(rb"\A\r?\n", b"", data)
    rest = b""
    while data or rest:
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            if len(line) > 1024:
                return
            yield line.removesuffix(b"\r"), "\n"
        if len(rest) > 1024:
            return
        data = conn.recv(1024)
        if not data and rest:
            yield rest, "\n"
        if not data:
            return


def judge(message, secret):
    text = message.decode(errors="replace")
    if "_" in text or not text.isascii():  # int() is generous: 1_0, and digits of all scripts
        return f"입력값이 올바르지 않습니다:{text}"
    number = int(text)
    if number == 0:
        return "종료"
    if number > secret:
        return "너무 높아요"
    if number < secret:
        return "너무 낮아요"
    return "정답"
