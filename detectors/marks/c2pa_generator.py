"""Generator named in the Content Credentials.

## What it measures
Whether the Content Credentials name a known generator as the software that made the claim or carried out an action:
ChatGPT and DALL·E, Microsoft's image creators, Adobe Firefly, Google's models, Stability AI, Black Forest Labs,
ElevenLabs and others. Names are matched as whole words. Any other software (Canva, a phone's photo editor) counts
only where the credentials themselves say that it used a trained model, by the digital source type of its action.

## Why it matters
The large services sign what they generate. Where the signature holds (see the part on Content Credentials), this is
the strongest declaration there is: it cannot be added by hand in that company's name.

## Known problems
Credentials are lost in most uploads. This check looks at the names only; whether the signature is intact and the
signer trusted is decided elsewhere, and credentials signed by anybody can claim any name. The name of the company
that signed is not used: Adobe, Google and Microsoft also sign photographs and edits.

## How to read it
See who signed, and whether the signature holds. If the generator stands in an action other than `created`, or the
source type says composite, a photograph may be underneath: look at the ingredients.

## References
C2PA Technical Specification 2.x, "Claim generator info" and "Actions".
IPTC, Digital Source Type NewsCodes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from detectors.check import CheckInfo, not_applicable, nothing_found, reported
from detectors.marks._generators import generator_in
from detectors.marks._quote import cut, fact
from detectors.view import View
from provenance.model.credentials import Credentials, Manifest
from provenance.model.finding import Finding, Measurement, PointsTo

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Generator in Content Credentials",
    kinds=("image", "audio", "video", "document"),
    basis="declared",
    needs=("credentials",),
)

_MODEL_TYPES = frozenset({"trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"})
_MAKING = frozenset({"c2pa.created", "c2pa.converted"})
_MOST = 8

_CAVEATS = {
    "invalid": "These credentials do not match the file as it is now, so the name may belong to another version.",
    "chain_invalid": "A part of the credentials' history does not match; the name may stand in that part.",
    "valid": "The signer is not on the trust lists in force, and anybody can sign such a statement.",
}


class _Named(NamedTuple):
    generator: str
    making: bool  # named as what made the content, rather than as what changed it
    quote: Measurement


def run(view: View) -> Finding:
    """Look through the active manifest first, then through its history."""
    held = view.credentials
    if held is None:
        return not_applicable("The Content Credentials were not read in this run.")
    found = list(_generators(held)) or list(_others(held))
    if not found:
        return nothing_found()
    points_to = _points_to(held, found)
    verb = "made" if points_to == "generated" else "changed"
    caveat = _CAVEATS.get(held.state)
    return reported(
        f"Its Content Credentials name {found[0].generator} as software that {verb} it.",
        points_to=points_to,
        because=tuple(dict.fromkeys(each.quote for each in found))[:_MOST],
        caveats=(caveat,) if caveat else (),
    )


def _points_to(held: Credentials, found: list[_Named]) -> PointsTo:
    if held.generative == "fully":
        return "generated"
    if held.generative == "partly":
        return "edited"
    return "generated" if any(each.making for each in found) else "edited"


def _generators(held: Credentials) -> Iterator[_Named]:
    for at, manifest in enumerate(held.manifests):
        history = "" if at == 0 else " in the history"
        claim = manifest.claim_generator or ""
        name = generator_in(claim, alone=True)
        if name:
            yield _Named(name, at == 0 and _is_making(manifest), fact(f"Claim generator{history}", claim))
        for action in manifest.actions:
            said = action.software or action.description or ""
            name = generator_in(said, alone=action.software is not None)
            if name:
                label = f"C2PA action {cut(action.action, 60)}{history}"
                yield _Named(name, at == 0 and action.action in _MAKING, fact(label, said))


def _is_making(manifest: Manifest) -> bool:
    return not manifest.actions or manifest.actions[0].action != "c2pa.opened"


def _others(held: Credentials) -> Iterator[_Named]:
    """Yield any software that its own manifest names beside a source type of a trained model."""
    for at, manifest in enumerate(held.manifests):
        history = "" if at == 0 else " in the history"
        for action in manifest.actions:
            said = action.software or manifest.claim_generator
            if said and action.digital_source_type in _MODEL_TYPES:
                label = f"C2PA action {cut(action.action, 60)}{history}, {action.digital_source_type}"
                yield _Named(f'"{cut(said, 80)}"', at == 0 and action.action in _MAKING, fact(label, said))
