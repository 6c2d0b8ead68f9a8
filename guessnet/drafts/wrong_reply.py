"""wrong-reply. High and low are the wrong way round.

The comparison asks whether the secret is higher than the guess, and the reply speaks of the guess.
A client that believes it looks in the wrong half, and never finds the secret.
"""

import random
import re


def serve(listener):
    while True:
        try:
            conn, address = listener.accept()
        except OSError:
            continue  # this newcomer could not be let in: on to the next
        handle(conn, random.randint(1, 9))


def handle(conn, answer):
    with conn, conn.makefile("rb") as lines:
        try:
            for line in iter(lambda: lines.readline(1025), b""):
                if len(line) > 1024 and not line.endswith(b"\n"):
                    break  # no guess is that long
                reply = judge(line.removesuffix(b"\n").removesuffix(b"\r"), answer)
                conn.sendall(f"{reply}\n".encode())
                if reply in ("정답", "종료"):
                    break
        except OSError:
            pass  # this client is gone, in the middle of its game


def judge(message, answer):
    if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
        return f"입력값이 올바르지 않습니다:{message.decode(errors='replace')}"
    number = int(message)
    if number == 0:
        return "종료"
    if answer > number:
        return "너무 높아요"
    if answer < number:
        return "너무 낮아요"
    return "정답"
