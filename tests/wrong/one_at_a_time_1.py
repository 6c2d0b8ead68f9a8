"""The guessing game as a class: a server has a table, and players sit down at it."""

import contextlib
import random
import re

HIGH, LOW, RIGHT, END = (word.encode() for word in ("너무 높아요", "너무 낮아요", "정답", "종료"))


class GuessServer:
    def __init__(self, listener):
        self.listener = listener

    def run(self):
        while True:
            try:
                self.player, _ = self.listener.accept()
            except OSError:
                continue
            self.secret = random.randint(1, 9)
            with self.player, contextlib.suppress(OSError):  # the player may go away
                self.play()

    def play(self):
        for message, ending in self.messages():
            reply = self.reply_to(message)
            self.player.sendall(reply + ending)
            if reply in (RIGHT, END):
                break

    def messages(self):
        spoken = False
        while b"\n" not in (data := self.player.recv(1024)):
            if not data:
                return
            yield data, b""
            spoken = True
        if spoken:
            data = re.sub(rb"\A\r?\n", b"", data)
        while True:
            line, newline, rest = data.partition(b"\n")
            if len(line) > 1024:
                return
            if newline:
                yield line.removesuffix(b"\r"), b"\n"
                data = rest
            elif more := self.player.recv(1024):
                data += more
            else:
                if data:
                    yield data, b"\n"
                return

    def reply_to(self, message):
        if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            text = message.decode(errors="replace")
            return f"입력값이 올바르지 않습니다:{text}".encode()
        guess = int(message)
        if guess == 0:
            return END
        return RIGHT if guess == self.secret else HIGH if guess > self.secret else LOW


def serve(listener):
    GuessServer(listener).run()
