"""What signing costs over the engine's bare signature, how it scales over two workers, and whether memory grows.

Run with `python -m benchmarks signing`; the figures are in `benchmarks/results/signing.json`.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.material import Signing, jpeg_of, write_mp4
from benchmarks.measuring import environment, paired, write_result

__all__ = ["run"]

_MEGA = 1_000_000
_PHOTOGRAPHS = 1_000
_PHOTOGRAPH = 500_000
_TYPES = {".jpg": "image/jpeg", ".mp4": "video/mp4"}
_MEMORY = """
import sys
from pathlib import Path
from cli.commands.sign import command
from cli.signing.inputs import make_tasks
from cli.signing.jobs import Signer
from cli.signing.run import plain_options

def resident():
    text = Path("/proc/self/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0]) / 1024

folder, out, key, cert = sys.argv[1:]
line = [folder, "-o", out, "--key", key, "--cert", cert, "--source-type", "digitalCapture", "--test-identity"]
with command.make_context("sign", line) as context:
    given = context.params
tasks, _ = make_tasks([folder], Path(out))
Path(out).mkdir()
signer = Signer(plain_options({**given, "out": Path(out)}, many=True), {})
for number, task in enumerate(tasks, 1):
    assert signer.answer(task)["schema"] == "assay/signed/1"
    if number in (100, len(tasks)):
        print(resident())
"""


def run() -> Path:
    """Measure, print and write."""
    with tempfile.TemporaryDirectory(prefix="assay-benchmark-") as folder:
        return _run(Path(folder))


def _run(folder: Path) -> Path:
    signing = Signing(folder)
    result: dict[str, Any] = {"environment": environment()}
    result["one_file"] = {
        "what": "provenance.sign(path, target) against c2pa.Builder.sign from file to file without thumbnails and"
        " without the engine's own check afterwards, both into a temporary file that is then renamed",
        "bare": "the engine's signature alone",
        "same_duties": "the bare signature, one c2pa.Reader over the copy, and SHA-256 of source and copy",
        "durable": "with fsync of the file and of its folder on both sides; else with fsync doing nothing on both",
        "target": "throughput >= 0.9 of bare",
        "files": {label: _one_file(signing, path) for label, path in _files(folder).items()},
    }
    photographs = _photographs(folder)
    result["two_workers"] = _two_workers(folder, photographs)
    result["memory"] = _memory(folder, photographs)
    result["load_at_end"] = round(os.getloadavg()[0], 2)
    _print(result)
    return write_result("signing", result)


def _files(folder: Path) -> dict[str, Path]:
    found = {}
    for megabytes in (1, 10):
        path = found[f"JPEG {megabytes} MB"] = folder / f"{megabytes}.jpg"
        path.write_bytes(jpeg_of(megabytes * _MEGA))
    path = found["MP4 100 MB"] = folder / "100.mp4"
    write_mp4(path, 100 * _MEGA)
    return found


def _one_file(signing: Signing, path: Path) -> dict[str, Any]:
    from provenance.keys.load import load_identity
    from provenance.signing.request import SigningRequest
    from provenance.signing.sign import sign

    folder = signing.anchor.parent.parent / "signer"
    identity = load_identity(folder / "key.pem", folder / "cert.pem")
    request = SigningRequest(source_type="digitalCapture")
    target = path.with_name(f"ours{path.suffix}")

    def ours() -> None:
        sign(path, target, identity=identity, request=request, trust=signing.trust, overwrite=True)

    runs = 41 if path.stat().st_size < 5 * _MEGA else 15 if path.stat().st_size < 50 * _MEGA else 7
    found: dict[str, Any] = {"bytes": path.stat().st_size}
    for durable in (True, False):
        with _fsync(durable):
            sides: dict[str, Callable[[], None]] = {
                "bare": lambda: _bare(signing, path, duties=False),
                "same_duties": lambda: _bare(signing, path, duties=True),
            }
            for name, side in sides.items():
                measured = paired(side, ours, runs=runs)
                measured["throughput"] = round(1 / measured["ratio"], 3)
                found[f"{name}, {'durable' if durable else 'not durable'}"] = measured
    found["cpu_seconds"] = {
        name: _cpu(call)
        for name, call in {"bare": lambda: _bare(signing, path, duties=False), "ours": ours}.items()
    }
    return found


def _bare(signing: Signing, path: Path, *, duties: bool) -> None:
    import c2pa

    kind, target = _TYPES[path.suffix], path.with_name(f"bare{path.suffix}")
    temporary = target.with_suffix(".tmp")
    with path.open("rb") as source, temporary.open("w+b") as copy:
        signing.sign(kind, source, copy)
        copy.flush()
        os.fsync(copy.fileno())
        if duties:
            context = c2pa.Context.from_dict({"verify": {"remote_manifest_fetch": False}})
            with c2pa.Reader(kind, copy, context=context) as reader:
                assert reader.get_validation_state() == "Valid"
            for file in (source, copy):
                file.seek(0)
                hashlib.file_digest(file, "sha256")
    temporary.replace(target)
    handle = os.open(target.parent, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


@contextmanager
def _fsync(durable: bool) -> Iterator[None]:
    real = os.fsync
    if not durable:
        os.fsync = lambda _handle: None
    try:
        yield
    finally:
        os.fsync = real


def _cpu(call: Callable[[], None]) -> float:
    """Return the processor time of one call, all threads: what other programs on the machine change least."""
    times = []
    for _ in range(5):
        started = time.process_time()
        call()
        times.append(time.process_time() - started)
    return round(sorted(times)[2], 6)


def _photographs(folder: Path) -> Path:
    base = jpeg_of(_PHOTOGRAPH)
    photographs = folder / "photographs"
    photographs.mkdir()
    for number in range(_PHOTOGRAPHS):
        comment = b"\xff\xfe\0\x06" + number.to_bytes(4, "big")
        (photographs / f"{number:04}.jpg").write_bytes(base[:2] + comment + base[2:])
    return photographs


def _two_workers(folder: Path, photographs: Path) -> dict[str, Any]:
    seconds = {jobs: _batch(folder, photographs, jobs) for jobs in (1, 2)}
    again = {jobs: _batch(folder, photographs, jobs) for jobs in (2, 1)}
    one, two = min(seconds[1], again[1]), min(seconds[2], again[2])
    return {
        "what": f"`assay sign` of {_PHOTOGRAPHS} JPEGs of {_PHOTOGRAPH / _MEGA:g} MB with start, better of two runs",
        "target": "two workers >= 1.7 times as fast as one, on two cores that are free",
        "seconds_one": round(one, 2),
        "seconds_two": round(two, 2),
        "speed_up": round(one / two, 3),
        "load_after": round(os.getloadavg()[0], 2),
    }


def _batch(folder: Path, photographs: Path, jobs: int) -> float:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        started = time.perf_counter()
        _python(
            place, "-m", "cli.main", "sign", photographs, "-o", Path(place) / "out", "--jobs", str(jobs), "--quiet",
            "--source-type", "digitalCapture", "--key", folder / "signer/key.pem", "--cert", folder / "signer/cert.pem",
            "--test-identity",
        )  # fmt: skip
        return time.perf_counter() - started


def _memory(folder: Path, photographs: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        keys = (folder / "signer" / "key.pem", folder / "signer" / "cert.pem")
        first, last = map(
            float, _python(place, "-c", _MEMORY, photographs, Path(place) / "out", *keys).split()
        )
    return {
        "what": f"resident memory in MB of one worker after 100 and after {_PHOTOGRAPHS} files",
        "target": "flat",
        "after_100": round(first, 1),
        f"after_{_PHOTOGRAPHS}": round(last, 1),
        "growth": round(last - first, 1),
    }


def _python(state: str, *arguments: str | Path) -> bytes:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASSAY_")}
    environment = {**kept, "ASSAY_STATE_DIR": state}
    return subprocess.run(
        [sys.executable, *arguments], stdout=subprocess.PIPE, check=True, env=environment
    ).stdout


def _print(result: dict[str, Any]) -> None:
    for label, found in result["one_file"]["files"].items():
        for name, measured in found.items():
            if isinstance(measured, dict) and "throughput" in measured:
                print(
                    f"{label}, against {name}: {measured['throughput']} ({measured['seconds'] * 1e3:.1f} ms)"
                )
        print(f"{label}, processor seconds: {found['cpu_seconds']}")
    print(f"two workers: {result['two_workers']}")
    print(f"memory: {result['memory']}")
