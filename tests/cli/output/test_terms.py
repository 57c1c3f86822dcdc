"""Plain words: every term of the vocabularies has some, an unknown one stays as it is."""

from __future__ import annotations

from typing import get_args

import pytest

from cli.output import terms
from cli.output.status import STATUS
from provenance.model.credentials import Generative, Identity, ProvenanceState, TimestampState
from provenance.model.finding import PointsTo


@pytest.mark.parametrize("state", get_args(ProvenanceState))
def test_every_state_has_words(state):
    assert terms.state_words(state) != state
    assert terms.state_explained(state).endswith(".")


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (terms.generative_words, get_args(Generative)),
        (terms.timestamp_words, get_args(TimestampState)),
        (terms.points_to_words, get_args(PointsTo)),
        (terms.identity_words, ("trusted", "valid", "invalid", "unknown")),
        (terms.relationship_words, ("parentOf", "componentOf", "inputTo")),
        (terms.training_choice_words, ("notAllowed", "constrained")),
    ],
)
def test_every_value_has_words(words, values):
    for value in values:
        assert words(value) != value


def test_identity_states_are_all_known():
    import typing

    assert set(get_args(typing.get_type_hints(Identity)["state"])) == {
        "trusted",
        "valid",
        "invalid",
        "unknown",
    }


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("c2pa.color_adjustments", "Colours adjusted"),
        ("c2pa.adjustedColor", "Colours adjusted"),
        ("c2pa.created", "Created"),
        ("com.example.sparkle", "com.example.sparkle"),
    ],
)
def test_action_words(action, words):
    assert terms.action_words(action) == words


@pytest.mark.parametrize(
    "spelling",
    [
        "trainedAlgorithmicMedia",
        "TrainedAlgorithmicMedia",
        "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
        " https://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia/ ",
    ],
)
def test_source_type_in_any_spelling(spelling):
    assert terms.source_type_words(spelling) == "Made with generative AI"


def test_unknown_terms_stay_as_they_are():
    for words in (terms.source_type_words, terms.media_words, terms.training_words, terms.relationship_words):
        assert words("x/unheard-of") == "x/unheard-of"
    assert terms.status_words("x.unheard.of") == ""


def test_training_words_with_and_without_prefix():
    assert terms.training_words("cawg.ai_training") == terms.training_words("ai_training") != "ai_training"


def test_status_sentences_are_sentences():
    for code, sentence in STATUS.items():
        assert sentence[0].isupper() and sentence.endswith("."), code
