"""Three readers of Content Credentials with one answer shape: ours, and two that share no code with our engine."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from interop_files import Desk, Pair

_HERE = Path(__file__).resolve().parent
_SECONDS = 120

UNREAD = {
    "c2pa-ts": {
        "image/webp": "c2pa-ts has no reader for WebP",
        "image/tiff": "c2pa-ts has no reader for TIFF",
        "image/x-adobe-dng": "c2pa-ts has no reader for TIFF",
        "image/gif": "c2pa-ts has no reader for GIF",
        "image/svg+xml": "c2pa-ts has no reader for SVG",
        "application/pdf": "c2pa-ts has no reader for PDF",
        "audio/wav": "c2pa-ts has no reader for RIFF",
        "video/x-msvideo": "c2pa-ts has no reader for RIFF",
        "audio/mp4": "c2pa-ts reads ISO media files of the brands heic and mif1 alone",
        "video/mp4": "c2pa-ts reads ISO media files of the brands heic and mif1 alone",
        "video/quicktime": "c2pa-ts reads ISO media files of the brands heic and mif1 alone",
        "audio/mpeg": "c2pa-ts looks for the GEOB media type that C2PA 2.0 deprecated",
        "audio/flac": "c2pa-ts looks for the GEOB media type that C2PA 2.0 deprecated",
    }
}
"""What a validator cannot read, and why (docs/decisions/0030-independent-validators.md)."""


@dataclass(frozen=True)
class Verdict:
    """What one validator says about one file."""

    state: str
    """`trusted`, `valid`, `invalid`, or why there is no answer: `unsupported`, `absent`."""

    codes: tuple[str, ...]
    """C2PA status codes of what failed."""


class Ours:
    """`provenance.verify`."""

    name = "assay"

    def missing(self) -> str | None:
        return None

    def read(self, pairs: Sequence[Pair], desk: Desk) -> dict[Path, Verdict]:
        from provenance.verification import verify

        answers = {}
        for path in _paths(pairs):
            found = verify(path, trust=desk.trust)
            codes = tuple(status.code for status in found.status if status.kind == "failure")
            answers[path] = Verdict(found.state, codes)
        return answers


class Encypher:
    """PyPI encypher-c2pa: Rust, written without c2pa-rs."""

    name = "encypher-c2pa"

    def missing(self) -> str | None:
        if importlib.util.find_spec("encypher_c2pa") is None:
            return "encypher-c2pa is not installed (pip install encypher-c2pa==1.7.1)"
        return None

    def read(self, pairs: Sequence[Pair], desk: Desk) -> dict[Path, Verdict]:
        files = [f"{pair.media_type}={path}" for pair in pairs for path in (pair.intact, pair.changed)]
        home = desk.anchor.parent
        environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home)}
        return _answers(
            [sys.executable, str(_HERE / "read_encypher.py"), str(desk.anchor), *files], environment
        )


class C2paTs:
    """npm @trustnxt/c2pa-ts: TypeScript, no native code."""

    name = "c2pa-ts"

    def missing(self) -> str | None:
        if shutil.which("node") is None:
            return "node is not installed"
        if not (_HERE / "node_modules" / "@trustnxt" / "c2pa-ts").is_dir():
            return "c2pa-ts is not installed (npm install --no-save --omit=optional --prefix tests/interop)"
        return None

    def read(self, pairs: Sequence[Pair], desk: Desk) -> dict[Path, Verdict]:
        files = [str(path) for path in _paths(pairs)]
        return _answers(["node", str(_HERE / "read_c2pa_ts.mjs"), str(desk.anchor), *files], dict(os.environ))


VALIDATORS = (Ours(), Encypher(), C2paTs())


def _paths(pairs: Sequence[Pair]) -> list[Path]:
    return [path for pair in pairs for path in (pair.intact, pair.changed)]


def _answers(command: list[str], environment: dict[str, str]) -> dict[Path, Verdict]:
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{Path(command[1]).name} ended with {done.returncode}: {done.stderr[-2000:]}")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    return {Path(each["path"]): Verdict(each["state"], tuple(each["codes"])) for each in records}
