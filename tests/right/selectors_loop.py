"""The selectors module: each socket with the conversation that belongs to it."""

import random
import re
import selectors
import socket
import time
from selectors import EVENT_READ, EVENT_WRITE


def serve(listener):
    listener.setblocking(False)
    with selectors.DefaultSelector() as selector:
        selector.register(listener, EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is listener:
                    accept(listener, selector)
                    continue
                talk = key.data
                talk.turn()
                if talk.ended:
                    selector.unregister(talk.conn)
                    talk.conn.close()
                else:
                    selector.modify(talk.conn, EVENT_WRITE if talk.unsent else EVENT_READ, talk)


def accept(listener, selector):
    try:
        conn, _ = listener.accept()
    except BlockingIOError:
        return
    except OSError:
        time.sleep(0.01)  # out of descriptors: let others go before asking again
        return
    conn.setblocking(False)
    selector.register(conn, EVENT_READ, Talk(conn))


class Talk:
    def __init__(self, conn):
        self.conn = conn
        self.game = game(random.randint(1, 9))
        next(self.game)
        self.unsent = b""
        self.listening = True  # to guesses; later only for the end of what is sent
        self.ended = False

    def turn(self):
        try:
            if not self.unsent:
                self.hear(self.conn.recv(1024))
            self.unsent = self.unsent[self.conn.send(self.unsent) :]
            if not (self.listening or self.unsent or self.ended):
                self.conn.shutdown(socket.SHUT_WR)
        except BlockingIOError:
            return
        except OSError:
            self.ended, self.unsent = True, b""

    def hear(self, data):
        if self.listening:
            self.unsent, self.listening = self.game.send(data)
        if not data and not self.unsent:
            self.ended = True


def game(secret):
    """Is sent what recv() gave; yields the replies, and whether to go on."""
    replies, goes_on, spoken = b"", True, False
    while b"\n" not in (data := (yield replies, goes_on)):
        if not data:
            yield b"", False
            return
        words = judge(data, secret)
        replies, goes_on, spoken = words.encode(), not is_last(words), True
    unfinished = re.sub(rb"\A\r?\n", b"", data) if spoken else data
    while goes_on:
        *lines, unfinished = unfinished.split(b"\n")
        answers = []
        for line in lines:
            goes_on = len(line) <= 1024
            if goes_on:
                words = judge(line.removesuffix(b"\r"), secret)
                answers.append(words + "\n")
                goes_on = not is_last(words)
            if not goes_on:
                break
        goes_on = goes_on and len(unfinished) <= 1024
        data = yield "".join(answers).encode(), goes_on
        if not data:
            break
        unfinished += data
    yield (judge(unfinished, secret) + "\n").encode() if unfinished else b"", False


def is_last(words):
    return words in ("정답", "종료")


def judge(message, secret):
    if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
        return "입력값이 올바르지 않습니다:" + message.decode(errors="replace")
    guess = int(message)
    if guess == 0:
        return "종료"
    if guess == secret:
        return "정답"
    return "너무 높아요" if guess > secret else "너무 낮아요"
