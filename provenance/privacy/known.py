"""Which parts of a container showing or playing needs: tables that the writers and the check both go by."""

from __future__ import annotations

__all__ = ["ITEM_PROPERTIES", "KNOWN_BOXES", "SHOWN_TRACKS", "SVG_NAMESPACES", "SVG_WORDS", "TIFF_TAGS"]

_SAMPLE_GROUPS = frozenset({"sbgp", "sgpd", "subs", "saiz", "saio", "senc"})
KNOWN_BOXES = {
    "": frozenset({"ftyp", "styp", "moov", "mdat", "moof", "mfra", "sidx", "ssix", "pdin"}),
    "moov": frozenset({"mvhd", "trak", "mvex", "iods", "pssh"}),
    "trak": frozenset({"tkhd", "edts", "mdia", "tref", "tapt"}),
    "edts": frozenset({"elst"}),
    "mdia": frozenset({"mdhd", "hdlr", "minf", "elng"}),
    "minf": frozenset({"vmhd", "smhd", "nmhd", "sthd", "gmhd", "dinf", "stbl", "hdlr"}),
    "dinf": frozenset({"dref"}),
    "stbl": frozenset({"stsd", "stts", "ctts", "cslg", "stsc", "stsz", "stz2", "stco", "co64", "stss", "stsh", "sdtp"})
    | {"padb", "stdp", "stps"} | _SAMPLE_GROUPS,
    "mvex": frozenset({"mehd", "trex", "leva"}),
    "moof": frozenset({"mfhd", "traf", "pssh"}),
    "traf": frozenset({"tfhd", "trun", "tfdt"}) | _SAMPLE_GROUPS,
    "mfra": frozenset({"tfra", "mfro"}),
}  # fmt: skip
"""Boxes that playing needs, by the name of their parent."""


SHOWN_TRACKS = frozenset({b"vide", b"soun", b"pict", b"auxv"})
"""Handlers of tracks that are picture or sound."""

ITEM_PROPERTIES = frozenset(
    {
        b"ispe",
        b"pixi",
        b"colr",
        b"hvcC",
        b"av1C",
        b"avcC",
        b"vvcC",
        b"lhvC",
        b"jpgC",
        b"lsel",
        b"irot",
        b"imir",
    }
    | {
        b"clap",
        b"pasp",
        b"clli",
        b"mdcv",
        b"cclv",
        b"amve",
        b"auxC",
        b"a1op",
        b"a1lx",
        b"oinf",
        b"tols",
        b"rloc",
    }
    | {b"free", b"uncC", b"cmpd", b"cmpC"}
)
"""Properties that describe how to draw an item of a HEIF or AVIF picture."""

TIFF_TAGS = frozenset(
    {254, 256, 257, 258, 259, 262, 263, 266, 273, 277, 278, 279, 280, 281, 284, 290, 291, 292, 293, 297, 301, 317}
    | {318, 319, 320, 321, 322, 323, 324, 325, 332, 334, 336, 338, 339, 340, 341, 347, 529, 530, 532, 50674}
    | {32995, 32996, 32997, 32998}
)  # fmt: skip
"""Tags of a TIFF page that say where its picture lies and how to draw it."""

SVG_NAMESPACES = frozenset(
    {
        "", "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink", "http://www.w3.org/1999/xhtml",
        "http://www.w3.org/1998/Math/MathML", "http://www.w3.org/XML/1998/namespace",
    }
)  # fmt: skip
"""Namespaces of what browsers draw; everything else belongs to an editor."""

SVG_WORDS = frozenset({"title", "desc"})
"""Elements of words that are not drawn."""
