"""select() with three lists: whom to read from, whom to write to, and what to write."""

import random
import re
import select

HIGH, LOW, WON, END = (w.encode() for w in ("너무 높아요", "너무 낮아요", "정답", "종료"))
INVALID = "입력값이 올바르지 않습니다:".encode()


def serve(listener):
    readers, writers = [listener], []
    players, outbox = {}, {}
    while True:
        readables, writeables, _ = select.select(readers, writers, [])
        for sock in writeables:
            outbox[sock] = outbox[sock][send(sock, outbox[sock]) :]
            if not outbox[sock]:
                writers.remove(sock)
                readers.append(sock)
                if players[sock].over:
                    readers.remove(sock)
                    sock.close()
                    del players[sock], outbox[sock]
        for sock in readables:
            if sock is listener:
                try:
                    conn, _ = listener.accept()
                except OSError:
                    continue
                if conn.fileno() >= 1024:
                    conn.close()
                    continue
                conn.setblocking(False)
                readers.append(conn)
                players[conn], outbox[conn] = Player(), b""
                continue
            try:
                data = sock.recv(1024)
            except BlockingIOError:
                continue
            except OSError:
                data = b""
            outbox[sock] = players[sock].hear(data)
            readers.remove(sock)
            writers.append(sock)
            if not data:
                send(sock, outbox[sock])  # the last words: whether they arrive or not
                sock.close()
                del players[sock], outbox[sock]


def send(sock, data):
    """How much of it is done with."""
    try:
        return sock.send(data)
    except BlockingIOError:
        return 0
    except OSError:
        return len(data)


class Player:
    def __init__(self):
        self.secret = random.randint(1, 9)
        self.rest, self.ending = b"", b""
        self.spoken = self.over = False

    def hear(self, data):
        if not data:
            return self.answer(self.rest) if self.rest else b""
        if not self.ending and b"\n" not in data:
            self.spoken = True
            return self.answer(data)
        if not self.ending and self.spoken:
            data = re.sub(rb"\A\r?\n", b"", data)
        self.ending = b"\n"
        replies = []
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            self.over = self.over or len(line) > 1024
            if self.over:
                break
            replies.append(self.answer(line.removesuffix(b"\r")))
        self.over = self.over or len(self.rest) > 1024
        return b"".join(replies)

    def answer(self, message):
        if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            return INVALID + message.decode(errors="replace").encode() + self.ending
        guess = int(message)
        self.over = guess in (0, self.secret)
        if self.over:
            return (WON if guess else END) + self.ending
        return (HIGH if guess > self.secret else LOW) + self.ending
