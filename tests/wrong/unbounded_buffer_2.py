"""asyncio streams: readline() for players who send lines, read() for those who do not."""

import asyncio
import random
import re


def serve(listener):
    asyncio.run(main(listener))


async def main(listener):
    # The default limit of a line made readline() raise, so it is out of the way.
    server = await asyncio.start_server(play, sock=listener, limit=1 << 40)
    async with server:
        await server.serve_forever()


async def play(reader, writer):
    secret = random.randint(1, 9)
    try:
        async for message, ending in messages(reader):
            words = judge(message, secret)
            writer.write(words + ending)
            await writer.drain()
            if words in (b"correct", b"bye"):
                break
    except OSError:
        pass
    writer.close()


async def messages(reader):
    spoken = False
    data = await reader.read(1024)
    while data and b"\n" not in data:
        yield data, b""
        spoken = True
        data = await reader.read(1024)
    if spoken:
        data = re.sub(rb"\A\r?\n", b"", data)
    *lines, rest = data.split(b"\n")
    for line in lines:
        if len(line) > 1024:
            return
        yield line.removesuffix(b"\r"), b"\n"
    while line := rest + await reader.readline():
        rest = b""
        message = re.sub(rb"\r?\n\Z", b"", line)
        if len(line.removesuffix(b"\n")) > 1024:
            return
        yield message, b"\n"
        await asyncio.sleep(0)


def judge(message, secret):
    if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
        return b"invalid input: " + message.decode(errors="replace").encode()
    guess = int(message)
    if guess == 0:
        return b"bye"
    if guess == secret:
        return b"correct"
    return b"too high" if guess > secret else b"too low"
