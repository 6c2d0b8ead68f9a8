"""A select() server; what nobody has sent needs no answer."""

import random
import re
import select


class Player:
    def __init__(self):
        self.secret = random.randint(1, 9)
        self.rest, self.ending = b"", b""
        self.spoken = self.over = False

    def feed(self, data):
        if not self.ending:
            if b"\n" not in data:
                self.spoken = True
                return self.answer(data)
            self.ending = b"\n"
            if self.spoken:
                data = re.sub(rb"\A\r?\n", b"", data)
        *lines, self.rest = (self.rest + data).split(b"\n")
        replies = []
        for line in lines:
            if len(line) > 1024:
                self.over = True
            if self.over:
                break
            replies.append(self.answer(line.removesuffix(b"\r")))
        if len(self.rest) > 1024:
            self.over = True
        return b"".join(replies)

    def answer(self, message):
        if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            return b"invalid input: " + message.decode(errors="replace").encode() + self.ending
        guess = int(message)
        self.over = guess in (0, self.secret)
        if guess == 0:
            return b"bye" + self.ending
        if guess == self.secret:
            return b"correct" + self.ending
        return (b"too high" if guess > self.secret else b"too low") + self.ending


def serve(listener):
    players = {}
    while True:
        ready, _, _ = select.select([listener, *players], [], [])
        if listener in ready:
            ready.remove(listener)
            welcome(listener, players)
        for sock in ready:
            player = players[sock]
            try:
                data = sock.recv(1024)
                if not data:
                    continue  # nothing said, nothing to answer
                sock.sendall(player.feed(data))
            except OSError:
                player.over = True
            if player.over:
                del players[sock]
                sock.close()


def welcome(listener, players):
    try:
        conn, _ = listener.accept()
    except OSError:
        return
    if conn.fileno() < 1024:
        players[conn] = Player()
    else:
        conn.close()
