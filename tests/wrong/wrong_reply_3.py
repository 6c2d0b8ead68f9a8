"""asyncio on plain sockets; only numbers from 1 to 9 are guesses, and 0 gives up."""

import asyncio
import random
import re


def serve(listener):
    listener.setblocking(False)
    asyncio.run(main(listener))


async def main(listener):
    loop = asyncio.get_running_loop()
    tasks = set()
    while True:
        try:
            conn, _ = await loop.sock_accept(listener)
        except OSError:
            continue
        conn.setblocking(False)
        task = asyncio.create_task(play(conn, random.randint(1, 9)))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


async def play(conn, secret):
    loop = asyncio.get_running_loop()
    rest, ending, spoken = b"", "", False
    with conn:
        try:
            while data := await loop.sock_recv(conn, 1024):
                if not ending and b"\n" not in data:
                    lines, spoken = [data], True
                else:
                    if not ending and spoken:
                        data = re.sub(rb"\A\r?\n", b"", data)
                    ending = "\n"
                    *lines, rest = (rest + data).split(b"\n")
                    lines = [
                        line.removesuffix(b"\r") if len(line) < 1025 else None for line in lines
                    ]
                for line in lines:
                    if line is None:
                        return
                    words = judge(line, secret)
                    await loop.sock_sendall(conn, (words + ending).encode())
                    if words in ("정답", "종료"):
                        return
                if len(rest) > 1024:
                    return
                await asyncio.sleep(0)
            if rest:
                await loop.sock_sendall(conn, (judge(rest, secret) + ending).encode())
        except OSError:
            return


def judge(message, secret):
    if re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
        guess = int(message)
        if guess == 0:
            return "종료"
        if guess == secret:
            return "정답"
        if guess in range(1, 10):
            return "너무 높아요" if guess > secret else "너무 낮아요"
    return "입력값이 올바르지 않습니다:" + message.decode(errors="replace")
