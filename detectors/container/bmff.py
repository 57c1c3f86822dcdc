"""How an MP4, MOV, M4A, HEIC or AVIF file is put together, and which programs wrote it.

## What it measures
The brands in the file's head, names of programs and handlers, the encoder's signature at the start of the
media, creation and modification times, the order of index and media, tracks, edit lists, fragments, unused
space, and bytes behind the end.

## Why it matters
Phones, cameras, editing programs and platforms arrange these files differently. A clip said to come straight
from a phone that names a converter, or was encoded by x264, went through a program on the way.

## Known problems
Most platforms and messengers re-encode everything and leave the names of libraries that editing programs use
as well. Many cameras and recorders write a clock that is wrong, or none. An edit list is usual for sound and
for pictures out of order; it is also what cutting without re-encoding leaves.

## How to read it
As facts about the last program that wrote the file. None of them says that the content was changed.

## References
ISO/IEC 14496-12 (ISO base media file format). Apple, QuickTime File Format Specification. P. Yang et al.,
"Efficient video integrity analysis through container characterization", IEEE JSTSP 14(5), 2020,
doi:10.1109/JSTSP.2020.3008088.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from detectors.check import CheckInfo, not_applicable, reported
from detectors.container._facts import (
    CAVEAT,
    best_program,
    problem_rows,
    program_rows,
    program_sentence,
    trailing,
)
from detectors.programs import Program
from detectors.view import View
from provenance.containers.part import Container, Part
from provenance.metadata.entry import Entry
from provenance.model.finding import Finding, Measurement

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="How the MP4, MOV or HEIC file was written",
    kinds=("image", "audio", "video"),
    basis="measured",
    needs=("metadata", "container"),
    cost="cheap",
    types=("video/mp4", "video/quicktime", "audio/mp4", "image/heic", "image/heif", "image/avif"),
)

_WRITERS = frozenset(
    {
        "©too", "©swr", "©enc", "©fmt", "©mak", "©mod", "©gen", "encoder", "software", "creatortool", "softwareagent",
        "tool", "com.apple.quicktime.software", "com.apple.quicktime.make", "com.apple.quicktime.model",
        "com.android.version", "com.android.manufacturer", "com.android.model", "compressorname", "handlername",
        "make", "model", "auth",
    }
)  # fmt: skip
_HANDLERS = {
    "VideoHandler": "FFmpeg and programs built on it",
    "SoundHandler": "FFmpeg and programs built on it",
    "VideoHandle": "the recorder of Android phones",
    "SoundHandle": "the recorder of Android phones",
    "Core Media Video": "Apple's phones and programs",
    "Core Media Audio": "Apple's phones and programs",
    "GPAC ISO Video Handler": "GPAC's MP4Box",
    "GPAC ISO Audio Handler": "GPAC's MP4Box",
    "GoPro AVC": "GoPro cameras",
    "GoPro H.265": "GoPro cameras",
    "Mainconcept MP4 Video Media Handler": "programs that use MainConcept, such as Adobe's",
    "Alias Data Handler": "QuickTime programs such as Adobe's",
}
"""Handler names that programs write by default, and whose they are."""

_YOUTUBE = "ISO Media file produced by Google"
_MEDIA_HEAD = 1 << 17
_ENCODERS = ((b"x264 - core", "x264"), (b"x265 (build", "x265"), (b"Lavc", "Lavc (FFmpeg)"))
_FAR = 26 * 3600.0


def run(view: View) -> Finding:
    """Describe the boxes of the file and what they name."""
    container = view.container
    if not container.named("ftyp", "moov", "meta"):
        return not_applicable("No box that begins or indexes such a file could be read.")
    # What stills say of programs and cameras is the subject of `image.software`.
    still = view.source.media_type.startswith("image/")
    entries = [] if still else [e for e in view.metadata.entries if _field(e) in _WRITERS]
    encoder = _encoder(view)
    program = best_program(e for e in entries if _field(e) != "handlername")
    end_words, end_rows = trailing(view)
    sentences = [
        _origin(program, encoder, entries),
        _times(view.metadata.entries),
        end_words,
        "The file breaks rules of its format; it may be cut short or damaged." if container.problems else "",
    ]
    return reported(
        " ".join(s for s in sentences if s),
        points_to="edited" if program and program.kind == "editor" else "nothing",
        because=(
            *_structure(view, container),
            *([Measurement(name="encoder named in the media data", value=encoder)] if encoder else []),
            *program_rows(entries),
            *end_rows,
            *problem_rows(view),
        ),
        caveats=(CAVEAT,),
    )


def _field(entry: Entry) -> str:
    return entry.name.rsplit("/", 1)[-1].rsplit(":", 1)[-1].casefold()


def _origin(program: Program | None, encoder: str, entries: Iterable[Entry]) -> str:
    handlers = [e.value for e in entries if _field(e) == "handlername"]
    if any(h.startswith(_YOUTUBE) for h in handlers):
        return "The file was written by YouTube or another service of Google."
    if program is not None:
        return program_sentence(program)
    if encoder:
        return f"The media were encoded by {encoder}, which programs and platforms use and cameras do not."
    makers = dict.fromkeys(_HANDLERS[h] for h in handlers if h in _HANDLERS)
    return f"The tracks are named as {next(iter(makers))} name them." if makers else ""


def _encoder(view: View) -> str:
    """Return the signature that free encoders leave in the first media bytes."""
    for part in view.container.parts:
        if part.path == "mdat":
            head = view.source.read(part.body, min(part.body_size, _MEDIA_HEAD))
            return next((name for mark, name in _ENCODERS if mark in head), "")
    return ""


def _times(entries: Iterable[Entry]) -> str:
    """Return a sentence where the movie header and the metadata state times that cannot both be right."""
    header = other = None
    for entry in entries:
        if entry.standard == "MP4" and entry.name == "CreateDate":
            header = header or _parsed(entry.value)
        elif _field(entry) in ("com.apple.quicktime.creationdate", "©day", "creationdate"):
            other = other or _parsed(entry.value)
    # A clock at the turn of an epoch was never set.
    if header is None or other is None or min(header.year, other.year) < 1980:
        return ""
    if abs((header - other).total_seconds()) <= _FAR:
        return ""
    return f"Its index states {header:%Y-%m-%d} as the day of creation, its metadata {other:%Y-%m-%d}."


def _parsed(text: str) -> datetime | None:
    """Return the time without its zone, to the second; None for dates without a day."""
    try:
        return datetime.fromisoformat(text[:19].strip().replace(" ", "T"))
    except ValueError:
        return None


def _structure(view: View, container: Container) -> tuple[Measurement, ...]:
    parts = container.parts
    top = [p for p in parts if "/" not in p.path]
    rows = [Measurement(name="order of the outermost boxes", value=_order(top))]
    names = [p.path for p in top]
    if "moov" in names and "mdat" in names:
        first = names.index("moov") < names.index("mdat")
        rows.append(
            Measurement(
                name="index stands before the media",
                value=first,
                usual="false from most cameras and phones; true after preparation for the web",
            )
        )
    brand = view.metadata.first("MajorBrand")
    if brand:
        rows.append(Measurement(name="brand", value=brand.value[:8]))
    for name, path, usual in (
        ("tracks", "moov/trak", "1 to 3; phones and action cameras add tracks of sensor data"),
        ("fragments", "moof", "0 from cameras; streaming cuts clips into fragments"),
    ):
        rows.append(Measurement(name=name, value=sum(p.path == path for p in parts), usual=usual))
    edits = [_edits(view, p) for p in parts if p.path == "moov/trak/edts/elst"]
    if edits:
        rows.append(
            Measurement(
                name="entries in the longest edit list", value=max(edits), usual="1 or 2; more after cutting"
            )
        )
    free = sum(p.size for p in parts if p.name in ("free", "skip") and p.size > 8)
    rows.append(
        Measurement(name="unused space", value=free, unit="bytes", usual="0 to some hundred kilobytes")
    )
    return tuple(rows)


def _edits(view: View, part: Part) -> int:
    return int.from_bytes(view.source.read(part.body + 4, 4), "big") if part.body_size >= 8 else 0


def _order(parts: list[Part]) -> str:
    runs: list[str] = []
    for part in parts:
        if not runs or runs[-1] != part.path:
            runs.append(part.path)
        if len(runs) == 24:
            return " ".join(runs) + " …"
    return " ".join(runs)
