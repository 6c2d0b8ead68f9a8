"""Step 8. The same, from the standard library.

New: asyncio has the scheduler, and `await` is its word for what we wrote as `yield`.
"""

import asyncio


def serve(listener, new_game):
    listener.setblocking(False)
    asyncio.run(accept(listener, new_game))


async def accept(listener, new_game):
    loop = asyncio.get_running_loop()
    tasks = set()  # the loop itself would let a running task be garbage collected
    while True:
        try:
            conn, address = await loop.sock_accept(listener)
        except OSError:
            continue  # this newcomer could not be let in: on to the next
        conn.setblocking(False)
        task = loop.create_task(handle(conn, new_game(), loop))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


async def handle(conn, game, loop):
    with conn:
        try:
            while not game.over:
                data = await loop.sock_recv(conn, 1024)  # b"": this client has finished sending
                await loop.sock_sendall(conn, game.play(data))
                await asyncio.sleep(0)  # what is ready is awaited without a pause: let others play
        except OSError:
            pass  # this client is gone, in the middle of its game
