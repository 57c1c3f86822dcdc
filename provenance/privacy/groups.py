"""Sorts fields by what they give away, from their names alone."""

from __future__ import annotations

from provenance.privacy.fields import Group

__all__ = ["group_of"]

_WORDS: tuple[tuple[Group, tuple[str, ...]], ...] = (
    ("maker note", ("makernote", "dngprivatedata", "printim", "makerapple")),
    ("thumbnail", ("thumbnail", "preview", "mpf", "xmpgimg", "gimage", "apic", "geob", "covr", ":picture")),
    ("location", ("gps", "location", "city", "country", "province", "photoshop:state", "loci", "xyz", "latitude",
                  "longitude", "altitude", "geotag", "idit:loc")),
    ("serial", ("serial", "uniqueid", "documentid", "instanceid", "uuid", "isrc", "ufid", "identifier", "umid")),
    ("history", ("history", "derivedfrom", "ingredients", "crs:", "crd:", "photoshop:", "8bim", "lr:", "versions",
                 "documentancestors", "pantry")),
    ("software", ("software", "creatortool", "producer", "encoder", "encodedby", "tenc", "tsse", "toolkit", "xmptk",
                  "©too", "©swr", "©enc", "isft", "itch", "vendor", "generator", "hostcomputer", "handlername",
                  "compressorname", "originatingprogram", "programversion", "processingsoftware", "parameters",
                  "prompt", "workflow")),
    ("owner", ("owner", "artist", "author", "creator", "by-line", "credit", "copyright", "rights", "contact",
               "writer", "iptc:source", "dc:source", "iart", "icop", "ieng", "tpe", "tcop", "©aut", "©art", "©cpy",
               "originator",
               "performer", "publisher", "cprt")),
    ("device", (":make", ":model", "lens", "device", "camera", "exposure", "fnumber", "isospeed", "sensitivity",
                "focallength", "flash", "aperture", "shutter", "whitebalance", "metering", "scene", "sensing",
                "brightness", "subjectdistance", "contrast", "saturation", "sharpness", "gaincontrol", "lightsource",
                "digitalzoom", "customrendered", "filesource", "©mak", "©mod")),
    ("time", ("date", "time", "year", "tdrc", "tdat", "tyer", "icrd", "©day")),
    ("caption", ("caption", "description", "title", "headline", "keyword", "comment", "subject", "label", "objectname",
                 "category", "instructions", "xptitle", "ikey", "icmt", "inam", "isbj", "tit", "comm", "uslt", "©nam",
                 "©cmt", "©des", "plaintext", "lyrics", "genre", "album")),
)  # fmt: skip


def group_of(standard: str, name: str) -> Group:
    """Return what a field gives away; `other` where its name does not say.

    Args:
        standard: As `Entry.standard`.
        name: Name in that standard.
    """
    wanted = f"{standard}:{name}".casefold()
    return next((group for group, words in _WORDS if any(word in wanted for word in words)), "other")
