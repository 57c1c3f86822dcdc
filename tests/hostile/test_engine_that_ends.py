"""A file on which the C2PA engine ends its own process, or never ends, costs its credentials and nothing else."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import throwaway
from hostile_files import MEDIA

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs a worker that is forked")

_PROGRAM = """
import os, signal, sys, time
import detectors.examination
first = detectors.examination.verify

def verify(source, **options):
    if source.name == "bad.jpg":
        {trouble}
    return first(source, **options)

detectors.examination.verify = verify
from cli.main import main
sys.argv[0] = "assay"
main()
"""

TROUBLES = {"abort": ("os.abort()", "signal 6"), "hang": ("time.sleep(600)", "longer than 3 seconds")}


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / name for name in ("a.jpg", "bad.jpg", "c.wav")]
    for path, kind in zip(paths, ("image/jpeg", "image/jpeg", "audio/wav"), strict=True):
        path.write_bytes(MEDIA[kind])
    return paths


@pytest.mark.parametrize("kind", TROUBLES)
def test_checks_still_run(assay, files, kind):
    trouble, said = TROUBLES[kind]
    program = _PROGRAM.format(trouble=trouble)
    ran = assay("examine", "--json", "--timeout", "3", *files, python=("-c", program))
    records = [json.loads(line) for line in ran.out.splitlines()]
    assert [r["provenance"]["state"] for r in records] == ["absent", "unreadable", "absent"]
    bad = records[1]
    assert bad["provenance"]["status"][0]["code"] == "assay.engine.ended"
    assert said in bad["provenance"]["status"][0]["explanation"]
    assert "gave up" in bad["assessment"]["headline"]
    assert {f["check"] for f in bad["measured"]} == {f["check"] for f in records[0]["measured"]}
    assert all(f["outcome"] != "failed" for f in bad["declared"] + bad["measured"])
    assert ran.code == 5


def test_label_that_the_engine_cuts_inside_a_character(assay, tmp_path):
    """c2pa-rs 0.91.3 aborts where the last part of an assertion's label begins with a character of several bytes."""
    signed = throwaway.sign(
        MEDIA["image/jpeg"], "image/jpeg", throwaway.created(), {"label": "org.example.zzz", "data": {"a": 1}}
    )
    path = tmp_path / "label.jpg"
    path.write_bytes(signed.replace(b"org.example.zzz", "org.example.\u202e".encode()))
    (tmp_path / "other.jpg").write_bytes(MEDIA["image/jpeg"])
    examined = assay("examine", "--json", tmp_path)
    states = [json.loads(line)["provenance"]["state"] for line in examined.out.splitlines()]
    assert states[0] in ("unreadable", "invalid")
    assert states[1] == "absent"
    verified = assay("verify", "--json", path)
    assert verified.code in (3, 4)
    assert json.loads(verified.out)["schema"] in ("assay/error/1", "assay/verification/1")
