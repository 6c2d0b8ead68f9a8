"""A server in a process of its own, which tells what it has cost so far.

    python -m guessnet.bench.host FILE NAME

It starts the function NAME of the file and answers with a line of JSON: first its address, then,
for each line of its standard input, its processor time and what its server has died of. It ends
with its input.
"""

import json
import os
import sys
import time

from guessnet.grading.host import load_function
from guessnet.server import build
from guessnet.texts import text


def main(path: str, name: str) -> None:
    function = load_function(path, name)
    if function is None:
        sys.exit(text("answer.no-function", name=name))
    server = build(function).start()
    answer(address=server.address)
    for _ in sys.stdin:
        error = server.error
        answer(
            cpu=time.process_time(),
            died_of=f"{type(error).__name__}: {error}" if error else "",
        )
    os._exit(0)  # whatever threads are left


def answer(**content: object) -> None:
    print(json.dumps(content), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
