"""Many players in one thread: select(), and one Conversation per socket."""

import random
import re
import select


class Conversation:
    def __init__(self):
        self.secret = random.randint(1, 9)
        self.line_mode = self.answered = self.over = False
        self.tail = b""

    def hear(self, data):
        if not data:
            self.over = True
            return self.answer(self.tail) + "\n" if self.tail else ""
        if not self.line_mode:
            if b"\n" not in data:
                self.answered = True
                return self.answer(data)
            self.line_mode = True
            if self.answered:
                data = re.sub(rb"\A\r?\n", b"", data)
        *lines, self.tail = (self.tail + data).split(b"\n")
        replies = ""
        for line in lines:
            self.over = self.over or len(line) > 1024
            if self.over:
                break
            replies += self.answer(line.removesuffix(b"\r")) + "\n"
        self.over = self.over or len(self.tail) > 1024
        return replies

    def answer(self, message):
        text = message.decode("utf-8")
        if not re.fullmatch(r"[+-]?[0-9]+", text.strip(" \t\r\n\v\f")):
            return f"invalid input: {text}"
        guess = int(text)
        if guess == 0:
            self.over = True
            return "bye"
        if guess == self.secret:
            self.over = True
            return "correct"
        return "too high" if guess > self.secret else "too low"


def serve(listener):
    talks = {}
    while True:
        for sock in select.select([listener, *talks], [], [])[0]:
            if sock is listener:
                try:
                    conn, _ = listener.accept()
                except OSError:
                    continue
                if conn.fileno() < 1024:
                    talks[conn] = Conversation()
                else:
                    conn.close()
                continue
            try:
                sock.sendall(talks[sock].hear(sock.recv(1024)).encode())
            except OSError:
                talks[sock].over = True
            if talks[sock].over:
                del talks[sock]
                sock.close()
