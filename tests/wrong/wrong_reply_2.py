"""A select() server with a warm welcome for the winner."""

import random
import re
import select


class Player:
    def __init__(self):
        self.secret = random.randint(1, 9)
        self.rest = b""
        self.spoken = self.over = False
        self.ending = ""

    def feed(self, data):
        if not data:
            self.over = True
            return self.answer(self.rest) if self.rest else b""
        if not self.ending and b"\n" not in data:
            self.spoken = True
            return self.answer(data)
        if not self.ending and self.spoken:
            data = re.sub(rb"\A\r?\n", b"", data)
        self.ending = "\n"
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
        return b"".join(replies)

    def answer(self, message):
        if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            words = "입력값이 올바르지 않습니다:" + message.decode(errors="replace")
        elif int(message) == 0:
            words, self.over = "종료", True
        elif int(message) == self.secret:
            words, self.over = "정답입니다!", True
        elif int(message) > self.secret:
            words = "너무 높아요"
        else:
            words = "너무 낮아요"
        return (words + self.ending).encode()


def serve(listener):
    players = {}
    while True:
        for sock in select.select([listener, *players], [], [])[0]:
            if sock is listener:
                try:
                    conn, _ = listener.accept()
                except OSError:
                    continue
                if conn.fileno() >= 1024:
                    conn.close()
                    continue
                players[conn] = Player()
                continue
            player = players[sock]
            try:
                sock.sendall(player.feed(sock.recv(1024)))
            except OSError:
                player.over = True
            if player.over:
                del players[sock]
                sock.close()
