"""The HTML report: one file that loads nothing, runs nothing and escapes everything."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from cli.output import facts, quantities, terms
from cli.output.pictures import Gallery
from cli.output.preview import Preview
from cli.output.tree import credential_tree, unreferenced
from cli.text import visible
from provenance.model.assessment import Assessment, Axis
from provenance.model.finding import Finding, Region
from provenance.model.serial import ErrorResult
from provenance.sniff import kind_of

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["page_environment", "render_html", "style_and_hash"]

_TEMPLATES = Path(__file__).parent / "templates"
_ANY_TEXT = 2_000
_JSON_TEXT = 3_000
_CODE = re.compile(r"`([^`<>]{1,80})`")

_TURNS = {
    2: "-1 0 0 1 {w} 0",
    3: "-1 0 0 -1 {w} {h}",
    4: "1 0 0 -1 0 {h}",
    5: "0 1 1 0 0 0",
    6: "0 1 -1 0 {h} 0",
    7: "0 -1 -1 0 {h} {w}",
    8: "0 -1 1 0 0 {w}",
}
"""SVG matrices from stored pixels to shown pixels, by EXIF orientation."""


def render_html(
    results: Sequence[Assessment | ErrorResult],
    *,
    pictures: Mapping[int, Preview] = MappingProxyType({}),
    titles: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return a self-contained HTML page about one or several files.

    Args:
        results: What was found, one a file, in the order to show.
        pictures: Previews by position in `results`; files without one get none.
        titles: Names of the checks by id; a check without one is named by its id.

    Returns:
        The page. It holds no script and no address that a browser would load, and its policy forbids both.
    """
    style, digest = style_and_hash()
    files = [_file(index, result, pictures.get(index)) for index, result in enumerate(results)]
    page = page_environment().get_template("report.html.j2")
    return page.render(
        files=files,
        alone=len(files) == 1,
        style=Markup(style),  # noqa: S704 (our own file)
        style_hash=digest,
        gallery=Gallery(),
        titles=titles,
    )


def _file(index: int, result: Assessment | ErrorResult, picture: Preview | None) -> dict[str, Any]:
    if isinstance(result, ErrorResult):
        return {"id": f"file-{index + 1}", "error": result.error, "name": _named(result.asset.name)}
    looked = [finding for finding in result.findings if finding.outcome == "reported"]
    return {
        "id": f"file-{index + 1}",
        "error": None,
        "name": _named(result.asset.name),
        "result": result,
        "picture": picture,
        "frame": _frame(result, picture),
        "tree": credential_tree(result.provenance),
        "strays": unreferenced(result.provenance),
        "status": facts.grouped_status(result.provenance.status),
        "silent": [finding for finding in looked if not finding.summary and not finding.artefacts],
        "views": [finding for finding in looked if not finding.summary and finding.artefacts],
        "not_run": [finding for finding in result.findings if finding.outcome != "reported"],
        "without_answer": _without_answer(result.findings),
        "has_boxes": any(map(_boxes, looked)) or bool(_boxes(result.edited)),
    }


def _named(name: str) -> str:
    return name if name.strip() else "(without a name)"


def _without_answer(findings: Sequence[Finding]) -> str:
    counts = {
        "failed": sum(finding.outcome == "failed" for finding in findings),
        "did not apply": sum(finding.outcome == "not_applicable" for finding in findings),
        "found nothing": sum(
            finding.outcome == "reported" and not finding.summary and not finding.artefacts
            for finding in findings
        ),
    }
    return ", ".join(f"{count} {words}" for words, count in counts.items() if count)


def _frame(result: Assessment, picture: Preview | None) -> dict[str, Any] | None:
    width, height = result.asset.width, result.asset.height
    if not width or not height:
        return None
    orientation = picture.orientation if picture else 1
    shown = (height, width) if orientation >= 5 else (width, height)
    matrix = _TURNS.get(orientation, "1 0 0 1 0 0").format(w=width, h=height)
    return {"width": shown[0], "height": shown[1], "matrix": matrix}


def _boxes(holder: Finding | Axis) -> list[Region]:
    whole = [r for r in holder.regions if r.x is not None and r.y is not None]
    return [r for r in whole if r.w is not None and r.h is not None and r.w >= 0 and r.h >= 0]


def _spans(holder: Finding | Axis) -> list[Region]:
    timed = [r for r in holder.regions if r.start is not None and r.end is not None]
    return [r for r in timed if 0 <= (r.start or 0) <= (r.end or 0) < math.inf]


def _foreign(value: object, limit: int = _ANY_TEXT) -> Markup:
    """Return text that may come from the file: made visible, cut, escaped and isolated in direction."""
    if value is None:
        return Markup()
    return Markup("<bdi>{}</bdi>").format(visible(str(value), limit=limit))


def _advice(value: str) -> Markup:
    """Return one of our sentences, with what stands between backticks as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(_foreign(value))))  # noqa: S704 (escaped just now)


def _json(value: object) -> Markup:
    """Return statements of a manifest as indented JSON, cut."""
    try:
        text = json.dumps(value, indent=2, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        return Markup("(too deeply nested to be shown)")
    return escape(visible(text, multiline=True, limit=_JSON_TEXT))


def _compact(value: object) -> Markup:
    """Return versions and the like as one line of JSON, cut."""
    return escape(visible(json.dumps(value, ensure_ascii=False, default=str), limit=_ANY_TEXT))


def _finalize(value: Any) -> Any:
    # The last line of defence: what a template forgot to mark as foreign is still made visible and cut.
    return visible(value, limit=_ANY_TEXT) if type(value) is str else value


@cache
def page_environment() -> Environment:
    """Return the templates, in which everything is escaped, cut and made visible unless marked otherwise."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for module in (terms, quantities, facts):
        environment.filters.update(
            {name: getattr(module, name) for name in module.__all__ if name[0].islower()}
        )
    environment.filters.update(
        foreign=_foreign,
        advice=_advice,
        json=_json,
        compact=_compact,
        boxes=_boxes,
        spans=_spans,
        kind_of=kind_of,
    )
    return environment


@cache
def style_and_hash() -> tuple[str, str]:
    """Return the style sheet, and its SHA-256 in Base64 as the page's policy names it."""
    style = (_TEMPLATES / "report.css").read_text(encoding="utf-8")
    return style, base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
