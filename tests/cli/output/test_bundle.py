"""The bundle: what it holds, that it is the same each time, and that it is written whole or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import examples
import pytest

from cli.output.bundle import bundle_bytes, write_bundle
from provenance.errors import UsageError
from provenance.model.assessment import Assessment
from provenance.model.serial import decode

RESULTS = [examples.trusted(), examples.broken(), examples.error()]


@pytest.fixture(scope="module")
def archive():
    with zipfile.ZipFile(io.BytesIO(bundle_bytes(RESULTS))) as opened:
        yield opened


def test_members(archive):
    assert archive.namelist() == [
        "artefacts/0002-01-image.resampling-heatmap.png",
        "hashes.txt",
        "not-run.txt",
        "report.html",
        "results.jsonl",
        "tools.json",
    ]


def test_results_read_back_without_pictures(archive):
    lines = archive.read("results.jsonl").splitlines()
    assert len(lines) == 3
    back = decode(Assessment, lines[0])
    assert back.asset == RESULTS[0].asset
    assert all(not m.thumbnail or not m.thumbnail.data for m in back.provenance.manifests)
    assert json.loads(lines[2])["schema"] == "assay/error/1"


def test_hashes_fit_the_members(archive):
    text = archive.read("hashes.txt").decode()
    examined, own = text.split("# Files of this bundle\n")
    assert f"{RESULTS[0].asset.sha256}  lake-dawn.jpg" in examined.splitlines()
    named = dict(reversed(line.split("  ", 1)) for line in own.splitlines())
    assert set(named) == set(archive.namelist()) - {"hashes.txt"}
    for name, digest in named.items():
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest


def test_backslash_in_a_name_is_written_as_sha256sum_does():
    from dataclasses import replace

    result = examples.trusted()
    odd = replace(result, asset=replace(result.asset, name="a\\b.jpg"))
    with zipfile.ZipFile(io.BytesIO(bundle_bytes([odd]))) as opened:
        assert f"\\{result.asset.sha256}  a\\\\b.jpg\n" in opened.read("hashes.txt").decode()


def test_not_run_names_check_and_reason(archive):
    text = archive.read("not-run.txt").decode()
    assert "image.resampling failed: It took longer than the 20 s allowed." in text
    assert "image.grid did not apply: The picture was saved twice" in text
    assert "not examined: notes.docx is of no type" in text


def test_tools_hold_versions_and_trust_lists(archive):
    tools = json.loads(archive.read("tools.json"))
    assert tools["tools"] == [examples.TOOL]
    assert {info["name"] for info in tools["trust_lists"]} == {
        "c2pa-official",
        "c2pa-official-tsa",
        "interim",
    }


def test_same_results_give_the_same_bytes():
    assert bundle_bytes(RESULTS) == bundle_bytes(RESULTS)


def test_existing_file_is_kept_without_force(tmp_path):
    path = tmp_path / "case.zip"
    path.write_bytes(b"mine")
    with pytest.raises(UsageError, match="exists already"):
        write_bundle(path, RESULTS)
    assert path.read_bytes() == b"mine"
    write_bundle(path, RESULTS, force=True)
    assert zipfile.is_zipfile(path)
    assert [p.name for p in tmp_path.iterdir()] == ["case.zip"]
