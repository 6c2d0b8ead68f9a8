"""A guessing server that greets nobody: connect, guess, read."""

import random
import re


def serve(listener):
    while True:
        conn, peer = listener.accept()
        with conn:
            answer = random.randint(1, 9)
            pending, by_line, spoken = b"", False, False
            try:
                while True:
                    data = conn.recv(1024)
                    if not data:
                        if pending:
                            conn.sendall(judge(pending, answer)[0] + b"\n")
                        return
                    if not by_line and b"\n" not in data:
                        reply, done = judge(data, answer)
                        conn.sendall(reply)
                        spoken = True
                        if done:
                            return
                        continue
                    if not by_line and spoken:
                        data = re.sub(rb"\A\r?\n", b"", data)
                    by_line = True
                    *lines, pending = (pending + data).split(b"\n")
                    for line in lines:
                        if len(line) > 1024:
                            return
                        reply, done = judge(line.removesuffix(b"\r"), answer)
                        conn.sendall(reply + b"\n")
                        if done:
                            return
                    if len(pending) > 1024:
                        return
            except OSError:
                return


def judge(message, answer):
    """The reply, and whether the game is over with it."""
    if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
        return f"입력값이 올바르지 않습니다:{message.decode(errors='replace')}".encode(), False
    guess = int(message)
    if guess == 0:
        return "종료".encode(), True
    if guess == answer:
        return "정답".encode(), True
    return ("너무 높아요" if guess > answer else "너무 낮아요").encode(), False
