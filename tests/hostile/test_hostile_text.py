"""Text that means harm, in every place that we read, is harmless in all four outputs."""

from __future__ import annotations

import io
import json
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hostile_files import MARK, MEDIA, PLACES, TEXTS, labelled_with, signed_with

from provenance.containers.walker import walk
from provenance.metadata.reader import read_metadata
from provenance.model.assessment import Assessment
from provenance.model.serial import decode
from provenance.source import open_source

_NAMES = {
    "control.jpg": "a\x1b[2Jb\x07\nc.jpg",
    "override.jpg": "gpj.\u202eexe.jpg",
    "markup.jpg": "<img src=x onerror=alert(1)>.jpg",
    "quote.jpg": "a\"'>b&c.jpg",
    "option.jpg": "--help.jpg",
    "bytes.jpg": "caf\udce9.jpg",
}
_STEERING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u3164\U000e0000-\U000e0fff]"
)
_MEMBER = re.compile(r"[a-z0-9_.-]+(/[a-z0-9_.-]+)*\Z")


class Page(HTMLParser):
    """Tags with their attribute names, and the values that a browser would act on."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.shape: set[tuple[str, tuple[str, ...]]] = set()
        self.addresses: list[str] = []
        self.odd: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.shape.add((tag, tuple(sorted(name for name, _ in attrs))))
        self.addresses += [
            value or "" for name, value in attrs if name in ("href", "src", "xlink:href", "action")
        ]

    def handle_comment(self, data: str) -> None:
        self.odd.append(data)

    def unknown_decl(self, data: str) -> None:
        self.odd.append(data)

    def handle_pi(self, data: str) -> None:
        self.odd.append(data)


@dataclass(frozen=True)
class Outputs:
    """All that two runs over one folder gave."""

    count: int
    lines: list[str]
    text: str
    page: str
    bundle: bytes


def outputs(assay, folder: Path, files: dict[str, bytes]) -> Outputs:
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    page, bundle = folder.with_suffix(".html"), folder.with_suffix(".zip")
    ran = assay("examine", "--json", "--html", page, "--bundle", bundle, folder)
    # 5, since the FLAC files hold tags and no sound, so that the checks of sound fail.
    assert ran.code in (0, 5), ran.err.decode("utf-8", "replace")
    shown = assay("examine", "--verbose", folder)
    assert shown.code == ran.code
    return Outputs(
        count=len(files),
        lines=ran.out.decode("utf-8").removesuffix("\n").split("\n"),
        text=(shown.out + shown.err + ran.err).decode("utf-8"),
        page=page.read_text("utf-8"),
        bundle=bundle.read_bytes(),
    )


@pytest.fixture(scope="module")
def hostile(assay, tmp_path_factory) -> Outputs:
    files = {
        f"{p}-{k}".replace(" ", "_"): PLACES[p](TEXTS[k]) for p in PLACES for k in TEXTS if _makes_sense(p, k)
    }
    files |= {f"signed-{k}".replace(" ", "_"): signed_with(TEXTS[k]) for k in TEXTS}
    files |= {f"label-{k}".replace(" ", "_"): labelled_with(TEXTS[k]) for k in TEXTS}
    files |= dict.fromkeys(_NAMES.values(), MEDIA["image/jpeg"])
    return outputs(assay, tmp_path_factory.mktemp("hostile") / "files", files)


@pytest.fixture(scope="module")
def usual(assay, tmp_path_factory) -> Outputs:
    files = {p.replace(" ", "_"): PLACES[p](f"{MARK} an ordinary text") for p in PLACES}
    files |= {
        "signed": signed_with(f"{MARK} an ordinary text"),
        "labelled": labelled_with(f"{MARK} ordinary"),
    }
    files |= {kind.replace("/", "-"): data for kind, data in MEDIA.items()}
    return outputs(assay, tmp_path_factory.mktemp("usual") / "files", files)


def _makes_sense(place: str, kind: str) -> bool:
    # An SVG is told by its first 4,096 bytes; this text is longer than that.
    return (place, kind) != ("SVG", "combining marks")


@pytest.mark.parametrize("place", PLACES)
def test_text_is_read_from_each_place(place):
    with open_source(PLACES[place](TEXTS["markup"])) as source:
        entries = read_metadata(source, walk(source)).entries
    assert any(TEXTS["markup"] in entry.value for entry in entries)


def test_text_reaches_the_outputs(hostile):
    assert hostile.text.count(MARK) > 200
    assert hostile.page.count(MARK) > 200


def test_terminal_text_steers_nothing(hostile):
    found = {unicodedata.name(c, hex(ord(c))) for c in _STEERING.findall(hostile.text)}
    assert not found


def test_json_is_one_line_a_file(hostile):
    assert len(hostile.lines) == hostile.count
    for line in hostile.lines:
        plain = json.loads(line)
        assert plain["schema"] == "assay/assessment/1"
        decode(Assessment, line)
        assert json.dumps(plain).encode("ascii")


def test_page_keeps_its_shape(hostile, usual):
    page, known = Page(hostile.page), Page(usual.page)
    assert page.shape <= known.shape
    assert not page.odd
    assert all(address.startswith(("#", "data:image/")) for address in page.addresses)
    assert not _STEERING.findall(hostile.page)


def test_bundle_holds_what_it_says(hostile, usual):
    with zipfile.ZipFile(io.BytesIO(hostile.bundle)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert all(_MEMBER.match(name) and ".." not in name for name in names)
        page = next(archive.read(name).decode() for name in names if name.endswith(".html"))
        assert Page(page).shape <= Page(usual.page).shape
        for name in names:
            if name.endswith((".json", ".jsonl")):
                for line in (
                    archive.read(name).decode().splitlines() if name.endswith("l") else [archive.read(name)]
                ):
                    json.loads(line)
