"""select() with outboxes: nobody has to wait for anybody else."""

import random
import re
import select


class Table:
    """Everybody who plays."""

    def __init__(self, listener):
        self.listener = listener
        self.players = {}

    def run(self):
        while True:
            readers = [sock for sock, player in self.players.items() if not player.outbox]
            writers = [sock for sock, player in self.players.items() if player.outbox]
            readable, writable, _ = select.select([self.listener, *readers], writers, [])
            for sock in writable:
                self.write(sock)
            for sock in readable:
                if sock is self.listener:
                    self.welcome()
                else:
                    self.read(sock)

    def welcome(self):
        try:
            sock, _ = self.listener.accept()
        except OSError:
            return
        sock.setblocking(False)
        self.players[sock] = Player()

    def read(self, sock):
        try:
            data = sock.recv(1024)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self.players[sock].hear(data)
        self.write(sock)

    def write(self, sock):
        player = self.players[sock]
        try:
            player.outbox = player.outbox[sock.send(player.outbox) :]
        except BlockingIOError:
            return
        except OSError:
            player.over, player.outbox = True, b""
        if player.over and not player.outbox:
            del self.players[sock]
            sock.close()


class Player:
    def __init__(self):
        self.secret = random.randint(1, 9)
        self.ending, self.spoken = "", False
        self.outbox = self.rest = b""
        self.over = False

    def hear(self, data):
        if not self.ending and data and b"\n" not in data:
            self.spoken = True
            return self.answer(data)
        if not data:
            if self.rest:
                self.answer(self.rest)
            self.over = True
            return None
        if not self.ending:
            self.ending = "\n"
            data = re.sub(rb"\A\r?\n", b"", data) if self.spoken else data
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            if len(line) <= 1024 and not self.over:
                self.answer(line.removesuffix(b"\r"))
            else:
                self.over = True
        self.over = self.over or len(self.rest) > 1024
        return None

    def answer(self, message):
        words = "입력값이 올바르지 않습니다:" + message.decode(errors="replace")
        if re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            guess = int(message)
            self.over = guess == 0 or guess == self.secret
            words = "너무 높아요" if guess > self.secret else "너무 낮아요"
            if self.over:
                words = "정답" if guess else "종료"
        self.outbox += (words + self.ending).encode()


def serve(listener):
    Table(listener).run()
