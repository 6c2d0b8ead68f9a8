"""A selectors server; a Player keeps all that belongs to one connection."""

import random
import re
import selectors


class Player:
    def __init__(self, conn):
        self.conn = conn
        self.secret = random.randint(1, 9)
        self.rest = b""
        self.ending, self.spoken = "", False

    def turn(self):
        """Read once and answer it; whether the player stays."""
        try:
            data = self.conn.recv(1024)
            if not data:
                if self.rest:
                    self.answer(self.rest)
                return False
            if not self.ending and b"\n" not in data:
                self.spoken = True
                return self.answer(data)
            if not self.ending and self.spoken:
                data = re.sub(rb"\A\r?\n", b"", data)
            self.ending = "\n"
            *lines, self.rest = (self.rest + data).split(b"\n")
            for line in lines:
                if len(line) > 1024 or not self.answer(line.removesuffix(b"\r")):
                    return False
            return len(self.rest) <= 1024
        except OSError:
            return False

    def answer(self, message):
        reply = self.judge(message)
        self.conn.sendall((reply + self.ending).encode())
        return reply != "correct"

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
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is listener:
                    try:
                        conn, _ = listener.accept()
                    except OSError:
                        continue
                    selector.register(conn, selectors.EVENT_READ, Player(conn))
                elif not key.data.turn():
                    selector.unregister(key.fileobj)
                    key.fileobj.close()
