"""Threads; what is drawn can be drawn again, so that a bug can be found."""

import random
import re
import threading


def serve(listener):
    random.seed(1)
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
                words = judge(message, secret)
                conn.sendall((words + ending).encode())
                if words in ("정답", "종료"):
                    break
        except OSError:
            return


def messages(conn):
    """Each message, and what its reply ends in."""
    buffer = conn.recv(1024)
    spoken = False
    while buffer and b"\n" not in buffer:
        yield buffer, ""
        spoken = True
        buffer = conn.recv(1024)
    if spoken:
        buffer = re.sub(rb"\A\r?\n", b"", buffer)
    while True:
        end = buffer.find(b"\n", 0, 1025)
        if end >= 0:
            yield buffer[:end].removesuffix(b"\r"), "\n"
            buffer = buffer[end + 1 :]
        elif len(buffer) > 1024:
            return
        else:
            data = conn.recv(1024)
            if not data:
                break
            buffer += data
    if buffer:
        yield buffer, "\n"


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
