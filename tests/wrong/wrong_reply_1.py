"""Threads; a game is a function that is told what was sent and says what to reply."""

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
            spoken = False
            while b"\n" not in (data := conn.recv(1024)):
                if not data:
                    return
                spoken = True
                if say(conn, judge(data, secret)):
                    return
            data = re.sub(rb"\A\r?\n", b"", data) if spoken else data
            while True:
                *lines, rest = data.split(b"\n")
                for line in lines:
                    too_long = len(line) > 1024
                    if too_long or say(conn, judge(line.removesuffix(b"\r"), secret) + "\n"):
                        return
                if len(rest) > 1024:
                    return
                more = conn.recv(1024)
                if not more:
                    break
                data = rest + more
            if rest:
                say(conn, judge(rest, secret) + "\n")
        except OSError:
            return


def say(conn, words):
    """Send it; whether these were the last words."""
    conn.sendall(words.encode())
    return words.strip() in ("정답", "종료")


def judge(message, secret):
    if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
        return "입력값이 올바르지 않습니다:" + message.decode(errors="replace")
    guess = int(message)
    if guess == 0:
        return "종료"
    if guess >= secret:
        return "너무 높아요"
    if guess < secret:
        return "너무 낮아요"
    return "정답"
