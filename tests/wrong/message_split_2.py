"""Threads; a message is complete when recv() gives less than it was asked for."""

import random
import re
import threading


def serve(listener):
    while True:
        try:
            conn, _ = listener.accept()
        except OSError:
            continue
        threading.Thread(target=play, args=(conn,), daemon=True).start()


def play(conn):
    secret = random.randint(1, 9)
    first = True
    ending = ""
    with conn:
        try:
            while data := receive(conn, ending):
                if not ending and b"\n" in data:
                    ending = "\n"
                    data = data if first else re.sub(rb"\A\r?\n", b"", data)
                first = False
                lines = data.split(b"\n") if ending else [data]
                if ending and not lines[-1]:
                    lines.pop()  # what follows the last newline
                for line in lines:
                    if ending and len(line) > 1024:
                        return
                    words = judge(line.removesuffix(b"\r") if ending else line, secret)
                    conn.sendall((words + ending).encode())
                    if words in ("정답", "종료"):
                        return
        except OSError:
            return


def receive(conn, ending):
    """All that has been sent, or what there is of it after more than 1,024 bytes."""
    data = conn.recv(1024)
    while ending and len(data) == 1024:
        data += conn.recv(1024)
    return data


def judge(message, secret):
    if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
        return "입력값이 올바르지 않습니다:" + message.decode(errors="replace")
    guess = int(message)
    if guess == 0:
        return "종료"
    if guess == secret:
        return "정답"
    return "너무 높아요" if guess > secret else "너무 낮아요"
