"""asyncio: one task for each player, all of them in one group."""

import asyncio
import random
import re


def serve(listener):
    listener.setblocking(False)
    asyncio.run(welcome(listener))


async def welcome(listener):
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as players:
        while True:
            try:
                conn, _ = await loop.sock_accept(listener)
            except OSError:
                continue
            conn.setblocking(False)
            players.create_task(Player(conn, loop).play())


class Player:
    def __init__(self, conn, loop):
        self.conn, self.loop = conn, loop
        self.secret = random.randint(1, 9)
        self.line_mode = self.spoken = False
        self.rest = b""

    async def play(self):
        try:
            while data := await self.loop.sock_recv(self.conn, 1024):
                for message in self.cut(data):
                    if message is None or await self.answer(message):
                        self.conn.close()
                        return
                await asyncio.sleep(0)
            if self.rest:
                await self.answer(self.rest)
        except ConnectionError:
            pass
        self.conn.close()

    def cut(self, data):
        """The messages in it; None in place of one that is too long."""
        if not self.line_mode and b"\n" not in data:
            self.spoken = True
            return [data]
        if not self.line_mode:
            self.line_mode = True
            if self.spoken:
                data = re.sub(rb"\A\r?\n", b"", data)
        *lines, self.rest = (self.rest + data).split(b"\n")
        messages = [line.removesuffix(b"\r") if len(line) <= 1024 else None for line in lines]
        return messages if len(self.rest) <= 1024 else [*messages, None]

    async def answer(self, message):
        """Reply to a message; True when there is to be no other."""
        if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            await self.say("입력값이 올바르지 않습니다:" + message.decode(errors="replace"))
            return False
        guess = int(message)
        if guess == 0:
            await self.say("종료")
            return True
        if guess == self.secret:
            await self.say("정답")
            self.conn.close()
        else:
            await self.say("너무 높아요" if guess > self.secret else "너무 낮아요")
        return False

    async def say(self, words):
        await self.loop.sock_sendall(self.conn, (words + "\n" * self.line_mode).encode())
