"""`docs/performance.md`: what the benchmarks measured, quoted from their results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from docs.builders.source import NOTE

__all__ = ["page"]

_HEAD = """# Speed and memory

Every figure is a ratio to something measured in the same run, in turns, on the same machine, as the median of the
runs; how busy the machine was stands beside it. Run `python -m benchmarks verify checks signing` and
`python -m benchmarks.audio_speed` to get your own. A target that is missed stands here as missed.
"""


def page(root: Path) -> str:
    """Return the page from `benchmarks/results/`.

    Args:
        root: The folder of the project.
    """
    verify, signing, checks, sound = (
        json.loads((root / f"benchmarks/results/{name}.json").read_text(encoding="utf-8"))
        for name in ("verify", "signing", "checks", "audio_speed")
    )
    parts = (_verify(verify), _checks(checks), _sound(sound), _signing(signing))
    return "\n".join([f"{NOTE}\n", _HEAD, *(line for part in parts for line in (*part, ""))])


def _verify(result: dict[str, Any]) -> list[str]:
    large, start = result["large"], result["start"]
    lines = [
        "## Checking credentials",
        "",
        *_environment(result),
        "",
        "| what | against | measured | target |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `verify()`, {label} | the engine's own reader | {found['ratio']:.2f} × | at most 1.10 × |"
        for label, found in result["in_process"]["files"].items()
    ]
    lines += [
        f"| `assay verify`, 1 GB MP4 | plain SHA-256, {large['seconds_baseline']:.2f} s"
        f" | {large['seconds']:.2f} s | at most {large['seconds_allowed']:.2f} s |",
        f"| `assay --help` | `import click` | {start['ratio']:.2f} × | at most 2.5 × |",
    ]
    lines += [
        f"| memory, {label} MP4 | the engine, {found['engine']:.0f} MB | {found['difference']:+.0f} MB | a constant |"
        for label, found in result["memory"]["files"].items()
    ]
    lines += [
        "",
        "A file of 1 GB is read twice, once by the engine and once for its SHA-256, side by side. The engine keeps more"
        " than one core busy by itself, so that two cores are not enough to hide the second reading.",
    ]
    return lines


def _checks(result: dict[str, Any]) -> list[str]:
    heavy = sorted(result["checks"].items(), key=lambda row: -row[1]["ratio"])
    return [
        "## Checks of pictures",
        "",
        *_environment(result),
        "",
        f"A JPEG of 12 megapixels ({result['picture']}), against Pillow's time to decode it"
        f" ({1000 * result['seconds_decode']:.0f} ms):",
        "",
        "| what | measured | target |",
        "|---|---|---|",
        f"| all checks | {result['all']['ratio']:.0f} × | at most 40 × |",
        f"| all checks in a fresh process, imports included | {result['all_in_a_fresh_process']['ratio']:.0f} × | |",
        *(
            f"| `{name}` | {found['ratio']:.1f} × | {'at most 15 ×' if name == 'image.synthesis' else ''} |"
            for name, found in heavy
            if found["ratio"] >= 0.5
        ),
        f"| memory at 50 megapixels | {result['megabytes_at_50_megapixels']:.0f} MB | at most 1,000 MB |",
    ]


def _sound(result: dict[str, Any]) -> list[str]:
    seconds = result["processor seconds in all"]
    length = 60 * result["minutes"]
    return [
        "## Checks of sound",
        "",
        *_environment(result),
        "",
        "| what | measured | target |",
        "|---|---|---|",
        f"| all checks of {result['minutes']} minutes, one core | 1/{length / seconds:.0f} of its length"
        f" ({seconds:.0f} s) | at most 1/60 |",
        f"| peak memory | {result['peak memory in MiB']} MB | at most 500 MB |",
    ]


def _signing(result: dict[str, Any]) -> list[str]:
    lines = [
        "## Signing",
        "",
        *_environment(result),
        "",
        "Throughput of `provenance.sign`, which takes metadata out, reads the copy back and checks it, against the"
        " engine's signature alone, and against the engine with one reading back and the two hashes (both with fsync):",
        "",
        "| file | against the bare engine | target | against the same duties |",
        "|---|---|---|---|",
    ]
    for label, found in result["one_file"]["files"].items():
        bare, same = found["bare, durable"]["throughput"], found["same_duties, durable"]["throughput"]
        lines.append(f"| {label} | {bare:.2f} × | at least 0.90 × | {same:.2f} × |")
    two, memory = result["two_workers"], result["memory"]
    lines += [
        "",
        f"1,000 photographs: {two['seconds_one']:.0f} s with one worker, {two['seconds_two']:.0f} s with two, that is"
        f" {two['speed_up']:.2f} × (target 1.7 ×). Memory of a worker: {memory['after_100']:.0f} MB after 100 files,"
        f" {memory['after_1000']:.0f} MB after 1,000.",
        "",
        "The target against the bare engine is missed: reading back, hashing and the search for what should not be in"
        " the copy cost more than a tenth of a signature. They stay, because a signed copy that was not read back is"
        " only hoped to be right.",
    ]
    return lines


def _environment(result: dict[str, Any]) -> list[str]:
    found = result["environment"]
    packages = ", ".join(f"{name} {version}" for name, version in found["packages"].items())
    return [
        f"Python {found['python']}, {found['cpus']} cores ({found['processor']}), load {found['load_at_start']:.1f} at"
        f" the start; {packages}."
    ]
