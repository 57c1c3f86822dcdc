"""The C2PA's public list of soft-binding algorithms: who made each, and who can read it.

Source: c2pa-org/softbinding-algorithm-list on GitHub, state of 15 April 2026 (entries 1 to 32).
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ALGORITHMS", "Algorithm"]


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One entry of the list."""

    name: str
    """Maker and product."""
    kind: str
    """`watermark` (hidden in the content) or `fingerprint` (computed from it)."""
    reader: str
    """Where to turn to have it read."""


def _watermark(name: str, reader: str) -> Algorithm:
    return Algorithm(name, "watermark", reader)


_TRUSTMARK = "the open TrustMark decoder (github.com/adobe/trustmark) or Adobe's Content Authenticity site"
_MICROSOFT = "Microsoft (rai_provenance@microsoft.com), which offers an online check"
_AIWATERMARK = "aiwatermark.com, which offers a look-up"
_CONTENTLENS = "ContentLens (team@contentlens.ai)"

ALGORITHMS: dict[str, Algorithm] = {
    "com.digimarc.validate.1": _watermark("Digimarc Validate", "Digimarc (digimarc.com)"),
    "org.atsc.a336": _watermark("ATSC A/336 broadcast watermark", "a receiver or tool for ATSC A/334 to A/336"),
    "io.iscc.v0": Algorithm(
        "ISCC (ISO 24138)", "fingerprint", "the open ISCC tools (iscc.io), which compute it from the file"
    ),
    "com.adobe.trustmark.Q": _watermark("Adobe TrustMark Q", _TRUSTMARK),
    "com.adobe.trustmark.C": _watermark("Adobe TrustMark C", _TRUSTMARK),
    "com.adobe.trustmark.P": _watermark("Adobe TrustMark P", _TRUSTMARK),
    "com.adobe.icn.dense": Algorithm(
        "Adobe Image Comparator Network", "fingerprint", "Adobe's Content Authenticity site"
    ),
    "ai.steg.api": _watermark("Steg.AI", "Steg.AI (info@steg.ai)"),
    "ai.trufo.gen1.image": _watermark("Trufo", "Trufo (trufo.ai)"),
    "ai.trufo.gen1.image-lite": _watermark("Trufo, lite version", "Trufo (trufo.ai)"),
    "app.overlai.watermark.1": _watermark("Overlai", "Overlai (overlai.app)"),
    "tv.kinetiq.watercast.48.1": _watermark("Kinetiq Teletrax", "Kinetiq (c2pa@kinetiq.tv)"),
    "castLabs.watermark.1": _watermark("castLabs single-frame watermark", "castLabs (info@castlabs.com)"),
    "com.imatag.lamark.v1": _watermark("Imatag Lamark", "Imatag (c2pa@imatag.com)"),
    "com.nagra.nexguard.watermark.1": _watermark("NAGRA NexGuard", "NAGRA (nagra.vision)"),
    "com.mentaport.watermark.1": _watermark("Mentaport", "Mentaport (hello@mentaport.com)"),
    "com.digicaps.fingerprint.1": Algorithm(
        "DigiCAP fingerprint", "fingerprint", "DigiCAP (info.bornid@digicaps.com)"
    ),
    "com.sonicorigin.watermark.1": _watermark("SonicOrigin", "SonicOrigin (info@sonicai.ai)"),
    "com.microsoft.invismark.1": _watermark("Microsoft InvisMark", _MICROSOFT),
    "com.microsoft.wavmark.1": _watermark("Microsoft WavMark", _MICROSOFT),
    "ai.contentlens.image.basewmk": _watermark("ContentLens image watermark (base)", _CONTENTLENS),
    "ai.contentlens.image.ensemblewmk": _watermark("ContentLens image watermark (ensemble)", _CONTENTLENS),
    "ai.contentlens.image.customwmk": _watermark("ContentLens image watermark (custom)", _CONTENTLENS),
    "ai.contentlens.audio.mono": _watermark("ContentLens audio watermark (mono)", _CONTENTLENS),
    "ai.contentlens.audio.stereo": _watermark("ContentLens audio watermark (stereo)", _CONTENTLENS),
    "es.lumatrace": _watermark("LumaTrace", "LumaTrace (contact@lumatrace.es)"),
    "com.markany.watermark.1": _watermark("MarkAny", "MarkAny (c2pa@markany.co.kr)"),
    "com.verimatrix.watermark.1": _watermark("Verimatrix", "Verimatrix (c2pa@verimatrix.com)"),
    "com.writerslogic.zwc-watermark.1": _watermark("WritersLogic text watermark", "WritersLogic (writersproof.com)"),
    "com.aiwatermark.videoseal.1": _watermark("AIWatermark VideoSeal", _AIWATERMARK),
    "com.aiwatermark.pixelseal.1": _watermark("AIWatermark PixelSeal", _AIWATERMARK),
    "com.aiwatermark.audioseal.1": _watermark("AIWatermark AudioSeal", _AIWATERMARK),
}  # fmt: skip
"""By the identifier that stands in the assertion's `alg`."""
