"""A selectors server; replies wait in a queue until there is room for them."""

import random
import re
import selectors
from collections import deque
from selectors import EVENT_READ, EVENT_WRITE


class Player:
    def __init__(self, conn):
        self.conn = conn
        self.secret = random.randint(1, 9)
        self.queue = deque()
        self.rest, self.ending = b"", ""
        self.spoken = self.over = False

    def read(self):
        try:
            data = self.conn.recv(1024)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self.queue.append("".join(self.replies(data)).encode())

    def write(self):
        try:
            while self.queue:
                self.conn.send(self.queue[0])
                self.queue.popleft()
        except BlockingIOError:
            return
        except OSError:
            self.queue.clear()
            self.over = True

    def replies(self, data):
        if not data:
            if self.rest:
                yield self.judge(self.rest)
            self.over = True
            return
        if not self.ending and b"\n" not in data:
            self.spoken = True
            yield self.judge(data)
            return
        if not self.ending and self.spoken:
            data = re.sub(rb"\A\r?\n", b"", data)
        self.ending = "\n"
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            self.over = self.over or len(line) > 1024
            if self.over:
                return
            yield self.judge(line.removesuffix(b"\r"))
        self.over = self.over or len(self.rest) > 1024

    def judge(self, message):
        if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            return "입력값이 올바르지 않습니다:" + message.decode(errors="replace") + self.ending
        guess = int(message)
        self.over = guess in (0, self.secret)
        if self.over:
            return ("정답" if guess else "종료") + self.ending
        return ("너무 높아요" if guess > self.secret else "너무 낮아요") + self.ending


def serve(listener):
    with selectors.DefaultSelector() as selector:
        selector.register(listener, EVENT_READ)
        while True:
            for key, events in selector.select():
                if key.fileobj is listener:
                    try:
                        conn, _ = listener.accept()
                    except OSError:
                        continue
                    conn.setblocking(False)
                    selector.register(conn, EVENT_READ, Player(conn))
                    continue
                player = key.data
                if events & EVENT_READ:
                    player.read()
                player.write()
                if player.over and not player.queue:
                    selector.unregister(player.conn)
                    player.conn.close()
                else:
                    selector.modify(
                        player.conn, EVENT_WRITE if player.queue else EVENT_READ, player
                    )
