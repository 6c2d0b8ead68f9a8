"""A selectors server with numbered seats, to see who sits where."""

import itertools
import random
import re
import selectors


def serve(listener):
    numbers = itertools.count(1)
    seats = {}
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is listener:
                    try:
                        conn, _ = listener.accept()
                    except OSError:
                        continue
                    number = next(numbers)
                    seats[number] = conn
                    selector.register(conn, selectors.EVENT_READ, Player(conn, number))
                    continue
                player = key.data
                state = player.turn()
                if state == "left":
                    selector.unregister(player.conn)  # nothing more will come from there
                elif state == "over":
                    selector.unregister(player.conn)
                    seats.pop(player.number).close()


class Player:
    def __init__(self, conn, number):
        self.conn, self.number = conn, number
        self.secret = random.randint(1, 9)
        self.buffer, self.ending, self.spoken = b"", "", False

    def turn(self):
        try:
            data = self.conn.recv(1024)
            if not data:
                if self.buffer:
                    self.answer(self.buffer)
                return "left"
            if not self.ending and b"\n" not in data:
                self.spoken = True
                return self.answer(data)
            if not self.ending and self.spoken:
                data = re.sub(rb"\A\r?\n", b"", data)
            self.ending = "\n"
            *lines, self.buffer = (self.buffer + data).split(b"\n")
            for line in lines:
                if len(line) > 1024 or self.answer(line.removesuffix(b"\r")) == "over":
                    return "over"
            return "over" if len(self.buffer) > 1024 else "playing"
        except OSError:
            return "left"

    def answer(self, message):
        words = "입력값이 올바르지 않습니다:" + message.decode(errors="replace")
        if re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            guess = int(message)
            words = "너무 높아요" if guess > self.secret else "너무 낮아요"
            if guess == self.secret:
                words = "정답"
            if guess == 0:
                words = "종료"
        self.conn.sendall((words + self.ending).encode())
        return "over" if words in ("정답", "종료") else "playing"
