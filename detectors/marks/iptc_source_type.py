"""IPTC digital source type that says a model or an algorithm was at work.

## What it measures
Whether XMP states a digital source type of the IPTC vocabulary that means synthetic content:
`trainedAlgorithmicMedia` (made by a trained model), `compositeWithTrainedAlgorithmicMedia` (partly made or changed by
one), `compositeSynthetic` (put together with synthetic parts), `algorithmicMedia` (made by an algorithm without
training data) or `algorithmicallyEnhanced` (corrected by an algorithm). Older spellings and bare names are understood.

## Why it matters
This is the one field that the news industry, Google, Meta, Midjourney, Adobe and others have agreed on. Platforms use
it to show labels such as "AI info".

## Known problems
Platforms and editors remove XMP. The field can be added or changed by hand. Some photo editors set
`compositeWithTrainedAlgorithmicMedia` for small repairs, such as the removal of a spot. The other values of the
vocabulary (`digitalCapture` and the like) are ordinary statements and are not reported here.

## How to read it
`trainedAlgorithmicMedia` is a plain statement that the whole was made by a model. `compositeWith…` says that a part
was: ask for the picture as it was before. A signed statement of the same kind, in Content Credentials, weighs more.

## References
IPTC, Digital Source Type NewsCodes: https://cv.iptc.org/newscodes/digitalsourcetype/
IPTC Photo Metadata Standard, "Digital Source Type".
"""

from __future__ import annotations

from detectors.check import CheckInfo, nothing_found
from detectors.marks._entries import fields
from detectors.marks._quote import declared, place, quoted
from detectors.view import View
from provenance.credentials.source_types import short_name
from provenance.model.finding import Finding, PointsTo

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="IPTC digital source type",
    kinds=("image", "video", "audio", "document"),
    basis="declared",
    needs=("metadata",),
)

_MEANINGS: dict[str, tuple[PointsTo, str]] = {
    "trainedAlgorithmicMedia": ("generated", "was made entirely by a trained model"),
    "trainedAlgorithmicData": ("generated", "is data made by a trained model"),
    "compositeWithTrainedAlgorithmicMedia": ("edited", "was partly made or changed by a trained model"),
    "compositeSynthetic": ("edited", "was put together with synthetic parts"),
    "algorithmicallyEnhanced": ("edited", "was corrected or enhanced by an algorithm"),
    "algorithmicMedia": ("nothing", "was made by an algorithm that is not based on training data"),
}
_ORDER: tuple[PointsTo, ...] = ("generated", "edited", "nothing")
_LONGEST = 200


def run(view: View) -> Finding:
    """Look for a synthetic source type; where several stand, the one that says most comes first."""
    found = []
    for entry in fields(view, "digitalsourcetype", "digitalsourcefiletype"):
        term = short_name(entry.value[:_LONGEST].replace(" ", "").strip("\0"))
        if term in _MEANINGS:
            found.append((entry, *_MEANINGS[term]))
    if not found:
        return nothing_found()
    entry, points_to, meaning = min(found, key=lambda each: _ORDER.index(each[1]))
    summary = f"Its {place(entry)} states that it {meaning}."
    return declared(summary, [quoted(each) for each, *_ in found], points_to=points_to)
