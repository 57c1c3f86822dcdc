"""Our verdict on the public C2PA test files against the engine's, and where and why the two may differ.

The files are not part of this repository. `ASSAY_C2PA_FILES` names a folder that holds them, such as checkouts of
contentauth/c2pa-rs, contentauth/c2pa-python and c2pa-org/public-testfiles.
"""

from __future__ import annotations

import json
import os
import re
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import c2pa
import pytest

from provenance.credentials.engine import make_context
from provenance.errors import AssayError, UnreadableError, UnsupportedTypeError
from provenance.model.credentials import Credentials
from provenance.source import open_source
from provenance.trust.bundle import DEFAULT_EKUS, Trust
from provenance.trust.lists import parse_list
from provenance.verification import verify

_FOLDER = os.environ.get("ASSAY_C2PA_FILES")
_STORE = bytes.fromhex("6332706100110010800000AA00389B71")
_OFFLINE = {"cawg.ica.did_unavailable"}
_NO_BREAK = re.compile(r"signingCredential\.untrusted|ingredient\.unknownProvenance|cawg\.|timeStamp\.")

pytestmark = pytest.mark.skipif(
    not _FOLDER, reason="ASSAY_C2PA_FILES names no folder with the public C2PA files"
)


def _files() -> list[Path]:
    if not _FOLDER:
        return []
    return sorted(p for p in Path(_FOLDER).rglob("*") if p.is_file() and ".git" not in p.parts)


def _supported(path: Path) -> bool:
    try:
        with open_source(path):
            return True
    except (UnreadableError, UnsupportedTypeError):
        return False


MEDIA = [path for path in _files() if _supported(path)]


@pytest.fixture(scope="module")
def lists() -> Trust:
    """The roots that the test files were signed under, with every usage allowed."""
    found = next(p for p in _files() if p.match("sdk/tests/fixtures/certs/trust/test_cert_root_bundle.pem"))
    return Trust(
        lists=(parse_list(found.read_bytes(), name="test roots", kind="manifest", ekus=DEFAULT_EKUS),)
    )


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*_args: Any, **_more: Any) -> None:
        raise AssertionError("a network connection was opened")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def _engine(path: Path, lists: Trust) -> tuple[str, dict[str, Any]]:
    """Return what the engine itself says: a state, or how it refused; and its report."""
    with open_source(path) as source:
        kind = source.media_type
    try:
        with (
            path.open("rb") as stream,
            c2pa.Reader(kind, stream, context=make_context(lists, online=False)) as reader,
        ):
            return reader.get_validation_state(), json.loads(reader.json())
    except c2pa.C2paError.ManifestNotFound:
        return "absent", {}
    except c2pa.C2paError as error:
        return "remote" if "must fetch remote" in str(error) else "refused", {}


def _failures(group: Any) -> set[str]:
    return {entry["code"] for entry in (group or {}).get("failure", ())}


def _broken_history(report: dict[str, Any]) -> bool:
    """Whether any ingredient anywhere failed, at signing or now, read from the engine's report alone."""
    codes: set[str] = set()
    for delta in report.get("validation_results", {}).get("ingredientDeltas", ()):
        codes |= _failures(delta.get("validationDeltas"))
    for manifest in report.get("manifests", {}).values():
        for ingredient in manifest.get("ingredients", ()):
            recorded = ingredient.get("validation_results") or {}
            codes |= _failures(recorded.get("activeManifest"))
            codes |= {entry["code"] for entry in ingredient.get("validation_status") or ()}
            for delta in recorded.get("ingredientDeltas") or ():
                codes |= _failures(delta.get("validationDeltas"))
    return any(not _NO_BREAK.match(code) for code in codes)


def _own_reason(ours: Credentials) -> bool:
    """Whether one of our two rules beyond the engine's applies: purpose of the signer, doubt about the time."""
    codes = {status.code for status in ours.status}
    if "assay.signer.wrongPurpose" in codes:
        return ours.signer is not None and ours.signer.trust_list is None
    if "assay.timestamp.untrusted" in codes:
        assert ours.signer is not None
        assert ours.signer.not_after is not None
        expired = datetime.fromisoformat(ours.signer.not_after) < datetime.now(UTC)
        return expired and ours.timestamp.state != "trusted"
    return False


def _allowed(verdict: str, report: dict[str, Any], ours: Credentials, path: Path) -> set[str]:
    """Return the states that the design allows, given the engine's verdict."""
    if verdict in ("absent", "remote"):
        return {verdict}
    if verdict == "refused":
        # A manifest that cannot be read is broken; a file in which none could be looked for is unreadable.
        return (
            {"invalid"}
            if _STORE in path.read_bytes() or path.suffix == ".c2pa"
            else {"unreadable", "invalid"}
        )
    failures = _failures(report.get("validation_results", {}).get("activeManifest"))
    if verdict == "Invalid" and failures - {"signingCredential.untrusted"} != _OFFLINE:
        own = {code for code in failures if not _NO_BREAK.match(code) or code.startswith("cawg.")}
        return {"chain_invalid"} if _broken_history(report) and not own else {"invalid"}
    if _broken_history(report):
        return {"chain_invalid"}
    if verdict == "Trusted":
        return {"valid"} if _own_reason(ours) else {"trusted"}
    return {"valid", "trusted"} if verdict == "Invalid" else {"valid"}


@pytest.mark.parametrize("path", MEDIA, ids=lambda p: str(p.relative_to(_FOLDER or "/")))
def test_same_verdict_as_the_engine(path, lists):
    verdict, report = _engine(path, lists)
    ours = verify(path, trust=lists)
    assert ours.state in _allowed(verdict, report, ours, path), (verdict, ours.state, ours.status)
    if report:
        assert {m.label for m in ours.manifests} == {*report["manifests"], report["active_manifest"]}
        assert ours.manifests[0].label == report["active_manifest"]


def test_other_files_have_an_error_with_a_hint(lists):
    seen = 0
    for path in sorted(set(_files()) - set(MEDIA)):
        with pytest.raises(AssayError) as raised:
            verify(path, trust=lists)
        assert raised.value.message
        assert raised.value.hint
        seen += 1
    assert seen > 10


def test_every_kind_of_verdict_is_among_them(lists):
    states = {verify(path, trust=lists).state for path in MEDIA}
    assert {"absent", "remote", "invalid", "chain_invalid", "valid", "trusted"} <= states
