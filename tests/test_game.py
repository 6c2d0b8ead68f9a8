"""The rules and the wire of the game, without a socket.

Nothing expected here is computed by the game: each message has its verdict written beside it, and
the words of both languages are copied out once more, so that a change of the wire must be made in
two places on purpose.
"""

import itertools
import random
import tracemalloc
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guessnet.game import REPLIES, Game, Reply

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


def make_case(message, lang, mode, how, stage):
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
    f"{lang}-{mode}-{message.name}-{how}-{stage}": make_case(message, lang, mode, how, stage)
    for message, lang, mode, how, stage in rows()
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_message(case):
    game = Game(SECRET, case.lang)
    if case.before:
        assert game.play(case.before) == case.reply_before
    assert play_all(game, case.pieces) == case.replies
    assert game.over is case.over


def test_a_secret_that_is_set_later_is_the_one_that_counts():
    game = Game(3)
    assert game.play(b"5\n") == "너무 높아요\n".encode()
    game.secret = 7
    assert game.play(b"5\n") == "너무 낮아요\n".encode()


def test_table_has_not_shrunk():
    assert len(CASES) == len(list(rows())) >= 600


# --- Every guess against every secret -------------------------------------------------------------

# The verdicts on the guesses 0, 1, 2, ... 10.
AGAINST_SECRET = {
    1: "Q=>>>>>>>>>",
    2: "Q<=>>>>>>>>",
    3: "Q<<=>>>>>>>",
    4: "Q<<<=>>>>>>",
    5: "Q<<<<=>>>>>",
    6: "Q<<<<<=>>>>",
    7: "Q<<<<<<=>>>",
    8: "Q<<<<<<<=>>",
    9: "Q<<<<<<<<=>",
}
VERDICT_OF_SIGN = {"Q": QUIT, "<": LOW, "=": CORRECT, ">": HIGH}


@pytest.mark.parametrize("guess", range(11), ids="guess_{}".format)
@pytest.mark.parametrize("secret", range(1, 10), ids="secret_{}".format)
def test_guess_against_secret(secret, guess):
    game = Game(secret)
    sign = AGAINST_SECRET[secret][guess]
    assert game.play(b"%d" % guess) == words("ko", VERDICT_OF_SIGN[sign])
    assert game.over is (sign in "Q=")


# --- Conversations: what each piece causes, at the moment it arrives ------------------------------

# name: [(sent, replied), ...], over at the end. b"" sent is FIN; the secret is 5.
SWITCHING = {
    "chunks_stay_chunks": (
        [("1", "너무 낮아요"), ("9", "너무 높아요"), ("5", "정답")],
        True,
    ),
    "newline_of_a_chunk_gets_no_reply": (
        [("1", "너무 낮아요"), ("\n", ""), ("9\n", "너무 높아요\n")],
        False,
    ),
    "crlf_of_a_chunk_gets_no_reply": (
        [("1", "너무 낮아요"), ("\r\n", ""), ("9\r\n", "너무 높아요\n")],
        False,
    ),
    "lf_of_a_chunk_that_ended_in_cr": (
        [("1\r", "너무 낮아요"), ("\n", ""), ("9\r\n", "너무 높아요\n")],
        False,
    ),
    "newline_of_a_chunk_switches": (
        [("1", "너무 낮아요"), ("\n", ""), ("9", ""), ("\n", "너무 높아요\n")],
        False,
    ),
    "newline_of_a_chunk_glued_to_a_line": (
        [("1", "너무 낮아요"), ("\n9\n", "너무 높아요\n")],
        False,
    ),
    "crlf_of_a_chunk_glued_to_a_line": (
        [("1", "너무 낮아요"), ("\r\n9\r\n", "너무 높아요\n")],
        False,
    ),
    "newline_of_a_chunk_glued_to_half_a_line": (
        [("1", "너무 낮아요"), ("\n1", ""), ("0\n", "너무 높아요\n")],
        False,
    ),
    "newline_of_the_second_chunk": (
        [("1", "너무 낮아요"), ("9", "너무 높아요"), ("\n", ""), ("2\n", "너무 낮아요\n")],
        False,
    ),
    "newline_of_an_invalid_chunk": (
        [("x", "입력값이 올바르지 않습니다:x"), ("\n", ""), ("9\n", "너무 높아요\n")],
        False,
    ),
    "two_newlines_after_a_chunk_are_one_empty_line": (
        [("1", "너무 낮아요"), ("\n\n", "입력값이 올바르지 않습니다:\n")],
        False,
    ),
    "two_crlf_after_a_chunk_are_one_empty_line": (
        [("1", "너무 낮아요"), ("\r\n\r\n", "입력값이 올바르지 않습니다:\n")],
        False,
    ),
    "only_one_newline_is_forgiven": (
        [("1", "너무 낮아요"), ("\n", ""), ("\n", "입력값이 올바르지 않습니다:\n")],
        False,
    ),
    "newline_after_a_line_is_an_empty_line": (
        [("1\n", "너무 낮아요\n"), ("\n", "입력값이 올바르지 않습니다:\n")],
        False,
    ),
    "newline_first_of_all_is_an_empty_line": (
        [("\n", "입력값이 올바르지 않습니다:\n"), ("9", ""), ("\n", "너무 높아요\n")],
        False,
    ),
    "crlf_first_of_all_is_an_empty_line": (
        [("\r\n", "입력값이 올바르지 않습니다:\n"), ("9", ""), ("\r\n", "너무 높아요\n")],
        False,
    ),
    "two_newlines_first_of_all_are_two_empty_lines": (
        [("\n\n", "입력값이 올바르지 않습니다:\n입력값이 올바르지 않습니다:\n")],
        False,
    ),
    "line_after_a_chunk_is_a_second_message": (
        [("1", "너무 낮아요"), ("9\n", "너무 높아요\n")],
        False,
    ),
    "space_before_the_newline_is_a_second_message": (
        [("1", "너무 낮아요"), (" \n", "입력값이 올바르지 않습니다: \n")],
        False,
    ),
    "first_chunk_with_a_newline_inside": (
        [("1\n9", "너무 낮아요\n"), ("\n", "너무 높아요\n")],
        False,
    ),
    "line_mode_is_for_good": (
        [("1\n", "너무 낮아요\n"), ("9", ""), ("9", ""), ("9", ""), ("\n", "너무 높아요\n")],
        False,
    ),
    "cr_alone_ends_nothing": (
        [("1\n", "너무 낮아요\n"), ("9\r", ""), ("9\r", "")],
        False,
    ),
    "cr_and_lf_arrive_apart": (
        [("1\n", "너무 낮아요\n"), ("x\r", ""), ("\n", "입력값이 올바르지 않습니다:x\n")],
        False,
    ),
    "only_one_cr_belongs_to_the_line_ending": (
        [("x\r\r\n", "입력값이 올바르지 않습니다:x\r\n")],
        False,
    ),
    "lf_and_crlf_mixed": (
        [("1\n9\r\n2\n", "너무 낮아요\n너무 높아요\n너무 낮아요\n")],
        False,
    ),
    "one_korean_character_cut_in_two": (
        [
            ("1\n", "너무 낮아요\n"),
            (b"\xea\xb0", ""),
            (b"\x80\n", "입력값이 올바르지 않습니다:가\n"),
        ],
        False,
    ),
    "a_whole_http_request": (
        [
            (
                "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                "입력값이 올바르지 않습니다:GET / HTTP/1.1\n"
                "입력값이 올바르지 않습니다:Host: x\n"
                "입력값이 올바르지 않습니다:\n",
            )
        ],
        False,
    ),
}

FIN = {
    "at_once": ([("", ""), ("", "")], True),
    "after_a_chunk": ([("1", "너무 낮아요"), ("", ""), ("", "")], True),
    "after_a_chunk_and_its_newline": (
        [("1", "너무 낮아요"), ("\n", ""), ("", ""), ("", "")],
        True,
    ),
    "after_a_line": ([("1\n", "너무 낮아요\n"), ("", ""), ("", "")], True),
    "after_an_unfinished_line": (
        [("1\n9", "너무 낮아요\n"), ("", "너무 높아요\n"), ("", "")],
        True,
    ),
    "after_an_unfinished_line_in_two_pieces": (
        [("1\n", "너무 낮아요\n"), ("1", ""), ("0", ""), ("", "너무 높아요\n"), ("", "")],
        True,
    ),
    "after_an_unfinished_line_that_follows_a_chunk": (
        [("1", "너무 낮아요"), ("\n9", ""), ("", "너무 높아요\n"), ("", "")],
        True,
    ),
    "after_an_unfinished_correct_guess": (
        [("1\n5", "너무 낮아요\n"), ("", "정답\n"), ("", "")],
        True,
    ),
    "after_an_unfinished_0": ([("1\n0", "너무 낮아요\n"), ("", "종료\n"), ("", "")], True),
    "after_an_unfinished_invalid_line": (
        [("1\nx", "너무 낮아요\n"), ("", "입력값이 올바르지 않습니다:x\n"), ("", "")],
        True,
    ),
    "after_spaces": (
        [("1\n ", "너무 낮아요\n"), ("", "입력값이 올바르지 않습니다: \n"), ("", "")],
        True,
    ),
    "after_a_guess_and_a_cr": (
        [("1\n9\r", "너무 낮아요\n"), ("", "너무 높아요\n"), ("", "")],
        True,
    ),
    "a_cr_without_its_lf_is_part_of_the_text": (
        [("1\nx\r", "너무 낮아요\n"), ("", "입력값이 올바르지 않습니다:x\r\n"), ("", "")],
        True,
    ),
    "after_half_a_korean_character": (
        [("1\n", "너무 낮아요\n"), (b"\xea", ""), ("", "입력값이 올바르지 않습니다:\ufffd\n")],
        True,
    ),
    "after_a_line_of_1_024_bytes_unfinished": (
        [("1\n", "너무 낮아요\n"), ("9" * 1024, ""), ("", "너무 높아요\n"), ("", "")],
        True,
    ),
    "bytes_after_it_are_not_answered": (
        [("1\n", "너무 낮아요\n"), ("", ""), ("5\n", ""), ("", "")],
        True,
    ),
    "chunk_after_it_is_not_answered": ([("1", "너무 낮아요"), ("", ""), ("5", "")], True),
}

FULL = "x" * 1024  # as long as a line may be
OVER = "x" * 1025

BOUNDS = {
    "1_024_bytes_lf": ([(FULL + "\n", f"입력값이 올바르지 않습니다:{FULL}\n")], False),
    "1_025_bytes_lf": ([(OVER + "\n", "")], True),
    "1_023_bytes_crlf": (
        [(FULL[:-1] + "\r\n", f"입력값이 올바르지 않습니다:{FULL[:-1]}\n")],
        False,
    ),
    "1_024_bytes_crlf": ([(FULL + "\r\n", "")], True),
    "1_024_bytes_lf_later": (
        [("1\n", "너무 낮아요\n"), (FULL + "\n", f"입력값이 올바르지 않습니다:{FULL}\n")],
        False,
    ),
    "1_025_bytes_lf_later": ([("1\n", "너무 낮아요\n"), (OVER + "\n", "")], True),
    "1_024_bytes_unfinished": (
        [("1\n", "너무 낮아요\n"), (FULL, ""), ("\n", f"입력값이 올바르지 않습니다:{FULL}\n")],
        False,
    ),
    "1_025_bytes_unfinished": ([("1\n", "너무 낮아요\n"), (OVER, "")], True),
    "1_025th_byte_alone": ([("1\n", "너무 낮아요\n"), (FULL, ""), ("x", "")], True),
    "1_025th_byte_is_a_cr": ([("1\n", "너무 낮아요\n"), (FULL, ""), ("\r", "")], True),
    "1_025th_byte_with_the_newline": ([("1\n", "너무 낮아요\n"), (FULL, ""), ("x\n", "")], True),
    "lines_before_are_answered": (
        [("1\n9\n" + OVER + "\n", "너무 낮아요\n너무 높아요\n")],
        True,
    ),
    "lines_before_an_unfinished_one_are_answered": (
        [("1\n9\n" + OVER, "너무 낮아요\n너무 높아요\n")],
        True,
    ),
    "lines_after_are_not_answered": (
        [("1\n" + OVER + "\n5\n", "너무 낮아요\n"), ("5\n", ""), ("", "")],
        True,
    ),
    "two_lines_of_1_024_bytes": (
        [
            (
                FULL + "\n" + FULL + "\n",
                f"입력값이 올바르지 않습니다:{FULL}\n입력값이 올바르지 않습니다:{FULL}\n",
            )
        ],
        False,
    ),
    "korean_counts_in_bytes_1_023": (
        [("가" * 341 + "\n", "입력값이 올바르지 않습니다:" + "가" * 341 + "\n")],
        False,
    ),
    "korean_counts_in_bytes_1_026": ([("가" * 342 + "\n", "")], True),
    "spaces_count_1_024": ([(" " * 1023 + "9\n", "너무 높아요\n")], False),
    "spaces_count_1_025": ([(" " * 1024 + "9\n", "")], True),
    "correct_before_a_line_too_long": ([("5\n" + OVER + "\n", "정답\n")], True),
    "1_025_bytes_after_a_chunk": ([("1", "너무 낮아요"), ("\n" + OVER + "\n", "")], True),
    "1_024_bytes_after_a_chunk": (
        [("1", "너무 낮아요"), ("\n" + FULL + "\n", f"입력값이 올바르지 않습니다:{FULL}\n")],
        False,
    ),
    "chunks_do_not_add_up": (
        [
            (FULL, f"입력값이 올바르지 않습니다:{FULL}"),
            (FULL, f"입력값이 올바르지 않습니다:{FULL}"),
            ("9\n", "너무 높아요\n"),
        ],
        False,
    ),
}

THE_END = {
    "correct_chunk": ([("5", "정답"), ("5", ""), ("\n", ""), ("9\n", ""), ("", "")], True),
    "quit_chunk": ([("0", "종료"), ("5", ""), ("\n", ""), ("9\n", ""), ("", "")], True),
    "correct_line": ([("5\n", "정답\n"), ("5", ""), ("\n", ""), ("9\n", ""), ("", "")], True),
    "quit_line": ([("0\n", "종료\n"), ("5", ""), ("\n", ""), ("9\n", ""), ("", "")], True),
    "lines_glued_after_correct": ([("1\n5\n9\n0\n", "너무 낮아요\n정답\n"), ("", "")], True),
    "lines_glued_after_quit": ([("1\n0\n9\n5\n", "너무 낮아요\n종료\n"), ("", "")], True),
    "unfinished_line_after_correct": ([("5\n9", "정답\n"), ("\n", ""), ("", "")], True),
    "unfinished_line_after_quit": ([("0\n9", "종료\n"), ("", "")], True),
}

GLUED = {
    "korean_between_guesses": (
        [("다섯\n9\r\n5", "입력값이 올바르지 않습니다:다섯\n너무 높아요\n"), ("", "정답\n")],
        True,
    ),
    "bytes_that_are_no_utf_8": (
        [
            (
                b"\xff\n\xea\xb0\r\n\xec\n9",
                "입력값이 올바르지 않습니다:\ufffd\n" * 3,
            ),
            ("", "너무 높아요\n"),
        ],
        True,
    ),
    "a_whole_game": (
        [
            (
                "1\r\n\n+07\n 5 원\r\n 9\t\r\n\r\r\n005\n8\n",
                "너무 낮아요\n"
                "입력값이 올바르지 않습니다:\n"
                "너무 높아요\n"
                "입력값이 올바르지 않습니다: 5 원\n"
                "너무 높아요\n"
                "입력값이 올바르지 않습니다:\r\n"
                "정답\n",
            )
        ],
        True,
    ),
}

CONVERSATIONS = {
    f"{group}-{name}": conversation
    for group, conversations in [
        ("switching", SWITCHING),
        ("fin", FIN),
        ("bounds", BOUNDS),
        ("the_end", THE_END),
        ("glued", GLUED),
    ]
    for name, conversation in conversations.items()
}


@pytest.mark.parametrize(("conversation", "over"), CONVERSATIONS.values(), ids=CONVERSATIONS.keys())
def test_conversation(conversation, over):
    game = Game(SECRET)
    for sent, replied in conversation:
        data = sent if isinstance(sent, bytes) else sent.encode()
        assert game.play(data) == replied.encode()
    assert game.over is over


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.name)
def test_unfinished_line_is_answered_at_fin(message):
    game = Game(SECRET)
    replies = play_all(game, [b"1\n", message.sent, b""])
    if message.name == "5_000_digits":
        assert replies.decode() == "너무 낮아요\n"
    else:
        reply = words("ko", message.verdict, message.text).decode()
        assert replies.decode() == f"너무 낮아요\n{reply}\n"
    assert game.over


def test_over_is_told_with_the_last_reply():
    game = Game(SECRET)
    assert game.over is False
    game.play(b"1\n5")
    assert game.over is False
    game.play(b"\n")
    assert game.over is True


# --- Bounds on memory and on replies --------------------------------------------------------------


def memory_held(game, chunk, times):
    """The most bytes allocated at once while ``chunk`` came again and again."""
    tracemalloc.start()
    try:
        for _ in range(times):
            game.play(chunk)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("first", "chunk"),
    [
        pytest.param(b"1\n", b"x" * 1024, id="line_without_end"),
        pytest.param(b"1\n", b"9" * 1000, id="number_without_end"),
        pytest.param(b"1\n", b"\r" * 1024, id="carriage_returns"),
        pytest.param(b"1\n", b"x" * 1024 + b"\n", id="full_lines"),
        pytest.param(b"1", b"x" * 1024, id="chunks"),
        pytest.param(b"0\n", b"x" * 1024, id="after_the_end"),
    ],
)
def test_endless_input_is_not_kept(first, chunk):
    game = Game(SECRET)
    game.play(first)
    assert memory_held(game, chunk, times=256) < 32 * 1024  # of 256 KB sent


def test_line_without_end_byte_by_byte_ends_at_the_bound():
    game = Game(SECRET)
    game.play(b"1\n")
    for _ in range(1024):
        assert game.play(b"x") == b""
        assert not game.over
    assert game.play(b"x") == b""
    assert game.over


def test_one_read_causes_at_most_44_kb_of_replies():
    """The worst there is: a full line of bytes that are no UTF-8, then nothing but newlines."""
    game = Game(SECRET)
    game.play(b"1\n")
    game.play(b"\xff" * 1024)
    replies = game.play(b"\n" * 1024)
    assert replies.count(b"\n") == 1024
    assert len(replies) == 1024 * len("입력값이 올바르지 않습니다:\n".encode()) + 3 * 1024 == 44_032


# --- The secret and the language ------------------------------------------------------------------


@pytest.fixture
def _random_restored():
    state = random.getstate()
    yield
    random.setstate(state)


@pytest.mark.usefixtures("_random_restored")
@pytest.mark.parametrize("seed", range(20))
def test_secret_is_drawn_by_randint(seed):
    random.seed(seed)
    expected = random.randint(1, 9)
    random.seed(seed)
    assert Game().secret == expected


@pytest.mark.usefixtures("_random_restored")
def test_every_secret_from_1_to_9_is_drawn_and_no_other():
    random.seed(2024)
    assert {Game().secret for _ in range(1000)} == {1, 2, 3, 4, 5, 6, 7, 8, 9}


@pytest.mark.usefixtures("_random_restored")
def test_secret_is_drawn_anew_for_each_client():
    random.seed(1)
    expected = [random.randint(1, 9) for _ in range(50)]
    random.seed(1)
    assert [Game().secret for _ in range(50)] == expected


@pytest.mark.parametrize("secret", range(1, 10))
def test_given_secret_is_kept(secret):
    game = Game(secret)
    play_all(game, [b"x", b"\n", b"0\n", b""])
    assert game.secret == secret


def test_korean_is_the_default():
    assert Game(SECRET).play(b"9") == "너무 높아요".encode()


@pytest.mark.parametrize("lang", ["fr", "KO", "kor", "", None])
def test_unknown_language_is_a_key_error(lang):
    with pytest.raises(KeyError):
        Game(SECRET, lang)


def test_two_games_share_nothing():
    one, other = Game(5), Game(7, "en")
    assert one.play(b"1\n7") == "너무 낮아요\n".encode()
    assert other.play(b"5") == b"too low"
    assert one.play(b"\n") == "너무 높아요\n".encode()
    assert other.play(b"7") == b"correct"
    assert not one.over
    assert other.over


def test_table_of_replies_is_the_wire():
    assert [reply.name for reply in Reply] == ["TOO_HIGH", "TOO_LOW", "CORRECT", "QUIT", "INVALID"]
    for lang, table in WORDS.items():
        for verdict, text in table.items():
            assert REPLIES[lang][Reply[verdict]] == text.removesuffix("{text}")


# --- Any bytes, in any cuts -----------------------------------------------------------------------

# The same examples on every run, and none kept on disk: a test in CI must not flake.
steady = settings(max_examples=200, deadline=None, derandomize=True, database=None)

TELLING_BYTES = [
    *[b"\n", b"\r", b"\r\n", b"\n\n", b" ", b"\t", b"+", b"-", b"0", b"00", b"1", b"5", b"9"],
    *[b"1\n", b"9\n", b"x\n", b"5\n", b"_", b".", b"x", b"\x00", b"\x1b[2J", b"\xff", b"\xea\xb0"],
    *["가".encode(), "５".encode(), b"x" * 1022, b"9" * 1023, b"\xff" * 1024],
]
bits = st.sampled_from(TELLING_BYTES) | st.binary(min_size=1, max_size=8)
streams = st.lists(bits, max_size=30).map(b"".join)
chunks = st.lists(bits, min_size=1, max_size=8).map(lambda some: b"".join(some)[:1024])
places = st.lists(st.integers(min_value=0, max_value=4096), max_size=12)


def cut_at(data, places):
    edges = sorted({0, len(data), *(place for place in places if place < len(data))})
    return [data[start:stop] for start, stop in itertools.pairwise(edges)]


@dataclass(frozen=True)
class Script:
    """A conversation as one stream, and where it may be cut: nowhere before its first newline."""

    chunks: list  # sent before, each for itself
    stream: bytes
    rest: list  # from FIN on
    replies: bytes
    over: bool

    @property
    def places(self):
        return range(self.stream.index(b"\n") + 1, len(self.stream))

    def play(self, cuts):
        """Play it with the stream cut at these places; the replies, and whether it is over."""
        game = Game(SECRET)
        pieces = [*self.chunks, *cut_at(self.stream, cuts), *self.rest]
        return play_all(game, pieces), game.over


def scripts(shortest, longest):
    """The conversations in line mode that have so many bytes."""
    for name, (conversation, over) in CONVERSATIONS.items():
        pieces = [sent if isinstance(sent, bytes) else sent.encode() for sent, _ in conversation]
        if not shortest <= len(b"".join(pieces)) <= longest or b"\n" not in b"".join(pieces):
            continue
        fin = pieces.index(b"") if b"" in pieces else len(pieces)
        chunks = list(itertools.takewhile(lambda piece: b"\n" not in piece, pieces[:fin]))
        stream = b"".join(pieces[len(chunks) : fin])
        if stream:
            replies = "".join(replied for _, replied in conversation).encode()
            script = Script(chunks, stream, pieces[fin:], replies, over)
            yield pytest.param(script, id=name)


@pytest.mark.parametrize("script", list(scripts(0, 12)))
def test_a_short_script_may_be_cut_in_every_way(script):
    for count in range(len(script.places) + 1):
        for cuts in itertools.combinations(script.places, count):
            assert script.play(cuts) == (script.replies, script.over)


@pytest.mark.parametrize("script", list(scripts(13, 32)))
def test_a_longer_script_may_be_cut_at_every_place_and_every_two(script):
    for cuts in itertools.combinations_with_replacement(script.places, 2):
        assert script.play(cuts) == (script.replies, script.over)


@steady
@given(st.lists(chunks | st.just(b""), max_size=20), st.sampled_from(["ko", "en"]))
def test_any_bytes_never_raise_and_replies_are_bounded(received, lang):
    game = Game(SECRET, lang)
    for data in received:
        was_over = game.over
        replies = game.play(data)
        assert len(replies) <= 44_032
        if was_over:
            assert replies == b""
            assert game.over
        if not data:
            assert game.over


@steady
@given(st.lists(chunks.map(lambda chunk: chunk.replace(b"\n", b"?")), max_size=10))
def test_in_chunk_mode_each_chunk_has_one_reply_without_newline(received):
    game = Game(SECRET)
    for data in received:
        was_over = game.over
        reply = game.play(data)
        assert b"\n" not in reply
        assert (reply == b"") is was_over


@steady
@given(st.sampled_from([b"\n", b"1\n", b"x\r\n", b"1\n9"]), streams, places, st.booleans())
def test_in_line_mode_cuts_change_nothing(first, stream, places, fin):
    last = [b""] if fin else []
    whole, pieces, single = Game(SECRET), Game(SECRET), Game(SECRET)
    replies = play_all(whole, [first + stream, *last])
    assert play_all(pieces, [first, *cut_at(stream, places), *last]) == replies
    assert play_all(single, [first, *cut_at(stream, range(len(stream))), *last]) == replies
    assert whole.over is pieces.over is single.over


@steady
@given(streams, places)
def test_after_a_chunk_and_its_newline_cuts_change_nothing(stream, places):
    whole, pieces = Game(SECRET), Game(SECRET)
    replies = play_all(whole, [b"1", b"\n" + stream])
    assert play_all(pieces, [b"1", b"\n", *cut_at(stream, places)]) == replies
    assert whole.over is pieces.over


@steady
@given(streams, places)
def test_in_line_mode_each_line_has_one_reply_until_over(stream, places):
    game = Game(SECRET)
    answered = play_all(game, [b"1\n", *cut_at(stream, places)])
    *replies, rest = answered.decode().split("\n")
    *lines, unfinished = (b"1\n" + stream).split(b"\n")
    assert rest == ""  # the last reply ends in a newline too
    assert "" not in replies
    assert not {"정답", "종료"} & set(replies[:-1])
    if not game.over:
        assert len(replies) == len(lines)
        assert len(unfinished) <= 1024
    elif replies[-1] not in ("정답", "종료"):
        assert len([*lines, unfinished][len(replies)]) > 1024


@steady
@given(
    st.integers(min_value=1, max_value=9),
    st.integers(min_value=-12, max_value=12) | st.integers(-(10**60), 10**60),
    st.sampled_from(["", "0", "0" * 50]),
    st.text(" \t\v\f", max_size=3),
    st.text(" \t\v\f\r", max_size=3),
)
def test_any_integer_is_compared_as_an_integer(secret, number, zeros, before, after):
    sign = "-" if number < 0 else ""
    message = f"{before}{sign}{zeros}{abs(number)}{after}"
    if number == 0:
        expected = "종료"
    elif number == secret:
        expected = "정답"
    else:
        expected = "너무 높아요" if number > secret else "너무 낮아요"
    assert Game(secret).play(message.encode()).decode() == expected
    assert Game(secret).play(message.encode() + b"\r\n").decode() == expected + "\n"


without_ascii_digits = st.characters(exclude_characters="0123456789\n", exclude_categories=["Cs"])


@steady
@given(st.text(without_ascii_digits, min_size=1, max_size=200))
def test_any_other_text_is_repeated_as_it_is(text):
    assert Game(SECRET, "en").play(text.encode()).decode() == f"invalid input: {text}"
    if len(text.encode()) < 1024:
        assert (
            Game(SECRET, "en").play(f"{text}\r\n".encode()).decode() == f"invalid input: {text}\n"
        )
