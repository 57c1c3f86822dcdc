"""Options that several commands share, and what they mean to the worker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

__all__ = [
    "check_options",
    "credential_options",
    "expect_option",
    "file_argument",
    "output_options",
    "worker_options",
]

F = TypeVar("F", bound=Callable[..., Any])

file_argument = click.argument("files", nargs=-1, required=True, metavar="FILE…")

expect_option = click.option(
    "--expect-signer", "expect", multiple=True, metavar="NAME",
    help="Say whether NAME signed it (exit code 4 if not). Repeat to accept one of several.",
)  # fmt: skip


def credential_options(command: F) -> F:
    """Add what decides how credentials are checked."""
    for option in reversed(
        (
            click.option("--trust", multiple=True, type=click.Path(exists=True, dir_okay=False), metavar="LIST.pem",
                         help="Also trust the claim signers in this list."),
            click.option("--tsa-trust", multiple=True, type=click.Path(exists=True, dir_okay=False),
                         metavar="LIST.pem", help="Also trust the timestamp authorities in this list."),
            click.option("--manifest", type=click.Path(exists=True, dir_okay=False), metavar="SIDECAR.c2pa",
                         help="Take the credentials from this file."),
            click.option("--online", is_flag=True,
                         help="Fetch credentials and revocation answers from where the file says. That tells the"
                         " server that you have this file."),
        )
    ):  # fmt: skip
        command = option(command)
    return command


def check_options(command: F) -> F:
    """Add what decides which checks run."""
    for option in reversed(
        (
            click.option("--check", "checks", multiple=True, metavar="ID",
                         help="Run only this check or family, e.g. image.structure or marks. Repeatable."),
            click.option("--no-plugins", is_flag=True, help="Leave checks of third parties out."),
            click.option("--calibration", metavar="NAME", default="default", show_default=True,
                         help="Put your own false alarms beside the results, as `assay calibrate` measured them; none"
                         " for none."),
        )
    ):  # fmt: skip
        command = option(command)
    return command


def output_options(command: F) -> F:
    """Add what every command on files has."""
    for option in reversed(
        (
            click.option("--json", "as_json", is_flag=True, help="One JSON object per file and line, nothing else."),
            click.option("--quiet", "-q", is_flag=True, help="Only the headline of each file."),
            click.option("--verbose", "-v", is_flag=True, help="More detail, and tracebacks of internal errors."),
            click.option("--timeout", type=click.FloatRange(min=1), default=300.0, show_default=True,
                         metavar="SECONDS", help="Most time that one file may take."),
            click.option("--max-bytes", type=click.IntRange(min=1), metavar="N", help="Largest file to open."),
            click.option("--max-pixels", type=click.IntRange(min=1), metavar="N", help="Largest picture to decode."),
        )
    ):  # fmt: skip
        command = option(command)
    return command


def worker_options(given: dict[str, Any], *, pictures: bool = False) -> dict[str, Any]:
    """Return what the worker has to know, as JSON values.

    Args:
        given: Values of the options above, by parameter name.
        pictures: Whether a preview, the manifests' thumbnails and the checks' drawings are wanted.
    """
    limits = {key: given[key] for key in ("max_bytes", "max_pixels") if given.get(key)}
    return {
        "trust": [str(Path(p).resolve()) for p in given.get("trust", ())],
        "tsa_trust": [str(Path(p).resolve()) for p in given.get("tsa_trust", ())],
        "manifest": given.get("manifest"),
        "online": bool(given.get("online")),
        "expect": list(given.get("expect", ())),
        "checks": list(given["checks"]) if given.get("checks") else None,
        "plugins": not given.get("no_plugins"),
        "calibration": None if given.get("calibration") == "none" else given.get("calibration"),
        "limits": limits,
        "pictures": pictures,
        "verbose": bool(given.get("verbose")),
    }
