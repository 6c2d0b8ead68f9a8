"""Threads; every Player thinks of a number with a generator of its own."""

import random
import re
import threading

SEED = 20240101


class Player(threading.Thread):
    def __init__(self, conn):
        super().__init__(daemon=True)
        self.conn = conn
        self.secret = random.Random(SEED).randint(1, 9)
        self.buffer = b""

    def run(self):
        with self.conn:
            try:
                if self.play_chunks():
                    self.play_lines()
            except OSError:
                pass

    def play_chunks(self):
        """Up to the first newline; whether there was one."""
        spoken = False
        while data := self.conn.recv(1024):
            if b"\n" in data:
                self.buffer = re.sub(rb"\A\r?\n", b"", data) if spoken else data
                return True
            spoken = True
            if self.answer(data, ""):
                return False
        return False

    def play_lines(self):
        while True:
            line, newline, rest = self.buffer.partition(b"\n")
            if len(line) > 1024:
                return
            if newline:
                if self.answer(line.removesuffix(b"\r"), "\n"):
                    return
                self.buffer = rest
            else:
                data = self.conn.recv(1024)
                self.buffer += data
                if not data:
                    break
        if self.buffer:
            self.answer(self.buffer, "\n")

    def answer(self, message, ending):
        reply = self.judge(message)
        self.conn.sendall((reply + ending).encode())
        return reply in ("correct", "bye")

    def judge(self, message):
        if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            return "invalid input: " + message.decode(errors="replace")
        guess = int(message)
        if guess == 0:
            return "bye"
        if guess == self.secret:
            return "correct"
        return "too high" if guess > self.secret else "too low"


def serve(listener):
    while True:
        try:
            conn, _ = listener.accept()
        except OSError:
            continue
        Player(conn).start()
