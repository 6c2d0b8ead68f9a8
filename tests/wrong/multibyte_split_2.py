"""Generators and a selector of our own: every player's talk reads like a thread's."""

import codecs
import random
import re
import selectors
from selectors import EVENT_READ, EVENT_WRITE

to_text = codecs.getincrementaldecoder("utf-8")(errors="replace")


def serve(listener):
    with selectors.DefaultSelector() as selector:
        selector.register(listener, EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is not listener:
                    selector.unregister(key.fileobj)
                    go_on(key.data, selector)
                    continue
                try:
                    conn, _ = listener.accept()
                except OSError:
                    continue
                conn.setblocking(False)
                go_on(talk(conn), selector)


def go_on(task, selector):
    for sock, event in task:
        selector.register(sock, event, task)
        return


def talk(conn):
    secret = random.randint(1, 9)
    line, size, ending, spoken = "", 0, "", False
    with conn:
        try:
            while True:
                yield conn, EVENT_READ
                data = conn.recv(1024)
                if not data:
                    break
                if not ending and b"\n" in data:
                    ending = "\n"
                    data = re.sub(rb"\A\r?\n", b"", data) if spoken else data
                spoken = True
                parts = data.split(b"\n") if ending else [data, b""]
                replies = []
                for number, part in enumerate(parts):
                    if number > 0:
                        replies.append(judge(line.removesuffix("\r") if ending else line, secret))
                        line, size = "", 0
                        if replies[-1] in ("정답", "종료"):
                            break
                    line += to_text.decode(part, final=True)
                    size += len(part)
                    if size > 1024:
                        break
                yield from send(conn, "".join(reply + ending for reply in replies))
                if size > 1024 or (replies and replies[-1] in ("정답", "종료")):
                    return
            if line:
                yield from send(conn, judge(line, secret) + ending)
        except OSError:
            return


def send(conn, text):
    data = text.encode()
    while data:
        yield conn, EVENT_WRITE
        data = data[conn.send(data) :]


def judge(text, secret):
    if not re.fullmatch(r"[+-]?[0-9]+", text.strip(" \t\r\n\v\f")):
        return f"입력값이 올바르지 않습니다:{text}"
    guess = int(text)
    if guess == 0:
        return "종료"
    if guess == secret:
        return "정답"
    return "너무 높아요" if guess > secret else "너무 낮아요"
