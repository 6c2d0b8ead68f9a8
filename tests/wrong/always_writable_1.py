"""A selectors server: every connection is registered once, for reading and writing."""

import random
import re
import selectors
from selectors import EVENT_READ, EVENT_WRITE


class Player:
    def __init__(self):
        self.secret = random.randint(1, 9)
        self.incoming = self.outgoing = b""
        self.line_mode = self.spoken = self.over = False

    def hear(self, data):
        if not data:
            if self.incoming:
                self.answer(self.incoming)
            self.over = True
        elif not self.line_mode and b"\n" not in data:
            self.spoken = True
            self.answer(data)
        else:
            if not self.line_mode:
                self.line_mode = True
                data = re.sub(rb"\A\r?\n", b"", data) if self.spoken else data
            *lines, self.incoming = (self.incoming + data).split(b"\n")
            for line in lines:
                self.over = self.over or len(line) > 1024
                if self.over:
                    break
                self.answer(line.removesuffix(b"\r"))
            self.over = self.over or len(self.incoming) > 1024

    def answer(self, message):
        words = self.judge(message)
        self.over = words in ("bye", "correct")
        self.outgoing += (words + "\n" * self.line_mode).encode()

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
    selector = selectors.DefaultSelector()
    selector.register(listener, EVENT_READ)
    while True:
        for key, events in selector.select():
            if key.fileobj is listener:
                try:
                    conn, _ = listener.accept()
                except OSError:
                    continue
                conn.setblocking(False)
                selector.register(conn, EVENT_READ | EVENT_WRITE, Player())
                continue
            conn, player = key.fileobj, key.data
            try:
                if events & EVENT_READ and not player.outgoing and not player.over:
                    player.hear(conn.recv(1024))
                if events & EVENT_WRITE and player.outgoing:
                    sent = conn.send(player.outgoing)
                    player.outgoing = player.outgoing[sent:]
            except BlockingIOError:
                continue
            except OSError:
                player.over, player.outgoing = True, b""
            if player.over and not player.outgoing:
                selector.unregister(conn)
                conn.close()
