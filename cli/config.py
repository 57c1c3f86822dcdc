"""Options from `assay.toml`.

Read from the user's configuration folder or from where `ASSAY_CONFIG` points, never from the working folder: a
folder that a stranger sent could otherwise switch the network on (docs/decisions/0004-config-location.md).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

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


def option_defaults(section: object, command: click.Command, name: str) -> dict[str, Any]:
    """Return one section as click's default map, so that `expect-signer = …` sets `--expect-signer`.

    Args:
        section: What stands under `[name]`.
        command: The command of that name; a group takes a section within the section for each of its commands.
        name: Name of the section, for errors.

    Raises:
        UsageError: The section names an option that the command does not have.
    """
    if not isinstance(section, dict):
        raise UsageError(f"[{name}] is no section in {config_path().name}.", hint="Write options under it.")
    options = {opt.lstrip("-"): p for p in command.params if isinstance(p, click.Option) for opt in p.opts}
    children: dict[str, click.Command] = getattr(command, "commands", {})
    defaults: dict[str, Any] = {}
    for key, value in section.items():
        option = options.get(key.replace("_", "-"))
        if key in children:
            defaults[key] = option_defaults(value, children[key], f"{name}.{key}")
        elif option is None:
            raise UsageError(
                f"{config_path().name} sets '{key}' under [{name}], and there is no such option.",
                hint=f"`assay {name.replace('.', ' ')} --help` lists the options.",
            )
        else:
            several = option.multiple and not isinstance(value, list)
            defaults[str(option.name)] = [value] if several else value
    return defaults


def _refuse_secrets(section: dict[str, Any], name: str) -> None:
    for key, value in section.items():
        if any(word in key.casefold().replace("-", "_").split("_") for word in _SECRET_WORDS):
            raise UsageError(
                f"{name} holds '{key}'. Secrets do not belong into a file.",
                hint="Remove it. Use the prompt, ASSAY_KEY_PASSPHRASE or a keyring.",
            )
        for below in value if isinstance(value, list) else [value]:
            if isinstance(below, dict):
                _refuse_secrets(below, name)
