"""Manifest stores beside their file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from jumbf import manifest, store

from provenance.credentials.sidecar import beside, load_sidecar
from provenance.errors import LimitError, UnreadableError
from provenance.limits import DEFAULT_LIMITS

STORE = store(manifest("urn:c2pa:one"))


@pytest.mark.parametrize("name", ["photo.c2pa", "photo.jpg.c2pa"])
def test_both_names_are_found(tmp_path, name):
    (tmp_path / name).write_bytes(STORE)
    assert beside(tmp_path / "photo.jpg") == tmp_path / name


def test_shorter_name_comes_first(tmp_path):
    for name in ("photo.c2pa", "photo.jpg.c2pa"):
        (tmp_path / name).write_bytes(STORE)
    assert beside(tmp_path / "photo.jpg") == tmp_path / "photo.c2pa"


@pytest.mark.parametrize(
    "path", [None, Path("nothing.jpg"), Path(".c2pa"), Path("no/such/folder/a.jpg"), Path("a\0b")]
)
def test_none_beside(path):
    assert beside(path) is None


def test_sidecar_has_no_sidecar(tmp_path):
    (tmp_path / "a.c2pa").write_bytes(STORE)
    (tmp_path / "a.c2pa.c2pa").write_bytes(STORE)
    assert beside(tmp_path / "a.c2pa") is None


def test_folder_is_no_sidecar(tmp_path):
    (tmp_path / "photo.c2pa").mkdir()
    assert beside(tmp_path / "photo.jpg") is None


def test_load(tmp_path):
    (tmp_path / "a.c2pa").write_bytes(STORE)
    assert load_sidecar(tmp_path / "a.c2pa", limits=DEFAULT_LIMITS) == STORE


@pytest.mark.parametrize("data", [b"", b"jumb", b"\xff\xd8\xff\xe0 a picture", b"\0\0\0\x08free"])
def test_load_of_something_else(tmp_path, data):
    (tmp_path / "a.c2pa").write_bytes(data)
    with pytest.raises(UnreadableError, match="no C2PA manifest store") as raised:
        load_sidecar(tmp_path / "a.c2pa", limits=DEFAULT_LIMITS)
    assert raised.value.hint


def test_load_of_something_too_large(tmp_path):
    (tmp_path / "a.c2pa").write_bytes(STORE)
    with pytest.raises(LimitError):
        load_sidecar(tmp_path / "a.c2pa", limits=replace(DEFAULT_LIMITS, max_manifest_bytes=10))


def test_load_of_nothing(tmp_path):
    with pytest.raises(UnreadableError, match="No such file"):
        load_sidecar(tmp_path / "a.c2pa", limits=DEFAULT_LIMITS)
