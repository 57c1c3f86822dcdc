"""What the sound shows of its history: an earlier lossy codec, a lower sample rate, fewer bits.

## What it measures
The spectrum of the loud moments. Lossy codecs drop everything above a limit (MP3 at 128 kbit/s above 16 to 17 kHz,
Opus above 8, 12 or 20 kHz), and a lower sample rate has nothing above its half. Decoding or resampling keeps that
edge. In MP3 and AAC files of high bit rate an edge lower than the bit rate needs points to an earlier, coarser save.
In FLAC files it also counts the bits that the samples really use.

## Why it matters
A WAV file offered as the recorder's original has no such edge when the recorder works as most do. An edge says that
the sound went through something else first: a messenger, a platform, a conversion.

## Known problems
Some recorders and phones band-limit what they record, wireless microphones end at 15 kHz, and lines of telephone and
video calls at 3.4, 7 or 8 kHz, all without any edit. Codecs at high bit rates leave no edge. Sound that has little
above the edge (a quiet voice) hides it, and a noise added later covers it. The sentence lists what can leave an edge at
that place; the check cannot tell these causes apart, and the traces of single codecs are not looked for.

## How to read it
As a fact about the way of the file, not about what is said in it. Compare with another recording of the same device.
Measured with `python -m benchmarks.audio_history` (`benchmarks/results/audio_history.json`):

- 22 recordings of 44.1 and 48 kHz from seven collections, without an edge of their own, through a codec and back into
  a WAV: flagged after MP3 at 64 kbit/s 17, at 128, 192 and 320 all 22, after AAC at 64 kbit/s 21, at 128 3 and at 192
  none, after Opus at 24 kbit/s 18, at 64 21, after a telephone line 22. Through a lower sample rate and back: with a
  steep filter 22 of 22 for 8, 16 and 22.05 kHz and 18 for 32 kHz, and the rate is in the list of causes; with a
  gradual filter 3 to 7 of 22, and the rate seldom is.
- MP3 files of 192 kbit/s made from MP3 of 64 kbit/s: 13 of 22 flagged; made from the recording: none. M4A: none in
  either case.
- 8 bits stored in 16: 21 of 22, 16 in 24: 22 of 22, here for FLAC and in `container.wav` for WAV; none once the volume
  was changed.
- Recordings as they are: of 35 of 44.1 and 48 kHz 3 are flagged, all of one collection of celebrities and podcasts
  whose history is unknown, and none of 12 from the studio corpus VCTK. Of 24 from four collections without a known
  lossy step 3 are flagged, all of one whose volunteers used devices of their own. Resampling between 44.1 and 48 kHz:
  0 of 22.

The least fall of the level was chosen after looking at samples of the same recordings.

## References
D. Luo, W. Luo, R. Yang, J. Huang, "Identifying compression history of wave audio and its applications", ACM TOMM
10 (2014), doi:10.1145/2575978. RFC 6716 (Opus), section 2.1.3.
"""

from __future__ import annotations

from typing import cast

from detectors.audio._bandwidth import Edge, sharp_edge
from detectors.check import CheckInfo, nothing_found, reported
from detectors.sound.survey import Survey
from detectors.view import AudioView, View
from provenance.model.finding import Finding, Measurement

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Earlier codec or sample rate",
    kinds=("audio", "video"),
    basis="measured",
    needs=("samples",),
    cost="heavy",
)

_RATES = (8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
_RATE_TOLERANCE = 0.05  # resampling filters end a little below half the rate, or let a little through above
_TELEPHONE_HIGHEST = 4200.0
_LOSSLESS = ("PCM", "FLOAT", "DOUBLE", "pcm_", "ALAC", "alac", "flac")
_HIGH_KILOBITS = 160.0
_LOW_EDGE = 16_700.0
_LEAST_UNUSED_BITS = 4
_CAVEAT = "Phones, radio links and calls limit the band as well; this says nothing about what is said."


def run(view: View) -> Finding:
    """Look for the edge that an earlier codec or sample rate leaves."""
    survey = cast(AudioView, view).survey
    edge = sharp_edge(survey.spectrum)
    lossless = survey.coding.startswith(_LOSSLESS)
    kilobits = view.source.size * 8 / 1000 / survey.seconds
    coarse = edge is not None and (
        lossless
        or (
            view.source.media_type in ("audio/mpeg", "audio/mp4")
            and kilobits >= _HIGH_KILOBITS
            and edge.hertz <= _LOW_EDGE
        )
    )
    bits = _unused_bits(survey) if view.source.media_type == "audio/flac" else None
    if not coarse and bits is None:
        return nothing_found()
    sentences, rows = [], []
    if coarse and edge is not None:
        sentences.append(_sentence(edge, survey, lossless=lossless))
        rows += _edge_rows(edge, survey)
        if not lossless:
            rows.append(Measurement(name="bit rate of the whole file", value=round(kilobits), unit="kbit/s"))
    if bits is not None:
        sentences.append(f"Its samples are stored with {bits[1]} bits, but use only {bits[0]}.")
        rows.append(
            Measurement(
                name="bits that the samples use", value=bits[0], usual=f"{bits[1]}, or one or two less"
            )
        )
    return reported(" ".join(sentences), points_to="recompressed", because=tuple(rows), caveats=(_CAVEAT,))


def _sentence(edge: Edge, survey: Survey, *, lossless: bool) -> str:
    ends = f"Its sound ends sharply at {edge.hertz / 1000:.1f} kHz, though the file could hold up to"
    ends += f" {survey.rate / 2000:.1f} kHz"
    if not lossless:
        return (
            f"{ends} and its bit rate needs no such limit, as after a harder compression before, or from a source"
            " or an encoder that always ends there."
        )
    return f"{ends}, as after {' or '.join(_causes(edge.hertz))}."


def _causes(hertz: float) -> list[str]:
    causes = [
        f"a conversion from {rate:,} samples a second"
        for rate in _RATES
        if abs(2 * hertz / rate - 1) <= _RATE_TOLERANCE
    ]
    if not causes:  # the filter of a conversion may fall well below half the rate
        causes.append("a lower sample rate")
    if hertz <= _TELEPHONE_HIGHEST:
        causes.append("a telephone line")
    return [*causes, "a lossy codec such as MP3, AAC or Opus"]


def _edge_rows(edge: Edge, survey: Survey) -> list[Measurement]:
    return [
        Measurement(name="end of the sound", value=round(edge.hertz / 1000, 1), unit="kHz",
                    usual=f"near {survey.rate / 2000:.1f} at this sample rate"),
        Measurement(name="fall of the level there", value=round(edge.step_db), unit="dB",
                    usual="gradual"),
    ]  # fmt: skip


def _unused_bits(survey: Survey) -> tuple[int, int] | None:
    used, stored = survey.samples.used_bits, survey.samples.stored_bits
    if used is None or stored is None or stored - used < _LEAST_UNUSED_BITS:
        return None
    return used, stored
