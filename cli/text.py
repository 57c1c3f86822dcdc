"""Make foreign text safe to print: names and values of files and certificates are the attacker's to choose.

A terminal obeys control characters, and a bidirectional override makes `exe.jpg` read as `gpj.exe`. So every
character that steers instead of showing is replaced by its escape, such as `\\u202e`.
"""

from __future__ import annotations

import re

__all__ = ["visible"]

# Cc, Cs, Zl, Zp and the format characters (Cf) that show nothing, plus letters that are blank by design. The
# Arabic and Kaithi number signs are Cf too, but they have a shape of their own and stay.
_STEERING = re.compile(
    "[\x00-\x1f\x7f-\x9f"
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U00013430-\U0001345f\U000e0000-\U000e0fff"
    "\ud800-\udfff]"
)


def visible(text: str, *, multiline: bool = False, limit: int | None = None) -> str:
    """Replace every character that steers a terminal or hides text by its escape.

    Args:
        text: Any string, with lone surrogates or not.
        multiline: Keep line feeds as they are.
        limit: Most characters of `text` to show; after a cut, an ellipsis says how many are missing.

    Returns:
        Text that can be encoded as UTF-8 and printed.
    """
    cut = 0
    if limit is not None and len(text) > limit:
        cut = len(text) - limit
        text = text[:limit]
    if not text.isascii() or not text.isprintable():
        lines = text.split("\n") if multiline else [text]
        text = "\n".join(_STEERING.sub(_escape, line) for line in lines)
    return f"{text}… ({cut:,} more characters)" if cut else text


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")
