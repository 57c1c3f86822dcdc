"""Results as text for a terminal: two sentences first, then what they rest on.

Every foreign string passes through `visible`; colour only ever repeats what a word says.
"""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Sequence

import click

from cli.output.facts import (
    Fact,
    ai_facts,
    axis_sentence,
    grouped_status,
    shape_words,
    signer_words,
    vouching_facts,
)
from cli.output.quantities import bytes_words, count_words, date_words, duration_words, number_words
from cli.output.terms import action_words, media_words, relationship_words, state_words
from cli.output.tree import Node, credential_tree
from cli.text import visible
from provenance.model.assessment import Assessment, Conclusion
from provenance.model.asset import Asset
from provenance.model.credentials import Credentials
from provenance.model.finding import Finding, Measurement, Region
from provenance.model.serial import Detection, ErrorResult, Verification

__all__ = ["render_assessment", "render_detection", "render_error", "render_verification"]

_MAX_VALUE = 300
_LABEL = 26


def render_assessment(result: Assessment, *, quiet: bool = False, verbose: bool = False) -> str:
    """Return the text for one examined file."""
    lines = list(_first_screen(result.asset, result.assessment))
    if quiet:
        return "\n".join(lines[:2]) + "\n"
    lines += _credentials(result.provenance, verbose=verbose)
    lines += _findings(
        "What it says about itself", [f for f in result.declared if f.summary], verbose=verbose
    )
    lines += _findings("On record", [f for f in result.matched if f.summary], verbose=verbose)
    lines += _findings("What can be measured", [f for f in result.measured if f.summary], verbose=verbose)
    lines += _axes(result)
    lines += _not_run(result.findings)
    lines += _bullets("What this cannot tell", result.assessment.limits)
    return "\n".join(lines) + "\n"


def render_verification(
    result: Verification, *, quiet: bool = False, verbose: bool = False, tree: bool = False
) -> str:
    """Return the text for one verified file."""
    lines = list(_first_screen(result.asset, result.assessment))
    if quiet:
        return "\n".join(lines[:2]) + "\n"
    lines += _credentials(result.provenance, verbose=verbose, tree=tree)
    return "\n".join(lines) + "\n"


def render_detection(result: Detection, *, quiet: bool = False, verbose: bool = False) -> str:
    """Return the text for one file on which checks alone were run."""
    lines = [_title(result.asset)]
    found = [f for f in result.findings if f.summary]
    if quiet:
        return "\n".join([*lines, *(_wrap(f.summary) for f in found)]) + "\n"
    lines += _findings("Found", found, verbose=verbose)
    if not found:
        lines += ["", _wrap("No check reported anything. That is not a sign of a camera or a microphone.")]
    lines += _not_run(result.findings)
    return "\n".join(lines) + "\n"


def render_error(result: ErrorResult) -> str:
    """Return the text for one file that could not be read."""
    lines = [click.style(_safe(result.asset.name), bold=True), _wrap(f"Error: {_safe(result.error.message)}")]
    if result.error.hint:
        lines.append(_wrap(f"Hint: {_safe(result.error.hint)}"))
    return "\n".join(lines) + "\n"


def _first_screen(asset: Asset, words: Conclusion) -> Iterator[str]:
    yield _title(asset)
    yield _wrap(_safe(words.headline, limit=2000))
    yield from _bullets("Next", words.next_steps)


def _title(asset: Asset) -> str:
    facts = [media_words(asset.media_type), shape_words(asset), bytes_words(asset.bytes)]
    if asset.seconds:
        facts.insert(1, duration_words(asset.seconds))
    return f"{click.style(_safe(asset.name), bold=True)}  {', '.join(filter(None, facts))}"


def _credentials(credentials: Credentials, *, verbose: bool, tree: bool = True) -> list[str]:
    lines = [*_heading("Who vouches for it"), _wrap(f"{state_words(credentials.state)}.".replace("..", "."))]
    lines += _facts((*vouching_facts(credentials), *ai_facts(credentials)))
    if credentials.remote_url:
        lines += _facts((Fact(label="They are said to lie at", value=credentials.remote_url, note=""),))
    for status in grouped_status(credentials.status):
        if status.kind == "failure" or verbose:
            lines.append(_item(f"{status.code}: {status.words or status.entries[0].explanation}"))
    lines += [_item(note) for note in credentials.notes]
    root = credential_tree(credentials) if tree else None
    if root is not None:
        lines += [*_heading("History, latest first"), *_node(root, 0)]
    return lines


def _node(node: Node, depth: int) -> list[str]:
    manifest, ingredient = node.manifest, node.ingredient
    title = node.title or "untitled"
    if ingredient is not None:
        title = f"{relationship_words(ingredient.relationship)}: {title}"
    if node.broken:
        title += " [its credentials did not match]"
    if manifest is None:
        return [_indent(f"{title} (without credentials)", depth)]
    when = date_words(manifest.signed_at) if manifest.signed_at else "no confirmed date"
    lines = [_indent(f"{title}: signed by {signer_words(manifest.signer)}, {when}", depth)]
    if node.repeated:
        return [*lines, _indent("(its history stands above)", depth + 1)]
    if manifest.actions:
        done = "; ".join(dict.fromkeys(action_words(a.action) for a in manifest.actions))
        lines.append(_indent(f"done: {done}", depth + 1))
    if manifest.redactions:
        lines.append(_indent(f"{count_words(len(manifest.redactions), 'statement')} redacted", depth + 1))
    for child in node.children:
        lines += _node(child, depth + 1)
    if node.cut:
        lines.append(_indent(f"({count_words(node.cut, 'more ingredient')})", depth + 1))
    return lines


def _findings(heading: str, findings: Sequence[Finding], *, verbose: bool) -> list[str]:
    if not findings:
        return []
    lines = _heading(heading)
    for finding in findings:
        lines.append(_item(f"{finding.summary}  [{finding.check}]"))
        shown = finding.because if verbose else finding.because[:4]
        lines += [_indent(_measured(m), 2) for m in shown]
        if len(shown) < len(finding.because):
            lines.append(_indent(f"({len(finding.because) - len(shown)} more with --verbose)", 2))
        if finding.regions:
            lines.append(_indent("Where: " + "; ".join(map(_region, finding.regions[:8])), 2))
        lines += [_indent(f"Note: {caveat}", 2) for caveat in finding.caveats]
    return lines


def _measured(measurement: Measurement) -> str:
    value = measurement.value if isinstance(measurement.value, str) else number_words(measurement.value)
    text = f"{measurement.name}: {visible(value, limit=_MAX_VALUE)}"
    if measurement.unit:
        text += f" {measurement.unit}"
    return f"{text} (usual: {measurement.usual})" if measurement.usual else text


def _region(region: Region) -> str:
    parts = []
    if region.w is not None:
        parts.append(f"{region.w} × {region.h} pixels at {region.x}, {region.y}")
    if region.start is not None:
        parts.append(f"{region.start:.2f} to {region.end or region.start:.2f} s")
    return ", ".join(parts)


def _axes(result: Assessment) -> list[str]:
    lines = _heading("Measured as a whole")
    for question in ("generated", "edited"):
        axis = result.generated if question == "generated" else result.edited
        lines.append(
            _item(f"{question.capitalize()}: {axis_sentence(axis, question, result.asset.media_type)}")
        )
    return lines


def _not_run(findings: Sequence[Finding]) -> list[str]:
    unable = [f for f in findings if f.outcome != "reported"]
    if not unable:
        return []
    lines = _heading("Not checked")
    for finding in unable:
        word = "failed" if finding.outcome == "failed" else "not applicable"
        lines.append(_item(f"{finding.check} ({word}): {finding.reason}"))
    return lines


def _facts(facts: Sequence[Fact]) -> list[str]:
    lines = []
    for fact in facts:
        note = fact.note.removesuffix(".")
        text = _safe(fact.value) + (f" ({note})" if note else "")
        lines.append(
            _wrap(text, first=f"  {_safe(fact.label, limit=100):<{_LABEL}} ", rest=" " * (_LABEL + 3))
        )
    return lines


def _bullets(heading: str, texts: Sequence[str]) -> list[str]:
    return [*_heading(heading), *map(_item, texts)] if texts else []


def _heading(text: str) -> list[str]:
    return ["", click.style(text, underline=True)]


def _item(text: str) -> str:
    return _wrap(_safe(text, limit=1200), first="  - ", rest="    ")


def _indent(text: str, depth: int) -> str:
    pad = "  " * (depth + 1)
    return _wrap(_safe(text, limit=1200), first=pad, rest=pad + "  ")


def _safe(text: str, *, limit: int = _MAX_VALUE) -> str:
    return visible(text, limit=limit)


def _wrap(text: str, *, first: str = "", rest: str = "") -> str:
    width = min(shutil.get_terminal_size((100, 24)).columns, 110)
    return textwrap.fill(text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
