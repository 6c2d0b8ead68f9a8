"""A pool of threads, large enough for everybody."""

import contextlib
import random
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor

SIZE = 4000


def serve(listener):
    with ThreadPoolExecutor(SIZE) as pool:
        while True:
            try:
                conn, _ = listener.accept()
            except OSError:
                time.sleep(0.01)  # out of descriptors; do not ask again at once
                continue
            pool.submit(Session(conn).run)


class Session:
    def __init__(self, conn):
        self.conn = conn
        self.secret = random.randint(1, 9)
        self.over = False
        self.ending = ""
        self.buffer = b""

    def run(self):
        with self.conn, contextlib.suppress(OSError):
            self.chunks()
            self.lines()
            self.conn.shutdown(socket.SHUT_WR)
            self.conn.settimeout(2)
            for _ in range(10_000):  # what is unread at a close() turns it into a reset
                if not self.conn.recv(4096):
                    break

    def chunks(self):
        """Up to the first newline, what one recv() gives is one message."""
        spoken = False
        while not self.over:
            data = self.conn.recv(1024)
            if b"\n" in data:
                self.ending = "\n"
                self.buffer = re.sub(rb"\A\r?\n", b"", data) if spoken else data
                return
            if data:
                self.answer(data)
                spoken = True
            else:
                self.over = True

    def lines(self):
        """From then on a newline ends a message."""
        while not self.over:
            end = self.buffer.find(b"\n", 0, 1025)
            if end >= 0:
                line, self.buffer = self.buffer[:end], self.buffer[end + 1 :]
                self.answer(line.removesuffix(b"\r"))
            elif len(self.buffer) > 1024:
                self.over = True
            elif data := self.conn.recv(1024):
                self.buffer += data
            else:
                if self.buffer:
                    self.answer(self.buffer)
                self.over = True

    def answer(self, message):
        words = "입력값이 올바르지 않습니다:" + message.decode(errors="replace")
        if re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            guess = int(message)
            words = "너무 높아요" if guess > self.secret else "너무 낮아요"
            if guess in (0, self.secret):
                words, self.over = "정답" if guess else "종료", True
        self.conn.sendall((words + self.ending).encode())
