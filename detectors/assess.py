"""From credentials and findings to words: one pure decision table.

Nothing here opens a file or computes a number. Every row has a golden test; whoever changes a sentence changes
the golden file with it.
"""

from __future__ import annotations

from collections.abc import Sequence

from detectors.check import HIDDEN_TOOL, NAMED_TOOL
from detectors.wording import EDITED, LIMITS, PROPOSITIONS, band_words
from provenance.model.assessment import Axis, Conclusion
from provenance.model.credentials import TEST_MARK, Credentials, Status
from provenance.model.finding import Finding
from provenance.verification import ENGINE_ENDED, signed_by

__all__ = ["conclude"]

_NO_PROOF = "Metadata can be edited, so this is a declaration, not proof."
_NO_PROOF_EITHER = "Anybody can add such marks, so this is a declaration, not proof."
_ENOUGH = ("moderate", "strong")
_DISAGREE = (
    "Yet it matches an enrolled camera, listed below: one of the two measurements is wrong, or a screen was"
    " photographed."
)

_CONTENT = ("assertion.dataHash.", "assertion.bmffHash.", "assertion.boxesHash.", "assertion.collectionHash.",
            "assertion.hashedURI.")  # fmt: skip
_CERTIFICATE = ("signingCredential.expired", "signingCredential.revoked", "claimSignature.outsideValidity",
                "signingCredential.invalid", "signingCredential.ocsp.revoked")  # fmt: skip


def conclude(
    credentials: Credentials,
    findings: Sequence[Finding] = (),
    *,
    generated: Axis | None = None,
    edited: Axis | None = None,
    expect: Sequence[str] = (),
    kind: str = "image",
    looked: bool = True,
) -> Conclusion:
    """Return headline, next steps and limits.

    Args:
        credentials: Who vouches for the file.
        findings: What the checks found.
        generated: Sum of the measurements on generation.
        edited: Sum of the measurements on local alteration.
        expect: Signers of whom one should have signed.
        kind: Medium, for the names of the propositions.
        looked: Whether any check ran; `verify` asks for credentials alone.
    """
    marks = [f for f in findings if f.basis == "declared" and f.outcome == "reported" and f.summary]
    said = _about_credentials(credentials, expect)
    conflict = _conflict(credentials, marks, generated, kind)
    if conflict:
        said = (*said[:1], conflict)
    said += _beside(
        marks, generated, edited, kind, camera=_matched_camera(findings) is not None, room=2 - len(said)
    )
    return Conclusion(
        headline=" ".join(said or _camera(findings) or _nothing(findings, generated, looked=looked)),
        next_steps=tuple(_next_steps(credentials, marks, expect, kind))[:3],
        limits=tuple(_limits(credentials, marks, looked=looked)),
    )


def _about_credentials(credentials: Credentials, expect: Sequence[str]) -> tuple[str, ...]:
    """Return one or two sentences on credentials; none where there are none."""
    if expect and credentials.state == "trusted" and not signed_by(credentials, expect):
        return (f"Signed by {_who(credentials)}, not by {_or(expect)} as expected.",)
    sentences = _SENTENCES[credentials.state](credentials)
    if expect and credentials.state != "trusted":
        return (f"Not signed by {_or(expect)} as far as this can be checked.", *sentences[:1])
    return sentences


def _trusted(credentials: Credentials) -> tuple[str, ...]:
    when = f"on {credentials.signed_at[:10]}" if credentials.signed_at else "at a time that nobody confirms"
    return (f"Signed by {_who(credentials)} {when}; unchanged since.", _signer_says(credentials))


def _signer_says(credentials: Credentials) -> str:
    if credentials.generative == "fully":
        return "The signer says that it was made with generative AI."
    if credentials.generative == "partly":
        return "The signer says that parts of it were made with generative AI."
    return "This says who vouches for it, not that what it shows is true."


def _valid(credentials: Credentials) -> tuple[str, ...]:
    says = {"fully": ("They say that it was made with generative AI.",),
            "partly": ("They say that parts of it were made with generative AI.",)}  # fmt: skip
    tail = says.get(credentials.generative, ())
    if any(s.code == "assay.timestamp.untrusted" for s in credentials.status):
        return (
            "Carries intact Content Credentials, but their certificate has expired and no listed authority"
            " confirms when they were signed.",
            *tail,
        )
    if credentials.signer is not None and credentials.signer.trust_list:
        return (
            f"Carries intact Content Credentials signed by {_who(credentials)}, but a second identity or an"
            " earlier signer in them can't be verified with your trust lists.",
            *tail,
        )
    return (
        "Carries intact Content Credentials, but the signer's identity can't be verified with your trust lists.",
        *tail,
    )


def _invalid(credentials: Credentials) -> tuple[str, ...]:
    failures = [
        s for s in credentials.status if s.kind == "failure" and s.code != "signingCredential.untrusted"
    ]
    if _any(failures, _CONTENT):
        return (
            "Carries Content Credentials that no longer match the file.",
            "Re-saving or resizing does this too; it is not proof of tampering.",
        )
    if failures and all(s.code.startswith(_CERTIFICATE) for s in failures):
        return (
            "Carries Content Credentials whose certificate was not valid when it counted, so nobody vouches for"
            " the file.",
            "What they say about its content still matches.",
        )
    if failures and all(s.code.startswith("cawg.") for s in failures):
        return ("Carries Content Credentials with an identity statement that does not hold.",)
    return (
        "Carries Content Credentials that are damaged or altered, so they vouch for nothing.",
        "Damage on the way does this too; it is not proof of tampering.",
    )


def _chain_invalid(credentials: Credentials) -> tuple[str, ...]:
    return ("The latest signature is intact, but an earlier version inside its history does not match.",)


def _remote(credentials: Credentials) -> tuple[str, ...]:
    return ("Says that its Content Credentials lie on a server, which was not asked.",)


def _unreadable(credentials: Credentials) -> tuple[str, ...]:
    if any(s.code == ENGINE_ENDED for s in credentials.status):
        return (
            "The program that reads Content Credentials gave up on this file, so what they say is not known.",
        )
    return (
        "The file is damaged or of a kind that can't be walked, so nobody could look for Content Credentials.",
    )


def _absent(credentials: Credentials) -> tuple[str, ...]:
    return ()


_SENTENCES = {
    "trusted": _trusted,
    "valid": _valid,
    "invalid": _invalid,
    "chain_invalid": _chain_invalid,
    "remote": _remote,
    "unreadable": _unreadable,
    "absent": _absent,
}


def _conflict(credentials: Credentials, marks: Sequence[Finding], generated: Axis | None, kind: str) -> str:
    """Return the sentence that shows the other side, where a signer's word and the rest disagree."""
    if credentials.state not in ("trusted", "valid") or credentials.generative != "no":
        return ""
    mark = next((m for m in marks if m.points_to == "generated"), None)
    if mark is not None:
        where, what = (
            ("a mark hidden in it", "a mark") if _is_hidden(mark) else ("its own metadata", "metadata")
        )
        return (
            f"Yet {where} says that it was made with {_tool(mark)}: {what} kept from an earlier"
            " version or from a part of it can cause this, so ask the signer."
        )
    if generated is not None and generated.strength in _ENOUGH and (generated.log10_lr or 0) > 0:
        made, other = PROPOSITIONS[kind]
        return (
            f"Yet the measurements give {band_words(generated.log10_lr or 0)} {made} over {other}: a screen or"
            " loudspeaker that was recorded, or an error of ours, can cause this, so ask the signer."
        )
    return ""


def _beside(
    marks: Sequence[Finding],
    generated: Axis | None,
    edited: Axis | None,
    kind: str,
    *,
    camera: bool,
    room: int,
) -> tuple[str, ...]:
    """Return what else the headline has room for: two sentences at most in all."""
    for proposition, verb in (("generated", "made"), ("edited", "edited")):
        mark = next((m for m in marks if m.points_to == proposition), None)
        if mark is not None and _is_hidden(mark):
            return (f"A mark hidden in it says it was {verb} with {_tool(mark)}.", _NO_PROOF_EITHER)[:room]
        if mark is not None:
            return (f"Its own metadata says it was {verb} with {_tool(mark)}.", _NO_PROOF)[:room]
    for axis, sides in ((generated, PROPOSITIONS[kind]), (edited, EDITED)):
        if axis is not None and axis.strength in _ENOUGH and axis.log10_lr is not None:
            made, other = sides if axis.log10_lr > 0 else sides[::-1]
            said = f"The measurements give {band_words(axis.log10_lr)} {made} over {other}."
            if axis is edited:
                return (said, "The pages of the checks that found something say how often they are wrong.")[
                    :room
                ]
            disagree = camera and axis.log10_lr > 0
            return (said, _DISAGREE if disagree else "They are wrong at the rates stated below.")[:room]
    return ()


def _camera(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return what is said of a picture that came from an enrolled camera; a third question, beside the two axes."""
    finding = _matched_camera(findings)
    if finding is None:
        return ()
    return (finding.summary, "This says which camera it came from, not that what it shows is true.")


def _matched_camera(findings: Sequence[Finding]) -> Finding | None:
    for finding in findings:
        supported = finding.strength in _ENOUGH and (finding.log10_lr or 0) > 0
        if finding.basis == "measured" and finding.points_to == "camera" and supported:
            return finding
    return None


def _nothing(findings: Sequence[Finding], generated: Axis | None, *, looked: bool) -> tuple[str, ...]:
    if not looked:
        return ("Carries no Content Credentials.", "Most files on the web carry none.")
    if any(f.summary and f.points_to == "edited" for f in findings):
        return (
            "Carries traces of editing, listed below, and no Content Credentials.",
            "Such traces are common in published files and do not say what was changed.",
        )
    tail = "our checks miss many generated files."
    if generated is None or generated.log10_lr is None:
        tail = "no calibrated measurement could speak about this file."
    return ("Nothing found either way.", f"Most files on the web carry no credentials, and {tail}")


def _next_steps(
    credentials: Credentials, marks: Sequence[Finding], expect: Sequence[str], kind: str
) -> list[str]:
    steps = []
    if not any(entry.kind == "manifest" for entry in credentials.trust_lists) and credentials.signer:
        steps.append("Install the public trust lists with `assay trust update`, then examine it again.")
    if credentials.state == "remote":
        steps.append("If asking that server does not endanger your source, run again with `--online`.")
    if credentials.state in ("invalid", "chain_invalid"):
        steps.append("Ask the sender for the file as it was first received or published, and examine that.")
    if credentials.state == "unreadable":
        steps.append("Ask the sender for the file again, in its original format.")
    if credentials.state in ("valid", "trusted"):
        steps.append(
            f"Ask {_who(credentials)} over a channel that you already know whether they published this."
        )
    if expect and not signed_by(credentials, expect):
        steps.append(f"Look for the version that {_or(expect)} published themselves.")
    if marks:
        quoted = "mark that was found" if all(map(_is_hidden, marks)) else "quoted metadata"
        steps.append(f"Read the {quoted} below and ask the sender how the file was made.")
    if credentials.state in ("absent", "remote", "unreadable"):
        steps.append("Ask for the original file, straight from the device, not through a messenger.")
        steps.append(
            "Search for earlier copies, and ask the speaker and others who were there whether it was said."
            if kind == "audio"
            else "Search for earlier copies, and check place, time and weather against other sources."
        )
    else:
        steps.append("Check place, time and people against other sources.")
    return steps


def _limits(credentials: Credentials, marks: Sequence[Finding], *, looked: bool) -> list[str]:
    told = [LIMITS["scene"]]
    if credentials.state in ("trusted", "valid", "chain_invalid"):
        told += [LIMITS["signer"], LIMITS["trust"]]
    if marks:
        told.append(LIMITS["declared"])
    if looked and not marks and credentials.state not in ("trusted", "valid"):
        told.append(LIMITS["absence"])
    return told


def _tool(mark: Finding) -> str:
    named = next((m.value for m in mark.because if m.name in (NAMED_TOOL, HIDDEN_TOOL) and m.value), None)
    return str(named) if named else "generative AI"


def _is_hidden(mark: Finding) -> bool:
    return any(m.name == HIDDEN_TOOL for m in mark.because)


def _who(credentials: Credentials) -> str:
    signer = credentials.signer
    if signer is None:
        return "the signer"
    shown = signer.organisation or signer.name or "an unnamed signer"
    return f"{shown} (a test identity)" if TEST_MARK in (signer.name or "") else shown


def _or(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _any(statuses: Sequence[Status], prefixes: tuple[str, ...]) -> bool:
    return any(s.code.startswith(prefixes) for s in statuses)
