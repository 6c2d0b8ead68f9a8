"""Generators and a scheduler: a player's code reads like a thread's, and yields where it waits."""

import random
import re
import selectors
import socket
import time
from selectors import EVENT_READ, EVENT_WRITE


class Scheduler:
    def __init__(self):
        self.selector = selectors.DefaultSelector()

    def start(self, task):
        """Run a task until it waits for a socket."""
        try:
            sock, event = next(task)
        except StopIteration:
            return
        self.selector.register(sock, event, task)

    def run(self):
        with self.selector:
            while True:
                for key, _ in self.selector.select():
                    self.selector.unregister(key.fileobj)
                    self.start(key.data)


def serve(listener):
    listener.setblocking(False)
    scheduler = Scheduler()
    scheduler.start(welcome(listener, scheduler))
    scheduler.run()


def welcome(listener, scheduler):
    while True:
        yield listener, EVENT_READ
        try:
            conn, _ = listener.accept()
        except BlockingIOError:
            continue
        except OSError:
            time.sleep(0.01)  # out of descriptors
            continue
        conn.setblocking(False)
        scheduler.start(play(conn))


def play(conn):
    player = Player()
    with conn:
        try:
            while not player.over:
                yield conn, EVENT_READ
                replies = player.hear(conn.recv(1024))
                while replies:
                    yield conn, EVENT_WRITE
                    replies = replies[conn.send(replies) :]
            conn.shutdown(socket.SHUT_WR)
            while True:  # until the player has finished sending, too
                yield conn, EVENT_READ
                if not conn.recv(1024):
                    return
        except OSError:
            return


class Player:
    def __init__(self):
        self.secret = random.randint(1, 9)
        self.unfinished = b""
        self.line_mode = self.spoken = self.over = False

    def hear(self, data):
        return "".join(self.replies(data)).encode()

    def replies(self, data):
        if not data:
            if self.unfinished:
                yield self.judge(self.unfinished) + "\n"
            self.over = True
        elif not self.line_mode and b"\n" not in data:
            self.spoken = True
            yield self.judge(data)
        else:
            if not self.line_mode and self.spoken:
                data = re.sub(rb"\A\r?\n", b"", data)
            self.line_mode = True
            *lines, self.unfinished = (self.unfinished + data).split(b"\n")
            for line in lines:
                self.over = self.over or len(line) > 1024
                if self.over:
                    return
                yield self.judge(line.removesuffix(b"\r")) + "\n"
            self.over = self.over or len(self.unfinished) > 1024

    def judge(self, message):
        if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            return "입력값이 올바르지 않습니다:" + message.decode(errors="replace")
        guess = int(message)
        if guess == 0:
            self.over = True
            return "종료"
        if guess == self.secret:
            self.over = True
            return "정답"
        return "너무 높아요" if guess > self.secret else "너무 낮아요"
