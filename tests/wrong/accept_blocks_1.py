"""One thread: let in who comes, then see who of the players has said something, and so on."""

import random
import re
import select


def serve(listener):
    players = {}
    while True:
        try:
            conn, _ = listener.accept()
        except OSError:
            continue
        if conn.fileno() < 1024:
            players[conn] = Player()
        else:
            conn.close()
        readables, _, _ = select.select(list(players), [], [], 0)
        for sock in readables:
            player = players[sock]
            try:
                sock.sendall(player.feed(sock.recv(1024)))
            except OSError:
                player.over = True
            if player.over:
                del players[sock]
                sock.close()


class Player:
    def __init__(self):
        self.secret = random.randint(1, 9)
        self.rest, self.ending, self.spoken, self.over = b"", "", False, False

    def feed(self, data):
        if not data:
            reply = self.answer(self.rest) if self.rest else b""
            self.over = True
            return reply
        if not self.ending and b"\n" not in data:
            self.spoken = True
            return self.answer(data)
        if not self.ending and self.spoken:
            data = re.sub(rb"\A\r?\n", b"", data)
        self.ending = "\n"
        *lines, self.rest = (self.rest + data).split(b"\n")
        replies = b""
        for line in lines:
            self.over = self.over or len(line) > 1024
            replies += b"" if self.over else self.answer(line.removesuffix(b"\r"))
        self.over = self.over or len(self.rest) > 1024
        return replies

    def answer(self, message):
        if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            text = message.decode(errors="replace")
            return f"입력값이 올바르지 않습니다:{text}{self.ending}".encode()
        guess = int(message)
        self.over = guess in (0, self.secret)
        if self.over:
            words = "정답" if guess else "종료"
        else:
            words = "너무 높아요" if guess > self.secret else "너무 낮아요"
        return (words + self.ending).encode()
