"""An asyncio protocol: the loop calls it when something has happened."""

import asyncio
import random
import re


def serve(listener):
    asyncio.run(main(listener))


async def main(listener):
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Guessing, sock=listener, backlog=1)
    # To asyncio its backlog is also how often to try accept(), and fail, without a descriptor left.
    listener.listen(2048)
    async with server:
        await server.serve_forever()


class Guessing(asyncio.BufferedProtocol):
    """Buffered, because then it is up to us how much one recv() may return."""

    def __init__(self):
        self.secret = random.randint(1, 9)
        self.buffer = bytearray(1024)
        self.unfinished = b""
        self.line_mode = self.spoken = self.over = False

    def connection_made(self, transport):
        self.transport = transport

    def get_buffer(self, sizehint):
        return self.buffer

    def buffer_updated(self, size):
        if self.over:
            return  # it is read only so that closing is no reset
        self.transport.write(self.hear(bytes(self.buffer[:size])))
        if self.over:
            self.transport.write_eof()

    def eof_received(self):
        if self.unfinished and not self.over:
            self.transport.write(self.answer(self.unfinished))
        # None is returned: the transport closes when everything has been sent.

    def pause_writing(self):
        self.transport.pause_reading()

    def resume_writing(self):
        self.transport.resume_reading()

    def hear(self, data):
        if not self.line_mode and b"\n" not in data:
            self.spoken = True
            return self.answer(data)
        if not self.line_mode:
            self.line_mode = True
            data = re.sub(rb"\A\r?\n", b"", data) if self.spoken else data
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
        else:
            guess = int(message)
            self.over = guess in (0, self.secret)
            if self.over:
                words = "정답" if guess else "종료"
            else:
                words = "너무 높아요" if guess > self.secret else "너무 낮아요"
        return (words + "\n" * self.line_mode).encode()
