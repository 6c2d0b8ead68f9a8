"""A client for the game: one guess, one reply."""

import socket
from typing import Self

from guessnet.errors import BadArgument, ConnectError, HungUp, ReplyTimeout, UnexpectedReply
from guessnet.game import REPLIES, Reply
from guessnet.sockets import Address, written
from guessnet.texts import printable, text


class Client:
    """A connection to a server, made at once. It can be used with ``with``.

    It sends as the classic client of this game does, without a newline, and understands the replies
    of both languages, so it can talk to any server of the game.

    Parameters
    ----------
    address
        Host and port, as in ``Server.address``. Raises `ConnectError` if nobody listens there.
    timeout
        Seconds to wait at most, for the connection and for each reply.
    """

    def __init__(self, address: Address, timeout: float = 5.0) -> None:
        try:
            self.socket = socket.create_connection(address, timeout)
        except (OSError, OverflowError, UnicodeError) as error:
            raise ConnectError(text("cannot-connect", address=written(address))) from error
        self._sent = b""
        self._received = b""

    @property
    def timeout(self) -> float | None:
        """Seconds to wait at most; may be changed at any time."""
        return self.socket.gettimeout()

    @timeout.setter
    def timeout(self, seconds: float) -> None:
        self.socket.settimeout(seconds)

    def guess(self, number: int | str) -> Reply:
        """`send` a guess and `receive` its reply."""
        self.send(number)
        return self.receive()

    def send(self, number: int | str) -> None:
        """Send a guess: 0 gives up, and what is not a number is INVALID.

        Raises `BadArgument` for text that is empty or has a line break in it, and `HungUp`.
        """
        try:
            self._sent = str(number).encode(errors="surrogateescape")
        except UnicodeEncodeError as error:
            raise BadArgument(text("bad-message")) from error
        if not self._sent or b"\n" in self._sent:
            raise BadArgument(text("bad-message"))
        try:
            self.socket.sendall(self._sent)
        except OSError as error:
            raise HungUp(text("hung-up")) from error

    def receive(self) -> Reply:
        """Wait for the reply to what was sent last.

        Raises `ReplyTimeout`, after which one may wait again; `HungUp`; and `UnexpectedReply` if
        the server does not keep the rules.
        """
        expected = _possible_replies(self._sent)
        while self._received not in expected:
            try:
                chunk = self.socket.recv(1024)
            except TimeoutError as error:
                raise ReplyTimeout(text("no-reply", seconds=self.timeout)) from error
            except OSError as error:
                raise HungUp(text("hung-up")) from error
            if not chunk:
                raise HungUp(text("hung-up"))
            self._received += chunk
            if not any(reply.startswith(self._received) for reply in expected):
                raise UnexpectedReply(text("unexpected-reply", reply=printable(self._received)))
        reply = expected[self._received]
        self._received = b""
        return reply

    def close(self) -> None:
        """Leave."""
        self.socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


def _possible_replies(message: bytes) -> dict[bytes, Reply]:
    """All that a server may say to this message, in either language."""
    echo = message.decode(errors="replace")
    return {
        (words + echo if reply is Reply.INVALID else words).encode(): reply
        for table in REPLIES.values()
        for reply, words in table.items()
    }
