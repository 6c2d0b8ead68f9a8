"""An asyncio protocol with a buffer of 1,024 bytes."""

import asyncio
import random
import re


class Guessing(asyncio.BufferedProtocol):
    def connection_made(self, transport):
        self.transport = transport
        self.buffer = bytearray(1024)
        self.secret = random.randint(1, 9)
        self.line_mode = self.answered = False
        self.text, self.size = "", 0  # of the line that is being received

    def get_buffer(self, sizehint):
        return self.buffer

    def buffer_updated(self, size):
        if not self.transport.is_closing():
            self.hear(bytes(self.buffer[:size]))

    def hear(self, data):
        if not self.line_mode:
            if b"\n" not in data:
                self.answered = True
                self.say(self.judge(data.decode(errors="replace")), "")
                return
            self.line_mode = True
            if self.answered:
                data = re.sub(rb"\A\r?\n", b"", data)
        first, *others = data.split(b"\n")
        self.collect(first)
        for line in others:
            if not self.transport.is_closing():
                self.say(self.judge(self.text.removesuffix("\r")), "\n")
            self.text, self.size = "", 0
            self.collect(line)

    def collect(self, part):
        self.text += part.decode(errors="replace")
        self.size += len(part)
        if self.size > 1024:
            self.transport.close()

    def eof_received(self):
        if self.text and not self.transport.is_closing():
            self.say(self.judge(self.text), "\n")

    def judge(self, text):
        if not re.fullmatch(r"[+-]?[0-9]+", text.strip(" \t\r\n\v\f")):
            return f"입력값이 올바르지 않습니다:{text}"
        guess = int(text)
        if guess == 0:
            return "종료"
        if guess == self.secret:
            return "정답"
        return "너무 높아요" if guess > self.secret else "너무 낮아요"

    def say(self, words, ending):
        self.transport.write((words + ending).encode())
        if words in ("종료", "정답"):
            self.transport.close()

    def pause_writing(self):
        self.transport.pause_reading()

    def resume_writing(self):
        self.transport.resume_reading()


def serve(listener):
    asyncio.run(accept(listener))


async def accept(listener):
    server = await asyncio.get_running_loop().create_server(Guessing, sock=listener)
    async with server:
        await server.serve_forever()
