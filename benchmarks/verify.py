"""What `verify` costs over what it cannot do without: the engine's read, and one SHA-256 of the file.

Run with `python -m benchmarks verify`; the figures are in `benchmarks/results/verify.json`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.material import Signing, jpeg_of, write_mp4
from benchmarks.measuring import environment, paired, write_result

__all__ = ["run"]

_KILO, _MEGA = 1_000, 1_000_000
_LARGE = 1_000 * _MEGA
_HASH = (
    "import hashlib,sys\nwith open(sys.argv[1],'rb') as f: print(hashlib.file_digest(f,'sha256').hexdigest())"
)
_ENGINE = (
    "import c2pa,sys\nc=c2pa.Context.from_dict({'verify':{'remote_manifest_fetch':False}})\n"
    "with open(sys.argv[1],'rb') as f:\n with c2pa.Reader('video/mp4',f,context=c) as r: r.json()"
)
_PEAK = "import resource;print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"


def run() -> Path:
    """Measure, print and write."""
    with tempfile.TemporaryDirectory(prefix="assay-benchmark-") as folder:
        return _run(Path(folder))


def _run(folder: Path) -> Path:
    result: dict[str, Any] = {"environment": environment()}
    signing = Signing(folder)
    result["in_process"] = {
        "what": "provenance.verify(path) against c2pa.Reader(type, stream, context).json(), both from open to close",
        "target": "ratio <= 1.10",
        "files": {label: _in_process(signing, path) for label, path in _files(signing, folder).items()},
    }
    result["start"] = {
        "what": "`assay --help` against `python -c 'import click'`",
        "target": "ratio <= 2.5",
        **paired(lambda: _python("-c", "import click"), lambda: _assay("--help"), runs=30),
    }
    sizes = (10 * _MEGA, 100 * _MEGA, _LARGE)
    result["memory"] = {
        "what": "peak resident memory in MB of a process that verifies an MP4, and of one that has the engine read it",
        "target": "never more than the engine takes, beyond a constant",
        "files": {},
    }
    for size in sizes:
        path = _signed_mp4(signing, folder, size)
        result["memory"]["files"][f"{size // _MEGA} MB"] = _memory(path, signing)
        if size == _LARGE:
            result["large"] = _large(path, signing)
        path.unlink()
    result["imports"] = {
        "what": "modules of numpy, scipy and scikit-learn that `assay verify` imports",
        "target": 0,
        "found": _heavy_imports(next(folder.glob("*.jpg")), signing),
    }
    _print(result)
    return write_result("verify", result)


def _files(signing: Signing, folder: Path) -> dict[str, Path]:
    found = {}
    for label, size in (
        ("JPEG 0.2 MB", 200 * _KILO),
        ("JPEG 1.5 MB", 1_500 * _KILO),
        ("JPEG 4 MB", 4 * _MEGA),
    ):
        plain, signed = folder / "plain", folder / f"{size}.jpg"
        plain.write_bytes(jpeg_of(size))
        with plain.open("rb") as source, signed.open("w+b") as target:
            signing.sign("image/jpeg", source, target)
        found[label] = signed
    found["MP4 20 MB"] = _signed_mp4(signing, folder, 20 * _MEGA)
    return found


def _signed_mp4(signing: Signing, folder: Path, size: int) -> Path:
    plain, signed = folder / "plain", folder / f"{size}.mp4"
    if shutil.disk_usage(folder).free < 3 * size:
        raise SystemExit(f"Needs {3 * size / 1e9:.1f} GB of free disk in {tempfile.gettempdir()}.")
    write_mp4(plain, size)
    with plain.open("rb") as source, signed.open("w+b") as target:
        signing.sign("video/mp4", source, target)
    plain.unlink()
    return signed


def _in_process(signing: Signing, path: Path) -> dict[str, Any]:
    import c2pa

    from provenance.credentials.engine import make_context
    from provenance.verification import verify

    context = make_context(signing.trust, online=False)
    kind = "video/mp4" if path.suffix == ".mp4" else "image/jpeg"

    def bare() -> None:
        with path.open("rb") as stream, c2pa.Reader(kind, stream, context=context) as reader:
            reader.json()

    def ours() -> None:
        if verify(path, trust=signing.trust).state != "trusted":
            raise SystemExit("The benchmark's own file is not trusted.")

    return {"bytes": path.stat().st_size, **paired(bare, ours, runs=301 if path.suffix == ".jpg" else 61)}


def _large(path: Path, signing: Signing) -> dict[str, Any]:
    measured = paired(lambda: _python("-c", _HASH, path), lambda: _verify(path, signing), runs=9)
    allowed = 1.15 * measured["seconds_baseline"] + 0.2
    return {
        "what": "`assay verify` of a 1 GB MP4 against plain SHA-256 of it in a fresh Python",
        "target": "seconds <= 1.15 * seconds_baseline + 0.2",
        "seconds_allowed": round(allowed, 6),
        **measured,
    }


def _memory(path: Path, signing: Signing) -> dict[str, float]:
    engine = _peak(f"{_ENGINE}\n{_PEAK}", path)
    ours = _peak(
        "import sys;from cli.worker import handle;"
        "handle({'op':'verify','path':sys.argv[1],'name':'x','options':{'online':False,'trust':[sys.argv[2]]}},"
        f"print);{_PEAK}",
        path, signing.anchor,
    )  # fmt: skip
    return {"engine": engine, "verify": ours, "difference": round(ours - engine, 1)}


def _peak(code: str, *arguments: Path) -> float:
    return round(int(_python("-c", code, *arguments).split()[-1]) / 1024, 1)


def _heavy_imports(path: Path, signing: Signing) -> int:
    # -X importtime also sees the worker, which is a fork of the command.
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "cli.main", "verify", "--json", "--trust", signing.anchor, path],
        capture_output=True, text=True, check=True, env=_clean_environment(),
    )  # fmt: skip
    names = [
        line.rsplit("|", 1)[-1].strip()
        for line in done.stderr.splitlines()
        if line.startswith("import time:")
    ]
    return sum(name.split(".", 1)[0] in ("numpy", "scipy", "sklearn") for name in names)


def _verify(path: Path, signing: Signing) -> bytes:
    return _assay("verify", "--json", "--trust", signing.anchor, path)


def _assay(*arguments: str | Path) -> bytes:
    command = Path(sys.executable).with_name("assay")
    return _output(
        [command, *arguments] if command.exists() else [sys.executable, "-m", "cli.main", *arguments]
    )


def _python(*arguments: str | Path) -> bytes:
    return _output([sys.executable, *arguments])


def _output(command: list[str | Path]) -> bytes:
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, env=_clean_environment()).stdout


def _clean_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASSAY_")}
    return {**kept, "XDG_DATA_HOME": tempfile.gettempdir(), "XDG_CONFIG_HOME": tempfile.gettempdir()}


def _print(result: dict[str, Any]) -> None:
    for label, found in result["in_process"]["files"].items():
        print(f"verify / engine, {label}: {found['ratio']} ({found['seconds'] * 1e3:.2f} ms)")
    large = result["large"]
    print(f"assay verify, 1 GB: {large['seconds']:.3f} s, allowed {large['seconds_allowed']:.3f} s")
    print(f"assay --help / import click: {result['start']['ratio']}")
    for label, found in result["memory"]["files"].items():
        print(f"peak memory, {label}: verify {found['verify']} MB, engine {found['engine']} MB")
    print(f"heavy modules imported: {result['imports']['found']}")
