"""Sizes, durations, dates and numbers in words."""

from __future__ import annotations

import pytest

from cli.output.quantities import (
    bytes_words,
    count_words,
    date_words,
    day_words,
    duration_words,
    number_words,
    ratio_words,
)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1_000, "1.0 kB (1,000 bytes)"),
        (999_960, "1.0 MB (999,960 bytes)"),
        (5 * 10**15, "5000.0 TB (5,000,000,000,000,000 bytes)"),
    ],
)
def test_bytes(count, words):
    assert bytes_words(count) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (3.2, "3.2 s"),
        (100 / 3, "33.33 s"),
        (59.999, "60 s"),
        (63.5, "1 min 3.5 s"),
        (3600, "1 h 0 min 0 s"),
        (119.97, "2 min 0 s"),
        (float("nan"), "unknown"),
        (-1, "unknown"),
    ],
)
def test_duration(seconds, words):
    assert duration_words(seconds) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-08-05T14:03:07Z", "5 August 2026, 14:03:07 UTC"),
        ("2026-08-05T01:03:07+02:00", "4 August 2026, 23:03:07 UTC"),
        ("2026-08-05T14:03:07.123456Z", "5 August 2026, 14:03:07 UTC"),
        ("2026-08-05T14:03:07", "5 August 2026, 14:03:07 (no time zone stated)"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00"),
        ("last Tuesday", "last Tuesday"),
    ],
)
def test_date(text, words):
    assert date_words(text) == words


def test_day():
    assert day_words("2026-08-05T23:30:00-02:00") == "6 August 2026"
    assert day_words("soon") == "soon"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "not known"),
        (True, "yes"),
        (12345, "12,345"),
        (0.0, "0"),
        (96.4, "96.4"),
        (1.0, "1"),
        (-0.00312345, "-0.003123"),
        (123456.789, "123,457"),
        (1e-9, "1.000e-09"),
        (float("inf"), "not a number"),
        (float("nan"), "not a number"),
        ("text", "text"),
    ],
)
def test_number(value, words):
    assert number_words(value) == words


@pytest.mark.parametrize(
    ("log10_lr", "words"),
    [
        (0.0, "about 1"),
        (0.5, "about 3.2"),
        (1.4, "about 25"),
        (2.2, "about 160"),
        (-1.4, "about 1 in 25"),
        (99.0, "about 1,000,000,000,000"),
    ],
)
def test_ratio(log10_lr, words):
    assert ratio_words(log10_lr) == words


def test_count():
    assert [count_words(n, "box", "boxes") for n in (0, 1, 2)] == ["no boxes", "1 box", "2 boxes"]
