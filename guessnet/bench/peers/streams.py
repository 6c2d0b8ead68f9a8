"""The game on asyncio's streams, on the loop of asyncio or of uvloop.

python -m guessnet.bench.peers.streams PORT [uvloop]
"""

import asyncio
import contextlib
import sys

from guessnet.bench.peers.running import run
from guessnet.game import Game


async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One client, a line at a time."""
    game = Game()
    with contextlib.suppress(ConnectionError, ValueError):  # gone, or a line too long to wait for
        while not game.over:
            writer.write(game.play(await reader.readline()))
            await writer.drain()
    writer.close()


async def serve(port: int) -> None:
    server = await asyncio.start_server(play, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    run(serve, *sys.argv[1:])
