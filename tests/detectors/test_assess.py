"""The decision table: every row's words stand in `tests/golden/headlines.txt`, and every row keeps the rules.

`pytest --update-golden` writes that file; read its diff, since it is what readers will see.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

import pytest

from detectors.assess import conclude
from detectors.check import HIDDEN_TOOL, NAMED_TOOL
from provenance.model.assessment import Axis, Conclusion
from provenance.model.credentials import Credentials, Signer, Status, TrustListInfo
from provenance.model.finding import Finding, Measurement

LISTS = (TrustListInfo(name="official", kind="manifest", certificates=30, sha256="0" * 64),)
AFP = Signer(
    name="AFP Photo Desk", organisation="Agence France-Presse", issuer="Some CA", serial="1",
    not_after="2030-01-01T00:00:00Z", trust_list="official",
)  # fmt: skip
NAMELESS = replace(AFP, organisation=None, name=None)
STRANGER = replace(AFP, name="Somebody", organisation="St. Elsewhere News. Ltd", trust_list=None)
TESTER = replace(AFP, name="Assay samples - FOR TESTING ONLY", organisation="Assay samples")


def credentials(state, signer=None, *, failures=(), **more) -> Credentials:
    status = tuple(Status(code=code, url=None, explanation="", kind="failure") for code in failures)
    signer = AFP if signer is None and state in ("trusted", "chain_invalid", "invalid") else signer
    return Credentials(state=state, signer=signer, status=status, **{"trust_lists": LISTS, **more})


SIGNED = {"signed_at": "2026-10-03T09:12:00Z"}
ABSENT = credentials("absent")
CAMERA = Finding(
    check="image.prnu", version="1", basis="measured", points_to="camera", log10_lr=2.6, strength="strong",
    summary="The sensor pattern of Desk camera 1 lies under this picture.",
)  # fmt: skip
TRUSTED = credentials("trusted", **SIGNED)
VALID = credentials("valid", STRANGER)


def mark(points_to="generated", tool="Midjourney") -> Finding:
    because = (Measurement(name=NAMED_TOOL, value=tool),) if tool else ()
    return Finding(
        check="marks.x",
        version="1",
        basis="declared",
        points_to=points_to,
        summary="It says so.",
        because=because,
    )


HIDDEN = replace(mark(), because=(Measurement(name=HIDDEN_TOOL, value="Stable Diffusion 1"),))
TRACE = Finding(
    check="image.saves", version="1", basis="measured", points_to="edited", summary="Saved with a program."
)
SILENT = Finding(check="marks.y", version="1", basis="declared")
FAILED = replace(mark(), outcome="failed", summary="", reason="It broke.")


def axis(log10_lr, strength) -> Axis:
    return Axis(log10_lr=log10_lr, strength=strength)


ROWS = {
    "trusted": {"credentials": TRUSTED},
    "trusted, no timestamp": {"credentials": credentials("trusted")},
    "trusted, a test identity": {"credentials": credentials("trusted", TESTER)},
    "trusted, a name alone": {"credentials": credentials("trusted", replace(AFP, organisation=None), **SIGNED)},
    "trusted, no name at all": {"credentials": credentials("trusted", NAMELESS, **SIGNED)},
    "trusted, says fully generated": {"credentials": replace(TRUSTED, generative="fully")},
    "trusted, says partly generated": {"credentials": replace(TRUSTED, generative="partly")},
    "trusted, says fully generated, and so does the metadata": {
        "credentials": replace(TRUSTED, generative="fully"), "findings": (mark(),)},
    "trusted, says not generated, metadata disagrees": {
        "credentials": replace(TRUSTED, generative="no"), "findings": (mark(),)},
    "trusted, says not generated, measurements disagree": {
        "credentials": replace(TRUSTED, generative="no"), "generated": axis(1.5, "moderate")},
    "trusted, says not generated, measurements agree": {
        "credentials": replace(TRUSTED, generative="no"), "generated": axis(-1.5, "moderate")},
    "trusted, says not generated, measurements are weak": {
        "credentials": replace(TRUSTED, generative="no"), "generated": axis(0.5, "weak")},
    "trusted, by the expected signer": {"credentials": TRUSTED, "expect": ("Agence France-Presse",)},
    "trusted, by another than expected": {"credentials": TRUSTED, "expect": ("Reuters", "AP", "dpa")},
    "trusted, by another than expected, metadata names a generator": {
        "credentials": TRUSTED, "expect": ("Reuters",), "findings": (mark(),)},
    "valid": {"credentials": VALID},
    "valid, no list installed": {"credentials": replace(VALID, trust_lists=())},
    "valid, says fully generated": {"credentials": replace(VALID, generative="fully")},
    "valid, says partly generated": {"credentials": replace(VALID, generative="partly")},
    "valid, metadata names a generator": {"credentials": VALID, "findings": (mark(),)},
    "valid, says not generated, metadata disagrees": {
        "credentials": replace(VALID, generative="no"), "findings": (mark(tool=None),)},
    "valid, expired and time not confirmed": {
        "credentials": credentials("valid", AFP, failures=["assay.timestamp.untrusted"])},
    "valid, signer listed but a second identity is not": {"credentials": credentials("valid", AFP)},
    "valid, not the expected signer": {"credentials": VALID, "expect": ("AFP",)},
    "invalid, content changed": {"credentials": credentials("invalid", failures=["assertion.dataHash.mismatch"])},
    "invalid, content changed, signer on no list": {"credentials": credentials(
        "invalid", STRANGER, failures=["assertion.bmffHash.mismatch", "signingCredential.untrusted"])},
    "invalid, content changed, metadata names a generator": {
        "credentials": credentials("invalid", failures=["assertion.dataHash.mismatch"]), "findings": (mark(),)},
    "invalid, certificate expired": {"credentials": credentials("invalid", failures=["signingCredential.expired"])},
    "invalid, certificate revoked": {
        "credentials": credentials("invalid", failures=["signingCredential.ocsp.revoked"])},
    "invalid, identity does not hold": {"credentials": credentials("invalid", failures=["cawg.identity.bad"])},
    "invalid, manifest damaged": {"credentials": credentials("invalid", failures=["claimSignature.mismatch"])},
    "invalid, no word why": {"credentials": credentials("invalid")},
    "invalid, and somebody was expected": {
        "credentials": credentials("invalid", failures=["assertion.dataHash.mismatch"]), "expect": ("AFP",)},
    "chain_invalid": {"credentials": credentials("chain_invalid")},
    "chain_invalid, metadata names a generator": {"credentials": credentials("chain_invalid"), "findings": (mark(),)},
    "chain_invalid, and somebody was expected": {
        "credentials": credentials("chain_invalid"), "expect": ("Agence France-Presse",)},
    "remote": {"credentials": credentials("remote", remote_url="https://example.org/x.c2pa")},
    "remote, metadata names a generator": {
        "credentials": credentials("remote", remote_url="https://example.org/x.c2pa"), "findings": (mark(),)},
    "unreadable": {"credentials": credentials("unreadable")},
    "absent, a hidden mark names a generator": {"credentials": ABSENT, "findings": (HIDDEN,)},
    "absent, a hidden mark and metadata name generators": {"credentials": ABSENT, "findings": (HIDDEN, mark())},
    "trusted, says not generated, a hidden mark disagrees": {
        "credentials": replace(TRUSTED, generative="no"), "findings": (HIDDEN,)},
    "absent, metadata names a generator": {"credentials": ABSENT, "findings": (mark(),)},
    "absent, metadata names an edit": {"credentials": ABSENT, "findings": (mark("edited", "Photoshop"),)},
    "absent, metadata names both": {
        "credentials": ABSENT, "findings": (mark("edited", "Photoshop"), mark())},
    "absent, a generator without a name": {"credentials": ABSENT, "findings": (mark(tool=None),)},
    "absent, moderate support": {"credentials": ABSENT, "generated": axis(1.2, "moderate")},
    "absent, strong support": {"credentials": ABSENT, "generated": axis(2.4, "strong")},
    "absent, strong support for the other side": {"credentials": ABSENT, "generated": axis(-2.4, "strong")},
    "absent, strong support, and an enrolled camera matches": {
        "credentials": ABSENT, "generated": axis(2.4, "strong"), "findings": (CAMERA,)},
    "absent, an enrolled camera matches": {"credentials": ABSENT, "findings": (CAMERA,)},
    "absent, weak support": {"credentials": ABSENT, "generated": axis(0.5, "weak")},
    "absent, a recording": {"credentials": ABSENT, "generated": axis(1.2, "moderate"), "kind": "audio"},
    "absent, a clip": {"credentials": ABSENT, "generated": axis(-1.2, "moderate"), "kind": "video"},
    "absent, altered after capture": {"credentials": ABSENT, "edited": axis(1.2, "moderate")},
    "absent, metadata and measurements": {
        "credentials": ABSENT, "findings": (mark(),), "generated": axis(2.4, "strong")},
    "absent, traces of editing": {"credentials": ABSENT, "findings": (TRACE,)},
    "absent, nothing found": {"credentials": ABSENT, "findings": (SILENT,)},
    "absent, a check failed": {"credentials": ABSENT, "findings": (SILENT, FAILED)},
    "absent, nobody looked further": {"credentials": ABSENT, "looked": False},
    "absent, and somebody was expected": {"credentials": ABSENT, "expect": ("AFP",)},
}  # fmt: skip


def told(row) -> Conclusion:
    return conclude(row["credentials"], **{key: value for key, value in row.items() if key != "credentials"})


def sentences(headline: str) -> int:
    """Count sentences; the full stops inside the name of the stranger do not end one."""
    return len(re.findall(r"\.(?: |$)", headline.replace(STRANGER.organisation or "", "X")))


def test_words_of_every_row(golden):
    text = []
    for name, row in ROWS.items():
        said = told(row)
        text += [
            f"== {name}",
            said.headline,
            *(f"  next: {s}" for s in said.next_steps),
            *(f"  limit: {s}" for s in said.limits),
            "",
        ]
    golden("headlines.txt", "\n".join(text))


@pytest.mark.parametrize("name", ROWS)
def test_row_keeps_the_rules(name):
    said = told(ROWS[name])
    assert 1 <= sentences(said.headline) <= 2, said.headline
    assert said.headline[0].isupper()
    assert said.headline.endswith(".")
    assert 1 <= len(said.next_steps) <= 3
    assert said.limits
    everything = " ".join((said.headline, *said.next_steps, *said.limits))
    assert "%" not in everything
    assert "  " not in everything


def test_no_combination_says_too_much():
    """Whatever meets whatever: two sentences, three steps, no percent sign."""
    states = [row["credentials"] for row in ROWS.values()]
    marks = ((), (mark(),), (mark("edited"), mark(), TRACE))
    sums = (None, axis(2.4, "strong"), axis(-1.2, "moderate"))
    for held, findings, generated, expect in product(states, marks, sums, ((), ("AFP",))):
        for generative in ("fully", "partly", "no", "unstated"):
            given = replace(held, generative=generative)
            said = conclude(given, findings, generated=generated, edited=generated, expect=expect)
            assert 1 <= sentences(said.headline) <= 2, said.headline
            assert len(said.next_steps) <= 3
            assert "%" not in said.headline


def test_a_name_with_full_stops_is_quoted_whole():
    said = conclude(credentials("valid", replace(STRANGER, trust_list="official")), expect=("AFP",))
    assert "St. Elsewhere News. Ltd, but" in said.headline


@pytest.mark.parametrize("state", ["absent", "remote", "unreadable", "invalid", "chain_invalid", "valid"])
def test_expectation_is_never_met_short_of_trusted(state):
    said = conclude(credentials(state, AFP), expect=("Agence France-Presse",))
    assert said.headline.startswith("Not signed by Agence France-Presse as far as this can be checked.")
    assert any("Agence France-Presse published themselves" in step for step in said.next_steps)


def test_failed_and_silent_checks_are_never_declarations():
    said = conclude(ABSENT, (SILENT, FAILED))
    assert "metadata says" not in said.headline


def test_absence_is_never_reassurance():
    for name, row in ROWS.items():
        said = told(row)
        if said.headline.startswith("Nothing found"):
            assert any("Finding nothing is not a sign" in limit for limit in said.limits), name
