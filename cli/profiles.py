"""Profiles: what a desk states and keeps by default, from `[profile.NAME]` in `assay.toml`.

A profile sets defaults of `assay sign` and `assay watch`; an option on the command line wins over it.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from provenance.errors import UsageError

__all__ = ["PROFILE_KEYS", "load_profile", "profile_defaults"]

_TEXT, _LIST, _FLAG, _NUMBER, _TABLE = (
    "a text",
    "a list of texts",
    "true or false",
    "a whole number",
    "a table",
)

PROFILE_KEYS = {
    "key": _TEXT,
    "cert": _TEXT,
    "signer-option": _TABLE,
    "tsa": _LIST,
    "require-timestamp": _FLAG,
    "source-type": _TEXT,
    "action": _LIST,
    "author": _LIST,
    "organisation": _TEXT,
    "verification-text": _TEXT,
    "captured-by": _TEXT,
    "ai-disclosure": _TEXT,
    "no-ai-training": _FLAG,
    "training": _TABLE,
    "keep": _LIST,
    "sidecar": _FLAG,
    "remote-url": _TEXT,
    "assertion": _LIST,
    "jobs": _NUMBER,
    "log": _TEXT,
}
"""What a profile may hold, and of which kind; the names are those of the options."""

_PARAMETERS = {
    "action": "actions",
    "author": "authors",
    "assertion": "assertions",
    "signer-option": "signer_options",
}


def load_profile(name: str, config: dict[str, Any]) -> dict[str, Any]:
    """Return the section `[profile.NAME]`, checked.

    Args:
        name: The profile.
        config: The whole configuration (`cli.config.load_config`).

    Raises:
        UsageError: There is no such profile, or it holds an unknown key or a value of the wrong kind.
    """
    profiles = config.get("profile", {})
    found = profiles.get(name) if isinstance(profiles, dict) else None
    if not isinstance(found, dict):
        known = ", ".join(sorted(profiles)) if isinstance(profiles, dict) else ""
        raise UsageError(
            f"There is no profile {name!r} in the configuration.",
            hint=f"There is: {known}." if known else f"Add a section [profile.{name}] to assay.toml.",
        )
    for key, value in found.items():
        kind = PROFILE_KEYS.get(key)
        if kind is None:
            close = get_close_matches(key, PROFILE_KEYS, n=1)
            raise UsageError(
                f"The profile {name!r} holds '{key}', which no profile knows.",
                hint=f"Did you mean {close[0]}?" if close else f"Known keys: {', '.join(PROFILE_KEYS)}.",
            )
        if not _fits(value, kind):
            raise UsageError(
                f"In the profile {name!r}, '{key}' has to be {kind}.", hint="Correct assay.toml."
            )
    return found


def profile_defaults(profile: dict[str, Any]) -> dict[str, Any]:
    """Return a profile as defaults of the command's parameters."""
    defaults = {}
    for key, value in profile.items():
        plain = [f"{k}={v}" for k, v in value.items()] if PROFILE_KEYS[key] == _TABLE else value
        if PROFILE_KEYS[key] == _LIST and isinstance(plain, str):
            plain = [plain]
        defaults[_PARAMETERS.get(key, key.replace("-", "_"))] = plain
    return defaults


def _fits(value: Any, kind: str) -> bool:
    if kind == _LIST:
        texts = value if isinstance(value, list) else [value]
        return all(isinstance(text, str) for text in texts)
    if kind == _TABLE:
        return isinstance(value, dict) and all(isinstance(entry, str) for entry in value.values())
    wanted = {_TEXT: str, _FLAG: bool, _NUMBER: int}[kind]
    return isinstance(value, wanted) and (kind != _NUMBER or not isinstance(value, bool))
