"""A select() server with one Player object per socket."""

import random
import re
import select

REPLIES = ["너무 낮아요", "정답", "너무 높아요"]


class Player:
    def __init__(self):
        self.secret = random.randint(1, 9)
        self.by_line = False
        self.spoken = False
        self.latest = b""  # shown to whoever watches the tables
        self.buffer = b""
        self.done = False

    def feed(self, data):
        """Replies to what one recv() gave."""
        if not self.by_line:
            if b"\n" not in data:
                self.spoken = True
                return self.answer(data)
            self.by_line = True
            if self.spoken:
                data = re.sub(rb"\A\r?\n", b"", data)
        self.buffer += data
        out = []
        while not self.done and (end := self.buffer.find(b"\n", 0, 1025)) >= 0:
            out.append(self.answer(self.buffer[:end].removesuffix(b"\r")) + b"\n")
            self.buffer = self.buffer[end + 1 :]
        self.done = self.done or len(self.buffer) > 1024
        return b"".join(out)

    def last_words(self):
        reply = self.answer(self.buffer) + b"\n" if self.buffer else b""
        self.done = True
        return reply

    def answer(self, message):
        if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            return ("입력값이 올바르지 않습니다:" + message.decode(errors="replace")).encode()
        guess = int(message)
        self.done = guess in (0, self.secret)
        if guess == 0:
            return "종료".encode()
        return REPLIES[1 + (guess > self.secret) - (guess < self.secret)].encode()


def serve(listener):
    players = {}
    while True:
        ready, _, _ = select.select([listener, *players], [], [])
        for sock in ready:
            if sock is listener:
                conn, _ = sock.accept()
                if conn.fileno() < 1024:
                    players[conn] = Player()
                else:
                    conn.close()
                continue
            player = players[sock]
            try:
                data = sock.recv(1024)
                player.latest = data.splitlines()[-1]
                sock.sendall(player.feed(data) if data else player.last_words())
            except OSError:
                player.done = True
            if player.done:
                sock.close()
                del players[sock]
