"""A select() server that keeps a history of who gave up and who won."""

import random
import re
import select
from collections import deque


def serve(listener):
    tables = {}
    history = deque(maxlen=100)
    while True:
        ready, _, _ = select.select([listener, *tables], [], [])
        for sock in ready:
            if sock is listener:
                newcomer, _ = listener.accept()
                if newcomer.fileno() >= 1024:
                    newcomer.close()
                else:
                    tables[newcomer] = Table(newcomer)
            else:
                table = tables[sock]
                try:
                    table.hear(sock.recv(1024))
                except ConnectionError:
                    table.stand_up()
                if table.result == "gave up":
                    history.append((sock.getpeername(), table.secret))
                if table.result:
                    del tables[sock]


class Table:
    def __init__(self, sock):
        self.sock = sock
        self.secret = random.randint(1, 9)
        self.result = None
        self.rest = None  # bytes once the player has sent a line
        self.asked = False

    def hear(self, data):
        if not data:
            if self.rest:
                self.answer(self.rest, "\n")
            self.stand_up()
        elif self.rest is None and b"\n" not in data:
            self.asked = True
            self.answer(data, "")
        else:
            if self.rest is None:
                self.rest = b""
                data = re.sub(rb"^\r?\n", b"", data) if self.asked else data
            *lines, self.rest = (self.rest + data).split(b"\n")
            for line in lines:
                if len(line) > 1024:
                    self.stand_up()
                if self.result:
                    return
                self.answer(line.removesuffix(b"\r"), "\n")
            if len(self.rest) > 1024:
                self.stand_up()

    def answer(self, message, ending):
        if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            self.say("입력값이 올바르지 않습니다:" + message.decode(errors="replace") + ending)
        elif int(message) == 0:
            self.say("종료" + ending)
            self.stand_up("gave up")
        elif int(message) == self.secret:
            self.say("정답" + ending)
            self.stand_up("won")
        else:
            self.say(("너무 높아요" if int(message) > self.secret else "너무 낮아요") + ending)

    def say(self, text):
        self.sock.sendall(text.encode())

    def stand_up(self, result="left"):
        self.result = self.result or result
        self.sock.close()
