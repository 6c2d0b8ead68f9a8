"""Threads; who has won may play another round."""

import random
import re
import threading


def serve(listener):
    while True:
        try:
            conn, _ = listener.accept()
        except OSError:
            continue
        threading.Thread(target=Session(conn).play, daemon=True).start()


class Session:
    def __init__(self, conn):
        self.conn = conn
        self.secret = random.randint(1, 9)
        self.rest = None  # of a line, once there has been one

    def play(self):
        with self.conn:
            try:
                spoken = False
                while data := self.conn.recv(1024):
                    if self.rest is None and b"\n" not in data:
                        spoken = True
                        if self.answer(data) == "종료":
                            return
                        continue
                    if self.rest is None:
                        self.rest = b""
                        data = re.sub(rb"\A\r?\n", b"", data) if spoken else data
                    *lines, self.rest = (self.rest + data).split(b"\n")
                    for line in lines:
                        if len(line) > 1024 or self.answer(line.removesuffix(b"\r")) == "종료":
                            return
                    if len(self.rest) > 1024:
                        return
                if self.rest:
                    self.answer(self.rest)
            except OSError:
                return

    def answer(self, message):
        reply = self.judge(message)
        ending = "" if self.rest is None else "\n"
        self.conn.sendall((reply + ending).encode())
        return reply

    def judge(self, message):
        if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            return "입력값이 올바르지 않습니다:" + message.decode(errors="replace")
        guess = int(message)
        if guess == 0:
            return "종료"
        if guess == self.secret:
            self.secret = random.randint(1, 9)
            return "정답"
        return "너무 높아요" if guess > self.secret else "너무 낮아요"
