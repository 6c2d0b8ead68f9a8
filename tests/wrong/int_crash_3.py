"""A selectors server that reads much at a time from players who send lines."""

import random
import re
import selectors


def serve(listener):
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is listener:
                    try:
                        conn, _ = listener.accept()
                    except OSError:
                        continue
                    selector.register(conn, selectors.EVENT_READ, Player())
                    continue
                conn, player = key.fileobj, key.data
                try:
                    data = conn.recv(65536 if player.line_mode else 1024)
                    conn.sendall("".join(player.hear(data)).encode())
                except OSError:
                    player.over = True
                if player.over:
                    selector.unregister(conn)
                    conn.close()


class Player:
    def __init__(self):
        self.secret = random.randint(1, 9)
        self.rest = b""
        self.line_mode = self.spoken = self.over = False

    def hear(self, data):
        if not data:
            if self.rest:
                yield self.reply(self.rest) + "\n"
            self.over = True
            return
        if not self.line_mode:
            if b"\n" not in data:
                self.spoken = True
                yield self.reply(data)
                return
            self.line_mode = True
            if self.spoken:
                data = re.sub(rb"\A\r?\n", b"", data)
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            reply = self.reply(line.removesuffix(b"\r"))
            if len(line) > 1024:
                self.over = True
                return
            yield reply + "\n"
            if self.over:
                return
        if len(self.rest) > 1024:
            self.over = True

    def reply(self, message):
        if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            return "invalid input: " + message.decode(errors="replace")
        guess = int(message)
        self.over = guess == 0 or guess == self.secret
        if guess == 0:
            return "bye"
        if guess == self.secret:
            return "correct"
        return "too high" if guess > self.secret else "too low"
