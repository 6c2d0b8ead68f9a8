"""The game and its wire, without any I/O.

Bytes go in, bytes come out: no socket, no thread, no clock. Every server of the ladder plays this
same game, so whatever differs between two servers, their I/O made it differ.

The wire serves two kinds of client. A connection begins in *chunk mode*: whatever one ``recv()``
returned is one message, and its reply carries no newline. That is what the classic client of this
game expects. The first newline switches the connection to *line mode* for good: a newline ends a
message, and every reply ends in one. That is what ``nc`` expects, and any program that sends more
than one message at a time.
"""

import enum
import functools
import random
import re

LOWEST, HIGHEST = 1, 9
MAX_LINE = 1024  #: bytes in one line, its newline not counted

_INTEGER = re.compile(rb"[+-]?[0-9]+")


class Reply(enum.Enum):
    """What a server can say to one message."""

    TOO_HIGH = "TOO_HIGH"
    TOO_LOW = "TOO_LOW"
    CORRECT = "CORRECT"
    QUIT = "QUIT"
    INVALID = "INVALID"


#: The words of the wire. INVALID is followed by the text that was not understood.
REPLIES = {
    "ko": {
        Reply.TOO_HIGH: "너무 높아요",
        Reply.TOO_LOW: "너무 낮아요",
        Reply.CORRECT: "정답",
        Reply.QUIT: "종료",
        Reply.INVALID: "입력값이 올바르지 않습니다:",
    },
    "en": {
        Reply.TOO_HIGH: "too high",
        Reply.TOO_LOW: "too low",
        Reply.CORRECT: "correct",
        Reply.QUIT: "bye",
        Reply.INVALID: "invalid input: ",
    },
}
_WIRE = {
    lang: {reply: words.encode() for reply, words in table.items()}
    for lang, table in REPLIES.items()
}


@functools.cache
def _ready_made(secret: int, lang: str) -> dict[bytes, bytes]:
    """The replies to lines with a plain wrong guess, which is what most of them are."""
    return {
        b"%d\n" % guess: _WIRE[lang][Reply.TOO_HIGH if guess > secret else Reply.TOO_LOW] + b"\n"
        for guess in range(1, 100)
        if guess != secret
    }


class Game:
    """One client's game: feed it what was received, send what it returns.

    Parameters
    ----------
    secret
        The number to guess; by default drawn from 1..9.
    lang
        The language of the replies, ``"ko"`` or ``"en"``; anything else is a ``KeyError``.
    """

    __slots__ = (
        "_chunk_answered",
        "_lang",
        "_line_mode",
        "_unfinished",
        "_words",
        "over",
        "secret",
    )

    def __init__(self, secret: int | None = None, lang: str = "ko") -> None:
        self.secret = random.randint(LOWEST, HIGHEST) if secret is None else secret
        self.over = False  #: nothing is answered any more; a server closes the connection
        self._words = _WIRE[lang]
        self._lang = lang
        self._line_mode = False
        self._unfinished = b""  # line mode: the part of a line that has arrived so far
        self._chunk_answered = False  # chunk mode: a newline next would only end that message

    def play(self, data: bytes) -> bytes:
        """Take what one ``recv()`` returned; give the replies it causes, to be sent as they are.

        ``b""`` means that the client has finished sending: an unfinished last line is answered, and
        the game is over. No bytes whatever make this raise.
        """
        if self.over:
            return b""
        if not data:
            return self._finish()
        if not self._line_mode:
            if b"\n" not in data:
                self._chunk_answered = True
                return self._answer(data)
            self._line_mode = True
            if self._chunk_answered:
                data = re.sub(rb"^\r?\n", b"", data)
        return self._play_lines(data)

    def _play_lines(self, data: bytes) -> bytes:
        if not self._unfinished:
            known = _ready_made(self.secret, self._lang)
            if data in known:
                return known[data]
            try:
                return b"".join([known[line] for line in data.splitlines(True)])
            except KeyError:  # there is more to this than plain wrong guesses
                pass
        *lines, self._unfinished = (self._unfinished + data).split(b"\n")
        replies = []
        for line in lines:
            if len(line) > MAX_LINE:
                self.over = True
            if self.over:
                break
            replies.append(self._answer(line.removesuffix(b"\r")) + b"\n")
        if len(self._unfinished) > MAX_LINE:
            self.over = True
        return b"".join(replies)

    def _finish(self) -> bytes:
        reply = self._answer(self._unfinished) + b"\n" if self._unfinished else b""
        self.over = True
        return reply

    def _answer(self, message: bytes) -> bytes:
        reply = self._judge(message)
        if reply is Reply.INVALID:
            return self._words[reply] + message.decode(errors="replace").encode()
        self.over = reply in (Reply.CORRECT, Reply.QUIT)
        return self._words[reply]

    def _judge(self, message: bytes) -> Reply:
        """Say what one message deserves, by the rules alone.

        A guess is ASCII ``[+-]?[0-9]+`` between ASCII white space, stricter than ``int()``, which
        would also take ``1_0`` or ``５``, and without its limit of 4,300 digits.
        """
        text = message.strip()
        if not _INTEGER.fullmatch(text):
            return Reply.INVALID
        # The secret has one digit, so the first two significant digits of a guess say enough.
        size = int(text.lstrip(b"+-0")[:2] or b"0")
        guess = -size if text.startswith(b"-") else size
        if guess == 0:
            return Reply.QUIT
        if guess == self.secret:
            return Reply.CORRECT
        return Reply.TOO_HIGH if guess > self.secret else Reply.TOO_LOW
