"""`assay doctor`: whether this installation works."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

import click

__all__ = ["command"]

_OPTIONAL = {
    "av": "audio and video decoding (extra `av`)",
    "keyring": "passphrases from the system keyring (extra `keyring`)",
    "python-pkcs11": "keys in hardware tokens (extra `hsm`)",
    "watchdog": "signing what arrives in a folder (extra `watch`)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """One thing that was looked at."""

    name: str
    """What was looked at."""
    state: Literal["ok", "note", "problem"]
    """A note is worth knowing; a problem stops something from working."""
    message: str
    """What was found, and what to do."""


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@click.option("--quiet", "-q", is_flag=True, help="Only what is not in order.")
def command(as_json: bool, quiet: bool) -> int:
    """Check this installation: packages, the engine, trust lists, folders, and other packages in the way."""
    from cli.text import visible

    found = [entry for look in _LOOKS for entry in look()]
    for entry in found:
        if as_json:
            import json

            click.echo(json.dumps({"schema": "assay/diagnosis/1", **asdict(entry)}))
        elif not quiet or entry.state != "ok":
            click.echo(f"{entry.state:<8} {visible(entry.name)}: {visible(entry.message, limit=500)}")
    return 70 if any(entry.state == "problem" for entry in found) else 0


def _packages() -> Iterator[Diagnosis]:
    for name in ("assay-media", "c2pa-python", "cryptography", "pillow", "numpy", "scipy", "scikit-learn"):
        try:
            yield Diagnosis(name=name, state="ok", message=version(name))
        except PackageNotFoundError:
            yield Diagnosis(
                name=name, state="problem", message="Not installed. Run `pip install assay-media`."
            )
    for name, purpose in _OPTIONAL.items():
        try:
            yield Diagnosis(name=name, state="ok", message=version(name))
        except PackageNotFoundError:
            yield Diagnosis(name=name, state="note", message=f"Not installed; needed only for {purpose}.")


def _engine() -> Iterator[Diagnosis]:
    try:
        import c2pa

        yield Diagnosis(name="engine", state="ok", message=f"c2pa-rs {c2pa.sdk_version()} answers.")
    except Exception as error:  # a native library that does not load raises what it likes
        message = f"The C2PA engine does not load: {error}. Reinstall c2pa-python."
        yield Diagnosis(name="engine", state="problem", message=message)


def _homes() -> Iterator[Diagnosis]:
    from importlib.util import find_spec

    home = Path(__file__).resolve().parents[2]
    for name in ("provenance", "detectors", "cli"):
        spec = find_spec(name)
        mine = bool(spec and spec.origin) and Path(str(spec and spec.origin)).resolve().parents[1] == home
        message = (
            "Assay's own." if mine else "Another distribution stands in the way. Use an own environment."
        )
        yield Diagnosis(name=f"package {name}", state="ok" if mine else "problem", message=message)


def _trust_lists() -> Iterator[Diagnosis]:
    from provenance.trust.bundle import load_trust

    trust = load_trust()
    for info in trust.infos():
        when = info.issued or info.fetched or "undated"
        message = f"{info.certificates} certificates, {when[:10]}{', out of date' if info.stale else ''}."
        yield Diagnosis(name=f"trust list {info.name}", state="note" if info.stale else "ok", message=message)
    for note in trust.notes():
        yield Diagnosis(name="trust lists", state="note", message=note)


def _configuration() -> Iterator[Diagnosis]:
    from cli.config import config_path, load_config
    from provenance.errors import AssayError

    path = config_path()
    try:
        message = f"{path} is read." if load_config() else f"No {path}; the defaults are in force."
        yield Diagnosis(name="configuration", state="ok", message=message)
    except AssayError as error:
        yield Diagnosis(name="configuration", state="problem", message=f"{error.message} {error.hint}")


def _checks() -> Iterator[Diagnosis]:
    from detectors.catalogue import all_checks
    from provenance.errors import AssayError

    broken = 0
    for check in all_checks():
        try:
            _ = check.info
            check.load()
        except AssayError as error:
            broken += 1
            yield Diagnosis(name=f"check {check.id}", state="problem", message=error.message)
    if not broken:
        yield Diagnosis(name="checks", state="ok", message=f"{len(all_checks())} checks load.")


_LOOKS: tuple[Callable[[], Iterator[Diagnosis]], ...] = (
    _packages,
    _engine,
    _homes,
    _trust_lists,
    _configuration,
    _checks,
)
