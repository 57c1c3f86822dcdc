"""Reading hostile text: JSON within bounds, and names matched as whole words."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable

__all__ = ["UUID", "contains_words", "parse_object", "words"]

UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
"""Pattern of a UUID in text form."""

_MOST_JSON = 4 * 2**20
_WORD = re.compile(r"[a-z0-9]+")


def parse_object(text: str) -> dict[str, object] | None:
    """Return `text` as a JSON object, or None where it is none, too long or nested too deeply.

    Args:
        text: Attacker's text; surrounding white space and null characters are ignored.
    """
    if len(text) > _MOST_JSON:
        return None
    stripped = text.strip("\0 \t\r\n\ufeff")
    if not stripped.startswith("{"):
        return None
    try:
        value = json.loads(stripped)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def words(text: str) -> tuple[str, ...]:
    """Return the words of `text` in lower case: `DALL·E 3` and `dall-e_3` both give `dall`, `e`, `3`."""
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def contains_words(text: Iterable[str], phrase: tuple[str, ...]) -> bool:
    """Return whether the words of `phrase` follow each other in `text`; never part of a word."""
    held, size = tuple(text), len(phrase)
    return any(held[at : at + size] == phrase for at in range(len(held) - size + 1))
