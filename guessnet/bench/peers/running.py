"""Running a coroutine on one loop or the other."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


def run(serve: Callable[[int], Coroutine[Any, Any, None]], port: str, loop: str = "") -> None:
    """``serve(port)``, on the loop of uvloop if it is called so, else on asyncio's own."""
    if loop == "uvloop":
        import uvloop

        uvloop.run(serve(int(port)))
    else:
        asyncio.run(serve(int(port)))
