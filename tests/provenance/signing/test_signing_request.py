"""Contradictions and nonsense are found before a file is opened."""

import pytest

from provenance.errors import UsageError
from provenance.signing.request import (
    CustomAssertion,
    Redaction,
    SigningRequest,
    TrainingChoice,
    no_training,
)


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ""},
        {"title": "a\0b"},
        {"authors": ("x" * 10_001,)},
        {"source_type": "photo"},
        {"published_at": "example.org"},
        {"published_at": "javascript:alert(1)"},
        {"published_at": "https://user:secret@example.org/"},
        {"remote_url": "https://[bad/"},
        {"remote_url": "https://example.org/a b"},
        {"sidecar": True, "remote_url": "https://example.org/a"},
        {"ai_disclosure": "some"},
        {"ai_disclosure": "none", "source_type": "trainedAlgorithmicMedia"},
        {"ai_disclosure": "fully", "source_type": "digitalCapture"},
        {"training": (*no_training(), TrainingChoice(entry="ai_training", use="allowed"))},
    ],
)
def test_nonsense_is_refused_with_a_hint(fields):
    with pytest.raises(UsageError) as caught:
        SigningRequest(**fields)
    assert caught.value.hint


def test_a_source_type_follows_from_the_disclosure():
    assert SigningRequest(ai_disclosure="fully").effective_source_type == "trainedAlgorithmicMedia"
    assert (
        SigningRequest(ai_disclosure="partly").effective_source_type == "compositeWithTrainedAlgorithmicMedia"
    )
    assert SigningRequest(ai_disclosure="none").effective_source_type is None
    own = SigningRequest(ai_disclosure="none", source_type="screenCapture")
    assert own.effective_source_type == "screenCapture"


def test_training_conditions_go_with_constrained():
    choice = TrainingChoice(entry="ai_training", use="constrained", constraint="ask us")
    assert choice.entry == "cawg.ai_training"
    for nonsense in ({"use": "allowed", "constraint": "x"}, {"use": "constrained"}, {"use": "never"}):
        with pytest.raises(UsageError):
            TrainingChoice(entry="ai_training", **nonsense)


def test_all_four_kinds_of_training_can_be_ruled_out_at_once():
    assert len({choice.entry for choice in no_training()}) == 4
    assert {choice.use for choice in no_training()} == {"notAllowed"}


@pytest.mark.parametrize(
    "address", ["c2pa.hash.data", "self#jumbf=/c2pa/urn:x/c2pa.assertions/c2pa.actions.v2"]
)
def test_redaction_of_actions_and_hash_bindings_is_refused(address):
    with pytest.raises(UsageError, match="cannot be redacted"):
        Redaction(assertion=address, reason="pii")


def test_custom_assertions_have_to_fit_their_schema():
    schema = {"type": "object", "required": ["score"]}
    assert CustomAssertion(label="org.example.a", data={"score": 1}, schema=schema)
    with pytest.raises(UsageError, match=r"does not fit its schema at \$"):
        CustomAssertion(label="org.example.a", data={}, schema=schema)
    with pytest.raises(UsageError, match="no JSON Schema"):
        CustomAssertion(label="org.example.a", data={}, schema={"type": 3})


def test_a_schema_elsewhere_is_not_fetched():
    with pytest.raises(UsageError, match="refers to another one"):
        CustomAssertion(label="org.example.a", data={}, schema={"$ref": "http://127.0.0.1:9/schema.json"})
