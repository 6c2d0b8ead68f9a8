"""asyncio with sockets that do not block: who has nothing to do lets the others have a turn."""

import asyncio


def serve(listener, new_game):
    listener.setblocking(False)
    asyncio.run(welcome(listener, new_game))


async def welcome(listener, new_game):
    tasks = set()
    while True:
        try:
            conn, _ = await patiently(listener.accept)
        except OSError:
            continue
        conn.setblocking(False)
        task = asyncio.create_task(play(conn, new_game()))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


async def play(conn, game):
    with conn:
        try:
            while not game.over:
                data = await patiently(conn.recv, 1024)
                replies = game.play(data)
                while replies:
                    sent = await patiently(conn.send, replies)
                    replies = replies[sent:]
        except OSError:
            return


async def patiently(call, *arguments):
    """Try until it does not have to wait any more."""
    while True:
        await asyncio.sleep(0)
        try:
            return call(*arguments)
        except BlockingIOError:
            pass
