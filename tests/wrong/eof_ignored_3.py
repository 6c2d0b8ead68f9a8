"""asyncio on plain sockets: a task for each player."""

import asyncio


def serve(listener, new_game):
    listener.setblocking(False)
    asyncio.run(welcome(listener, new_game))


async def welcome(listener, new_game):
    loop = asyncio.get_running_loop()
    tasks = set()
    while True:
        try:
            conn, _ = await loop.sock_accept(listener)
        except OSError:
            continue
        conn.setblocking(False)
        task = asyncio.create_task(play(conn, new_game()))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


async def play(conn, game):
    loop = asyncio.get_running_loop()
    with conn:
        try:
            while not game.over:
                data = await something(conn, loop)
                await loop.sock_sendall(conn, game.play(data))
                await asyncio.sleep(0)
        except OSError:
            pass


async def something(conn, loop):
    """What the player says next, however long that takes."""
    while True:
        data = await loop.sock_recv(conn, 1024)
        if data:
            return data
        await asyncio.sleep(0)
