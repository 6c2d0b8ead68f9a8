"""The game on an asyncio Protocol, on the loop of asyncio or of uvloop.

python -m guessnet.bench.peers.protocol PORT [uvloop]
"""

import asyncio
import sys
from typing import cast

from guessnet.bench.peers.running import run
from guessnet.game import Game


class Player(asyncio.Protocol):
    """One client. Whoever takes no replies is not read from."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.game = Game()

    def data_received(self, data: bytes) -> None:
        self.transport.write(self.game.play(data))
        if self.game.over:
            self.transport.close()

    def eof_received(self) -> None:
        self.transport.write(self.game.play(b""))

    def pause_writing(self) -> None:
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        self.transport.resume_reading()


async def serve(port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Player, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    run(serve, *sys.argv[1:])
