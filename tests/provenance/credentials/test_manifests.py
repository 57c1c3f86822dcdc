"""From the engine's JSON to typed manifests; whatever has the wrong type is dropped."""

from __future__ import annotations

from typing import Any

import media_bytes
import pytest
import throwaway
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.credentials.manifests import breaks, build_manifests
from provenance.model.credentials import Manifest, Status
from provenance.model.serial import encode
from provenance.verification import verify

LISTS = throwaway.trust(throwaway.root())
HERE = "self#jumbf=/c2pa/one"


def one(**fields: Any) -> Manifest:
    (manifest,), _ = build_manifests({"active_manifest": "one", "manifests": {"one": fields}})
    return manifest


def stated(label: str, data: Any) -> list[dict[str, Any]]:
    return [{"label": label, "data": data}]


def test_active_manifest_comes_first():
    report = {"active_manifest": "b", "manifests": {"a": {}, "b": {"title": "the last"}, "c": {}}}
    manifests, _ = build_manifests(report)
    assert [m.label for m in manifests] == ["b", "a", "c"]
    assert manifests[0].title == "the last"


def test_active_manifest_that_is_missing_is_not_replaced():
    report = {"active_manifest": "gone", "manifests": {"a": {"signature_info": {"common_name": "AFP"}}}}
    manifests, _ = build_manifests(report)
    assert [m.label for m in manifests] == ["gone", "a"]
    assert manifests[0].signer is None


@pytest.mark.parametrize(
    "report", [{}, {"manifests": None}, {"manifests": []}, {"active_manifest": 3, "manifests": {}}]
)
def test_report_without_manifests(report):
    assert build_manifests(report) == ((), ())


def test_statuses_of_the_active_manifest_failures_first():
    group = {
        "success": [{"code": "s", "url": "u", "explanation": "e"}], "informational": [{"code": "i"}],
        "failure": [{"code": "f"}, "no dict", {}],
    }  # fmt: skip
    _, found = build_manifests({"validation_results": {"activeManifest": group}})
    assert [(s.code, s.kind) for s in found] == [
        ("f", "failure"), ("unknown", "failure"), ("i", "informational"), ("s", "success"),
    ]  # fmt: skip
    assert (found[-1].url, found[-1].explanation) == ("u", "e")


def test_signer_of_a_manifest():
    info = {
        "common_name": "A signer",
        "issuer": "A house",
        "cert_serial_number": "12",
        "alg": "Es256",
        "time": "2026",
    }
    signer = one(signature_info=info).signer
    assert signer is not None
    assert (signer.name, signer.organisation, signer.serial, signer.algorithm) == (
        "A signer",
        "A house",
        "12",
        "es256",
    )
    assert (signer.issuer, signer.trust_list, signer.chain) == (None, None, ())
    assert one(signature_info=info).signed_at == "2026"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"claim_generator_info": [{"name": "A", "version": "1"}, {"name": "B"}]}, "A 1, B"),
        ({"claim_generator_info": {"name": "A"}}, "A"),
        ({"claim_generator": "old/1.0"}, "old/1.0"),
        ({"claim_generator_info": [], "claim_generator": "old/1.0"}, "old/1.0"),
        ({"claim_generator_info": [{"name": 3}], "claim_generator": ["x"]}, None),
    ],
)
def test_generator(raw, expected):
    assert one(**raw).claim_generator == expected


@pytest.mark.parametrize("label", ["c2pa.actions", "c2pa.actions.v2", "c2pa.actions.v2__2"])
def test_actions(label):
    raw = {"action": "c2pa.edited", "when": "2026", "softwareAgent": {"name": "E", "version": "2"}, "reason": "r",
           "digitalSourceType": "x/humanEdits", "parameters": {"description": "d", "ingredients": [1], "k": 1},
           }  # fmt: skip
    (action,) = one(assertions=stated(label, {"actions": [raw, "no dict"]})).actions
    assert (action.action, action.when, action.software, action.reason) == ("c2pa.edited", "2026", "E 2", "r")
    assert (action.digital_source_type, action.description) == ("humanEdits", "d")
    assert action.parameters == {"description": "d", "k": 1}


def test_first_created_action_gives_the_source_type():
    steps = [{"action": "c2pa.edited", "digitalSourceType": "x/humanEdits"},
             {"action": "c2pa.created", "digitalSourceType": "x/digitalCapture"}]  # fmt: skip
    assert one(assertions=stated("c2pa.actions", {"actions": steps})).digital_source_type == "digitalCapture"


def test_created_without_a_source_type_states_none():
    steps = [
        {"action": "c2pa.created"},
        {"action": "c2pa.edited", "digitalSourceType": "x/trainedAlgorithmicMedia"},
    ]
    manifest = one(assertions=stated("c2pa.actions", {"actions": steps}))
    assert (manifest.digital_source_type, manifest.generative) == (None, "partly")


@pytest.mark.parametrize("label", ["stds.iptc.photo-metadata", "stds.iptc", "c2pa.metadata", "cawg.metadata"])
def test_source_type_from_photo_metadata(label):
    data = {
        "Iptc4xmpExt:DigitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    }
    manifest = one(assertions=stated(label, data))
    assert (manifest.digital_source_type, manifest.generative) == ("trainedAlgorithmicMedia", "fully")


def test_training_choices_in_both_spellings_and_the_newer_wins():
    old = {
        "label": "c2pa.training-mining",
        "data": {
            "entries": {"c2pa.ai_training": {"use": "allowed"}, "c2pa.data_mining": {"use": "constrained"}}
        },
    }
    new = {"label": "cawg.training-mining", "data": {"entries": {
        "cawg.ai_training": {"use": "notAllowed"}, "cawg.ai_inference": "allowed", "cawg.x": {"use": "maybe"},
    }}}  # fmt: skip
    expected = {"ai_training": "notAllowed", "data_mining": "constrained", "ai_inference": "allowed"}
    assert one(assertions=[old, new]).training == expected
    assert one(assertions=[new, old]).training == expected


def test_failure_of_an_ingredient_is_found_wherever_it_stands():
    places: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"validation_results": {"activeManifest": {"failure": [{"code": "assertion.dataHash.mismatch"}]}}}, {}),
        ({"validation_results": {"ingredientDeltas": [
            {"validationDeltas": {"failure": [{"code": "claimSignature.mismatch"}]}}]}}, {}),
        ({"validation_status": [{"code": "assertion.hashedURI.mismatch"}]}, {}),
        ({}, {"ingredientDeltas": [{"ingredientAssertionURI": f"{HERE}/c2pa.assertions/c2pa.ingredient",
              "validationDeltas": {"failure": [{"code": "ingredient.manifest.mismatch"}]}}]}),
    ]  # fmt: skip
    for recorded, now in places:
        raw = {"label": "c2pa.ingredient", "title": "t", "relationship": "parentOf", **recorded}
        report = {
            "active_manifest": "one",
            "manifests": {"one": {"ingredients": [raw]}},
            "validation_results": now,
        }
        (ingredient,) = build_manifests(report)[0][0].ingredients
        assert ingredient.broken
        assert ingredient.status


@pytest.mark.parametrize(
    ("code", "kind", "expected"),
    [
        ("assertion.dataHash.mismatch", "failure", True),
        ("assertion.dataHash.mismatch", "informational", False),
        ("signingCredential.untrusted", "failure", False),
        ("signingCredential.expired", "failure", True),
        ("signingCredential.ocsp.revoked", "failure", True),
        ("ingredient.unknownProvenance", "failure", False),
        ("timeStamp.mismatch", "failure", False),
        ("cawg.x509.credential.untrusted", "failure", False),
        ("something.nobody.knows", "failure", True),
    ],
)
def test_what_breaks_a_history(code, kind, expected):
    assert breaks(Status(code=code, url=None, explanation="", kind=kind)) is expected


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([], "unknown"),
        ([("cawg.ica.did_unavailable", "failure")], "unknown"),
        ([("cawg.x509.credential.trusted", "success")], "trusted"),
        (
            [("cawg.x509.credential.trusted", "success"), ("cawg.x509.credential.untrusted", "failure")],
            "valid",
        ),
        ([("cawg.ica.untrusted_issuer", "failure")], "valid"),
        ([("cawg.x509.signature.mismatch", "failure")], "invalid"),
        ([("cawg.something.good", "success")], "valid"),
    ],
)
def test_identity(codes, expected):
    url = f"{HERE}/c2pa.assertions/cawg.identity"
    group: dict[str, list[dict[str, str]]] = {}
    for code, kind in codes:
        group.setdefault(kind, []).append({"code": code, "url": url})
    data = {"signer_payload": {"sig_type": "cawg.x509.cose", "role": ["cawg.creator", 3]},
            "signature_info": {"common_name": "A person", "issuer": "A house"},
            "verifiedIdentities": [{"provider": {"name": "p"}, "username": "u"}, {}, 4]}  # fmt: skip
    report = {
        "active_manifest": "one", "validation_results": {"activeManifest": group},
        "manifests": {"one": {"assertions": [{"label": "cawg.identity", "data": data}]}},
    }  # fmt: skip
    (identity,) = build_manifests(report)[0][0].identities
    assert (identity.state, identity.name, identity.organisation) == (expected, "A person", "A house")
    assert (identity.roles, identity.verified, identity.signature_type) == (
        ("cawg.creator",), ("p: u",), "cawg.x509.cose",
    )  # fmt: skip


def test_other_assertions_are_kept_as_they_are():
    raw = [{"label": "org.example", "data": {"a": [1]}, "created": True}, {"label": "c2pa.actions", "data": {}},
           {"data": 1, "created": "yes"}]  # fmt: skip
    kept = one(assertions=raw).assertions
    assert [(a.label, a.data, a.created) for a in kept] == [("org.example", {"a": [1]}, True), ("", 1, None)]


def test_whole_tree_of_a_signed_file():
    component = ({"title": "logo", "description": "a logo"}, "image/png", media_bytes.png())
    signed = throwaway.sign(
        media_bytes.jpeg(), "image/jpeg", throwaway.created(throwaway.TRAINED), title="first"
    )
    again = throwaway.sign(signed, "image/jpeg", parent=signed, components=[component], title="second")
    credentials = verify(again, trust=LISTS)
    top, below = credentials.manifests
    assert (credentials.state, credentials.generative) == ("trusted", "fully")
    assert credentials.digital_source_type == "trainedAlgorithmicMedia"
    assert (top.title, below.title, top.claim_version) == ("second", "first", 2)
    assert [(i.title, i.relationship, i.manifest, i.broken) for i in top.ingredients] == [
        ("parent", "parentOf", below.label, False), ("logo", "componentOf", None, False),
    ]  # fmt: skip
    assert [a.action for a in top.actions] == ["c2pa.opened"]


_KEYS = st.sampled_from(
    ["active_manifest", "manifests", "one", "assertions", "label", "data", "actions", "action", "ingredients", "title",
     "signature_info", "claim_generator_info", "validation_results", "activeManifest", "failure", "ingredientDeltas",
     "validationDeltas", "entries", "parameters", "thumbnail", "redactions", "verifiedIdentities", "provider"]
)  # fmt: skip
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(_KEYS, _JSON, max_size=8))
def test_wrong_types_anywhere_never_raise(fields):
    for label in ("c2pa.actions", "cawg.training-mining", "cawg.identity", "stds.iptc"):
        fields.setdefault("assertions", stated(label, fields))
    manifests, found = build_manifests({"active_manifest": "one", "manifests": {"one": fields}, **fields})
    encode(manifests)
    encode(found)
