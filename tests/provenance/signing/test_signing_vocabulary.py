"""What the engine would sign without complaint and we do not."""

import pytest

from provenance.errors import UsageError
from provenance.signing import vocabulary


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("cropped", "c2pa.cropped"),
        ("c2pa.cropped", "c2pa.cropped"),
        ("edited.metadata", "c2pa.edited.metadata"),
        ("watermarked.bound", "c2pa.watermarked.bound"),
        ("resized.proportional", "c2pa.resized.proportional"),
        ("org.example.toned", "org.example.toned"),
    ],
)
def test_actions_have_one_full_name(text, name):
    assert vocabulary.action_name(text) == name


@pytest.mark.parametrize("text", ["cropd", "c2pa.nonsense", "", "a b.c", "cawg.x", "c2pa.copied"])
def test_nonsense_actions_are_refused(text):
    with pytest.raises(UsageError, match="There is no action"):
        vocabulary.action_name(text)


@pytest.mark.parametrize("text", ["created", "opened", "c2pa.placed", "redacted"])
def test_actions_that_follow_from_options_are_not_stated_by_hand(text):
    with pytest.raises(UsageError, match="not stated by hand") as caught:
        vocabulary.action_name(text)
    assert "--" in caught.value.hint


def test_a_misspelt_action_gets_a_hint():
    with pytest.raises(UsageError) as caught:
        vocabulary.action_name("cropd")
    assert caught.value.hint == "Did you mean cropped?"


def test_source_types_are_those_of_iptc_and_c2pa():
    assert vocabulary.check_source_type("digitalCapture") == "digitalCapture"
    with pytest.raises(UsageError, match="no digital source type 'photo'"):
        vocabulary.check_source_type("photo")


def test_source_types_have_the_address_of_who_defines_them():
    assert vocabulary.source_type_url("digitalCapture").startswith("http://cv.iptc.org/newscodes/")
    assert vocabulary.source_type_url("trainedAlgorithmicData").startswith("http://c2pa.org/")


def test_training_entries():
    assert vocabulary.training_entry("ai-training") == "cawg.ai_training"
    with pytest.raises(UsageError, match="no training entry 'ai'"):
        vocabulary.training_entry("ai")


@pytest.mark.parametrize(
    ("label", "may"),
    [
        ("stds.exif", True),
        ("c2pa.thumbnail.claim", True),
        ("c2pa.actions", False),
        ("c2pa.actions.v2__1", False),
        ("c2pa.hash.data", False),
        ("c2pa.hash.bmff.v3", False),
    ],
)
def test_actions_and_hash_bindings_are_never_redacted(label, may):
    assert vocabulary.redactable(label) is may


@pytest.mark.parametrize(
    "label", ["c2pa.mine", "cawg.metadata", "stds.exif", "assay.x", "one", "a..b", "a.b__1", "ä.b"]
)
def test_labels_of_standards_and_malformed_ones_are_refused(label):
    with pytest.raises(UsageError):
        vocabulary.check_label(label)


def test_own_labels_and_claim_reviews_pass():
    assert vocabulary.check_label("org.example.desk.v2") == "org.example.desk.v2"
    assert vocabulary.check_label("stds.schema-org.ClaimReview")


def test_reasons():
    assert vocabulary.reason_code("pii") == "c2pa.PII.present"
    assert vocabulary.reason_code("c2pa.invalid.data") == "c2pa.invalid.data"
    assert vocabulary.reason_code("org.example.embargo") == "org.example.embargo"
    for nonsense in ("because", "c2pa.whatever"):
        with pytest.raises(UsageError, match="no reason"):
            vocabulary.reason_code(nonsense)
