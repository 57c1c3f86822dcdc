"""What `assay sign` says on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cli.text import visible

__all__ = ["render_plan", "render_result", "summary"]

_WIDTH = 200


def render_result(answer: dict[str, Any]) -> str:
    """Return the line or lines for one file."""
    name = _safe(answer["asset"]["name"])
    if answer["schema"] == "assay/error/1":
        error = answer["error"]
        hint = f"\n  Hint: {_safe(error['hint'])}" if error["hint"] else ""
        return f"{name}: not signed. {_safe(error['message'], limit=1000)}{hint}"
    target = _safe(answer["target"])
    if answer["schema"] == "assay/signing-skipped/1":
        return f"{name}: signed earlier, {target}"
    removed = len(answer["disclosure"]["removed"])
    beside = f", manifest in {_safe(answer['sidecar'])}" if answer["sidecar"] else ""
    fields = "no field taken out" if not removed else f"{removed} field{'s' * (removed > 1)} taken out"
    return f"{name}: signed, {target}{beside}; {fields}"


def render_plan(plan: dict[str, Any]) -> str:
    """Return what signing one file would disclose, field by field."""
    return "\n".join(_plan_lines(plan))


def summary(signed: int, skipped: int, failed: int) -> str:
    """Return the last line of a batch."""
    parts = [f"{signed} signed"]
    if skipped:
        parts.append(f"{skipped} signed earlier")
    if failed:
        parts.append(f"{failed} not signed")
    return ", ".join(parts) + "."


def _plan_lines(plan: dict[str, Any]) -> Iterator[str]:
    yield f"{_safe(plan['asset']['name'])} (nothing was written)"
    for title, key in (("Taken out", "removed"), ("The signed copy tells", "kept")):
        yield f"  {title}:" if plan[key] else f"  {title}: nothing"
        for field in plan[key]:
            yield f"    {_safe(field['name'])} = {_safe(field['value'])}  [{field['group']}; {_safe(field['where'])}]"
    for warning in plan["warnings"]:
        yield f"  Note: {_safe(warning)}"


def _safe(text: str, *, limit: int = _WIDTH) -> str:
    return visible(str(text), limit=limit)
