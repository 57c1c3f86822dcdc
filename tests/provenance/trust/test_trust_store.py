"""Lists on disk: whole or not at all, and a damaged one harms no other."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from trust_material import Made

from provenance.errors import TrustListError
from provenance.trust.lists import TrustList
from provenance.trust.store import TrustStore


@pytest.fixture
def store(tmp_path: Path) -> TrustStore:
    return TrustStore(tmp_path / "trust")


def some(name: str, *made: Made) -> TrustList:
    return TrustList(
        name=name,
        kind="manifest",
        anchors=tuple(one.der for one in made),
        allowed=(made[0].der,),
        ekus=("1.2.3",),
        issued="2026-08-05T00:11:39Z",
        next_update="2027-08-05T00:11:39Z",
        fetched="2026-11-01T00:00:00Z",
        url="https://example.org/list.pem",
    )


def test_round_trip(store: TrustStore, roots: tuple[Made, ...]) -> None:
    assert store.lists() == () and store.problems() == ()
    b, a = some("b", *roots), some("a", roots[0])
    store.add(b)
    store.add(a)
    assert store.lists() == (a, b)
    assert store.get("b") == b
    store.remove("b")
    assert store.lists() == (a,)
    assert [path.name for path in store.folder.iterdir()] == ["a.json"]


def test_a_name_is_taken_once(store: TrustStore, roots: tuple[Made, ...]) -> None:
    store.add(some("a", roots[0]))
    with pytest.raises(TrustListError, match="already"):
        store.add(some("a", roots[1]))
    assert store.get("a") == some("a", roots[0])
    store.add(some("a", roots[1]), replace=True)
    assert store.get("a") == some("a", roots[1])


@pytest.mark.parametrize("name", ["", "../a", "a/b", "A", ".hidden", "a\n", "ä", "a" * 65, "a\0", "con fig"])
def test_unsuitable_names(store: TrustStore, root: Made, name: str) -> None:
    with pytest.raises(TrustListError, match="no name for a trust list"):
        store.add(some(name, root))
    with pytest.raises(TrustListError):
        store.get(name)
    with pytest.raises(TrustListError):
        store.remove(name)


def test_unknown_list(store: TrustStore) -> None:
    for call in (store.get, store.remove):
        with pytest.raises(TrustListError, match="no trust list named x"):
            call("x")


def damage_by_cutting(data: bytes) -> bytes:
    return data[: len(data) // 2]


def damage_one_certificate(data: bytes) -> bytes:
    record = json.loads(data)
    record["list"]["anchors"][0] = record["list"]["anchors"][0][:-8]
    return json.dumps(record).encode()


def damage_the_date(data: bytes) -> bytes:
    return data.replace(b"2027-08-05", b"2027-99-05")


def damage_by_renaming(data: bytes) -> bytes:
    return data.replace(b'"bad"', b'"good"')


def damage_the_kind(data: bytes) -> bytes:
    return data.replace(b'"manifest"', b'"anything"')


@pytest.mark.parametrize(
    "damage",
    [
        damage_by_cutting,
        damage_one_certificate,
        damage_the_date,
        damage_by_renaming,
        damage_the_kind,
        lambda _: b"",
        lambda _: b"\xff" * 100,
        lambda _: b"[" * 100_000,
        lambda _: b"{}",
    ],
)
def test_damaged_list_is_reported_and_the_others_load(store: TrustStore, root: Made, damage) -> None:
    store.add(some("bad", root))
    store.add(some("good", root))
    path = store.folder / "bad.json"
    before = path.read_bytes()
    path.write_bytes(damage(before))
    assert path.read_bytes() != before
    assert store.lists() == (some("good", root),)
    (problem,) = store.problems()
    assert "bad is damaged" in problem.message and "assay trust" in problem.hint
    with pytest.raises(TrustListError, match="damaged"):
        store.get("bad")
    store.add(some("bad", root), replace=True)
    assert store.problems() == ()


def test_oversized_file_and_folder_in_place_of_a_list(
    store: TrustStore, root: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add(some("good", root))
    (store.folder / "folder.json").mkdir()
    (store.folder / "large.json").write_bytes(b" " * 20_000)
    (store.folder / "notes.txt").write_text("not a list")
    (store.folder / "Not a name.json").write_text("{}")
    monkeypatch.setattr("provenance.trust.store._MAX_FILE_BYTES", 10_000)
    assert [one.name for one in store.lists()] == ["good"]
    assert len(store.problems()) == 2


def test_folder_that_is_a_file(tmp_path: Path, root: Made) -> None:
    (tmp_path / "trust").write_text("")
    store = TrustStore(tmp_path / "trust")
    assert store.lists() == ()
    assert "cannot be read" in store.problems()[0].message
    with pytest.raises(TrustListError, match="could not be stored"):
        store.add(some("a", root))


def test_failed_write_leaves_the_old_list_and_no_litter(
    store: TrustStore, roots: tuple[Made, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add(some("a", roots[0]))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(TrustListError, match="could not be stored"):
            store.add(some("a", roots[1]), replace=True)
    assert store.get("a") == some("a", roots[0])
    assert [path.name for path in store.folder.iterdir()] == ["a.json"]


def test_readers_see_the_old_list_or_the_new_one(store: TrustStore, roots: tuple[Made, ...]) -> None:
    versions = (some("a", roots[0]), some("a", *roots))
    store.add(versions[0])
    done = threading.Event()

    def write() -> None:
        for number in range(60):
            store.add(versions[number % 2], replace=True)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    reads = 0
    while not done.is_set() or reads == 0:
        lists, problems = store.read()
        assert problems == () and len(lists) == 1 and lists[0] in versions
        reads += 1
    writer.join()


def test_default_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ASSAY_TRUST_DIR", str(tmp_path))
    assert TrustStore().folder == tmp_path
    monkeypatch.delenv("ASSAY_TRUST_DIR")
    assert TrustStore().folder.parts[-2:] == ("assay", "trust")


def test_loading_parses_no_certificate(store: TrustStore, roots: tuple[Made, ...]) -> None:
    store.add(some("a", *roots))
    code = (
        "import sys; from pathlib import Path; from provenance.trust.bundle import load_trust\n"
        "from provenance.trust.store import TrustStore\n"
        f"trust = load_trust(store=TrustStore(Path({str(store.folder)!r})))\n"
        "assert len(trust.engine_settings()['anchors']) == 1\n"
        "assert not {'cryptography', 'c2pa', 'numpy', 'urllib.request', 'ssl'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
