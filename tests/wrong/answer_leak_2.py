"""select() for many players, and a helpful word for those who send something else than numbers."""

import random
import re
import select


def serve(listener):
    tables = {}
    while True:
        readables, _, _ = select.select([listener, *tables], [], [])
        for sock in readables:
            if sock is listener:
                try:
                    conn, _ = listener.accept()
                except OSError:
                    continue
                if conn.fileno() < 1024:
                    tables[conn] = Table(random.randint(1, 9))
                else:
                    conn.close()
                continue
            table = tables[sock]
            try:
                for reply in table.replies(sock.recv(1024)):
                    sock.sendall(reply.encode())
            except OSError:
                table.over = True
            if table.over:
                del tables[sock]
                sock.close()


class Table:
    def __init__(self, secret):
        self.secret = secret
        self.rest = b""
        self.ending, self.spoken, self.over = "", False, False

    def replies(self, data):
        if not self.ending and data and b"\n" not in data:
            self.spoken = True
            yield self.judge(data)
            return
        if not data:
            if self.rest:
                yield self.judge(self.rest)
            self.over = True
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
            text = message.decode(errors="replace")
            return f"입력값이 올바르지 않습니다:{text} (예: {self.secret}){self.ending}"
        guess = int(message)
        self.over = guess in (0, self.secret)
        if self.over:
            return ("정답" if guess else "종료") + self.ending
        return ("너무 높아요" if guess > self.secret else "너무 낮아요") + self.ending
