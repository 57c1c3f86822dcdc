"""Watermarks and fingerprints that the Content Credentials name.

## What it measures
Whether the file's Content Credentials hold a soft-binding assertion: the statement that a watermark was hidden in the
content, or a fingerprint computed from it, by a named algorithm. The name is looked up in the C2PA's public list.

## Why it matters
A watermark can survive where the credentials are removed. With it, the credentials of a copy can be found again at the
company that keeps them, even after an upload that stripped everything.

## Known problems
The statement is quoted and the watermark itself is not read here. A watermark says nothing about how the content was
made: cameras, agencies and generators all use them. Names outside the public list are shown as they stand.

## How to read it
The report says who can read the watermark. Use that on copies of the same picture that come without credentials: a
match leads back to the signed original.

## References
C2PA Technical Specification 2.x, "Soft bindings" and "Soft binding assertion".
C2PA soft binding algorithm list: https://github.com/c2pa-org/softbinding-algorithm-list
"""

from __future__ import annotations

from collections.abc import Iterator

from detectors.check import CheckInfo, not_applicable, nothing_found, reported
from detectors.marks._quote import cut, fact
from detectors.marks._soft_bindings import ALGORITHMS
from detectors.view import View
from provenance.model.credentials import Credentials
from provenance.model.finding import Finding, Measurement

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Named watermarks",
    kinds=("image", "audio", "video", "document"),
    basis="declared",
    needs=("credentials",),
)

_CAVEAT = "The watermark itself was not read; that it is there is the signer's statement."
_MOST = 8


def run(view: View) -> Finding:
    """List the algorithms that soft-binding assertions name, in the active manifest and its history."""
    if view.credentials is None:
        return not_applicable("The Content Credentials were not read in this run.")
    named = tuple(dict.fromkeys(_algorithms(view.credentials)))[:_MOST]
    if not named:
        return nothing_found()
    first = ALGORITHMS.get(named[0])
    kind = first.kind if first else "soft binding"
    summary = f"Its Content Credentials name a {kind}: {first.name if first else cut(named[0], 80)}."
    return reported(summary, because=tuple(_fact(name) for name in named), caveats=(_CAVEAT,))


def _algorithms(credentials: Credentials) -> Iterator[str]:
    for manifest in credentials.manifests:
        for assertion in manifest.assertions:
            if assertion.label.split("__", 1)[0] != "c2pa.soft-binding" or not isinstance(
                assertion.data, dict
            ):
                continue
            algorithm = assertion.data.get("alg")
            if isinstance(algorithm, str) and algorithm:
                yield algorithm


def _fact(algorithm: str) -> Measurement:
    known = ALGORITHMS.get(algorithm)
    if known is None:
        return fact(
            f"Soft binding {cut(algorithm, 100)}", "not on the C2PA's list; ask the signer who can read it"
        )
    return fact(f"Soft binding {algorithm}", f"{known.name}, a {known.kind}; can be read by {known.reader}")
