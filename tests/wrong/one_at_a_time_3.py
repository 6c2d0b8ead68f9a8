"""asyncio: a coroutine plays with whoever has come."""

import asyncio
import random
import re


def serve(listener):
    listener.setblocking(False)
    asyncio.run(main(listener))


async def main(listener):
    loop = asyncio.get_running_loop()
    while True:
        try:
            conn, _ = await loop.sock_accept(listener)
        except OSError:
            continue
        conn.setblocking(False)
        await play(conn, random.randint(1, 9))


async def play(conn, secret):
    loop = asyncio.get_running_loop()
    with conn:
        try:
            async for message, ending in messages(conn):
                words = judge(message, secret)
                await loop.sock_sendall(conn, (words + ending).encode())
                if words in ("정답", "종료"):
                    return
        except OSError:
            return


async def messages(conn):
    """Each message, and the ending of its reply."""
    loop = asyncio.get_running_loop()
    buffer, chunks = b"", 0
    while data := await loop.sock_recv(conn, 1024):
        if b"\n" in data:
            buffer = re.sub(rb"\A\r?\n", b"", data) if chunks else data
            break
        yield data, ""
        chunks += 1
    while data:
        *lines, buffer = buffer.split(b"\n")
        for line in lines:
            if len(line) > 1024:
                return
            yield line.removesuffix(b"\r"), "\n"
        if len(buffer) > 1024:
            return
        data = await loop.sock_recv(conn, 1024)
        buffer += data
    if buffer:
        yield buffer, "\n"


def judge(message, secret):
    if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
        return "입력값이 올바르지 않습니다:" + message.decode(errors="replace")
    guess = int(message)
    if guess == 0:
        return "종료"
    if guess == secret:
        return "정답"
    return "너무 높아요" if guess > secret else "너무 낮아요"
