"""A copy of the same length in which some bytes are replaced, so that no offset inside the file moves."""

from __future__ import annotations

from provenance.privacy.copying import Job

__all__ = ["Patches"]

_BLOCK = 1 << 20


class Patches:
    """Collects what to replace and writes the copy block by block. A later patch covers an earlier one."""

    def __init__(self) -> None:
        self._patches: list[tuple[int, int, int, bytes]] = []

    def zero(self, at: int, size: int) -> None:
        """Write zeros over `size` bytes from `at`."""
        if size > 0:
            self._patches.append((at, len(self._patches), size, b""))

    def put(self, at: int, data: bytes) -> None:
        """Write `data` at `at`."""
        if data:
            self._patches.append((at, len(self._patches), len(data), data))

    def write(self, job: Job, end: int) -> None:
        """Write the first `end` bytes of the source with all patches.

        Args:
            job: The copy to be made.
            end: How much of the source is copied, in bytes.

        Raises:
            UnreadableError: The medium failed.
        """
        waiting = sorted(self._patches, reverse=True)
        active: list[tuple[int, int, int, bytes]] = []
        for start in range(0, end, _BLOCK):
            block = job.source.read(start, min(_BLOCK, end - start))
            while waiting and waiting[-1][0] < start + len(block):
                active.append(waiting.pop())
            job.write(_patched(block, start, active))
            active = [p for p in active if p[0] + p[2] > start + len(block)]


def _patched(block: bytes, start: int, patches: list[tuple[int, int, int, bytes]]) -> bytes:
    if not patches:
        return block
    changed = bytearray(block)
    for at, _, size, data in sorted(patches, key=lambda p: p[1]):
        first, last = max(at, start), min(at + size, start + len(block))
        if first < last:
            changed[first - start : last - start] = (
                data[first - at : last - at] if data else bytes(last - first)
            )
    return bytes(changed)
