"""Three views of the sound for readers who know them; the check makes no claim.

## What it measures
Nothing that is judged. It draws, for reports, bundles and `--plots`: the spectrogram up to 8 kHz, the average spectrum
up to the highest frequency that the file can hold, and the cepstrum along time (20 LFCC coefficients).

## Why it matters
Who works with sound reads much from a spectrogram: where somebody speaks, where music or noise lies underneath, where
the background changes, where the sound ends. Here the views stand apart from what has a measured error rate.

## Known problems
All three show what was said, by whom and through which codec far more clearly than any edit or synthesis. Nobody has
shown error rates for reading these views by eye. In long recordings one column stands for seconds.

## How to read it
Compare places of one recording with each other, never two recordings. Take a border as a place to listen to. Then
look at the checks that count their errors: `audio.splice`, `audio.container`, `audio.synthesis`.

## References
M. Sahidullah, T. Kinnunen, C. Hanilçi, "A comparison of features for synthetic speech detection", Interspeech 2015,
doi:10.21437/Interspeech.2015-472 (LFCC). B. Koenig, "Authentication of forensic audio recordings", Journal of the
Audio Engineering Society 38 (1990).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from detectors.check import CheckInfo, not_applicable, reported
from detectors.view import AudioView, View
from provenance.model.finding import Artefact, Finding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from detectors.sound.survey import Survey

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Views of the sound",
    kinds=("audio", "video"),
    basis="measured",
    needs=("samples",),
    cost="moderate",
)

_LEAST_SECONDS = 0.5
_RANGE_DB = 75.0
_COEFFICIENTS = 20


def run(view: View) -> Finding:
    """Draw the views, where somebody will see them."""
    if not view.pictures:
        return not_applicable(
            "Its views are drawn for reports, bundles and --plots alone; they make no claim."
        )
    survey = cast(AudioView, view).survey
    if survey.seconds < _LEAST_SECONDS:
        return not_applicable("The recording is shorter than half a second.")
    return reported("", artefacts=(_spectrogram(survey), _average(survey), _cepstrum(survey)))


def _spectrogram(survey: Survey) -> Artefact:
    from detectors.audio._drawing import along_time

    bands = _columns(survey)
    top = float(bands.max())
    data = along_time(
        _grey((bands - top + _RANGE_DB) / _RANGE_DB).T, seconds=survey.seconds, top=8.0, unit="kHz"
    )
    return _artefact("spectrogram", data, range=round(_RANGE_DB))


def _average(survey: Survey) -> Artefact:
    import numpy as np

    from detectors.audio._bandwidth import percentile
    from detectors.audio._drawing import WIDTH, along_frequency

    spectrum = survey.spectrum
    loud, quiet = percentile(spectrum, 0.95), percentile(spectrum, 0.10)
    places = np.linspace(0, len(loud) - 1, min(WIDTH, len(loud)))
    curves = [np.interp(places, np.arange(len(loud)), c).astype(np.float32) for c in (loud, quiet)]
    high = max(0.0, 10 * np.ceil(float(loud.max()) / 10)) if loud.max() > -20 else float(loud.max()) + 10
    data = along_frequency(curves, kilohertz=survey.rate / 2000, low=-140.0, high=high)
    return _artefact("average-spectrum", data)


def _cepstrum(survey: Survey) -> Artefact:
    import numpy as np
    from scipy.fft import dct

    from detectors.audio._drawing import along_time

    coefficients = dct(_columns(survey), axis=1, norm="ortho")[:, 1 : _COEFFICIENTS + 1]
    spread = np.maximum(coefficients.std(axis=0), 1e-3)
    shade = _grey(0.5 + (coefficients - coefficients.mean(axis=0)) / (6 * spread))
    return _artefact("cepstrum", along_time(shade.T, seconds=survey.seconds, top=_COEFFICIENTS, unit="LFCC"))


def _columns(survey: Survey) -> NDArray[np.float32]:
    """Return the bands in dB, one row a column of the drawing, shape (columns, 64)."""
    import numpy as np

    from detectors.audio._drawing import WIDTH

    bands = survey.frames.bands
    starts = np.unique(np.linspace(0, len(bands), min(WIDTH, len(bands)), endpoint=False).astype(np.int64))
    sums = np.add.reduceat(bands, starts, axis=0, dtype=np.float32)
    return np.asarray(sums / np.diff(np.append(starts, len(bands)))[:, None], dtype=np.float32)


def _grey(share: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return shares from 0 (white) to 1 (black) as grey values."""
    import numpy as np

    return np.asarray(255 * (1 - np.clip(share, 0, 1)), dtype=np.uint8)


def _artefact(name: str, data: bytes, **values: object) -> Artefact:
    title, legend, alt = _WORDS[name]
    return Artefact(name=name, title=title, legend=legend.format(**values), alt=alt, data=data)


_WORDS = {
    "spectrogram": (
        "Spectrogram.",
        "Dark: loud, white: {range} dB below the loudest. Speech shows as stripes and clouds with gaps between; a"
        " recording made in one go keeps the same grey in its gaps from beginning to end. A level upper border comes"
        " from a codec, a telephone or the microphone.",
        "Spectrogram with time from left to right and frequency from bottom to top; darker is louder.",
    ),
    "average-spectrum": (
        "Average spectrum.",
        "Blue: the level that the loudest twentieth of all moments exceeds; orange: the level of the quietest tenth,"
        " which is mostly the background. Recordings fall gradually towards high frequencies; an edge where the blue"
        " curve drops at once is the limit of a codec or of a lower sample rate. Peaks of the orange curve are hum or"
        " whistles.",
        "Two curves of level against frequency: loud moments above, quiet ones below.",
    ),
    "cepstrum": (
        "Cepstrum along time.",
        "Twenty coefficients of the linear cepstrum, coarse shape of the spectrum at the bottom, fine at the top; grey"
        " is each one's mean. Untouched speech flickers in all rows; a row that changes its mean for good shows another"
        " microphone, room or voice.",
        "Map of cepstral coefficients along time; changes of shade show changes of the spectrum's shape.",
    ),
}
