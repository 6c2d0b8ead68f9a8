"""select() on sockets that do not block; what cannot be sent at once is sent as soon as it can."""

import random
import re
import select

WORDS = {"high": "too high", "low": "too low", "won": "correct", "end": "bye"}


def serve(listener):
    players = {}
    while True:
        readables, _, _ = select.select([listener, *players], [], [])
        for sock in readables:
            if sock is listener:
                try:
                    conn, _ = listener.accept()
                except OSError:
                    continue
                if conn.fileno() < 1024:
                    conn.setblocking(False)
                    players[conn] = Player()
                else:
                    conn.close()
                continue
            player = players[sock]
            try:
                send_all(sock, player.feed(sock.recv(1024)))
            except BlockingIOError:
                continue
            except OSError:
                player.over = True
            if player.over:
                del players[sock]
                sock.close()


def send_all(sock, data):
    while data:
        _, writeables, _ = select.select([], [sock], [])
        for sock in writeables:
            data = data[sock.send(data) :]


class Player:
    def __init__(self):
        self.secret = random.randint(1, 9)
        self.line_mode = self.spoken = self.over = False
        self.rest = b""

    def feed(self, data):
        if not data:
            reply = (self.judge(self.rest) + "\n").encode() if self.rest else b""
            self.over = True
            return reply
        if not self.line_mode and b"\n" not in data:
            self.spoken = True
            return self.judge(data).encode()
        if not self.line_mode:
            self.line_mode = True
            if self.spoken:
                data = re.sub(rb"\A\r?\n", b"", data)
        *lines, self.rest = (self.rest + data).split(b"\n")
        replies = []
        for line in lines:
            self.over = self.over or len(line) > 1024
            if self.over:
                break
            replies.append(self.judge(line.removesuffix(b"\r")) + "\n")
        self.over = self.over or len(self.rest) > 1024
        return "".join(replies).encode()

    def judge(self, message):
        if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            return "invalid input: " + message.decode(errors="replace")
        guess = int(message)
        self.over = guess in (0, self.secret)
        if self.over:
            return WORDS["won" if guess else "end"]
        return WORDS["high" if guess > self.secret else "low"]
