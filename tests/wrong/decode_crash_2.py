"""Threads; text is put together by a decoder that knows about characters cut in two."""

import codecs
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
            for text, ending in messages(conn):
                words = judge(text, secret)
                conn.sendall((words + ending).encode())
                if words in ("정답", "종료"):
                    return
        except OSError:
            return


def messages(conn):
    """Each message as text, and what its reply ends in."""
    spoken = False
    while b"\n" not in (data := conn.recv(1024)):
        if not data:
            return
        yield data.decode(), ""
        spoken = True
    data = re.sub(rb"\A\r?\n", b"", data) if spoken else data
    decoder = codecs.getincrementaldecoder("utf-8")()
    text, size = "", 0  # of the line, and its bytes
    while True:
        for piece in re.findall(rb"[^\n]+|\n", data):
            if piece == b"\n":
                yield text.removesuffix("\r"), "\n"
                text, size = "", 0
                continue
            size += len(piece)
            if size > 1024:
                return
            text += decoder.decode(piece)
        data = conn.recv(1024)
        if not data:
            break
    text += decoder.decode(b"", final=True)
    if text:
        yield text, "\n"


def judge(text, secret):
    if not re.fullmatch(r"[+-]?[0-9]+", text.strip(" \t\r\n\v\f")):
        return "입력값이 올바르지 않습니다:" + text
    guess = int(text)
    if guess == 0:
        return "종료"
    if guess == secret:
        return "정답"
    return "너무 높아요" if guess > secret else "너무 낮아요"
