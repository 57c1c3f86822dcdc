"""One state for the whole chain, and what the chain states about generative AI."""

from __future__ import annotations

import pytest

from provenance.credentials.engine import Answer
from provenance.credentials.rollup import generative, parse_time, source_type, state
from provenance.model.credentials import Ingredient, Manifest, Status

OFFLINE = "cawg.ica.did_unavailable"


def failure(code: str) -> Status:
    return Status(code=code, url=None, explanation="", kind="failure")


def manifest(label="a", *ingredients: Ingredient, **fields) -> Manifest:
    return Manifest(label=label, ingredients=ingredients, **fields)


def ingredient(to: str | None = None, relationship="parentOf", *, broken=False) -> Ingredient:
    return Ingredient(title=None, format=None, relationship=relationship, manifest=to, broken=broken)


WHOLE = (manifest(),)
BROKEN = (manifest("a", ingredient("b")), manifest("b", ingredient(broken=True)))


@pytest.mark.parametrize(
    ("engine", "codes", "manifests", "anchored", "expected"),
    [
        ("Trusted", [], WHOLE, True, "trusted"),
        ("Trusted", [], WHOLE, False, "valid"),
        ("Trusted", [], BROKEN, True, "chain_invalid"),
        ("Valid", ["signingCredential.untrusted"], WHOLE, False, "valid"),
        ("Valid", [], WHOLE, True, "valid"),
        ("Valid", [], BROKEN, False, "chain_invalid"),
        ("Invalid", ["assertion.dataHash.mismatch"], WHOLE, True, "invalid"),
        ("Invalid", ["assertion.dataHash.mismatch"], BROKEN, True, "invalid"),
        ("Invalid", ["cawg.x509.signature.mismatch"], BROKEN, True, "invalid"),
        ("Invalid", [], BROKEN, True, "chain_invalid"),
        ("Invalid", [], WHOLE, True, "invalid"),
        ("Invalid", [OFFLINE], WHOLE, True, "trusted"),
        ("Invalid", [OFFLINE], WHOLE, False, "valid"),
        ("Invalid", [OFFLINE, "signingCredential.untrusted"], WHOLE, False, "valid"),
        ("Invalid", [OFFLINE, "assertion.dataHash.mismatch"], WHOLE, True, "invalid"),
        ("Invalid", [OFFLINE], BROKEN, True, "chain_invalid"),
        (None, [], WHOLE, True, "valid"),
    ],
)
def test_state(engine, codes, manifests, anchored, expected):
    answer = Answer(outcome="read", state=engine)
    assert state(answer, manifests, tuple(map(failure, codes)), anchored=anchored) == expected


@pytest.mark.parametrize(
    ("own", "relationship", "below", "expected"),
    [
        ("unstated", "parentOf", "fully", "fully"),
        ("no", "parentOf", "fully", "fully"),
        ("no", "parentOf", "partly", "partly"),
        ("unstated", "componentOf", "fully", "partly"),
        ("no", "componentOf", "fully", "partly"),
        ("no", "componentOf", "no", "no"),
        ("unstated", "componentOf", "no", "unstated"),
        ("no", "inputTo", "fully", "no"),
        ("fully", "parentOf", "no", "fully"),
        ("partly", "parentOf", "no", "partly"),
    ],
)
def test_generative(own, relationship, below, expected):
    chain = (manifest("a", ingredient("b", relationship), generative=own), manifest("b", generative=below))
    assert generative(chain) == expected


def test_generative_of_nothing():
    assert generative(()) == "unstated"


def test_generative_reaches_through_generations():
    chain = (
        manifest("a", ingredient("b")), manifest("b", ingredient("c", "componentOf")), manifest("c", ingredient("d")),
        manifest("d", generative="fully"),
    )  # fmt: skip
    assert generative(chain) == "partly"


def test_manifests_that_refer_to_each_other_end():
    chain = (
        manifest("a", ingredient("b")),
        manifest("b", ingredient("a"), ingredient("b"), generative="partly"),
    )
    assert generative(chain) == "partly"
    assert source_type(chain) is None


def test_wide_and_deep_history_costs_linear_time():
    layers = [[f"{layer}.{n}" for n in range(8)] for layer in range(20)]
    made = []
    for layer, names in enumerate(layers):
        below = [ingredient(name) for name in layers[layer + 1]] if layer + 1 < len(layers) else []
        made += [manifest(name, *below, generative="unstated") for name in names]
    assert generative(tuple(made)) == "unstated"


def test_very_long_history_ends():
    made = tuple(manifest(str(n), ingredient(str(n + 1)), generative="no") for n in range(5_000))
    assert generative(made) == "no"
    assert source_type(made) is None


def test_source_type_comes_from_the_parent_that_was_opened():
    parent = manifest("b", digital_source_type="digitalCapture")
    assert source_type((manifest("a", ingredient("b")), parent)) == "digitalCapture"
    assert source_type((manifest("a", ingredient("b", "componentOf")), parent)) is None
    own = manifest("a", ingredient("b"), digital_source_type="composite")
    assert source_type((own, parent)) == "composite"


@pytest.mark.parametrize("text", [None, "", "yesterday", "2026-01-01", "2026-01-01T00:00:00", 7, [], "\0"])
def test_time_that_is_none(text):
    assert parse_time(text) is None


def test_time_with_its_zone():
    moment = parse_time("2026-11-23T10:00:00+02:00")
    assert moment is not None
    assert moment.isoformat() == "2026-11-23T10:00:00+02:00"
    assert parse_time("2026-11-23T08:00:00Z") == moment
