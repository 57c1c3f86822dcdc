"""Signers of every kind behind one call, and the plug-in protocol for more of them.

A signer is named by a path, or by a URI whose scheme picks the plug-in: `pkcs11:` and `https:` are built
in, others come from packages that register an object (or a module) under the entry-point group
`assay.signers`, with the scheme as the entry point's name. See `docs/keys.md` for an example.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol, runtime_checkable

from cryptography import x509

from provenance.errors import AssayError
from provenance.keys.algorithms import Algorithm
from provenance.keys.doctor import require_usable
from provenance.keys.errors import SignerUnavailableError
from provenance.keys.identity import Identity, prove_possession
from provenance.keys.load import Passphrase, load_identity
from provenance.keys.names import plain

__all__ = ["GROUP", "SignerOptions", "SignerPlugin", "open_identity"]

GROUP = "assay.signers"
"""Entry-point group in which packages register signers."""

_BUILT_IN = {"pkcs11": "provenance.keys.pkcs11", "https": "provenance.keys.remote"}
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):")  # two letters at least: C:\key.pem is a path


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerOptions:
    """What a plug-in is given besides the URI."""

    cert: Path | None = None
    """Certificate chain to use; None asks the signer for it."""

    passphrase: Passphrase = field(default=None, repr=False)
    """PIN or passphrase, or a function that is asked for it with the name of what is locked."""

    algorithm: Algorithm | None = None
    """Signature algorithm, where it should not follow from the key."""

    settings: Mapping[str, str] = field(default_factory=dict)
    """Further settings by name; each plug-in documents its own."""


@runtime_checkable
class SignerPlugin(Protocol):
    """What a plug-in provides, as an object or as a module."""

    @property
    def unavailable_message(self) -> str:
        """One sentence on what to install or set up when `is_available()` is False."""

    def is_available(self) -> bool:
        """Say whether what the plug-in needs is installed; must be quick and quiet."""

    def open_signer(self, uri: str, options: SignerOptions) -> Identity:
        """Make an identity from a URI; raise a `SigningError` with a hint where that fails."""


def open_identity(
    key: str | Path,
    cert: str | Path | None = None,
    *,
    passphrase: Passphrase = None,
    algorithm: Algorithm | None = None,
    settings: Mapping[str, str] | None = None,
    plugins: bool = True,
    test_identity: bool = False,
    anchors: Sequence[x509.Certificate] = (),
    now: datetime | None = None,
) -> Identity:
    """Open the identity to sign with, checked so that signing will not fail for a reason known before.

    Args:
        key: Path of a key file, or a signer's URI such as `pkcs11:token=Desk;object=signing`.
        cert: Path of the certificate chain; None looks beside the key (PKCS#12, token, service).
        passphrase: Passphrase or PIN, or a function that is asked for it.
        algorithm: Signature algorithm for an RSA key, where it should not follow from the key's size.
        settings: Further settings for a plug-in, such as `module` for PKCS#11.
        plugins: False leaves out plug-ins of other packages.
        test_identity: True allows an identity that is marked as made for testing.
        anchors: Certificates that the chain should lead to, if they are known.
        now: The moment of signing; the present when None.

    Returns:
        An identity whose key and certificate belong together and whose certificate may sign now.

    Raises:
        SigningError: One of its subclasses in `provenance.keys.errors` for each thing that can be wrong.
    """
    match = None if Path(key).exists() else _SCHEME.match(str(key))
    if match is None:
        identity = load_identity(key, cert, passphrase=passphrase, algorithm=algorithm)
    else:
        options = SignerOptions(
            cert=None if cert is None else Path(cert),
            passphrase=passphrase,
            algorithm=algorithm,
            settings=settings or {},
        )
        identity = _open_uri(str(key), match[1], options, plugins=plugins)
        prove_possession(identity)
    require_usable(identity, test_identity=test_identity, anchors=anchors, now=now)
    return identity


def _open_uri(uri: str, scheme: str, options: SignerOptions, *, plugins: bool) -> Identity:
    plugin = _plugin(scheme, plugins=plugins)
    try:
        if not plugin.is_available():
            raise SignerUnavailableError(
                f"The signer {plain(scheme)} cannot be used on this computer.",
                hint=plugin.unavailable_message,
            )
        return plugin.open_signer(uri, options)
    except AssayError:
        raise
    except Exception as error:  # a plug-in is somebody else's code
        raise SignerUnavailableError(
            f"The signer {plain(scheme)} failed: {plain(str(error)) or type(error).__name__}.",
            hint="Report this to the maker of the signer's plug-in; --verbose shows where it happened.",
        ) from error


def _plugin(scheme: str, *, plugins: bool) -> SignerPlugin:
    if scheme in _BUILT_IN:
        module: object = importlib.import_module(_BUILT_IN[scheme])
    else:
        module = _third_party(scheme, plugins=plugins)
    if not isinstance(module, SignerPlugin):
        raise SignerUnavailableError(
            f"The plug-in for the signer {plain(scheme)} does not follow the protocol of {GROUP}.",
            hint="It needs is_available(), unavailable_message and open_signer(); report this to its maker.",
        )
    return module


def _third_party(scheme: str, *, plugins: bool) -> object:
    found = entry_points(group=GROUP) if plugins else ()
    for entry in found:
        if entry.name == scheme:
            try:
                return entry.load()
            except Exception as error:  # a plug-in is somebody else's code
                raise SignerUnavailableError(
                    f"The plug-in for the signer {plain(scheme)} could not be loaded: {plain(str(error))}.",
                    hint="Install it again, or report this to its maker.",
                ) from error
    if scheme == "http":
        raise SignerUnavailableError(
            "A signing service is reached over https only.", hint="Write the address with https://."
        )
    known = ", ".join(sorted({*_BUILT_IN, *(entry.name for entry in found)}))
    raise SignerUnavailableError(
        f"{plain(scheme)}: is neither a file nor a signer that is installed (installed: {known}).",
        hint="Check the spelling, or install the package that provides this signer.",
    )
