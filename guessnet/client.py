"""A client for the game: one guess, one reply."""

import socket
from typing import Self

from guessnet.errors import BadArgument, ConnectError, HungUp, ReplyTimeout, UnexpectedReply
from guessnet.game import REPLIES, Reply
from guessnet.sockets import Address, written
from guessnet.texts import printable, text


class Client:
    """A connection to a server, made at once.

    It sends as the classic client of this game does, without a newline, and so can talk to any
    server of the game, in either language. It can be used with ``with``.

    Parameters
    ----------
    address
        Host and port, as in ``Server.address``. Raises `ConnectError` if nobody listens there.
    timeout
        Seconds to wait, for the connection and for each reply.
    """

    def __init__(self, address: Address, timeout: float = 5.0) -> None:
        self.address = address
        self.timeout = timeout
        try:
            self.socket = socket.create_connection(address, timeout)
        except (OSError, OverflowError, UnicodeError) as error:
            raise ConnectError(text("cannot-connect", address=written(address))) from error

    def guess(self, number: int | str) -> Reply:
        """Send a guess, wait for its reply. 0 gives up; what is not a number is INVALID.

        Raises `ReplyTimeout`, `HungUp`, `UnexpectedReply` if the server does not keep the rules,
        and `BadArgument` for text that is empty or has a line break in it.
        """
        message = str(number)
        if not message or "\n" in message:
            raise BadArgument(text("bad-message"))
        expected = _possible_replies(message)
        received = b""
        try:
            self.socket.sendall(message.encode())
            while received not in expected:
                chunk = self.socket.recv(1024)
                received += chunk
                if not chunk:
                    raise HungUp(text("hung-up"))
                if not any(reply.startswith(received) for reply in expected):
                    raise UnexpectedReply(text("unexpected-reply", reply=printable(received)))
        except TimeoutError as error:
            raise ReplyTimeout(text("no-reply", seconds=self.timeout)) from error
        except OSError as error:
            raise HungUp(text("hung-up")) from error
        return expected[received]

    def close(self) -> None:
        """Leave."""
        self.socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


def _possible_replies(message: str) -> dict[bytes, Reply]:
    """All that a server may say to this message, in either language."""
    replies = {}
    for words in REPLIES.values():
        for reply, said in words.items():
            whole = said + message if reply is Reply.INVALID else said
            replies[whole.encode()] = reply
    return replies
