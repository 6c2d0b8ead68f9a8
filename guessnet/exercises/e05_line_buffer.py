"""Exercise 05. A line buffer: bytes go in as they come, whole lines come out as texts.

The answer is a function ``my_split(rest, data)``. It is given what was left over the last time and
what recv() has returned; it gives the lines that are whole now, and what is left over now: None for
a line without an end. It is fed streams that are cut in every way.
"""

import threading
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from guessnet.errors import AnswerError
from guessnet.game import MAX_LINE
from guessnet.grading.report import Cause, Check
from guessnet.grading.sights import raised_from
from guessnet.texts import text
from guessnet.threads import interrupt

PATIENCE = 2.0  #: seconds for all of it
SHOWN = 6  #: pieces that a report shows
WIDTH = 40  #: characters of each of them


def stub(rest, data):
    return [data.decode()], b""


def solution(rest, data):
    *lines, rest = (rest + data).split(b"\n")
    texts = [line.removesuffix(b"\r").decode(errors="replace") for line in lines]
    if len(rest) > 1024:
        return texts, None
    return texts, rest


# Wrong answers


def waits_for_the_end(rest, data):
    rest += data
    if rest.endswith(b"\n"):
        return [rest.replace(b"\n", b"").decode(errors="replace")], b""
    return [], None if len(rest) > 1024 else rest


def splits_each_piece(rest, data):
    lines = data.removesuffix(b"\n").split(b"\n")
    return [line.decode(errors="replace") for line in lines], b""


def gives_the_last_part(rest, data):
    return [line.decode(errors="replace") for line in (rest + data).split(b"\n")], b""


def forgets_the_rest(rest, data):
    *lines, rest = data.split(b"\n")
    return [line.decode(errors="replace") for line in lines], rest


def decodes_each_piece(rest, data):
    *lines, rest = (rest.decode() + data.decode(errors="replace")).split("\n")
    return [line.removesuffix("\r") for line in lines], rest.encode()


def believes_in_utf8(rest, data):
    *lines, rest = (rest + data).split(b"\n")
    return [line.removesuffix(b"\r").decode() for line in lines], rest


def keeps_an_endless_line(rest, data):
    *lines, rest = (rest + data).split(b"\n")
    return [line.removesuffix(b"\r").decode(errors="replace") for line in lines], rest


def counts_too_early(rest, data):
    if len(rest + data) > 1024:
        return [], None
    *lines, rest = (rest + data).split(b"\n")
    return [line.removesuffix(b"\r").decode(errors="replace") for line in lines], rest


def strips_too_much(rest, data):
    *lines, rest = (rest + data).split(b"\n")
    return [line.strip().decode(errors="replace") for line in lines], rest


def keeps_the_return(rest, data):
    *lines, rest = (rest + data).split(b"\n")
    return [line.decode(errors="replace") for line in lines], rest


def drops_empty_lines(rest, data):
    *lines, rest = (rest + data).split(b"\n")
    lines = [line.removesuffix(b"\r") for line in lines]
    return [line.decode(errors="replace") for line in lines if line], rest


def cuts_at_returns(rest, data):
    whole, newline, rest = (rest + data).rpartition(b"\n")
    return [line.decode(errors="replace") for line in (whole + newline).splitlines()], rest


def keeps_bytes(rest, data):
    *lines, rest = (rest + data).split(b"\n")
    return [line.removesuffix(b"\r") for line in lines], rest


def drops_strange_bytes(rest, data):
    *lines, rest = (rest + data).split(b"\n")
    return [line.removesuffix(b"\r").decode(errors="ignore") for line in lines], rest


def gives_only_lines(rest, data):
    return (rest + data).decode(errors="replace").split("\n")


ANTICIPATED = (
    (gives_only_lines, "lines.shape"),
    (keeps_bytes, "lines.bytes"),
    (waits_for_the_end, "message-glued"),
    (splits_each_piece, "message-split"),
    (gives_the_last_part, "lines.last-part"),
    (forgets_the_rest, "lines.forgets"),
    (decodes_each_piece, "multibyte-split"),
    (believes_in_utf8, "decode-crash"),
    (keeps_an_endless_line, "unbounded-buffer"),
    (counts_too_early, "lines.impatient"),
    (strips_too_much, "lines.strips"),
    (keeps_the_return, "lines.return"),
    (drops_empty_lines, "lines.empty"),
    (cuts_at_returns, "lines.too-many"),
    (drops_strange_bytes, "lines.dropped"),
)


class Stream(NamedTuple):
    """What one client sends, cut in pieces or not."""

    sent: bytes
    lines: tuple[str, ...]  #: in it
    given_up: bool = False  #: it ends with a line that is too long


class Question(NamedTuple):
    """What is asked of the answer, and what explains that it is not met, where nothing else does.

    One recv() returns so many bytes at most. `everywhere` means that each stream is also cut in two
    at every place.
    """

    id: str
    streams: tuple[Stream, ...]
    symptom: str
    misconception: str = ""
    sizes: tuple[int, ...] = (1024, 5, 1)
    everywhere: bool = True


QUESTIONS = (
    Question(
        "lines-together",
        (Stream(b"1\n2\n", ("1", "2")), Stream(b"10\n-1\nabc\n", ("10", "-1", "abc"))),
        "lines.together",
        "message-glued",
        sizes=(1024,),
        everywhere=False,
    ),
    Question(
        "lines-cut",
        (Stream(b"10\n5\n", ("10", "5")), Stream(b"abcdefgh\n77\n", ("abcdefgh", "77"))),
        "lines.cut",
        "message-split",
    ),
    Question(
        "lines-characters",
        (Stream("가\n정답\n".encode(), ("가", "정답")),),
        "lines.character",
        "multibyte-split",
    ),
    Question(
        "lines-endings",
        (
            Stream(b"5\r\n10\r\n", ("5", "10")),
            Stream(b"\n\r\n5\n", ("", "", "5")),
            Stream(b"5\r7\n", ("5\r7",)),
            Stream(b" 7 \nx\r\r\n", (" 7 ", "x\r")),
        ),
        "lines.wrong",
    ),
    Question(
        "lines-not-utf8",
        (Stream(b"\xff\n5\n", ("�", "5")), Stream(b"\xea\xb0\n", ("�",))),
        "lines.wrong",
    ),
    Question(
        "lines-endless",
        (
            Stream(b"x" * MAX_LINE + b"\n5\n", ("x" * MAX_LINE, "5")),
            Stream((b"x" * 600 + b"\n") * 3, ("x" * 600,) * 3),
            Stream(b"5\n" + b"x" * 4 * MAX_LINE, ("5",), given_up=True),
        ),
        "lines.wrong",
        everywhere=False,
    ),
)


def judge(answer: Any) -> tuple[Check, ...]:
    """One question after the other; those after the first that is not met have to wait."""
    if not callable(answer):
        raise AnswerError(text("answer.not-a-splitter"))
    causes: list[Cause | None] = []

    def ask() -> None:
        for question in QUESTIONS:
            causes.append(_what_is_wrong(answer, question))
            if causes[-1]:
                return

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    found = list(causes)
    if thread.is_alive():
        interrupt(thread)
        found.append(Cause("lines.hangs", {}))
    checks = [_check(*asked) for asked in zip(QUESTIONS, found, strict=False)]
    waiting = [
        Check(question.id, "skipped", 0, 1, because=checks[-1].id)
        for question in QUESTIONS[len(checks) :]
    ]
    return (*checks, *waiting)


def _check(question: Question, cause: Cause | None) -> Check:
    return Check(question.id, "failed" if cause else "passed", int(not cause), 1, cause=cause)


def _what_is_wrong(answer: Callable[..., Any], question: Question) -> Cause | None:
    for stream in question.streams:
        for pieces in _cuts(stream.sent, question):
            if cause := _try(answer, question, stream, pieces):
                return cause
    return None


def _cuts(sent: bytes, question: Question) -> Iterator[list[bytes]]:
    """The stream in pieces, in one way after the other."""
    for size in question.sizes:
        yield [sent[at : at + size] for at in range(0, len(sent), size)]
    if question.everywhere:
        for at in range(1, len(sent)):
            yield [sent[:at], sent[at:]]


def _try(
    answer: Callable[..., Any], question: Question, stream: Stream, pieces: list[bytes]
) -> Cause | None:
    """Feed the answer; say what is wrong with what it made of it."""
    got: list[Any] = []
    rest: Any = b""
    fields: dict[str, Any] = {"pieces": _shown(pieces), "expected": _shown(stream.lines)}
    try:
        for piece in pieces:
            given = answer(rest, piece)
            if not _is_pair(given):
                return Cause("lines.shape", fields | {"got": _shown([given])[1:-1]})
            lines, rest = given
            got += lines
            if rest is None:
                break
    except BaseException as error:  # exit() among them
        raised = raised_from(error, getattr(answer, "__globals__", None))
        found = _of_decoding(question) if isinstance(error, UnicodeDecodeError) else ()
        return Cause("lines.raised", fields, misconceptions=found, raised=(raised,))
    if tuple(got) == stream.lines and (rest is None) == stream.given_up:
        return None
    symptom, misconception = _explanation(question, stream, got, rest)
    found = (misconception,) if misconception else ()
    return Cause(symptom, fields | {"got": _shown(got)}, misconceptions=found)


def _is_pair(given: Any) -> bool:
    return (
        isinstance(given, tuple | list) and len(given) == 2 and isinstance(given[0], list | tuple)
    )


def _of_decoding(question: Question) -> tuple[str, ...]:
    return ("decode-crash" if question.id == "lines-not-utf8" else "multibyte-split",)


def _explanation(question: Question, stream: Stream, got: list[Any], rest: Any) -> tuple[str, str]:
    """The symptom, and the misconception that explains it, if one does."""
    if any(not isinstance(line, str) for line in got):
        return "lines.bytes", ""
    if rest is None and not stream.given_up:
        return "lines.impatient", ""
    if stream.given_up and rest is not None:
        return "lines.endless", "unbounded-buffer"
    if got[:-1] == list(stream.lines) and got[-1] == "":
        return "lines.last-part", ""
    expected, all_got = "".join(stream.lines), "".join(got)
    if question.id == "lines-cut" and len(all_got) < len(expected):
        return "lines.forgets", ""
    if question.id == "lines-endings":
        return _of_endings(stream, got), ""
    if question.id == "lines-not-utf8" and len(all_got) < len(expected):
        return "lines.dropped", ""
    return question.symptom, question.misconception


def _of_endings(stream: Stream, got: list[str]) -> str:
    if len(got) != len(stream.lines):
        return "lines.too-many" if len(got) > len(stream.lines) else "lines.empty"
    return "lines.return" if len("".join(got)) > len("".join(stream.lines)) else "lines.strips"


def _shown(items: Any) -> str:
    """The first of these pieces or lines, as a list; long ones are cut short."""
    shown = [repr(item) for item in items[:SHOWN]]
    dots = ["…"] if len(items) > SHOWN else []
    short = [each if len(each) <= WIDTH else f"{each[:WIDTH]}…" for each in shown]
    return f"[{', '.join(short + dots)}]"
