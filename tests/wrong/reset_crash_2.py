"""asyncio: the players' tasks are kept together in a group."""

import asyncio


def serve(listener, new_game):
    listener.setblocking(False)
    asyncio.run(welcome(listener, new_game))


async def welcome(listener, new_game):
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as players:
        while True:
            try:
                conn, _ = await loop.sock_accept(listener)
            except OSError:
                continue
            conn.setblocking(False)
            players.create_task(play(conn, new_game(), loop))


async def play(conn, game, loop):
    with conn:
        while not game.over:
            data = await loop.sock_recv(conn, 1024)
            await loop.sock_sendall(conn, game.play(data))
            await asyncio.sleep(0)
