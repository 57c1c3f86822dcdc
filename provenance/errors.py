"""Errors that a user can cause or meet, each with a stable code and a hint that says what to do.

The manner follows sigstore-python: an error knows what happened and what to try; the command prints
both and `--verbose` shows the cause.
"""

from __future__ import annotations

__all__ = [
    "AssayError",
    "InternalError",
    "LimitError",
    "NetworkError",
    "SigningError",
    "StorageError",
    "TrustListError",
    "UnreadableError",
    "UnsupportedTypeError",
    "UsageError",
]


class AssayError(Exception):
    """Base of every error that Assay raises on purpose.

    Args:
        message: One sentence on what went wrong, naming the file or list concerned.
        hint: One sentence on what to do about it; empty when there is nothing to do.
    """

    code = "error"
    """Stable machine-readable name, as in the `assay/error/1` JSON."""

    exit_code = 70
    """Exit code of the command line (see the contract in `docs/`)."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(AssayError):
    """The call itself is off: contradicting options, an unknown check, an unknown profile."""

    code = "usage"
    exit_code = 2


class UnreadableError(AssayError):
    """The file cannot be opened or ends before its own structure does."""

    code = "unreadable"
    exit_code = 3


class UnsupportedTypeError(AssayError):
    """The file opened, but its magic bytes are of no type that Assay knows."""

    code = "unsupported_type"
    exit_code = 3


class InternalError(AssayError):
    """Assay itself broke."""

    code = "internal"
    exit_code = 70


class LimitError(AssayError):
    """The file is larger, longer or deeper than the limits in force allow."""

    code = "limit"
    exit_code = 3


class TrustListError(AssayError):
    """A trust list is missing, cannot be parsed, or could not be stored."""

    code = "trust_list"
    exit_code = 3


class NetworkError(AssayError):
    """Something asked for from the network did not arrive."""

    code = "network"
    exit_code = 3


class SigningError(AssayError):
    """A file could not be signed, or the key or certificate for it is not usable."""

    code = "signing"
    exit_code = 6


class StorageError(SigningError):
    """The place to write to cannot be written to now: a full disk, a missing permission."""

    code = "storage"
