"""How an MP3 file is put together: encoder, constant or variable bitrate, joins, and foreign bytes.

## What it measures
The encoder's name in its information frame, the bitrates and formats of all frames, the number of frames
against the number that the information frame states, changes of format, second information frames, tags, and
bytes between frames that belong to none.

## Why it matters
An encoder writes one information frame, one format, and as many frames as it says. Files that were joined,
cut without re-encoding or spliced from a stream show a second information frame, a change of format, or
another number of frames.

## Known problems
Streams, radio recorders and podcast hosts insert advertisements by joining files, quite openly. Voice
recorders write no information frame at all. A file that was decoded, edited and encoded again shows nothing.

## How to read it
As facts about how the file was put together. A join is a place to listen to, not a verdict.

## References
ISO/IEC 11172-3. G. Bouvigne, "MP3 info tag specification", revision 1. M. Nilsson, "ID3 tag version 2.4.0".
"""

from __future__ import annotations

from detectors.check import CheckInfo, not_applicable, reported
from detectors.container._facts import (
    CAVEAT,
    best_program,
    problem_rows,
    program_rows,
    program_sentence,
    trailing,
)
from detectors.container._mpeg import Scan, scan_frames
from detectors.view import View
from provenance.containers.part import Part
from provenance.model.finding import Finding, Measurement

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="How the MP3 file was written",
    kinds=("audio",),
    basis="measured",
    needs=("metadata", "container"),
    cost="cheap",
    types=("audio/mpeg",),
)

_WRITERS = ("Xing:Encoder", "TSSE", "TENC", "TXXX:Encoded by", "TXXX:Software", "TXXX:encoder")
_FOREIGN = 16


def run(view: View) -> Finding:
    """Describe the frames of the file and what its tags name."""
    frames = next((p for p in view.container.parts if p.path == "frames"), None)
    if frames is None or not frames.size:
        return not_applicable("No row of MPEG audio frames was found.")
    information = next((p for p in view.container.parts if p.path == "Xing"), None)
    scan = scan_frames(view.source, frames.offset, _audio_end(view, frames))
    stated = _stated_frames(view, information)
    entries = [e for e in view.metadata.entries if e.name in _WRITERS]
    program = best_program(entries)
    end_words, end_rows = trailing(view)
    sentences = [program_sentence(program) if program else "", *_oddities(scan, stated), end_words]
    return reported(
        " ".join(s for s in sentences if s),
        points_to="edited" if program and program.kind == "editor" else "nothing",
        because=(
            *_rows(view, scan, stated, information),
            *program_rows(entries),
            *end_rows,
            *problem_rows(view),
        ),
        caveats=(CAVEAT, "Podcast hosts and radio recorders join files as a matter of course."),
    )


def _audio_end(view: View, frames: Part) -> int:
    """Return where the tags at the end begin: the walk stops at the first gap, the scan does not."""
    tags = [p.offset for p in view.container.parts if p.path in ("ID3v1", "APEv2") and p.offset >= frames.end]
    return min(tags, default=view.source.size)


def _stated_frames(view: View, information: Part | None) -> int | None:
    """Return how many frames the Xing, Info or VBRI header states."""
    if information is None:
        return None
    data = view.source.read(information.offset, min(information.size, 200))
    for mark in (b"Xing", b"Info"):
        at = data.find(mark, 4, 60)
        if at >= 0 and data[at + 7] & 1:
            return int.from_bytes(data[at + 8 : at + 12], "big")
    return int.from_bytes(data[50:54], "big") if data[36:40] == b"VBRI" else None


def _oddities(scan: Scan, stated: int | None) -> list[str]:
    found = []
    if scan.headers:
        found.append(
            f"Inside the sound stand {scan.headers} further information frames, as joined files have them."
        )
    if scan.changes:
        found.append("Its sample rate or its number of channels changes on the way, as in joined files.")
    if stated and scan.complete and abs(stated - scan.frames) > 2:
        found.append(
            f"It holds {scan.frames:,} frames, though its information frame states {stated:,}: something was cut "
            "off or added after encoding."
        )
    if not scan.complete:
        found.append(
            "Among the sound stand so many bytes that belong to no frame that it was not followed to its end."
        )
    elif scan.gap_bytes >= _FOREIGN:
        found.append(f"{scan.gap_bytes:,} bytes among the sound belong to no frame.")
    return found


def _rows(view: View, scan: Scan, stated: int | None, information: Part | None) -> tuple[Measurement, ...]:
    rates = scan.bitrates
    average = round(sum(k * n for k, n in rates.items()) / max(1, scan.frames))
    tags = [p.path for p in view.container.parts if p.path in ("ID3v2", "ID3v1", "APEv2")]
    return (
        Measurement(name="bitrate", value="constant" if len(rates) == 1 else "variable"),
        Measurement(name="average bitrate", value=average, unit="kbit/s"),
        Measurement(name="format", value=", ".join(f for f, _ in scan.formats.most_common(4)), usual="one"),
        Measurement(name="frames", value=scan.frames),
        Measurement(
            name="frames that the information frame states", value=stated, usual="the number of frames"
        ),
        Measurement(
            name="has an information frame", value=information is not None, usual="true from encoders"
        ),
        Measurement(name="information frames inside the sound", value=scan.headers, usual="0"),
        Measurement(name="bytes among the sound that belong to no frame", value=scan.gap_bytes, usual="0"),
        Measurement(name="tags", value=", ".join(tags) or "none"),
        *_versions(view, tags),
    )


def _versions(view: View, tags: list[str]) -> tuple[Measurement, ...]:
    if "ID3v2" not in tags:
        return ()
    part = next(p for p in view.container.parts if p.path == "ID3v2")
    version = view.source.read(part.offset + 3, 2)
    return (Measurement(name="version of the ID3 tag", value=".".join(str(v) for v in (2, *version))),)
