"""select() and outboxes; what select() cannot watch is turned away."""

import random
import re
import select
import socket
import time

FD_SETSIZE = 1024


def serve(listener):
    players = {}
    while True:
        waiting = [sock for sock, player in players.items() if player.outbox]
        reading = [sock for sock, player in players.items() if not player.outbox]
        readables, writeables, _ = select.select([listener, *reading], waiting, [])
        for sock in writeables:
            send(sock, players)
        for sock in readables:
            if sock is listener:
                accept(listener, players)
            else:
                receive(sock, players)


def accept(listener, players):
    try:
        conn, _ = listener.accept()
    except OSError:
        time.sleep(0.01)  # no descriptor is left: do not ask again at once
        return
    if conn.fileno() < FD_SETSIZE:
        conn.setblocking(False)
        players[conn] = Player()
    else:
        conn.close()


def receive(sock, players):
    player = players[sock]
    try:
        data = sock.recv(1024)
    except BlockingIOError:
        return
    except OSError:
        data = b""
    if not data:
        player.gone = True
    if not player.over:
        player.outbox = player.feed(data)
    send(sock, players)


def send(sock, players):
    player = players[sock]
    try:
        player.outbox = player.outbox[sock.send(player.outbox) :]
        if player.over and not player.outbox:
            sock.shutdown(socket.SHUT_WR)
    except BlockingIOError:
        return
    except OSError:
        player.outbox, player.gone = b"", True
    # Who has not finished sending is listened to until then: an earlier close() would be a reset.
    if player.gone and not player.outbox:
        del players[sock]
        sock.close()


class Player:
    def __init__(self):
        self.secret = random.randint(1, 9)
        self.outbox, self.unfinished = b"", b""
        self.line_mode = self.spoken = self.over = self.gone = False

    def feed(self, data):
        """The replies to what one recv() gave."""
        if not data:
            self.over = True
            return self.answer(self.unfinished) if self.unfinished else b""
        if not self.line_mode and b"\n" not in data:
            self.spoken = True
            return self.answer(data)
        if not self.line_mode and self.spoken:
            data = re.sub(rb"\A\r?\n", b"", data)
        self.line_mode = True
        *lines, self.unfinished = (self.unfinished + data).split(b"\n")
        replies = []
        for line in lines:
            self.over = self.over or len(line) > 1024
            if self.over:
                break
            replies.append(self.answer(line.removesuffix(b"\r")))
        self.over = self.over or len(self.unfinished) > 1024
        return b"".join(replies)

    def answer(self, message):
        if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            words = "입력값이 올바르지 않습니다:" + message.decode(errors="replace")
        elif int(message) == 0:
            words, self.over = "종료", True
        elif int(message) == self.secret:
            words, self.over = "정답", True
        else:
            words = "너무 높아요" if int(message) > self.secret else "너무 낮아요"
        return (words + "\n" * self.line_mode).encode()
