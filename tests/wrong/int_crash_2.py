"""A select() server that looks at the characters of a guess before it takes it for a number."""

import random
import re
import select

ALLOWED = frozenset(b"+-0123456789 \t\r\n\v\f")


class Player:
    def __init__(self):
        self.secret = random.randint(1, 9)
        self.rest = b""
        self.line_mode = self.spoken = self.over = False

    def feed(self, data):
        if not data:
            self.over = True
            return self.answer(self.rest) if self.rest else ""
        if not self.line_mode and b"\n" not in data:
            self.spoken = True
            return self.answer(data)
        if not self.line_mode and self.spoken:
            data = re.sub(rb"\A\r?\n", b"", data)
        self.line_mode = True
        *lines, self.rest = (self.rest + data).split(b"\n")
        replies = []
        for line in lines:
            if len(line) > 1024:
                self.over = True
            if self.over:
                break
            replies.append(self.answer(line.removesuffix(b"\r")))
        if len(self.rest) > 1024:
            self.over = True
        return "".join(replies)

    def answer(self, message):
        return self.judge(message) + ("\n" if self.line_mode else "")

    def judge(self, message):
        if not ALLOWED.issuperset(message):
            return "입력값이 올바르지 않습니다:" + message.decode(errors="replace")
        guess = int(message)
        if guess == 0:
            self.over = True
            return "종료"
        if guess == self.secret:
            self.over = True
            return "정답"
        return "너무 높아요" if guess > self.secret else "너무 낮아요"


def serve(listener):
    players = {}
    while True:
        readables, _, _ = select.select([listener, *players], [], [])
        for sock in readables:
            if sock is listener:
                try:
                    conn, _ = listener.accept()
                except OSError:
                    continue
                if conn.fileno() < 1024:
                    players[conn] = Player()
                else:
                    conn.close()
                continue
            try:
                sock.sendall(players[sock].feed(sock.recv(1024)).encode())
            except OSError:
                players[sock].over = True
            if players[sock].over:
                del players[sock]
                sock.close()
