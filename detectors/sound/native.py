"""What is measured at the rate and in the channels as stored: spectrum along time, full scale, silence, bits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "LEVELS",
    "LEVEL_DB",
    "LOWEST_DB",
    "NativeSpectrum",
    "SampleFacts",
    "SampleWatch",
    "SpectrumWatch",
    "mono",
]

MOST_SEGMENTS = 2048
"""Segments kept at most; longer recordings get segments of 2, 4, ... seconds."""

LEVELS = 60
"""Number of levels in the histogram of each bin."""

LEVEL_DB = 3.0
"""Width of a level in dB."""

LOWEST_DB = -180.0
"""Lower edge of the lowest level, in dB; lower values fall into it."""

_BIN_HZ = 24.0
_CHANNELS = 2
_STILL = 0.02  # seconds of one and the same value that count as a silence made by a computer
_MOST_SPANS = 10_000
_INTEGERS = {"PCM_S8": 8, "PCM_U8": 8, "PCM_16": 16, "PCM_24": 24, "PCM_32": 24}


def mono(block: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean over the last axis, the channels; quicker than numpy's own over so few."""
    total = block[..., 0].copy()
    for channel in range(1, block.shape[-1]):
        total += block[..., channel]
    total /= block.shape[-1]
    return total


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeSpectrum:
    """Power at the stored rate, the mean of the first two channels."""

    bin_hz: float
    """Width of a bin in Hz, about 20."""

    segment: float
    """Seconds of one segment, about one up to half an hour of sound."""

    segments: NDArray[np.float16]
    """Mean power along time, shape (s, bins), in dB of a full-scale square wave a bin; s <= 2048."""

    histogram: NDArray[np.int64]
    """How many short frames (about 45 ms) had which power in each bin, shape (bins, 60). Level k is
    `LOWEST_DB` + k * `LEVEL_DB` to the next."""


class SpectrumWatch:
    """Builds a `NativeSpectrum` from blocks of shape (n, channels)."""

    def __init__(self, rate: int, channels: int) -> None:
        import numpy as np
        from scipy.signal.windows import hann

        self._size = 1 << max(6, round(np.log2(rate / _BIN_HZ)))
        self._rate = rate
        self._window = hann(self._size, sym=False).astype(np.float32)[:, None]
        self._scale = np.float32(2.0 / (self._size * float(np.sum(self._window**2))))
        self._held = np.zeros((0, min(channels, _CHANNELS)), dtype=np.float32)
        bins = self._size // 2 + 1
        self._histogram = np.zeros(bins * LEVELS, dtype=np.int64)
        self._per_segment = max(1, round(rate / self._size))
        self._sum = np.zeros(bins, dtype=np.float32)
        self._in_sum = 0
        self._segments: list[NDArray[Any]] = []

    def push(self, block: NDArray[np.float32]) -> None:
        """Take samples of shape (n, channels)."""
        import numpy as np
        from scipy.fft import rfft

        self._held = np.concatenate((self._held, block[:, : self._held.shape[1]]))
        count = len(self._held) // self._size
        if not count:
            return
        cut = self._held[: count * self._size].reshape(count, self._size, -1)
        self._held = self._held[count * self._size :]
        spectrum = rfft(cut * self._window, axis=1)
        power = mono(spectrum.real**2 + spectrum.imag**2) * self._scale
        level = (10 / LEVEL_DB) * np.log10(np.maximum(power, 10 ** (LOWEST_DB / 10))) - LOWEST_DB / LEVEL_DB
        index = np.clip(level, 0, LEVELS - 1).astype(np.int32)
        index += np.arange(power.shape[1], dtype=np.int32) * LEVELS
        self._histogram += np.bincount(index.ravel(), minlength=len(self._histogram))
        for row in power:
            self._add(row)

    def result(self) -> NativeSpectrum:
        """Return what was seen; a last segment of less than half the length goes into the one before."""
        import numpy as np

        segments = list(self._segments)
        if self._in_sum and (self._in_sum * 2 >= self._per_segment or not segments):
            segments.append(self._sum / self._in_sum)
        power = np.array(segments) if segments else np.zeros((0, len(self._sum)))
        decibels = 10 * np.log10(np.maximum(power, 10 ** (LOWEST_DB / 10)))
        return NativeSpectrum(
            bin_hz=self._rate / self._size,
            segment=self._per_segment * self._size / self._rate,
            segments=decibels.astype(np.float16),
            histogram=self._histogram.reshape(-1, LEVELS),
        )

    def _add(self, row: NDArray[np.float32]) -> None:
        self._sum += row
        self._in_sum += 1
        if self._in_sum == self._per_segment:
            self._segments.append(self._sum / self._in_sum)
            self._sum, self._in_sum = self._sum * 0, 0
        if len(self._segments) == 2 * MOST_SEGMENTS:
            pairs = zip(self._segments[::2], self._segments[1::2], strict=True)
            self._segments = [(a + b) / 2 for a, b in pairs]
            self._per_segment *= 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFacts:
    """Facts about single samples."""

    peak: float
    """Largest magnitude, 1 for full scale."""

    clipped: float
    """Share of samples that stand at the top of their surroundings beside another of the same value."""

    still: tuple[tuple[float, float], ...]
    """Spans of at least 20 ms in which every sample has the same value, as (start, end) in seconds."""

    used_bits: int | None
    """Bits of an integer coding that differ from zero somewhere; None for other codings and for silence."""

    stored_bits: int | None
    """Bits that the integer coding has (24 for 32: more are not looked at); None for other codings."""


class SampleWatch:
    """Builds `SampleFacts` from blocks of shape (n, channels)."""

    def __init__(self, rate: int, coding: str) -> None:
        self._rate = rate
        self._bits = _INTEGERS.get(coding)
        self._seen = 0
        self._peak = 0.0
        self._clipped = 0
        self._count = 0
        self._last: float | None = None
        self._run = 0  # where the run of one value that is going on began
        self._still: list[tuple[float, float]] = []

    def push(self, block: NDArray[np.float32], first: NDArray[np.float32]) -> None:
        """Take samples of shape (n, channels), and their mean over the channels, shape (n,)."""
        import numpy as np

        size = np.abs(first)
        top = float(size.max(initial=0.0))
        self._peak = max(self._peak, top)
        if top > 0.05:
            high = size[1:] >= 0.995 * top
            self._clipped += int(np.count_nonzero(high & (first[1:] == first[:-1])))
        if self._bits:
            whole = np.rint(block[:4096] * 2.0 ** (self._bits - 1)).astype(np.int32)
            self._seen |= int(np.bitwise_or.reduce(whole, axis=None)) & 0xFFFFFFFF
        self._watch_runs(first)
        self._count += len(first)

    def _watch_runs(self, samples: NDArray[np.float32]) -> None:
        import numpy as np

        changes = np.flatnonzero(samples[1:] != samples[:-1]) + 1
        if self._last is None or samples[0] != self._last:
            changes = np.concatenate(([0], changes))
        changes = changes + self._count
        starts = np.concatenate(([self._run], changes[:-1])) if len(changes) else changes
        for at in np.flatnonzero(changes - starts >= _STILL * self._rate):
            self._note(int(starts[at]), int(changes[at]))
        if len(changes):
            self._run = int(changes[-1])
        self._last = float(samples[-1])

    def _note(self, start: int, end: int) -> None:
        if len(self._still) < _MOST_SPANS:
            self._still.append((start / self._rate, end / self._rate))

    def result(self) -> SampleFacts:
        """Return what was seen."""
        if self._count - self._run >= _STILL * self._rate:
            self._note(self._run, self._count)
            self._run = self._count
        used = None
        if self._bits and self._seen:
            used = self._bits - ((self._seen & -self._seen).bit_length() - 1)
        return SampleFacts(
            peak=self._peak,
            clipped=self._clipped / max(1, self._count),
            still=tuple(self._still),
            used_bits=used,
            stored_bits=self._bits,
        )
