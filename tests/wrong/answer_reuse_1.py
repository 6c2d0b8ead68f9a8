"""A select() server that does not make a new object for everybody who comes."""

import random
import re
import select


class Seat:
    def __init__(self):
        self.secret = random.randint(1, 9)
        self.clear()

    def clear(self):
        self.rest = b""
        self.spoken = self.lines = self.over = False

    def feed(self, data):
        if not data:
            reply = self.reply(self.rest) + b"\n" if self.rest else b""
            self.over = True
            return reply
        if not self.lines and b"\n" not in data:
            self.spoken = True
            return self.reply(data)
        if not self.lines:
            self.lines = True
            data = re.sub(rb"\A\r?\n", b"", data) if self.spoken else data
        *lines, self.rest = (self.rest + data).split(b"\n")
        replies = []
        for line in [*lines, None]:
            if self.over or len(self.rest if line is None else line) > 1024:
                self.over = True
            elif line is not None:
                replies.append(self.reply(line.removesuffix(b"\r")) + b"\n")
        return b"".join(replies)

    def reply(self, message):
        if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            return (
                "입력값이 올바르지 않습니다:".encode() + message.decode(errors="replace").encode()
            )
        guess = int(message)
        self.over = guess in (0, self.secret)
        if guess == 0:
            return "종료".encode()
        if guess == self.secret:
            return "정답".encode()
        return "너무 높아요".encode() if guess > self.secret else "너무 낮아요".encode()


def serve(listener):
    seats = {}
    free = []  # seats that somebody has left
    while True:
        readables, _, _ = select.select([listener, *seats], [], [])
        for sock in readables:
            if sock is listener:
                try:
                    conn, _ = listener.accept()
                except OSError:
                    continue
                if conn.fileno() >= 1024:
                    conn.close()
                    continue
                seats[conn] = free.pop() if free else Seat()
                continue
            seat = seats[sock]
            try:
                sock.sendall(seat.feed(sock.recv(1024)))
            except OSError:
                seat.over = True
            if seat.over:
                del seats[sock]
                sock.close()
                seat.clear()
                free.append(seat)
