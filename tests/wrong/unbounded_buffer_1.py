"""A selectors server; what has come of a line is kept in a list until the line is complete."""

import random
import re
import selectors


class Player:
    def __init__(self):
        self.secret = random.randint(1, 9)
        self.parts = []
        self.line_mode = self.spoken = self.over = False

    def feed(self, data):
        if not data:
            rest = b"".join(self.parts)
            reply = self.answer(rest) + "\n" if rest else ""
            self.over = True
            return reply
        if not self.line_mode:
            if b"\n" not in data:
                self.spoken = True
                return self.answer(data)
            self.line_mode = True
            if self.spoken:
                data = re.sub(rb"\A\r?\n", b"", data)
        *lines, rest = data.split(b"\n")
        replies = []
        for line in lines:
            line = b"".join([*self.parts, line])
            self.parts.clear()
            if len(line) > 1024:
                self.over = True  # nobody's guess is as long as that
            if self.over:
                break
            replies.append(self.answer(line.removesuffix(b"\r")) + "\n")
        self.parts.append(rest)
        return "".join(replies)

    def answer(self, message):
        if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            return "입력값이 올바르지 않습니다:" + message.decode(errors="replace")
        guess = int(message)
        self.over = guess in (0, self.secret)
        if self.over:
            return "정답" if guess else "종료"
        return "너무 높아요" if guess > self.secret else "너무 낮아요"


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
                    selector.register(conn, selectors.EVENT_READ, Player())
                    continue
                conn, player = key.fileobj, key.data
                try:
                    conn.sendall(player.feed(conn.recv(1024)).encode())
                except OSError:
                    player.over = True
                if player.over:
                    selector.unregister(conn)
                    conn.close()
