"""Names that programs leave in files, and what each kind of program does.

Shared by the checks of pictures, sound and clips. Generators are not here: `detectors.marks` names them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

__all__ = ["Program", "ProgramKind", "kind_words", "program_in"]

ProgramKind = Literal["editor", "developer", "organiser", "library", "platform", "camera", "metadata"]
"""What a program does: changes pixels or cuts, develops raw files, sorts and transfers, encodes for other
programs, publishes, records, or only writes metadata."""


@dataclass(frozen=True, slots=True)
class Program:
    """One program."""

    name: str
    """Its usual name."""
    kind: ProgramKind
    """What it does."""


_TABLE: dict[ProgramKind, tuple[str, ...]] = {
    "developer": (
        "Adobe Photoshop Lightroom", "Adobe Lightroom", "Lightroom", "Adobe Photoshop Camera Raw", "Camera Raw",
        "Capture One", "DxO", "RawTherapee", "darktable", "Digital Photo Professional", "Capture NX",
        "ViewNX", "NX Studio", "SILKYPIX", "Aperture", "ON1 Photo RAW", "RAW FILE CONVERTER", "Photo Desk",
    ),
    "organiser": (
        "Adobe Bridge", "Photo Gallery", "Windows Photo Viewer", "Adobe Photoshop Album", "Picasa", "iPhoto",
        "Photo Mechanic", "ACD Systems", "ACDSee", "IDimager", "digiKam", "Shotwell", "Nikon Transfer",
        "CAMEDIA Master", "OLYMPUS Master", "FinePixViewer", "FinePix Viewer", "OfotoNow", "PMB", "XnView",
        "IrfanView", "FastStone", "QuickTime", "Fotoware", "Capture Manager",
    ),
    "editor": (
        "Adobe Photoshop", "Photoshop", "Adobe Fireworks", "Adobe Illustrator", "Adobe InDesign", "GIMP",
        "Affinity Photo", "Pixelmator", "paint.net", "Paint Shop", "PaintShop", "Krita", "Snapseed", "PicsArt",
        "Facetune", "Meitu", "BeautyPlus", "VSCO", "Pixlr", "Canva", "Fotor", "Luminar", "PhotoScape",
        "Photopea", "Polarr", "PaintTool", "Clip Studio", "Remini", "Lensa", "FaceApp", "Procreate", "InShot",
        "CapCut", "YouCam", "AirBrush", "BeFunky", "Picnik", "Windows Photo Editor", "Microsoft Paint",
        "Noise Ninja", "Topaz", "Photo-Paint", "Photomatix", "Hugin", "PTGui", "CorelDRAW", "Inkscape",
        "Adobe Premiere", "Adobe After Effects", "Adobe Media Encoder", "Adobe Audition", "Final Cut Pro",
        "iMovie", "DaVinci Resolve", "Blackmagic", "VEGAS", "Kdenlive", "Shotcut", "OpenShot", "Filmora",
        "Avid", "Movie Maker", "Clipchamp", "Audacity", "REAPER", "Pro Tools", "Logic Pro", "GarageBand",
        "Cubase", "WaveLab", "Ableton", "Sound Forge", "Adobe Soundbooth", "Cool Edit", "Ocenaudio", "iZotope",
        "Hindenburg", "Descript", "FL Studio", "Wavosaur", "Twisted Wave", "TwistedWave", "Nero",
    ),
    "library": (
        "ImageMagick", "GraphicsMagick", "libvips", "gd-jpeg", "Lavf", "Lavc", "FFmpeg", "HandBrake", "x264",
        "x265", "GPAC", "LAME", "libsndfile", "SoX", "GStreamer", "mp4v2", "L-SMASH", "Bento4", "Shaka",
        "LEAD Technologies", "ImageGear", "AppleMark", "Helix", "Xing", "Fraunhofer", "Nullsoft",
        "iTunes", "MainConcept", "VideoLAN", "libopus", "libvorbis", "qaac", "reference libFLAC", "Core Media",
    ),
    "platform": (
        "Instagram", "Facebook", "WhatsApp", "Telegram", "Twitter", "TikTok", "Snapchat", "YouTube", "Flickr",
        "WeChat", "Viber",
    ),
    "metadata": ("ExifTool", "Exiv2", "Exempi", "XMP Core", "XMP Toolkit"),
    "camera": (
        "GoPro", "DJI", "ZOOM", "TASCAM", "Sound Devices", "Marantz", "OLYMPUS DM", "Android", "Samsung", "Apple",
        "Canon", "NIKON", "SONY", "Panasonic", "FUJIFILM",
    ),
}  # fmt: skip
"""Names by kind, in the order in which they are tried: `Lightroom` comes before the `Photoshop` in its name."""

_WORDS: dict[ProgramKind, str] = {
    "editor": "an editing program, as used on most published media",
    "developer": "a program that develops raw photographs, as most professionals use",
    "organiser": "a program that sorts, transfers or shows media",
    "library": "an encoder or converter that many programs and websites use",
    "platform": "an online platform or messenger",
    "metadata": "a tool that writes metadata",
    "camera": "a camera, phone or recorder",
}

_LOOKED_AT = 400


def _patterns() -> list[tuple[re.Pattern[str], ProgramKind, dict[str, str]]]:
    found = []
    for kind, names in _TABLE.items():
        # Longest first, whole words; a digit or version may follow at once, as in `Lavf58`.
        ordered = sorted(names, key=len, reverse=True)
        joined = "|".join(re.escape(name) for name in ordered)
        pattern = re.compile(rf"(?<![A-Za-z])(?:{joined})(?![A-Za-z])", re.IGNORECASE)
        found.append((pattern, kind, {name.casefold(): name for name in names}))
    return found


_PATTERNS = _patterns()


def program_in(text: str) -> Program | None:
    """Return the program that a metadata value names, or None where it names none that is known.

    Args:
        text: The value; only its first 400 characters are looked at.
    """
    for pattern, kind, names in _PATTERNS:
        found = pattern.search(text[:_LOOKED_AT])
        if found:
            return Program(names[found.group().casefold()], kind)
    return None


def kind_words(kind: ProgramKind) -> str:
    """Return what programs of a kind do, for a sentence."""
    return _WORDS[kind]
