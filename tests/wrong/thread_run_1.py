"""Each player gets a thread: a Player is a Thread."""

import random
import re
import threading


class Player(threading.Thread):
    def __init__(self, conn):
        super().__init__(daemon=True)
        self.conn = conn
        self.secret = random.randint(1, 9)

    def run(self):
        with self.conn:
            try:
                for message, ending in self.messages():
                    words = self.judge(message)
                    self.conn.sendall((words + ending).encode())
                    if words in ("correct", "bye"):
                        return
            except OSError:
                return

    def messages(self):
        chunks = 0
        data = self.conn.recv(1024)
        while data and b"\n" not in data:
            yield data, ""
            chunks += 1
            data = self.conn.recv(1024)
        if chunks:
            data = re.sub(rb"\A\r?\n", b"", data)
        while len(data) <= 1024 or b"\n" in data[:1025]:
            line, newline, rest = data.partition(b"\n")
            if newline:
                yield line.removesuffix(b"\r"), "\n"
                data = rest
            elif more := self.conn.recv(1024):
                data += more
            else:
                break
        else:
            return
        if data:
            yield data, "\n"

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
        Player(conn).run()
