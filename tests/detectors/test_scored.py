"""What a calibrated score says in words."""

from __future__ import annotations

import pytest

from detectors.scored import (
    as_high_of_1000,
    frequency_words,
    score_sentence,
    turned_by,
    usual_scores,
    version_rows,
)


@pytest.mark.parametrize(
    ("ratio", "other", "turned"),
    [(0.5, -0.5, True), (0.5, 0.1, False), (0.2, -0.9, False), (-0.5, 0.4, True), (-0.5, -1.0, False)],
)
def test_an_answer_that_turns_round_is_none(ratio, other, turned):
    assert turned_by(ratio, {"saved again": other}) == ("saved again" if turned else None)


def test_frequency_counts_files_that_score_as_high():
    others = [0.0, 1.0, 1.0, 2.0]
    assert [as_high_of_1000(s, others) for s in (-1, 1.0, 1.5, 3.0)] == [1000, 750, 250, 0]


def test_usual_scores_leave_out_a_tenth():
    assert (
        usual_scores([float(n) for n in range(100)], "recordings") == "5.0 to 95.0 in nine of ten recordings"
    )


@pytest.mark.parametrize("medium", ["image", "audio"])
def test_sentences_name_both_sides_and_the_frequency(medium):
    said = [
        score_sentence(medium, ratio, "of 1,000, about 4 score this high") for ratio in (0.1, 0.5, 1.2, -1.2)
    ]
    assert "does not help to decide" in said[0]
    assert "on its own is not enough" in said[1]
    assert "moderate support" in said[2]
    assert said[2] != said[3]
    for sentence in said:
        assert sentence.endswith("about 4 score this high.")
        assert "%" not in sentence


def test_versions_are_listed_after_the_file():
    rows = version_rows(0.512, {"saved again": 0.4})
    assert [(r.name, r.value) for r in rows] == [
        ("log10 likelihood ratio of the file", 0.51),
        ("the same when saved again", 0.4),
    ]


def test_none_is_fewer_than_one() -> None:
    assert frequency_words(4, "recordings") == "of 1,000 recordings in our test set, about 4 score this high"
    assert frequency_words(0, "recordings").endswith("fewer than one scores this high")
