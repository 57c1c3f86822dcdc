"""Bringing stored lists up to date: the new one whole, or the old one kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from trust_material import NOW, Made, Server, lote_json

from provenance.errors import AssayError, NetworkError, TrustListError, UsageError
from provenance.trust.lists import TrustList
from provenance.trust.sources import PROFILES, Update, plan, update
from provenance.trust.store import TrustStore


@pytest.fixture
def store(tmp_path: Path) -> TrustStore:
    return TrustStore(tmp_path / "trust")


def run(store: TrustStore, url: str, **options: str) -> Update:
    (result,) = update(["house"], store=store, url=url, now=NOW, **options)
    return result


def test_first_fetch(store: TrustStore, server: Server, roots: tuple[Made, ...]) -> None:
    url = server.serve("/list.pem", b"# house list\n" + roots[0].pem + roots[1].pem)
    result = run(store, url, kind="tsa")
    assert result.error is None and result.before is None and len(result.added) == 2
    stored = store.get("house")
    assert stored == result.after
    assert (stored.kind, stored.url, stored.fetched) == ("tsa", url, "2026-11-23T12:00:00Z")


def test_second_fetch_says_what_changed(store: TrustStore, server: Server, roots: tuple[Made, ...]) -> None:
    run(store, server.serve("/list.pem", roots[0].pem + roots[1].pem))
    server.serve("/list.pem", roots[1].pem + roots[2].pem)
    (result,) = update(["house"], store=store, now=NOW)
    assert (result.added, result.removed) == ((roots[2].der,), (roots[0].der,))
    assert store.get("house").anchors == (roots[1].der, roots[2].der)


@pytest.mark.parametrize(
    ("body", "options", "kind"),
    [
        (b"gone", {"status": 404}, NetworkError),
        (b"<html>Log in first</html>", {}, TrustListError),
        (b"", {}, TrustListError),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", {}, TrustListError),
        (b"{}", {}, TrustListError),
        (b"x" * (8 * 2**20 + 1), {}, NetworkError),
        (b"-----BEGIN CERTIFICATE-----\nMIIB", {"announce": 5000}, NetworkError),
    ],
    ids=["404", "html", "empty", "garbage block", "other json", "oversized", "broken off"],
)
def test_failure_keeps_the_old_list(
    store: TrustStore,
    server: Server,
    root: Made,
    body: bytes,
    options: dict[str, int],
    kind: type[AssayError],
) -> None:
    url = server.serve("/list.pem", root.pem)
    before = run(store, url).after
    files = {path.name: path.read_bytes() for path in store.folder.iterdir()}
    server.serve("/list.pem", body, **options)
    result = run(store, url)
    assert isinstance(result.error, kind) and "was kept" in result.error.hint
    assert result.after is None and result.added == () and result.removed == ()
    assert store.get("house") == before
    assert {path.name: path.read_bytes() for path in store.folder.iterdir()} == files


def test_failure_without_an_old_list(store: TrustStore, server: Server) -> None:
    result = run(store, server.url + "/list.pem")
    assert isinstance(result.error, NetworkError) and "kept" not in result.error.hint
    assert store.lists() == ()


def test_one_failure_does_not_stop_the_others(store: TrustStore, server: Server, root: Made) -> None:
    for name in ("one", "two"):
        update([name], store=store, url=server.serve(f"/{name}", root.pem), now=NOW)
    del server.pages["/one"]
    results = update(["one", "two"], store=store, now=NOW)
    assert [result.error is None for result in results] == [False, True]


def test_list_older_than_the_stored_one_is_refused(store: TrustStore, server: Server, root: Made) -> None:
    url = server.serve("/list.json", lote_json([root.der], issued="2026-08-05T00:00:00Z"))
    run(store, url)
    server.serve("/list.json", lote_json([root.der], issued="2026-08-04T00:00:00Z"))
    result = run(store, url)
    assert result.error is not None and "older than the stored one" in result.error.message
    assert store.get("house").issued == "2026-08-05T00:00:00Z"


def test_mirror_of_a_public_list_is_kept_and_serves_the_other_files(
    store: TrustStore, server: Server, root: Made, leaf: Made
) -> None:
    url = server.serve("/trust/anchors.pem", root.pem)
    server.serve("/trust/allowed.pem", leaf.pem)
    server.serve("/trust/store.cfg", b"// one\n1.2.3.4\n")
    for options in ({"url": url}, {}):
        (result,) = update(["interim"], store=store, now=NOW, **options)
        assert result.error is None
        stored = store.get("interim")
        assert (stored.anchors, stored.allowed, stored.ekus) == ((root.der,), (leaf.der,), ("1.2.3.4",))
    assert server.requests == ["/trust/anchors.pem", "/trust/allowed.pem", "/trust/store.cfg"] * 2


def test_publishers_count_one_by_one(store: TrustStore, server: Server, leaf: Made) -> None:
    (result,) = update(["iptc"], store=store, url=server.serve("/l.pem", leaf.pem), now=NOW)
    assert result.after is not None
    assert (result.after.kind, result.after.anchors, result.after.allowed) == ("manifest", (), (leaf.der,))


def test_house_list_keeps_what_came_from_files(
    store: TrustStore, server: Server, roots: tuple[Made, ...], leaf: Made
) -> None:
    url = server.serve("/list.pem", roots[1].pem)
    store.add(
        TrustList(
            name="house",
            kind="manifest",
            anchors=(roots[0].der,),
            allowed=(leaf.der,),
            ekus=("1.2.3",),
            url=url,
        )
    )
    update(["house"], store=store, now=NOW)
    stored = store.get("house")
    assert (stored.anchors, stored.allowed, stored.ekus) == ((roots[1].der,), (leaf.der,), ("1.2.3",))


def test_damaged_stored_list_is_fetched_anew(store: TrustStore, server: Server, root: Made) -> None:
    url = server.serve("/list.pem", root.pem)
    run(store, url)
    (store.folder / "house.json").write_text("{")
    assert run(store, url).error is None
    assert store.problems() == ()


def test_plan_without_names_is_all_public_lists_and_those_with_an_address(
    store: TrustStore, root: Made
) -> None:
    store.add(TrustList(name="house", kind="tsa", anchors=(root.der,), url="https://example.org/list.pem"))
    store.add(TrustList(name="file", kind="manifest", anchors=(root.der,)))
    targets = plan([], store=store)
    assert [target.profile.name for target in targets] == [*(one.name for one in PROFILES), "house"]
    assert targets[-1].profile.kind == "tsa"


def test_unclear_wishes(store: TrustStore) -> None:
    with pytest.raises(UsageError, match="exactly one name"):
        plan([], store=store, url="https://example.org/")
    with pytest.raises(UsageError, match="No address is known") as caught:
        plan(["house"], store=store)
    assert "official" in caught.value.hint
    with pytest.raises(UsageError, match="is of kind tsa"):
        plan(["official-tsa"], store=store, kind="manifest")


def test_unsuitable_name_is_refused_before_anything_is_fetched(store: TrustStore) -> None:
    def opener(url: str) -> bytes:
        raise AssertionError(url)

    with pytest.raises(TrustListError, match="no name for a trust list"):
        update(["../x"], store=store, url="https://example.org/", opener=opener)


def test_public_lists_are_https_addresses() -> None:
    assert len({profile.name for profile in PROFILES}) == len(PROFILES)
    for profile in PROFILES:
        assert profile.url.startswith("https://") and profile.title
