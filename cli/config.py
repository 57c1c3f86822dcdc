"""Options from `assay.toml`.

Read from the user's configuration folder or from where `ASSAY_CONFIG` points, never from the working folder: a
folder that a stranger sent could otherwise switch the network on (docs/decisions/0004-config-location.md).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from provenance.errors import UsageError

__all__ = ["config_path", "load_config", "option_defaults"]

_SECRET_WORDS = ("passphrase", "password", "pin", "secret")


def config_path() -> Path:
    """Return where the configuration file is expected."""
    named = os.environ.get("ASSAY_CONFIG")
    if named:
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("assay", appauthor=False) / "assay.toml"


def load_config() -> dict[str, Any]:
    """Return the configuration as a dict; empty where there is no file.

    Raises:
        UsageError: The file cannot be read, is no TOML, or holds a passphrase.
    """
    path = config_path()
    if not path.is_file():
        if "ASSAY_CONFIG" in os.environ:
            raise UsageError(f"There is no configuration file {path}.", hint="Correct ASSAY_CONFIG.")
        return {}
    import tomllib

    try:
        config = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as cause:
        raise UsageError(
            f"{path.name} cannot be read: {cause}", hint="Correct the file or remove it."
        ) from cause
    _refuse_secrets(config, path.name)
    return config


def option_defaults(config: dict[str, Any]) -> dict[str, Any]:
    """Return the sections as click's default map: `[examine] expect-signer = …` sets `--expect-signer`."""
    return {
        command: {key.replace("-", "_"): value for key, value in options.items()}
        for command, options in config.items()
        if isinstance(options, dict)
    }


def _refuse_secrets(section: dict[str, Any], name: str) -> None:
    for key, value in section.items():
        if any(word in key.casefold().replace("-", "_").split("_") for word in _SECRET_WORDS):
            raise UsageError(
                f"{name} holds '{key}'. Secrets do not belong into a file.",
                hint="Remove it. Use the prompt, ASSAY_KEY_PASSPHRASE or a keyring.",
            )
        if isinstance(value, dict):
            _refuse_secrets(value, name)
