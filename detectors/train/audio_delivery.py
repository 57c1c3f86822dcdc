"""What happens to a recording on its way: the same codecs, bands and noises for both classes.

A corpus whose synthetic half comes as 22 kHz WAV and whose recordings come from phones teaches a detector to tell
formats apart. So every window goes through chains drawn from one distribution, whatever its label.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft, signal

from detectors.audio._versions import RATE, add_noise, telephone

__all__ = ["deliver"]

Wave = NDArray[np.float32]

_CODECS: dict[str, tuple[str, str, int, int]] = {
    # Name of the encoder, container, rate in Hz and bit rate; the rates are those that the encoders' own programs take.
    "mp3_128": ("libmp3lame", "mp3", 44100, 128),
    "mp3_64": ("libmp3lame", "mp3", 44100, 64),
    "mp3_32": ("libmp3lame", "mp3", 22050, 32),
    "aac_64": ("aac", "adts", 44100, 64),
    "opus_24": ("libopus", "ogg", 16000, 24),
    "opus_16": ("libopus", "ogg", 16000, 16),
}


def deliver(wave: Wave, condition: str, rng: np.random.Generator) -> Wave:
    """Return a window as it arrives after a chain, of the same length.

    Args:
        wave: Mono samples at 16 kHz.
        condition: `as_is`, one of the codecs, `telephone`, `noise_10`, `messenger`, or `random_N` for a chain drawn
            from the distribution that training uses.
        rng: Source of all random choices.
    """
    if condition == "as_is":
        return wave
    if condition in _CODECS:
        return _encode(wave, *_CODECS[condition])
    if condition == "telephone":
        return telephone(wave)
    if condition == "noise_10":
        return add_noise(wave, 10.0, rng)
    if condition == "messenger":
        return _encode(np.clip(wave * rng.uniform(0.5, 2.0), -1, 1), *_CODECS["opus_16"])
    return _random(wave, rng)


def _random(wave: Wave, rng: np.random.Generator) -> Wave:
    if rng.random() < 0.6:
        wave = _colour(wave, rng)
    if rng.random() < 0.15:
        wave = _room(wave, rng)
    if rng.random() < 0.5:
        wave = add_noise(wave, float(rng.uniform(8, 45)), rng)
    if rng.random() < 0.25:
        wave = _cleaned(wave, rng)
    chain = rng.choice(["none", "mp3", "aac", "opus", "telephone"], p=[0.3, 0.25, 0.12, 0.23, 0.1])
    if chain == "mp3":
        bits = int(rng.choice([32, 48, 64, 96, 128]))
        return _encode(wave, "libmp3lame", "mp3", 22050 if bits < 56 else 44100, bits)
    if chain == "aac":
        return _encode(wave, "aac", "adts", 44100, int(rng.choice([48, 64, 96])))
    if chain == "opus":
        return _encode(wave, "libopus", "ogg", 16000, int(rng.choice([12, 16, 20, 24, 32])))
    return telephone(wave) if chain == "telephone" else wave


def _colour(wave: Wave, rng: np.random.Generator) -> Wave:
    """Return the sound through another microphone: a smooth curve of up to some 8 dB, sometimes with an upper end."""
    spectrum = fft.rfft(wave)
    places = np.linspace(0, 1, len(spectrum))
    knots = np.linspace(0, 1, 7)
    curve = np.interp(places, knots, rng.normal(0, 3, len(knots)))
    if rng.random() < 0.3:
        end = float(rng.uniform(0.5, 1.0))
        curve = curve - 60 / (1 + np.exp(-(places - end) / 0.01))
    return np.asarray(fft.irfft(spectrum * 10 ** (curve / 20), len(wave)), dtype=np.float32)


def _room(wave: Wave, rng: np.random.Generator) -> Wave:
    """Return the sound in a small room: noise that dies away within 0.1 to 0.5 s, well below the direct sound."""
    length = int(RATE * rng.uniform(0.1, 0.5))
    tail = rng.normal(0, 1, length) * np.exp(-6.9 * np.arange(length) / length)
    tail *= 10 ** (rng.uniform(-20, -6) / 20) / np.sqrt(np.square(tail).sum())
    tail[0] = 1.0
    return np.asarray(signal.fftconvolve(wave, tail)[: len(wave)], dtype=np.float32)


def _cleaned(wave: Wave, rng: np.random.Generator) -> Wave:
    """Return the sound after a noise suppressor, so that a clean background says nothing about the voice.

    Spectral subtraction with a floor (M. Berouti et al., doi:10.1109/ICASSP.1979.1170788), the noise taken from the
    quietest frames of each frequency.
    """
    size, hop = 512, 128
    short = signal.ShortTimeFFT(signal.get_window("hann", size), hop, RATE)
    spectrum = short.stft(wave)
    power = np.abs(spectrum) ** 2
    noise = np.percentile(power, 10, axis=1, keepdims=True) * rng.uniform(1, 6)
    floor = 10 ** (rng.uniform(-40, -10) / 10)
    gain = np.sqrt(np.maximum(1 - noise / np.maximum(power, 1e-12), floor))
    return np.asarray(short.istft(spectrum * gain, k1=len(wave)), dtype=np.float32)


def _encode(wave: Wave, codec: str, container: str, rate: int, kilobits: int) -> Wave:
    """Return the sound after an encoder and its decoder, cut or padded to its length."""
    import av

    peak = max(float(np.abs(wave).max()), 1e-6)
    loud = (wave * min(1.0, 0.99 / peak)).astype(np.float32)
    sent = _resample(loud, RATE, rate)
    stream = io.BytesIO()
    with av.open(stream, "w", format=container) as out:
        track: Any = out.add_stream(codec, rate=rate, layout="mono")
        track.bit_rate = kilobits * 1000
        frame = av.AudioFrame.from_ndarray(sent[None], format="fltp", layout="mono")
        frame.sample_rate = rate
        shaper = av.AudioResampler(format=track.codec_context.format, layout="mono", rate=rate)
        fifo = av.AudioFifo()
        for part in [*shaper.resample(frame), *shaper.resample(None)]:
            part.pts = None
            fifo.write(part)
        size = track.codec_context.frame_size or 1024
        while (piece := fifo.read(size, partial=True)) is not None:
            out.mux(track.encode(piece))
        out.mux(track.encode(None))
    stream.seek(0)
    back: list[NDArray[Any]] = []
    with av.open(stream, "r") as opened:
        for decoded in opened.decode(audio=0):
            got = decoded.to_ndarray()
            back.append((got if got.dtype.kind == "f" else got / 32768.0).astype(np.float32).reshape(-1))
            rate = decoded.sample_rate
    received = _resample(np.concatenate(back), rate, RATE)
    return np.pad(received, (0, max(0, len(wave) - len(received))))[: len(wave)]


def _resample(wave: Wave, old: int, new: int) -> Wave:
    if old == new:
        return wave
    shared = int(np.gcd(old, new))
    return np.asarray(signal.resample_poly(wave, new // shared, old // shared), dtype=np.float32)
