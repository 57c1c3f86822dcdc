"""Every sentence of the first screen, and the bands of the likelihood ratio.

The rules are those of `docs/what-the-result-means.md`: a result speaks of this evidence, never of what is true;
both propositions are named; the absence of a signal is never reassurance.
"""

from __future__ import annotations

from provenance.model.finding import Strength

__all__ = [
    "BANDS",
    "LIMITS",
    "PROPOSITIONS",
    "band",
    "band_words",
]

BANDS: tuple[tuple[float, Strength, str], ...] = (
    (2.0, "strong", "strong support for"),
    (1.0, "moderate", "moderate support for"),
    (0.30103, "weak", "slightly more expected if it is"),
)
"""Lower bound of log10 LR, strength, words; below the last, it does not help to decide."""

PROPOSITIONS = {
    "image": ("a picture from a generator", "a photograph from a camera"),
    "audio": ("a synthesised voice", "a recorded voice"),
    "video": ("a clip from a generator", "a clip from a camera"),
    "document": ("a generated document", "a document made otherwise"),
}
"""The two sides of the question `generated`, by medium."""

EDITED = ("a region altered after capture", "no region altered after capture")
"""The two sides of the question `edited`."""

LIMITS = {
    "scene": "No check here can tell whether what a file shows is staged, captioned wrongly or from another"
    " place or time.",
    "absence": "Finding nothing is not a sign of a camera or a microphone: platforms remove credentials and"
    " metadata, and many generated files leave no trace that we can measure.",
    "declared": "Metadata is easy to change, to add and to remove; it is the file's own word.",
    "signer": "A signature says who vouches for the file, not that they are right.",
    "trust": "Whether a signer is listed depends on the trust lists that are installed here.",
    "metadata_free": "The file carries almost no metadata. That is usual after a messenger or a platform.",
}
"""What a result cannot tell."""


def band(log10_lr: float | None) -> Strength:
    """Return the strength of a likelihood ratio, the same in both directions and for every medium."""
    if log10_lr is None:
        return "none"
    return next((strength for floor, strength, _ in BANDS if abs(log10_lr) >= floor), "none")


def band_words(log10_lr: float) -> str:
    """Return the words for a likelihood ratio, to stand before a proposition."""
    return next((words for floor, _, words in BANDS if abs(log10_lr) >= floor), "no help to decide on")
