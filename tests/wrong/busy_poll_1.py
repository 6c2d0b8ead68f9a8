"""No threads and no select(): sockets that do not block, and each is asked in turn."""

import random
import re


def serve(listener):
    listener.setblocking(False)
    players = []
    while True:
        try:
            conn, _ = listener.accept()
            conn.setblocking(False)
            players.append(Player(conn))
        except OSError:
            pass  # nobody there
        for player in players:
            player.turn()
        players = [player for player in players if player.present]


class Player:
    def __init__(self, conn):
        self.conn = conn
        self.secret = random.randint(1, 9)
        self.rest = self.to_send = b""
        self.line_mode = self.spoken = self.over = False
        self.present = True

    def turn(self):
        try:
            if not self.to_send:
                self.hear(self.conn.recv(1024))
            self.to_send = self.to_send[self.conn.send(self.to_send) :]
        except BlockingIOError:
            return
        except OSError:
            self.over, self.to_send = True, b""
        if self.over and not self.to_send:
            self.conn.close()
            self.present = False

    def hear(self, data):
        if not self.line_mode and b"\n" not in data:
            self.spoken = True
            if data:
                self.answer(data)
            self.over = self.over or not data
            return
        if not self.line_mode:
            self.line_mode = True
            if self.spoken:
                data = re.sub(rb"\A\r?\n", b"", data)
        elif not data:
            if self.rest:
                self.answer(self.rest)
            self.over = True
            return
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            if len(line) > 1024:
                self.over = True
            if self.over:
                return
            self.answer(line.removesuffix(b"\r"))
        if len(self.rest) > 1024:
            self.over = True

    def answer(self, message):
        if re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            guess = int(message)
            self.over = guess in (0, self.secret)
            words = "너무 높아요" if guess > self.secret else "너무 낮아요"
            words = "종료" if guess == 0 else "정답" if guess == self.secret else words
        else:
            words = "입력값이 올바르지 않습니다:" + message.decode(errors="replace")
        self.to_send += (words + ("\n" if self.line_mode else "")).encode()
