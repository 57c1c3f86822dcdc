"""Foreign text on a terminal: nothing in it may steer."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.text import visible

# Format characters with a shape of their own: number signs and the like.
SHOWN = {chr(code) for code in (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD)}
STEERING = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def any_text() -> st.SearchStrategy[str]:
    steering = st.sampled_from(
        "\x00\t\n\r\x1b\x7f\x85\x9b\u00ad\u061c\u200b\u200e\u200f\u2028\u2029\u202e\u2066\ufeff"
    )
    return st.text(st.one_of(st.characters(exclude_categories=()), steering))


@given(any_text())
def test_nothing_that_steers_is_left(text: str) -> None:
    shown = visible(text)
    assert not [c for c in shown if unicodedata.category(c) in STEERING and c not in SHOWN]
    shown.encode("utf-8")


@given(any_text())
def test_everything_else_stays_and_nothing_vanishes(text: str) -> None:
    shown = visible(text)
    kept = [c for c in text if unicodedata.category(c)[0] in "LNP" and visible(c) == c]
    rest = iter(shown)
    assert all(c in rest for c in kept)
    assert len(shown) >= len(text)


@given(any_text())
def test_twice_is_once(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@given(any_text())
def test_multiline_keeps_line_feeds_only(text: str) -> None:
    shown = visible(text, multiline=True)
    assert shown.split("\n") == [visible(line) for line in text.split("\n")]


@given(any_text(), st.integers(0, 20))
def test_limit(text: str, limit: int) -> None:
    shown = visible(text, limit=limit)
    if len(text) <= limit:
        assert shown == visible(text)
    else:
        assert shown == f"{visible(text[:limit])}… ({len(text) - limit} more characters)"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("photo\u202egpj.exe", "photo\\u202egpj.exe"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\x9b31m", "\\x9b31m"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("a\u2028b\u200dc\ufeff", "a\\u2028b\\u200dc\\ufeff"),
        ("Ünïcödé 日本語 العربية 👍 ½", "Ünïcödé 日本語 العربية 👍 ½"),
        ("", ""),
    ],
)
def test_examples(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_every_character_of_unicode() -> None:
    for code in range(0x110000):
        c = chr(code)
        if unicodedata.category(c) in STEERING and c not in SHOWN:
            assert visible(c) != c, hex(code)


def test_ten_million_characters_are_cheap_with_a_limit() -> None:
    shown = visible("\x1b" * 10_000_000, limit=100)
    assert len(shown) < 500 and shown.endswith("… (9,999,900 more characters)")
