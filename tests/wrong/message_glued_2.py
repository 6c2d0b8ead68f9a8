"""Threads; if a player is faster than the server, the latest guess counts."""

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
    buffer, line_mode, spoken = b"", False, False
    with conn:
        try:
            while data := conn.recv(1024):
                if not line_mode and b"\n" in data:
                    line_mode = True
                    if spoken:
                        data = re.sub(rb"\A\r?\n", b"", data)
                if not line_mode:
                    spoken = True
                    if say(conn, judge(data, secret)):
                        return
                    continue
                buffer += data
                complete, newline, buffer = buffer.rpartition(b"\n")
                if newline:
                    line = complete.split(b"\n")[-1]
                    if len(line) > 1024 or say(
                        conn, judge(line.removesuffix(b"\r"), secret) + "\n"
                    ):
                        return
                if len(buffer) > 1024:
                    return
            if buffer:
                say(conn, judge(buffer, secret) + "\n")
        except OSError:
            return


def say(conn, words):
    """Send it; whether the game is over with it."""
    conn.sendall(words.encode())
    return words.removesuffix("\n") in ("정답", "종료")


def judge(message, secret):
    if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
        return "입력값이 올바르지 않습니다:" + message.decode(errors="replace")
    guess = int(message)
    if guess == 0:
        return "종료"
    if guess == secret:
        return "정답"
    return "너무 높아요" if guess > secret else "너무 낮아요"
