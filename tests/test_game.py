"""The rules and the wire of the game, without a socket.

Nothing expected here is computed by the game: each message has its verdict written beside it, and
the words of both languages are copied out once more, so that a change of the wire must be made in
two places on purpose.
"""

from dataclasses import dataclass

import pytest

from guessnet.game import Game

SECRET = 5

HIGH, LOW, CORRECT, QUIT, INVALID = "TOO_HIGH", "TOO_LOW", "CORRECT", "QUIT", "INVALID"
ENDINGS = (CORRECT, QUIT)

WORDS = {
    "ko": {
        HIGH: "너무 높아요",
        LOW: "너무 낮아요",
        CORRECT: "정답",
        QUIT: "종료",
        INVALID: "입력값이 올바르지 않습니다:{text}",
    },
    "en": {
        HIGH: "too high",
        LOW: "too low",
        CORRECT: "correct",
        QUIT: "bye",
        INVALID: "invalid input: {text}",
    },
}


def words(lang, verdict, text=""):
    return WORDS[lang][verdict].format(text=text).encode()


def play_all(game, pieces):
    return b"".join([game.play(piece) for piece in pieces])


# --- Every kind of message, in every mode, cut in every way, at every stage -----------------------

# name, message, verdict when the secret is 5
GUESSES = [
    ("0", "0", QUIT),
    ("1", "1", LOW),
    ("2", "2", LOW),
    ("3", "3", LOW),
    ("4", "4", LOW),
    ("5", "5", CORRECT),
    ("6", "6", HIGH),
    ("7", "7", HIGH),
    ("8", "8", HIGH),
    ("9", "9", HIGH),
    ("10", "10", HIGH),
    ("50", "50", HIGH),
    ("minus_1", "-1", LOW),
    ("minus_5", "-5", LOW),
    ("minus_50", "-50", LOW),
    ("plus_5", "+5", CORRECT),
    ("plus_6", "+6", HIGH),
    ("minus_0", "-0", QUIT),
    ("plus_0", "+0", QUIT),
    ("000", "000", QUIT),
    ("005", "005", CORRECT),
    ("007", "007", HIGH),
    ("minus_007", "-007", LOW),
    ("space_before_5", " 5", CORRECT),
    ("space_after_5", "5 ", CORRECT),
    ("spaces_around_4", "  4  ", LOW),
    ("tab_before_0", "\t0", QUIT),
    ("tab_after_6", "6\t", HIGH),
    ("vertical_tab_and_form_feed", "\x0b5\x0c", CORRECT),
    ("forty_nines", "9" * 40, HIGH),
    ("minus_forty_nines", "-" + "9" * 40, LOW),
    ("forty_zeros_and_5", "0" * 40 + "5", CORRECT),
    ("1_024_digits", "9" * 1024, HIGH),
    ("5_000_digits", "9" * 5000, HIGH),
]

# name, message; the reply repeats it as it is
NOT_INTEGERS = [
    ("spaces_only", "   "),
    ("tab_only", "\t"),
    ("plus_only", "+"),
    ("minus_only", "-"),
    ("two_signs", "+-5"),
    ("sign_after", "5-"),
    ("space_after_sign", "+ 5"),
    ("space_inside", "1 0"),
    ("tab_inside", "1\t0"),
    ("cr_inside", "5\r7"),
    ("underscore_1_0", "1_0"),
    ("hexadecimal_0x5", "0x5"),
    ("exponent_1e1", "1e1"),
    ("decimal_10.0", "10.0"),
    ("dot_after_5", "5."),
    ("comma_1,000", "1,000"),
    ("fullwidth_5", "５"),
    ("arabic_indic_5", "٥"),
    ("superscript_2", "²"),
    ("circled_5", "⑤"),
    ("true_minus_sign", "\u22125"),
    ("no_break_space_before_5", "\u00a05"),
    ("file_separator_before_5", "\x1c5"),
    ("byte_order_mark_before_5", "\ufeff5"),
    ("line_separator_inside", "5\u20287"),
    ("english_word", "five"),
    ("korean_word", "다섯"),
    ("korean_sentence", "저는 오를 골랐어요"),
    ("our_own_reply", "정답"),
    ("braces", "{text}"),
    ("nul_after_5", "5\x00"),
    ("nuls_only", "\x00\x00\x00"),
    ("ansi_escape", "\x1b[2J\x1b[31m5"),
    ("http_request_line", "GET / HTTP/1.1"),
]

# name, message, the text in the reply
NOT_UTF_8 = [
    ("half_a_korean_character", b"\xea\xb0", "\ufffd"),
    ("half_a_korean_character_after_5", b"5\xea", "5\ufffd"),
    ("lone_continuation_bytes", b"\x80\x80", "\ufffd\ufffd"),
    ("korean_in_cp949", b"\xb4\xd9\xbc\xb8", "\ufffd\u067c\ufffd"),
    ("latin_1_next_line", b"\x855", "\ufffd5"),
    ("surrogate", b"\xed\xa0\x80", "\ufffd\ufffd\ufffd"),
    ("byte_ff", b"\xff", "\ufffd"),
    (
        "tls_client_hello",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        "\x16\x03\x01\x02\x00\x01\x00\x01\ufffd\x03\x03",
    ),
]


@dataclass(frozen=True)
class Message:
    name: str
    sent: bytes
    verdict: str
    text: str = ""  # what an INVALID reply repeats


MESSAGES = [
    *(Message(name, text.encode(), verdict) for name, text, verdict in GUESSES),
    *(Message(name, text.encode(), INVALID, text) for name, text in NOT_INTEGERS),
    *(Message(name, sent, INVALID, text) for name, sent, text in NOT_UTF_8),
]
EMPTY_LINE = Message("empty_line", b"", INVALID)  # in chunk mode no bytes are no message but a FIN

LINES = {"lf": b"%b\n", "crlf": b"%b\r\n", "glued": b"1\n%b\n9\n"}
NEWLINE_OF = {"lf": b"\n", "crlf": b"\r\n", "glued": b"\n"}

# A line holds 1,024 bytes, and a carriage return is one of them.
TOO_LONG_LINES = {
    ("1_024_digits", "crlf"),
    ("5_000_digits", "lf"),
    ("5_000_digits", "crlf"),
    ("5_000_digits", "glued"),
}

CUTS = {
    "whole": lambda data: [data],
    "bytes": lambda data: [data[i : i + 1] for i in range(len(data))],
    "pairs": lambda data: [data[i : i + 2] for i in range(0, len(data), 2)],
    "cut_in_middle": lambda data: [data[: len(data) // 2], data[len(data) // 2 :]],
    "cut_after_1": lambda data: [data[:1], data[1:]],
    "cut_before_last": lambda data: [data[:-1], data[-1:]],
}


def cut(data, how):
    return [piece for piece in CUTS[how](data) if piece]  # b"" would mean FIN


@dataclass(frozen=True)
class Case:
    lang: str
    before: bytes  # sent first, in one piece
    reply_before: bytes
    pieces: list
    replies: bytes
    over: bool


def case(message, lang, mode, how, stage):
    """Say what is sent and what must come back, by the tables above."""
    newline = b"" if mode == "chunk" else b"\n"
    before = {"opening": b"", "after_chunk": b"1", "later": b"1\n", "after_end": b"0" + newline}
    reply_before = {
        "opening": b"",
        "after_chunk": words(lang, LOW),
        "later": words(lang, LOW) + b"\n",
        "after_end": words(lang, QUIT) + newline,
    }
    if mode == "chunk":
        pieces = [message.sent]
    else:
        pieces = cut(LINES[mode] % message.sent, how)
        if stage == "after_chunk":
            pieces[0] = NEWLINE_OF[mode] + pieces[0]

    reply = words(lang, message.verdict, message.text) + newline
    over = message.verdict in ENDINGS
    if (message.name, mode) in TOO_LONG_LINES:
        reply, over = b"", True
    if mode == "glued":
        reply = words(lang, LOW) + b"\n" + reply
        if not over:
            reply += words(lang, HIGH) + b"\n"
    if stage == "after_end":
        reply, over = b"", True
    return Case(lang, before[stage], reply_before[stage], pieces, reply, over)


def rows():
    """Name the (message, lang, mode, how, stage) that make sense, leaving out equal cuts.

    A first message is never cut, as the mode is learnt from it; in chunk mode none is. Cutting has
    nothing to do with the language, so it is tried in one.
    """
    for message in MESSAGES:
        for lang in WORDS:
            for stage in ("opening", "after_chunk", "after_end"):
                yield message, lang, "chunk", "whole", stage
    for message in [*MESSAGES, EMPTY_LINE]:
        for mode in LINES:
            for lang in WORDS:
                for stage in ("opening", "after_chunk", "later", "after_end"):
                    yield message, lang, mode, "whole", stage
            tried = [cut(LINES[mode] % message.sent, "whole")]
            for how in CUTS:
                pieces = cut(LINES[mode] % message.sent, how)
                if pieces not in tried:
                    tried.append(pieces)
                    yield message, "ko", mode, how, "after_chunk"
                    yield message, "ko", mode, how, "later"


CASES = {
    f"{lang}-{mode}-{message.name}-{how}-{stage}": case(message, lang, mode, how, stage)
    for message, lang, mode, how, stage in rows()
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_message(case):
    game = Game(SECRET, case.lang)
    if case.before:
        assert game.play(case.before) == case.reply_before
    assert play_all(game, case.pieces) == case.replies
    assert game.over is case.over


def test_table_has_not_shrunk():
    assert len(CASES) == len(list(rows())) >= 600
