"""What every writer of a stripped copy shares: the whole walk, bounded copying, and what a writer is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import BinaryIO

from provenance.containers.part import Container, Part
from provenance.containers.walker import walk
from provenance.errors import LimitError, UnreadableError, UnsupportedTypeError
from provenance.limits import Limits
from provenance.privacy.policy import PrivacyPolicy
from provenance.source import Source

__all__ = ["Job", "refused", "require_whole", "walk_whole"]

_BLOCK = 1 << 20


@dataclass(slots=True)
class _Spent:
    """Bytes of metadata and tables held so far."""

    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One copy to be made."""

    source: Source
    """The original, opened read-only."""

    container: Container
    """All of its parts."""

    target: BinaryIO
    """Takes the copy."""

    policy: PrivacyPolicy
    """What may stay."""

    keep_manifest: bool
    """Whether an embedded C2PA manifest store stays."""

    _spent: _Spent = field(default_factory=_Spent)

    @property
    def limits(self) -> Limits:
        """The limits of the source."""
        return self.source.limits

    def copy(self, at: int, size: int) -> None:
        """Copy `size` bytes from `at` unchanged, block by block.

        Raises:
            UnreadableError: The source ends before.
        """
        while size > 0:
            block = self.source.read(at, min(size, _BLOCK))
            if not block:
                raise UnreadableError(
                    f"{self.source.name} ended while it was being copied.",
                    hint="Copy it from its medium again.",
                )
            self.target.write(block)
            at += len(block)
            size -= len(block)

    def write(self, data: bytes) -> None:
        """Write bytes of our own."""
        self.target.write(data)

    def body(self, part: Part, *, skip: int = 0) -> bytes:
        """Return the body of a part that holds metadata.

        Raises:
            LimitError: It is longer than the metadata of one file may be.
        """
        return self._metadata(part, part.body + skip)

    def whole(self, part: Part) -> bytes:
        """Return a part that holds metadata with its header.

        Raises:
            LimitError: It is longer than the metadata of one file may be.
        """
        return self._metadata(part, part.offset)

    def _metadata(self, part: Part, at: int) -> bytes:
        self.spend(part.end - at)
        return self.source.read(at, part.end - at)

    def spend(self, size: int) -> None:
        """Count bytes of metadata or tables that are held in memory.

        Raises:
            LimitError: There are more in one file than metadata can need.
        """
        self._spent.size += size
        if self._spent.size > 2 * self.limits.max_metadata_bytes:
            raise LimitError(
                f"{self.source.name} has more metadata than is looked at.",
                hint="Save the file again without its metadata in the program that made it.",
            )


def walk_whole(source: Source) -> Container:
    """Return all parts of a file.

    Raises:
        LimitError: There are more parts than the limits allow, so that nothing could be promised.
    """
    container = walk(source)
    if len(container.parts) >= source.limits.max_parts:
        raise LimitError(
            f"{source.name} has more than {source.limits.max_parts:,} parts.",
            hint="Save it again in the program that made it, in one piece.",
        )
    return container


def require_whole(job: Job) -> None:
    """Refuse a file one of whose parts goes beyond its end: what it swallowed is not known.

    Raises:
        UnsupportedTypeError: There is such a part.
    """
    if any("beyond the end" in sentence for sentence in job.container.problems):
        raise refused(job.source, "it is damaged or was cut off")


def refused(source: Source, reason: str) -> UnsupportedTypeError:
    """Return the error for a file that cannot be stripped safely."""
    return UnsupportedTypeError(
        f"{source.name} cannot be stripped safely: {reason}.",
        hint="Export it again without metadata in the program that made it, or look at --dry-run and sign it as it "
        "is with --keep-everything.",
    )
