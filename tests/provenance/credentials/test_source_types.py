"""Every spelling of a digital source type, and what it states about generative AI."""

from __future__ import annotations

import pytest

from provenance.credentials.source_types import generative_of, known, short_name


@pytest.mark.parametrize(
    "spelling",
    [
        "trainedAlgorithmicMedia",
        "TrainedAlgorithmicMedia",
        " trainedalgorithmicmedia\n",
        "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
        "https://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia/",
        "http://c2pa.org/digitalsourcetype/trainedAlgorithmicMedia",
        "digsrctype:trainedAlgorithmicMedia",
        "http://example.org/x#trainedAlgorithmicMedia",
        ["http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"],
    ],
)
def test_spellings(spelling):
    assert short_name(spelling) == "trainedAlgorithmicMedia"


@pytest.mark.parametrize("value", [None, "", "   ", 7, [], [None], {}, "/", "a/", b"trainedAlgorithmicMedia"])
def test_nothing_stated(value):
    assert short_name(value) in (None, "a")


def test_unknown_type_keeps_its_name():
    name = short_name("http://example.org/types/dreamt")
    assert name == "dreamt"
    assert not known(name)
    assert generative_of(name) == "unstated"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("trainedAlgorithmicMedia", "fully"), ("trainedAlgorithmicData", "fully"),
        ("compositeWithTrainedAlgorithmicMedia", "partly"), ("compositeSynthetic", "partly"),
        ("digitalCapture", "no"), ("computationalCapture", "no"), ("humanEdits", "no"), ("algorithmicMedia", "no"),
        ("composite", "unstated"), (None, "unstated"),
    ],
)  # fmt: skip
def test_generative(name, expected):
    assert generative_of(name) == expected
    assert name is None or known(name)
