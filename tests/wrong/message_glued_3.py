"""asyncio on plain sockets; each turn reads, and then answers a line if there is one."""

import asyncio
import random
import re


def serve(listener):
    listener.setblocking(False)
    asyncio.run(welcome(listener))


async def welcome(listener):
    loop = asyncio.get_running_loop()
    tasks = set()
    while True:
        try:
            conn, _ = await loop.sock_accept(listener)
        except OSError:
            continue
        conn.setblocking(False)
        task = loop.create_task(play(conn, loop))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


async def play(conn, loop):
    secret = random.randint(1, 9)
    buffer, ending, spoken = b"", "", False
    with conn:
        try:
            while data := await loop.sock_recv(conn, 1024):
                if not ending and b"\n" not in data:
                    message, spoken = data, True
                else:
                    if not ending and spoken:
                        data = re.sub(rb"\A\r?\n", b"", data)
                    ending = "\n"
                    message, newline, rest = (buffer + data).partition(b"\n")
                    if len(message) > 1024 or len(rest) > 8192:
                        return
                    buffer = rest if newline else message
                    if not newline:
                        continue
                    message = message.removesuffix(b"\r")
                words = judge(message, secret)
                await loop.sock_sendall(conn, (words + ending).encode())
                if words in ("정답", "종료"):
                    return
                await asyncio.sleep(0)
            if buffer:
                words = judge(buffer.removesuffix(b"\n"), secret)
                await loop.sock_sendall(conn, (words + ending).encode())
        except OSError:
            return


def judge(message, secret):
    if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
        return "입력값이 올바르지 않습니다:" + message.decode(errors="replace")
    guess = int(message)
    if guess == 0:
        return "종료"
    if guess == secret:
        return "정답"
    return "너무 높아요" if guess > secret else "너무 낮아요"
