"""Edge-triggered epoll: each change is told once, so each socket is used until it would block."""

import random
import re
import select
import socket
import time

EDGES = select.EPOLLIN | select.EPOLLOUT | select.EPOLLRDHUP | select.EPOLLET


def serve(listener):
    listener.setblocking(False)
    players = {}
    ready = {}  # those who may have more, by descriptor: everybody gets one turn at a time
    with select.epoll() as epoll:
        epoll.register(listener, select.EPOLLIN)
        while True:
            for fd, _ in epoll.poll(0 if ready else -1):
                if fd == listener.fileno():
                    accept(listener, epoll, players)
                else:
                    ready[fd] = players[fd]
            for fd, player in list(ready.items()):
                if player.turn():
                    continue
                del ready[fd]
                if player.gone:
                    del players[fd]
                    player.conn.close()


def accept(listener, epoll, players):
    try:
        conn, _ = listener.accept()
    except BlockingIOError:
        return
    except OSError:
        time.sleep(0.01)  # no descriptor is left
        return
    conn.setblocking(False)
    players[conn.fileno()] = Player(conn)
    epoll.register(conn, EDGES)


class Player:
    def __init__(self, conn):
        self.conn = conn
        self.secret = random.randint(1, 9)
        self.unfinished, self.outbox = b"", b""
        self.line_mode = self.spoken = False
        self.over = self.said_goodbye = self.gone = False

    def turn(self):
        """Send or receive once; False if there is nothing to do until the next edge."""
        try:
            if self.outbox:
                self.outbox = self.outbox[self.conn.send(self.outbox) :]
            elif self.over and not self.said_goodbye:
                self.said_goodbye = True
                self.conn.shutdown(socket.SHUT_WR)
            elif data := self.conn.recv(1024):
                if not self.over:
                    self.outbox = self.hear(data)
            elif self.unfinished and not self.over:
                self.outbox = self.answer(self.unfinished)
                self.unfinished = b""
            else:
                self.gone = True
        except BlockingIOError:
            return False
        except OSError:
            self.gone = True
        return not self.gone

    def hear(self, data):
        if not self.line_mode:
            if b"\n" not in data:
                self.spoken = True
                return self.answer(data)
            self.line_mode = True
            if self.spoken:
                data = re.sub(rb"\A\r?\n", b"", data)
        *lines, self.unfinished = (self.unfinished + data).split(b"\n")
        replies = []
        for line in lines:
            if len(line) > 1024:
                self.over = True
            if self.over:
                break
            replies.append(self.answer(line.removesuffix(b"\r")))
        if len(self.unfinished) > 1024:
            self.over = True
        return b"".join(replies)

    def answer(self, message):
        words = "입력값이 올바르지 않습니다:" + message.decode(errors="replace")
        if re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            guess = int(message)
            self.over = guess in (0, self.secret)
            words = "너무 높아요" if guess > self.secret else "너무 낮아요"
            if self.over:
                words = "정답" if guess else "종료"
        return (words + "\n" * self.line_mode).encode()
