"""Bounded collection of metadata entries, and bytes turned into text."""

from __future__ import annotations

from collections.abc import Callable

from provenance.containers.part import Part
from provenance.limits import Limits
from provenance.metadata.entry import Entry, Metadata, Standard
from provenance.source import Source

__all__ = ["Block", "Collector", "hex_of", "is_text", "text_of", "value_of"]

Block = tuple[list[Entry], list[str]]
"""What the reader of one standard returns: entries, and sentences on what could not be read."""

_TOO_MUCH = "There is more metadata than the limits allow; the rest was not read."
_MAX_NAME = 500
_MAX_BLOCKS = 20
"""Most blocks of structured metadata in one file; files that people made have about six."""
_MAX_PROBLEMS = 100
_HEX_BYTES = 64
_WHITE = dict.fromkeys(map(ord, "\t\r\n"))


class Collector:
    """Takes entries up to the limits and says once where they were reached.

    Args:
        limits: Bounds on the length of one value, on all together and on their number.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.entries: list[Entry] = []
        self.problems: list[str] = []
        self._left = limits.max_metadata_bytes
        self._work = 2 * limits.max_metadata_bytes
        self._blocks = 0

    def closed(self) -> bool:
        """Return whether the limits are reached and nothing more is taken; `problems` then says so."""
        reached = self._left <= 0 or len(self.entries) >= self.limits.max_entries
        if reached:
            self.problem(_TOO_MUCH)
        return reached

    def add(
        self, standard: Standard, name: str, value: str | bytes, *, where: str, truncated: bool = False
    ) -> None:
        """Add one value; bytes become text where they are text and hexadecimal where they are not."""
        if self.closed():
            return
        text = value if isinstance(value, str) else value_of(value)
        raw = text.encode("utf-8", "replace")
        most = min(self.limits.max_value_bytes, self._left)
        if len(raw) > most:
            raw, truncated = raw[:most], True
        # Lone surrogates cannot be written as JSON or HTML; the round trip replaces them.
        text = raw.decode("utf-8", "ignore")
        self._left -= len(raw) + len(name)
        self.entries.append(
            Entry(standard=standard, name=name[:_MAX_NAME], value=text, where=where, truncated=truncated)
        )

    def problem(self, sentence: str) -> None:
        """Note what could not be read, each sentence once."""
        if len(self.problems) < _MAX_PROBLEMS and sentence not in self.problems:
            self.problems.append(sentence)

    def spend(self, size: int) -> bool:
        """Return whether `size` more bytes may be looked at, and count them.

        What yields no entry costs time all the same, and blocks may overlap.
        """
        self._work -= size
        if self._work < 0:
            self.problem(_TOO_MUCH)
        return self._work >= 0

    def body(self, source: Source, part: Part, *, skip: int = 0) -> bytes:
        """Return the body of a part from its byte `skip` on, cut at the limits."""
        size = min(part.body_size - skip, self.limits.max_metadata_bytes)
        return source.read(part.body + skip, size) if self.spend(size) else b""

    def parse(self, reader: Callable[..., Block], data: bytes, *, where: str) -> None:
        """Add what the reader of one standard finds in `data`."""
        self._blocks += 1
        if self._blocks > _MAX_BLOCKS:
            self.problem(_TOO_MUCH)
        if self._blocks > _MAX_BLOCKS or self.closed():
            return
        entries, problems = reader(data, where=where, limits=self.limits)
        for entry in entries:
            self.add(entry.standard, entry.name, entry.value, where=entry.where, truncated=entry.truncated)
        for sentence in problems:
            self.problem(sentence)

    def result(self) -> Block:
        """Return what was collected, as the readers of single standards do."""
        return self.entries, self.problems

    def metadata(self) -> Metadata:
        """Return what was collected from a whole file."""
        return Metadata(entries=tuple(self.entries), problems=tuple(self.problems))


def text_of(data: bytes) -> str:
    """Return bytes as text, UTF-8 before Latin-1, without closing zeros and blanks."""
    data = data.rstrip(b"\0")
    try:
        return data.decode("utf-8-sig").rstrip()
    except UnicodeDecodeError:
        return data.decode("latin-1").rstrip()


def is_text(data: bytes) -> bool:
    """Return whether bytes are UTF-8 without control characters other than white space."""
    try:
        text = data.rstrip(b"\0").decode()
    except UnicodeDecodeError:
        return False
    return text.translate(_WHITE).isprintable()


def hex_of(data: bytes) -> str:
    """Return the first bytes as hexadecimal with `0x` before and the full length behind when cut."""
    more = f"… ({len(data):,} bytes)" if len(data) > _HEX_BYTES else ""
    return f"0x{data[:_HEX_BYTES].hex()}{more}"


def value_of(data: bytes) -> str:
    """Return bytes as text where they are text, else as hexadecimal."""
    return text_of(data) if is_text(data) else hex_of(data)
