"""Whatever a file says of itself stays text in the report and the bundle."""

from __future__ import annotations

import dataclasses
import io
import json
import zipfile
from html.parser import HTMLParser
from typing import Any

import examples
import msgspec
import pytest
from hostile import STRINGS, poison

from cli.output.bundle import bundle_bytes
from cli.output.html import render_html
from provenance.model.assessment import Assessment
from provenance.model.credentials import Assertion
from provenance.model.serial import ErrorResult


class Shape(HTMLParser):
    """The tags and attribute names of a page, without any text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[tuple[str, tuple[str, ...]]] = set()
        self.values: list[str] = []
        self.odd: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add((tag, tuple(sorted(name for name, _ in attrs))))
        self.values += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_comment(self, data: str) -> None:
        self.odd.append(data)

    def unknown_decl(self, data: str) -> None:
        self.odd.append(data)

    def handle_pi(self, data: str) -> None:
        self.odd.append(data)


def results() -> list[Assessment | ErrorResult]:
    return [make() for make in examples.ALL.values()]


USUAL = Shape(render_html(results(), pictures=examples.previews(list(examples.ALL))))


@pytest.mark.parametrize("kind", STRINGS)
def test_report_keeps_its_shape(kind):
    poisoned = poison(tuple(results()), STRINGS[kind])
    html = render_html(
        poisoned, pictures=examples.previews(list(examples.ALL)), titles={"image.grid": STRINGS[kind]}
    )
    shape = Shape(html)
    new = {(tag, names) for tag, names in shape.tags if (tag, names) not in USUAL.tags}
    assert new <= {("div", ("class",))}, "a measured value may become a wide one, nothing else changes"
    assert not shape.odd
    assert all(value.startswith(("#", "data:image/")) for value in shape.values)
    html.encode("utf-8")
    assert not set(html) & set("\x00\x07\x1b\x9b\r\u202e\u2066\u2069\ud800")


class Text(HTMLParser):
    """Text nodes with the element that they stand in."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.nodes: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.nodes.append((self.open[-1] if self.open else "", data))


def test_strings_are_isolated_in_direction():
    html = render_html(poison(tuple(results()), "\u05d0\u05d1"))
    places = [tag for tag, data in Text(html).nodes if "\u05d0" in data]
    assert len(places) > 100
    assert set(places) <= {"bdi", "pre", "title"}


def test_value_of_ten_million_characters_is_cut():
    html = render_html(poison(tuple(results()), "x" * 10_000_000))
    assert "more characters)" in html
    assert len(html) < 2_000_000


def test_statement_too_deep_for_json_is_said():
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    result = examples.trusted()
    top = dataclasses.replace(
        result.provenance.manifests[0], assertions=(Assertion(label="deep", data=deep),)
    )
    changed = dataclasses.replace(result.provenance, manifests=(top,))
    assert "too deeply nested" in render_html([dataclasses.replace(result, provenance=changed)])
    while deep:  # taken apart by hand, as freeing it in one go would recurse as deep
        deep = deep.pop()


@pytest.mark.parametrize("kind", [kind for kind in STRINGS if kind != "lone surrogate"])
def test_bundle_members_keep_their_names(kind):
    usual = zipfile.ZipFile(io.BytesIO(bundle_bytes(results()))).namelist()
    with zipfile.ZipFile(io.BytesIO(bundle_bytes(poison(tuple(results()), STRINGS[kind])))) as archive:
        names = archive.namelist()
        assert len(names) == len(usual)
        assert not [name for name in names if ".." in name.split("/") or name.startswith("/") or "\\" in name]
        for line in archive.read("results.jsonl").splitlines():
            assert json.loads(line)["schema"].startswith("assay/")
        listing = archive.read("not-run.txt").decode() + archive.read("hashes.txt").decode()
        assert not set(listing) & set("\x00\x07\x1b\x9b\r\u202e\u2066\u2069")


def test_regions_without_sense_are_drawn_or_left_out():
    from provenance.model.finding import Region

    result = examples.absent()
    odd = (
        Region(start=1e300, end=-1.0),
        Region(start=0.0, end=float("nan")),
        Region(x=-5, y=10**30, w=1, h=1),
    )
    found = dataclasses.replace(result.measured[0], regions=odd)
    html = render_html([dataclasses.replace(result, measured=(found,))])
    assert "nan" not in html.split("<main>")[1]
    assert msgspec.json.encode(odd[2])
