"""Makes sockets in the network in which it runs, and hands them over, one for each byte.

    python -m guessnet.grading.well DESCRIPTOR

The descriptor is that of a UNIX socket. It ends when the other end is closed.
"""

import socket
import sys


def main(descriptor: str) -> None:
    with socket.socket(fileno=int(descriptor)) as rope:
        while rope.recv(1):
            with socket.socket() as sock:
                socket.send_fds(rope, [b"!"], [sock.fileno()])


if __name__ == "__main__":
    main(*sys.argv[1:])
