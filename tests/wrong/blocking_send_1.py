"""A selectors server: any number of players in one thread."""

import random
import re
import selectors


def serve(listener):
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ, None)
        while True:
            for key, _ in selector.select():
                if key.data is None:
                    welcome(listener, selector)
                elif not key.data.hear():
                    selector.unregister(key.fileobj)
                    key.fileobj.close()


def welcome(listener, selector):
    try:
        conn, _ = listener.accept()
    except OSError:
        return
    selector.register(conn, selectors.EVENT_READ, Player(conn))


class Player:
    def __init__(self, conn):
        self.conn = conn
        self.secret = random.randint(1, 9)
        self.line_mode = self.spoken = False
        self.rest = b""

    def hear(self):
        """Read once and answer it; False when this player is done with."""
        try:
            replies, goes_on = self.replies(self.conn.recv(1024))
            self.conn.sendall("".join(replies).encode())
            return goes_on
        except OSError:
            return False

    def replies(self, data):
        if not data:
            return [self.judge(self.rest) + "\n"] if self.rest else [], False
        if not self.line_mode:
            if b"\n" not in data:
                self.spoken = True
                reply = self.judge(data)
                return [reply], not is_last(reply)
            self.line_mode = True
            if self.spoken:
                data = re.sub(rb"\A\r?\n", b"", data)
        *lines, self.rest = (self.rest + data).split(b"\n")
        replies = []
        for line in lines:
            if len(line) > 1024:
                return replies, False
            reply = self.judge(line.removesuffix(b"\r"))
            replies.append(reply + "\n")
            if is_last(reply):
                return replies, False
        return replies, len(self.rest) <= 1024

    def judge(self, message):
        if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            return "입력값이 올바르지 않습니다:" + message.decode(errors="replace")
        guess = int(message)
        if guess == 0:
            return "종료"
        if guess == self.secret:
            return "정답"
        return "너무 높아요" if guess > self.secret else "너무 낮아요"


def is_last(reply):
    return reply in ("정답", "종료")
