"""asyncio streams: a coroutine for each player."""

import asyncio
import random
import re

HIGH, LOW, WON, END = (w.encode() for w in ("너무 높아요", "너무 낮아요", "정답", "종료"))


def serve(listener):
    asyncio.run(main(listener))


async def main(listener):
    server = await asyncio.start_server(handle, sock=listener, backlog=1)
    # To asyncio its backlog is also how often to try accept(), and fail, without a descriptor left.
    listener.listen(2048)
    async with server:
        await server.serve_forever()


async def handle(reader, writer):
    try:
        await play(reader, writer, random.randint(1, 9))
        await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
        while await reader.read(1024):
            pass  # to close() with input unread would be a reset
    except OSError:
        pass
    finally:
        writer.close()


async def play(reader, writer, secret):
    async for message, ending in messages(reader):
        words = judge(message, secret)
        writer.write(words + ending)
        await writer.drain()
        if words in (WON, END):
            return


async def messages(reader):
    """Each message, and what its reply ends in."""
    spoken = False
    while b"\n" not in (data := await reader.read(1024)):
        if not data:
            return
        yield data, b""
        spoken = True
    if spoken:
        data = re.sub(rb"\A\r?\n", b"", data)
    while True:
        *lines, rest = data.split(b"\n")
        for line in lines:
            if len(line) > 1024:
                return
            yield line.removesuffix(b"\r"), b"\n"
        if len(rest) > 1024:
            return
        await asyncio.sleep(0)  # read() does not pause while there is something to read
        more = await reader.read(1024)
        if not more:
            break
        data = rest + more
    if rest:
        yield rest, b"\n"


def judge(message, secret):
    if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
        return ("입력값이 올바르지 않습니다:" + message.decode(errors="replace")).encode()
    guess = int(message)
    if guess == 0:
        return END
    if guess == secret:
        return WON
    return HIGH if guess > secret else LOW
