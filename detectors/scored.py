"""What a calibrated score says in words, and when it says nothing: the same for every medium.

The rules are those of `docs/what-the-result-means.md`: both propositions are named, the frequency among files of the
other kind stands beside the ratio, and an answer that turns round under a usual delivery is none.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from detectors.wording import BANDS, PROPOSITIONS, band
from provenance.model.finding import Measurement

__all__ = [
    "DECIDES",
    "as_high_of_1000",
    "frequency_words",
    "score_sentence",
    "turned_by",
    "usual_scores",
    "version_rows",
]

DECIDES = BANDS[-1][0]
"""log10 LR from which on a score says anything."""


def turned_by(ratio: float, versions: Mapping[str, float]) -> str | None:
    """Return the version of a file whose answer contradicts that of the file, or None.

    Args:
        ratio: log10 LR of the file.
        versions: log10 LR of what deliveries make of it, by name.
    """
    for name, other in versions.items():
        if min(abs(ratio), abs(other)) >= DECIDES and ratio * other < 0:
            return name
    return None


def as_high_of_1000(score: float, others: Sequence[float]) -> int:
    """Return how many of 1,000 files of the other kind score as high.

    Args:
        score: The score in question.
        others: Scores of files of the other kind, of sources that the model had not seen, ascending.
    """
    return round(1000 * (len(others) - bisect_left(others, score)) / len(others))


def frequency_words(frequency: int, kind: str) -> str:
    """Return the sentence part that says how many files of the other kind score as high.

    Args:
        frequency: From `as_high_of_1000`.
        kind: What they are, in the plural.
    """
    told = f"about {frequency} score" if frequency else "fewer than one scores"
    return f"of 1,000 {kind} in our test set, {told} this high"


def usual_scores(others: Sequence[float], kind: str) -> str:
    """Return the range of scores of nine in ten files of the other kind.

    Args:
        others: Their scores, ascending.
        kind: What they are, in the plural.
    """
    low, high = (float(others[int(len(others) * q)]) for q in (0.05, 0.95))
    return f"{low:.1f} to {high:.1f} in nine of ten {kind}"


def score_sentence(medium: str, ratio: float, count: str) -> str:
    """Return the summary of a finding.

    Args:
        medium: Medium of the file, for the names of the propositions.
        ratio: log10 LR.
        count: How many files of the other kind score as high.
    """
    strength = band(ratio)
    made, taken = PROPOSITIONS[medium]
    if strength == "none":
        return f"Its fine structure does not help to decide between {made} and {taken}: {count}."
    one, other = (made, taken) if ratio > 0 else (taken, made)
    if strength == "weak":
        return (
            f"Its fine structure is slightly more expected if it is {one} than if it is {other}, which on its own is"
            f" not enough: {count}."
        )
    return f"Its fine structure gives {strength} support for {one} over {other}: {count}."


def version_rows(ratio: float, versions: Mapping[str, float]) -> tuple[Measurement, ...]:
    """Return the ratio of a file and those of its versions as measurements."""
    return (
        Measurement(name="log10 likelihood ratio of the file", value=round(ratio, 2)),
        *(
            Measurement(name=f"the same when {name}", value=round(other, 2))
            for name, other in versions.items()
        ),
    )
