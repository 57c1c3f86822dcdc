"""Where passphrases come from: the environment, the system's keyring, or a question on the terminal.

Never from an argument or a file of settings, where other programs and backups could see them.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path

import click

__all__ = ["KEYRING_SERVICE", "VARIABLE", "ask_new_passphrase", "passphrase_source"]

VARIABLE = "ASSAY_KEY_PASSPHRASE"
"""Environment variable with the passphrase."""

KEYRING_SERVICE = "assay"
"""Service under which the keyring holds passphrases; the user name is the absolute path of the key."""


def passphrase_source() -> Callable[[str], bytes | None]:
    """Make the function that a key asks for its passphrase.

    It looks into ASSAY_KEY_PASSPHRASE, then into the keyring (extra `keyring`), then asks on the
    terminal, once for each key. Without a terminal it answers None.

    Returns:
        A function from the name of what is locked (a path, a token) to its passphrase.
    """
    known: dict[str, bytes | None] = {}

    def ask(name: str) -> bytes | None:
        if name not in known:
            known[name] = _from_environment() or _from_keyring(name) or _from_terminal(name)
        return known[name]

    return ask


def ask_new_passphrase(name: str) -> bytes:
    """Get the passphrase for a key that is about to be made.

    Args:
        name: The file that it will lock.

    Returns:
        The passphrase, from ASSAY_KEY_PASSPHRASE or typed twice.

    Raises:
        click.UsageError: There is no terminal to ask on.
    """
    found = _from_environment()
    if found is not None:
        return found
    if not sys.stdin.isatty():
        raise click.UsageError(f"--encrypt needs a passphrase: set {VARIABLE}, or run this in a terminal.")
    typed: str = click.prompt(
        f"New passphrase for {name}", hide_input=True, confirmation_prompt=True, err=True
    )
    return typed.encode("utf-8")


def _from_environment() -> bytes | None:
    found = os.environ.get(VARIABLE)
    return found.encode("utf-8") if found else None


def _from_keyring(name: str) -> bytes | None:
    if importlib.util.find_spec("keyring") is None:
        return None
    keyring = importlib.import_module("keyring")
    user = str(Path(name).absolute()) if Path(name).exists() else name
    try:
        found = keyring.get_password(KEYRING_SERVICE, user)
    except keyring.errors.KeyringError:  # none set up on this computer, or locked
        return None
    return found.encode("utf-8") if found else None


def _from_terminal(name: str) -> bytes | None:
    if not sys.stdin.isatty():
        return None
    typed: str = click.prompt(f"Passphrase for {name}", hide_input=True, err=True)
    return typed.encode("utf-8")
