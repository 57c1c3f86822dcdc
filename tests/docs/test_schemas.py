"""Every output fits its published schema, and comes back from JSON as the same object."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import examples
import pytest
from jsonschema import Draft202012Validator

from cli.worker import handle
from provenance.model.assessment import Assessment
from provenance.model.serial import Detection, ErrorResult, Verification, decode, encode

ROOT = Path(__file__).parents[2]
SAMPLES = sorted(p.name for p in (ROOT / "samples").iterdir() if p.suffix in (".jpg", ".png", ".wav", ".mp4"))
KINDS: dict[str, tuple[str, Any]] = {
    "examine": ("assessment", Assessment),
    "verify": ("verification", Verification),
    "detect": ("detection", Detection),
}


@cache
def _validator(name: str) -> Draft202012Validator:
    schema = json.loads((ROOT / f"provenance/schemas/{name}-1.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def _answer(operation: str, path: Path, trust: Path | None = None) -> tuple[str, bytes]:
    options = {
        "trust": [str(trust)] if trust else [], "tsa_trust": [], "manifest": None, "online": False, "expect": ["X"],
        "checks": None, "plugins": False, "limits": {}, "pictures": False, "verbose": False,
    }  # fmt: skip
    request = {"op": operation, "path": str(path), "name": path.name, "options": options}
    kind, data, _ = handle(request, lambda event: None)
    return kind, data


@pytest.fixture(autouse=True)
def _no_lists_of_this_machine(tmp_path, monkeypatch):
    monkeypatch.setenv("ASSAY_TRUST_DIR", str(tmp_path))


@pytest.mark.parametrize("operation", KINDS)
@pytest.mark.parametrize("name", SAMPLES)
def test_output_fits_its_schema_and_comes_back(operation, name):
    kind, data = _answer(operation, ROOT / "samples" / name, ROOT / "samples/identity/ca.pem")
    expected, returned = KINDS[operation]
    assert kind == expected
    assert list(_validator(expected).iter_errors(json.loads(data))) == []
    value = decode(returned, data)
    assert encode(value) == data
    assert decode(returned, encode(value)) == value


def test_error_fits_its_schema():
    kind, data = _answer("examine", ROOT / "samples/README.md")
    assert kind == "error"
    assert list(_validator("error").iter_errors(json.loads(data))) == []
    assert decode(ErrorResult, data).error.code == "unsupported_type"


@pytest.mark.parametrize("name", examples.ALL)
def test_full_results_fit(name):
    made = examples.ALL[name]
    value = made() if callable(made) else made
    schema = "error" if isinstance(value, ErrorResult) else "assessment"
    plain = json.loads(encode(value))
    assert list(_validator(schema).iter_errors(plain)) == []
    assert decode(type(value), encode(value)) == value


@pytest.mark.parametrize(
    "spoil",
    [
        lambda result: result.pop("schema"),
        lambda result: result.update(schema="assay/assessment/2"),
        lambda result: result["asset"].pop("sha256"),
        lambda result: result["provenance"].update(state="fine"),
        lambda result: result["assessment"].update(headline=None),
        lambda result: result["generated"].update(log10_lr="2"),
    ],
    ids=["no schema", "other schema", "no hash", "unknown state", "no headline", "number as text"],
)
def test_schema_refuses_what_we_never_write(spoil):
    plain = json.loads(encode(examples.trusted()))
    spoil(plain)
    assert list(_validator("assessment").iter_errors(plain)) != []


def test_fields_may_be_added():
    plain = json.loads(encode(examples.trusted()))
    plain["later"] = plain["asset"]["later"] = plain["provenance"]["signer"]["later"] = 1
    assert list(_validator("assessment").iter_errors(plain)) == []
