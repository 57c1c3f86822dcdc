"""Strings that a file may hold to do harm, and results in which every free string is one of them."""

from __future__ import annotations

import dataclasses
from typing import Any

__all__ = ["STRINGS", "poison"]

STRINGS = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "attribute end": '"\' onmouseover=alert(1) x="',
    "tag end": "</title></style></pre></svg><a href=javascript:alert(1)>x</a>",
    "comment and cdata": "<!-- --><![CDATA[ ]]> <?xml ?>",
    "template": "{{ 7 * 7 }}{% for x in y %}{{ config }}",
    "entity": "&lt;script&gt;&#106;avascript:alert(1)&amp;",
    "address": "javascript:alert(1)",
    "bidirectional override": "gpj.\u202eexe\u2066\u2069",
    "control characters": "a\x00b\x1b[2Jc\x07\r\nd\x9b",
    "lone surrogate": "name\ud800\udc41.jpg",
    "path": "../../../etc/passwd\\..\\..\\x",
    "backticks": "`<b>` `a` ` ``",
    "nothing": "",
}
KEPT = {"media_type", "sha256", "check", "state", "kind", "generative", "relationship", "where", "basis", "outcome",
        "points_to", "strength"}  # fmt: skip


def poison(value: Any, text: str) -> Any:
    """Return `value` with every free string inside it replaced."""
    if isinstance(value, str):
        return text
    if isinstance(value, tuple):
        return tuple(poison(item, text) for item in value)
    if isinstance(value, dict):
        return {text or key: poison(item, text) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changes = {}
        for field in dataclasses.fields(value):
            old = getattr(value, field.name)
            changes[field.name] = old if field.name in KEPT else poison(old, text)
        return dataclasses.replace(value, **changes)
    return value
