"""What people read: the same ids and fields in both languages."""

import re
from importlib import import_module

import pytest

from guessnet import texts
from guessnet.errors import BadArgument

MISCONCEPTIONS = (
    "one-shot",
    "one-at-a-time",
    "eof-ignored",
    "eof-crash",
    "reset-crash",
    "use-after-close",
    "stale-socket",
    "decode-crash",
    "shared-answer",
    "answer-reuse",
    "message-glued",
    "message-split",
    "multibyte-split",
    "blocking-send",
    "partial-send",
    "always-writable",
    "busy-poll",
    "fd-setsize",
    "fd-leak",
    "thread-run",
    "unbounded-buffer",
    "half-close-lost",
    "answer-leak",
    "int-crash",
    "wrong-reply",
    "not-closed-after-win",
    "constant-secret",
    "accept-blocks",
)

#: Parts that only some of them have: what separates two that look alike, and other symptoms.
SPECIAL = {
    "unsure": (
        "one-at-a-time",
        "thread-run",
        "use-after-close",
        "stale-socket",
        "busy-poll",
        "always-writable",
        "shared-answer",
        "constant-secret",
    ),
    "cause.threaded": ("eof-crash", "reset-crash", "decode-crash", "int-crash", "use-after-close"),
    "cause.growth": ("answer-reuse",),
}


def messages(lang, room):
    return import_module(f"guessnet.texts.{lang}.{room}").MESSAGES


@pytest.mark.parametrize("room", texts.ROOMS)
def test_both_languages_say_the_same_things(room):
    korean, english = messages("ko", room), messages("en", room)
    assert korean.keys() == english.keys()
    for key in korean:
        fields = [sorted(set(re.findall(r"{(\w+)", text[key]))) for text in (korean, english)]
        assert fields[0] == fields[1], key


@pytest.mark.parametrize("room", texts.ROOMS)
def test_each_language_is_written_in_itself(room):
    hangul = re.compile("[가-힣]")
    assert not [key for key, text in messages("en", room).items() if hangul.search(text)]
    words = {
        key: text
        for key, text in messages("ko", room).items()
        if re.search("[A-Za-z가-힣]", re.sub("`[^`]*`|{[^}]*}", "", text))  # code aside
    }
    assert not [key for key, text in words.items() if not hangul.search(text)]


@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_every_misconception_has_its_name_its_cause_and_three_hints(lang):
    parts = [
        (name, part)
        for name in MISCONCEPTIONS
        for part in ("name", "cause", "hint1", "hint2", "hint3")
    ]
    parts += [(name, part) for part, names in SPECIAL.items() for name in names]
    keys = {f"misconception.{name}.{part}" for name, part in parts}
    assert messages(lang, "misconceptions").keys() == keys
    assert all(texts.text(key, lang) for key in keys)


@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_what_is_said_of_a_misconception_has_no_fields_and_is_said_once(lang):
    words = messages(lang, "misconceptions")
    assert not [key for key, text in words.items() if re.search("[{}]", text)]
    assert len(set(words.values())) == len(words)


@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_hints_are_plain_text_since_a_terminal_shows_them_too(lang):
    hints = [
        words
        for room in ("exercises", "misconceptions")
        for key, words in messages(lang, room).items()
        if ".hint" in key
    ]
    assert len(hints) > 100
    assert not [words for words in hints if "`" in words]


def test_no_particle_is_left_for_the_reader_to_choose():
    for room in texts.ROOMS:
        for id, words in messages("ko", room).items():
            assert not re.search(r"(이\(가|을\(를|은\(는|와\(과|과\(와|\(으)\)", words), id


def test_use_sets_the_language_of_what_follows():
    before = texts.language()
    try:
        texts.use("en")
        assert texts.text("hung-up").startswith("The server closed")
        texts.use("ko")
        assert texts.text("hung-up").startswith("답이 오기 전에")
        assert texts.text("hung-up", "en").startswith("The server closed")
    finally:
        texts.use(before)


def test_a_notebook_for_another_version_is_warned_of_in_its_language(monkeypatch):
    monkeypatch.setattr(texts, "__version__", "0.2.3")
    before = texts.language()
    try:
        texts.use("en", written_for="0.2")
        with pytest.warns(UserWarning, match=r"written for guessnet 0\.1, and you have 0\.2\.3"):
            texts.use("en", written_for="0.1")
        with pytest.warns(UserWarning, match=r"guessnet 0\.20에 맞추어"):
            texts.use("ko", written_for="0.20")
    finally:
        texts.use(before)


def test_a_language_without_texts_is_refused():
    with pytest.raises(BadArgument, match="'fr'"):
        texts.use("fr")


@pytest.mark.parametrize(
    ("untrusted", "shown"),
    [
        (b"5\r\n", r"5\r\n"),
        ("정답".encode(), "정답"),
        ("정".encode()[:2], r"\xec\xa0"),
        (b"\x1b[31mred", r"\x1b[31mred"),
        ("\u202ereversed", r"\u202ereversed"),
        (b"\x00", r"\x00"),
    ],
)
def test_untrusted_text_is_shown_on_one_line_without_control_characters(untrusted, shown):
    assert texts.printable(untrusted) == shown
