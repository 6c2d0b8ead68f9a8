"""A crowd of clients, in a process of its own: each is connected and says one thing.

    python -m guessnet.grading.crowd HOST PORT COUNT

It writes ``there`` when each of them has been answered or refused, and leaves when its standard
input ends.
"""

import contextlib
import socket
import sys

from guessnet.server import raise_descriptor_limit

TIMEOUT = 2.0  #: seconds that a connection and a reply may take


def main(host: str, port: int, count: int) -> None:
    raise_descriptor_limit()
    clients = []
    with contextlib.suppress(ConnectionRefusedError):  # the server has ended
        for _ in range(count):
            client = socket.create_connection((host, port), TIMEOUT)
            clients.append(client)
            with contextlib.suppress(OSError):  # turned away, which is the server's right
                client.sendall(b"10\n")
                client.recv(1024)
    print("there", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
