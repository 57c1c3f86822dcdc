"""Metadata that disagree with each other or with the picture.

## What it measures
Dates in EXIF, XMP, IPTC and GPS against each other; maker and model in EXIF against XMP and against the
maker's own notes; the width and height that EXIF states against the picture; an orientation mark on a picture
that stands upright already.

## Why it matters
A camera writes all of these at once and they agree. A program that changes one and forgets another leaves a
disagreement that says more than either value.

## Known problems
Clocks are set wrongly, time zones differ by up to 26 hours (smaller differences are not reported), scanners
date the scan and not the photograph, and photographers correct dates by hand. Websites that shrink pictures
often keep the old size in EXIF.

## How to read it
Each sentence quotes both values. A disagreement says that some program or person changed the file after
capture, or that a clock was wrong. It does not say that the content was altered, and agreement does not say
that it was not.

## References
CIPA DC-008 (EXIF 3.0). ISO 16684-1 (XMP). Metadata Working Group, "Guidelines for handling image metadata",
version 2.0, 2010.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

from detectors.check import CheckInfo, not_applicable, nothing_found, reported
from detectors.image._dates import ZONES, Stated, stated
from detectors.view import View
from provenance.metadata.entry import Entry, Metadata
from provenance.model.finding import Finding, Measurement, PointsTo

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Metadata against each other and the picture",
    kinds=("image",),
    basis="measured",
    needs=("metadata", "container"),
    cost="cheap",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contradiction:
    sentence: str
    usual: str
    entries: tuple[Entry, ...]
    points_to: PointsTo = "nothing"


def run(view: View) -> Finding:
    """Compare what the file states in several places."""
    metadata = view.metadata
    if not any(e.standard in ("EXIF", "XMP", "IPTC") for e in metadata.entries):
        return not_applicable("The file carries no EXIF, XMP or IPTC metadata.")
    found = [*_size(view), *_maker(metadata), *_dates(metadata), *_orientation(view)]
    if not found:
        return nothing_found()
    more = " Further disagreements are listed below." if len(found) > 2 else ""
    return reported(
        " ".join(each.sentence for each in found[:2]) + more,
        points_to="edited" if any(each.points_to == "edited" for each in found) else "nothing",
        because=tuple(
            Measurement(name=f"{e.standard} {e.name[:60]}", value=_shown(e), usual=each.usual)
            for each in found
            for e in each.entries
        ),
        caveats=(
            "Wrong clocks, scanners and websites that shrink pictures cause such disagreements as well.",
        ),
    )


_SIZES = (("ExifImageWidth", "ExifImageHeight"), ("exif:PixelXDimension", "exif:PixelYDimension"))
_PADDING = 16
_RATIO = 0.02


def _size(view: View) -> list[_Contradiction]:
    width, height = view.container.width, view.container.height
    for names in _SIZES:
        stated_size = [view.metadata.first(name) for name in names]
        if None in stated_size or not width or not height:
            continue
        first, second = (e for e in stated_size if e is not None)
        if not (first.value[:9].isdecimal() and second.value[:9].isdecimal()):
            continue
        says = (int(first.value[:9]), int(second.value[:9]))
        if 0 in says or _fits(says, (width, height)):
            continue
        cropped = abs(log(_ratio(*says) / _ratio(width, height))) > _RATIO
        return [
            _Contradiction(
                sentence=f"{first.standard} states {says[0]} x {says[1]} pixels, the picture has {width} x {height}: "
                f"it was probably {'cropped or joined' if cropped else 'resized'} later.",
                usual="the size of the picture",
                entries=(first, second),
                points_to="edited" if cropped else "nothing",
            )
        ]
    return []


def _ratio(width: int, height: int) -> float:
    return max(width, height) / min(width, height)


def _fits(says: tuple[int, int], has: tuple[int, int]) -> bool:
    # Cameras fill up to whole blocks, and turning swaps the sides.
    return any(abs(a - has[0]) < _PADDING and abs(b - has[1]) < _PADDING for a, b in (says, says[::-1]))


_NOTES = {
    b"Nikon\0": ("nikon",),
    b"FUJIFILM": ("fuji",),
    b"Apple iOS\0": ("apple",),
    b"SONY DSC": ("sony", "hasselblad"),
    b"SONY CAM": ("sony",),
    b"Panasonic\0": ("panasonic", "leica"),
    b"OLYMPUS\0": ("olympus", "om digital"),
    b"SIGMA\0": ("sigma",),
    b"KDK INFO": ("kodak",),
}
"""How maker notes begin, and whose cameras write them."""


def _maker(metadata: Metadata) -> list[_Contradiction]:
    found = []
    make, model = metadata.first("Make", standard="EXIF"), metadata.first("Model", standard="EXIF")
    for entry, name in ((make, "tiff:Make"), (model, "tiff:Model")):
        other = metadata.first(name, standard="XMP")
        if (
            entry
            and other
            and _plain(entry.value) != _plain(other.value)
            and _plain(entry.value)
            and _plain(other.value)
        ):
            found.append(
                _Contradiction(
                    sentence=f'EXIF names "{_shown(entry)}" as {entry.name.lower()}, XMP "{_shown(other)}".',
                    usual="the same in both",
                    entries=(entry, other),
                )
            )
    note = metadata.first("MakerNote", standard="EXIF")
    if make and note:
        begins = note.value.rpartition("0x")[2]
        for start, makers in _NOTES.items():
            if begins.startswith(start.hex()) and not any(m in make.value.casefold() for m in makers):
                found.append(
                    _Contradiction(
                        sentence=f'EXIF names "{_shown(make)}" as maker, but the maker\'s own notes are of the kind '
                        f"that {makers[0].capitalize()} cameras write.",
                        usual="notes of the same maker",
                        entries=(make, note),
                    )
                )
    return found


def _dates(metadata: Metadata) -> list[_Contradiction]:
    taken = stated(metadata, "DateTimeOriginal")
    found = []
    if taken is None:
        return []
    others = (
        ("GPSDateStamp", "the satellite signal"),
        ("exif:DateTimeOriginal", "XMP"),
        ("photoshop:DateCreated", "XMP"),
        ("xmp:CreateDate", "XMP"),
        ("DateCreated", "IPTC"),
    )
    for name, source in others:
        other = stated(metadata, name)
        if other and other.apart(taken) > ZONES:
            found.append(_differ(taken, other, source))
    changed = stated(metadata, "DateTime")
    if changed and changed.time < taken.time and changed.apart(taken) > ZONES:
        found.append(
            _Contradiction(
                sentence=f"EXIF says that the file was changed at {_shown(changed.entry)}, before the photograph was "
                f"taken at {_shown(taken.entry)}.",
                usual="the same time or later",
                entries=(taken.entry, changed.entry),
            )
        )
    return found


def _differ(taken: Stated, other: Stated, source: str) -> _Contradiction:
    return _Contradiction(
        sentence=f"EXIF dates the photograph to {_shown(taken.entry)}, {source} to {_shown(other.entry)}.",
        usual="the same day, or the next in another time zone",
        entries=(taken.entry, other.entry),
    )


def _orientation(view: View) -> list[_Contradiction]:
    entry = view.metadata.first("Orientation", standard="EXIF")
    width, height = view.container.width, view.container.height
    if entry is None or not width or not height:
        return []
    if entry.value in ("5", "6", "7", "8") and height > width:
        return [
            _Contradiction(
                sentence=f"EXIF asks for a quarter turn (orientation {entry.value}), but the picture is stored "
                "upright; programs that turn a picture and leave the mark do this.",
                usual="a picture that is wider than high",
                entries=(entry,),
            )
        ]
    return []


def _plain(text: str) -> str:
    return " ".join(text.replace("\0", " ").split()).casefold()


def _shown(entry: Entry, limit: int = 60) -> str:
    text = " ".join(entry.value.replace("\0", " ").split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
