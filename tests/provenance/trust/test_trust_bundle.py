"""The lists in force, what is said about them, and whether the engine takes them."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

import pytest
from trust_material import NOW, Made

from provenance.errors import TrustListError
from provenance.trust.bundle import DEFAULT_EKUS, Trust, load_trust
from provenance.trust.lists import TrustList, parse_list
from provenance.trust.store import TrustStore


@pytest.fixture
def store(tmp_path: Path, roots: tuple[Made, ...]) -> TrustStore:
    store = TrustStore(tmp_path / "trust")
    for made, kind in zip(roots, ("manifest", "tsa", "cawg"), strict=True):
        store.add(TrustList(name=f"my-{kind}", kind=kind, anchors=(made.der,)))
    return store


def test_kinds_are_kept_apart(store: TrustStore) -> None:
    trust = load_trust(store=store)
    assert [one.name for one in trust.manifest] == ["my-manifest"]
    assert [one.name for one in trust.tsa] == ["my-tsa"]
    assert [one.name for one in trust.cawg] == ["my-cawg"]
    assert [info.name for info in trust.infos(NOW)] == ["my-cawg", "my-manifest", "my-tsa"]
    assert trust.notes(NOW) == ()


def test_given_lists_come_first_and_names_stay_unique(store: TrustStore, roots: tuple[Made, ...]) -> None:
    file = store.folder.parent / "my-tsa"
    file.write_bytes(roots[2].pem)
    trust = load_trust(store=store, extra=[str(file), roots[0].pem], tsa_extra=[file])
    names = [one.name for one in trust.lists]
    assert names[:3] == ["my-tsa", "given-manifest-2", "my-tsa (2)"]
    assert len(set(names)) == len(names) == 6
    assert [one.kind for one in trust.lists[:3]] == ["manifest", "manifest", "tsa"]


def test_only_given_lists(store: TrustStore, root: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    trust = load_trust(store=store, extra=[root.pem], only_extra=True)
    assert [one.name for one in trust.lists] == ["given-manifest-1"]
    monkeypatch.setenv("ASSAY_TRUST_DIR", str(store.folder))
    assert len(load_trust().lists) == 3


def test_given_list_that_cannot_be_read(store: TrustStore, tmp_path: Path) -> None:
    with pytest.raises(TrustListError, match=r"none\.pem cannot be read"):
        load_trust(store=store, extra=[tmp_path / "none.pem"])
    with pytest.raises(TrustListError, match="holds no certificate"):
        load_trust(store=store, extra=[b"nothing"])


def test_equal_lists_give_one_cached_context(store: TrustStore, root: Made) -> None:
    made: list[Trust] = []

    @lru_cache
    def context(trust: Trust) -> int:
        made.append(trust)
        return len(made)

    assert context(load_trust(store=store)) == context(load_trust(store=store)) == 1
    (store.folder / "damaged.json").write_text("")
    assert context(load_trust(store=store)) == 1
    assert context(load_trust(store=store, extra=[root.pem])) == 2


def test_note_without_any_list(tmp_path: Path) -> None:
    assert load_trust(store=TrustStore(tmp_path)).notes(NOW) == (
        "No trust list is installed, so no signer can be checked. Run `assay trust update`.",
    )


def test_note_without_timestamp_list(root: Made) -> None:
    trust = Trust((TrustList(name="x", kind="manifest", anchors=(root.der,)),))
    (note,) = trust.notes(NOW)
    assert "no timestamp can be checked" in note and "official-tsa" in note


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        (
            {"fetched": "2026-05-17T00:00:00Z", "url": "https://example.org/"},
            "The trust list x is 190 days old; run `assay trust update x`.",
        ),
        (
            {"next_update": "2026-11-01T00:00:00Z", "url": "https://example.org/"},
            "The trust list x was due to be renewed by 2026-11-01; run `assay trust update x`.",
        ),
        ({"fetched": "2026-05-17T00:00:00Z"}, "The trust list x is 190 days old; get a newer copy"),
        ({"fetched": "2026-11-17T00:00:00Z"}, None),
    ],
)
def test_note_on_age(root: Made, dates: dict[str, str], words: str | None) -> None:
    stamps = TrustList(name="t", kind="tsa", anchors=(root.der,))
    notes = Trust((TrustList(name="x", kind="manifest", anchors=(root.der,), **dates), stamps)).notes(NOW)
    assert (not notes) if words is None else notes[0].startswith(words)


def test_note_on_damage(store: TrustStore) -> None:
    (store.folder / "my-manifest.json").write_text("{")
    notes = load_trust(store=store).notes(NOW)
    assert notes[0].startswith("The stored trust list my-manifest is damaged")
    assert notes[1].startswith("No trust list is installed")


def test_engine_settings(root: Made, leaf: Made) -> None:
    house = parse_list(root.pem, name="house", allowed=leaf.pem, ekus=("1.2.3.4", DEFAULT_EKUS[0]))
    stamps = TrustList(name="stamps", kind="tsa", anchors=(root.der,), ekus=("1.2.3.4", "1.2.3.5"))
    settings = Trust((house, stamps)).engine_settings()
    assert settings["anchors"] == [
        {
            "trust_anchors": root.pem.decode(),
            "trust_kind": "manifest",
            "trust_uri": "house",
            "allowed_list": leaf.pem.decode(),
        },
        {"trust_anchors": root.pem.decode(), "trust_kind": "tsa", "trust_uri": "stamps"},
    ]
    assert settings["trust_config"].split("\n") == [*DEFAULT_EKUS, "1.2.3.4", "1.2.3.5"]


def signed_png(root: Made, leaf: Made) -> bytes:
    import c2pa
    from PIL import Image

    plain, signed = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (8, 8)).save(plain, "PNG")
    plain.seek(0)
    info = c2pa.C2paSignerInfo(b"es256", leaf.pem + root.pem, leaf.key_pem, None)
    action = {
        "action": "c2pa.created",
        "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture",
    }
    manifest = {
        "claim_generator_info": [{"name": "test"}],
        "assertions": [{"label": "c2pa.actions", "data": {"actions": [action]}}],
    }
    context = c2pa.Context.from_dict({"builder": {"thumbnail": {"enabled": False}}})
    with context, c2pa.Signer.from_info(info) as signer, c2pa.Builder(manifest, context=context) as builder:
        builder.sign(signer, "image/png", plain, signed)
    return signed.getvalue()


@pytest.mark.parametrize(
    ("chosen", "state"),
    [("anchor", "Trusted"), ("allowed", "Trusted"), ("other", "Valid"), ("none", "Valid")],
)
def test_engine_takes_the_settings(roots: tuple[Made, ...], leaf: Made, chosen: str, state: str) -> None:
    import c2pa

    lists = {
        "anchor": (TrustList(name="house", kind="manifest", anchors=(roots[0].der,)),),
        "allowed": (TrustList(name="house", kind="manifest", allowed=(leaf.der,)),),
        "other": (TrustList(name="house", kind="manifest", anchors=(roots[1].der,)),),
        "none": (),
    }
    settings = {"trust": Trust(lists[chosen]).engine_settings(), "verify": {"verify_trust": True}}
    file = io.BytesIO(signed_png(roots[0], leaf))
    with (
        c2pa.Context.from_dict(settings) as context,
        c2pa.Reader("image/png", file, context=context) as reader,
    ):
        assert reader.get_validation_state() == state
