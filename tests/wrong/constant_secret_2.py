"""select() for everybody who wants to find the number of the day."""

import datetime
import re
import select


class Player:
    def __init__(self):
        self.secret = datetime.date.today().toordinal() % 9 + 1
        self.rest, self.mode = b"", "new"
        self.over = False

    def feed(self, data):
        if not data:
            reply = self.answer(self.rest) + b"\n" if self.rest else b""
            self.over = True
            return reply
        if self.mode != "lines":
            if b"\n" not in data:
                self.mode = "chunks"
                return self.answer(data)
            if self.mode == "chunks":
                data = re.sub(rb"\A\r?\n", b"", data)
            self.mode = "lines"
        *lines, self.rest = (self.rest + data).split(b"\n")
        replies = []
        for line in lines:
            if len(line) > 1024:
                self.over = True
            if self.over:
                break
            replies.append(self.answer(line.removesuffix(b"\r")) + b"\n")
        self.over = self.over or len(self.rest) > 1024
        return b"".join(replies)

    def answer(self, message):
        if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            return ("입력값이 올바르지 않습니다:" + message.decode(errors="replace")).encode()
        guess = int(message)
        self.over = guess in (0, self.secret)
        if self.over:
            return ("정답" if guess else "종료").encode()
        return ("너무 높아요" if guess > self.secret else "너무 낮아요").encode()


def serve(listener):
    players = {}
    while True:
        for sock in select.select([listener, *players], [], [])[0]:
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
            player = players[sock]
            try:
                sock.sendall(player.feed(sock.recv(1024)))
            except OSError:
                player.over = True
            if player.over:
                del players[sock]
                sock.close()
