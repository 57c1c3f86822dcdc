"""The bytes to sign: the source itself, or a copy without what must not be told."""

from __future__ import annotations

from typing import BinaryIO

from provenance.errors import SigningError, UnsupportedTypeError
from provenance.privacy.fields import DisclosedField
from provenance.privacy.policy import PrivacyPolicy
from provenance.signing.place import Workspace
from provenance.source import Source, open_source

__all__ = ["REWRITTEN", "UNUSED", "bare_copy", "still_tells"]

REWRITTEN = frozenset({"image/tiff", "image/x-adobe-dng"})
"""Types to which the engine adds a directory, leaving the one before it behind as bytes that nothing refers to."""

UNUSED = "unused bytes"
"""What the privacy check calls such bytes."""


def bare_copy(source: Source, privacy: PrivacyPolicy, workspace: Workspace) -> BinaryIO:
    """Return a copy of `source` under the policy, in a temporary file.

    Raises:
        SigningError: A file of this kind cannot be copied without its metadata, or something is left in it.
    """
    from provenance.privacy import check_kept, strip_to

    path, copy = workspace.new()
    try:
        strip_to(source, copy, privacy)
    except UnsupportedTypeError as cause:
        raise SigningError(
            cause.message,
            hint="Export it again without metadata, or look at --dry-run and sign it with --keep-everything.",
        ) from cause
    copy.flush()
    if source.media_type in REWRITTEN:
        # What the engine leaves behind unused is this copy's own directory, so it is looked at before.
        with open_source(path, name=source.name, limits=source.limits) as bare:
            left = check_kept(bare, privacy)
        if left:
            raise still_tells(source.name, left[0])
    return copy


def still_tells(name: str, field: DisclosedField) -> SigningError:
    """Return the error for a copy in which something is left that was to go."""
    return SigningError(
        f"The copy of {name} still tells {field.name} ({field.where}).",
        hint="Nothing was written. Keep the field with --keep if it may be told, or report this file.",
    )
