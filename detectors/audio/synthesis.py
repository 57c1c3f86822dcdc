"""Fine structure of a synthesised voice, against that of a recorded one.

## What it measures
Windows of four seconds with speech in them: how noise and harmonics share the bands, how envelopes pulse above 4
kHz and at the frame rates of vocoders, phases between harmonics and neighbouring frequencies, small irregularities
of pitch and loudness, thin lines that stand still, cepstra, pauses and breath, and what linear prediction leaves.
The sum of a logistic regression, of boosted trees and of four small dense networks becomes a likelihood ratio,
calibrated on sources and systems that none of them had seen. The file's score is the mean over its windows.

## Why it matters
Cloned voices carry fraud and false statements, and most recordings reach a newsroom without credentials. A network
that makes a waveform leaves traces of its frames, of its upsampling and of the phases that it invents; a voice in a
room leaves others.

## Known problems
The measurement errs, and less on some sources than on others. On 929 clips of 65 voice systems and 661 recordings,
from 57 repositories that it had not seen, it called 79 of 100 synthesised voices "weak" or more as they were, and 7
of 100 recordings; "moderate" 24 and none. After MP3 at 64 kbit/s "weak" or more were 76 and 7, after Opus at 24
kbit/s 78 and 12, over a telephone line 59 and 17. The equal error rate was 11.5, 13.3, 16.2 and 28.1 %; drawing
other repositories of the kind would give 8 to 16 % as they are. With noise 10 dB below the voice it was 33 %, which
is of little use. Of 100 pairs of a recording and its re-synthesis it put 97 in order. By kind: speech from text 9
%, voice conversion and copies of a recording by a vocoder 16 %, neural codecs 19 %, cloned voices 23 %, restored
recordings 30 %. Least was told of Seed-TTS, X-codec 2, FINALLY and VoiceFixer's vocoder, 32 to 40 %. On the sources
it was developed with, each held out in turn, the rates were 15.0, 17.1, 20.8 and 27.5 %, and 18.8 % as is where
these are the paid services and systems of 2024 to 2026. Measured with `python -m detectors.train audio.synthesis
--final`.

False alarms depend on the source most of all: at "weak" up to 3 of 100 in lessons and read speech from a tablet, 8
or 9 in interviews and browser recordings, 30 in the references of one page of cloned voices, 64 in spontaneous
Mandarin from a page that names no corpus. Studio recordings that were cleaned, gated or coded, and strong noise
suppression in calls, can score like synthesised voices. "Moderate" never came up in more than 2 of 100 recordings
of a source with fifty clips; of a smaller one it did in 7 of 117 versions. Two voices at once are refused in 62 of
83 mixtures that pass the other gates, over a telephone line in 6 of 13; a quiet music bed passes. Singing,
whispering and children were not measured. The card beside the weights lists every figure by system, by recording
source and by way of delivery.

## How to read it
As one piece of evidence among others, never alone. The finding says how many of 1,000 recordings score as high, and
the picture shows which windows do. The check also sends the sound over a telephone line, resamples it to 8 kHz and
mixes it with noise: where the answers contradict each other, it gives none. A low score is no sign of a recording.

## References
M. Todisco et al., the ASVspoof 2019 challenge, doi:10.21437/Interspeech.2019-2249. M. Sahidullah, T. Kinnunen,
C. Hanilçi, "A comparison of features for synthetic speech detection", doi:10.21437/Interspeech.2015-472.
N. M. Müller et al., on detectors and recordings from elsewhere, doi:10.21437/Interspeech.2022-108. N. Brümmer,
J. du Preez, "Application-independent evaluation of speaker detection", doi:10.1016/j.csl.2005.08.001.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from detectors.check import CheckInfo, not_applicable, reported
from detectors.scored import (
    DECIDES,
    as_high_of_1000,
    frequency_words,
    score_sentence,
    turned_by,
    usual_scores,
    version_rows,
)
from detectors.view import AudioView, View
from detectors.wording import band
from provenance.model.finding import Artefact, Finding, Measurement, Region

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from detectors.audio._synthesis import Model
    from detectors.sound.survey import Survey
    from detectors.sound.windows import VoiceWindow

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Fine structure of a synthesised or a recorded voice",
    kinds=("audio", "video"),
    basis="measured",
    needs=("samples",),
    cost="heavy",
    answers=("generated",),
)

_MOST_RETRIED = 6
_MOST_REGIONS = 8
_SHORTEST_VOICE = 0.5


def run(view: View) -> Finding:
    """Score the windows with speech and changed copies of some of them, and say what the scores are worth."""
    from detectors.audio._synthesis import load_model, read_windows, usable, versions
    from detectors.audio._voice import refusal, voice_of

    survey = cast(AudioView, view).survey
    if reason := refusal(survey, voice_of(survey)):
        return not_applicable(reason)
    voiced = [w for w in survey.windows if w.voiced >= _SHORTEST_VOICE]
    kept = usable([w.samples for w in voiced])
    if not kept:
        return not_applicable("No stretch of it holds two seconds of speech without long silence.")
    model = load_model()
    rows = read_windows([samples for _, samples in kept])
    if model.outside(rows) > model.most_outside:
        return not_applicable(
            "The sound is unlike the recordings and voices that this measurement was learnt on."
        )
    scores = model.scores(rows)
    ratio = model.calibration.log10_lr(float(scores.mean()))
    step = max(1, -(-len(kept) // _MOST_RETRIED))
    changed = [versions(samples) for _, samples in kept[::step]]
    others = {
        name: model.calibration.log10_lr(float(model.scores(read_windows([c[name] for c in changed])).mean()))
        for name in changed[0]
    }
    if name := turned_by(ratio, others):
        return not_applicable(
            f"The answer turns round when the sound is {name}, so it would say more about the delivery than"
            " about the voice."
        )
    return _finding(model, survey, [voiced[number] for number, _ in kept], scores, others)


def _finding(
    model: Model,
    survey: Survey,
    windows: list[VoiceWindow],
    scores: NDArray[np.float64],
    others: dict[str, float],
) -> Finding:
    score = float(scores.mean())
    ratio = model.calibration.log10_lr(score)
    frequency = as_high_of_1000(score, model.recordings)
    count = frequency_words(frequency, "recordings")
    ratios = [model.calibration.log10_lr(float(s)) for s in scores]
    spans = [(w.start, min(w.start + len(w.samples) / 16000, survey.seconds)) for w in windows]
    because = (
        Measurement(
            name="score, mean over the windows",
            value=round(score, 2),
            usual=usual_scores(model.recordings, "recordings"),
        ),
        Measurement(name="recordings of 1,000 that score this high", value=frequency, usual="1 to 1,000"),
        Measurement(
            name="windows that speak for a synthesised voice",
            value=sum(r >= DECIDES for r in ratios),
            unit=f"of {len(ratios)}",
        ),
        *version_rows(ratio, others),
    )
    return reported(
        score_sentence("audio", ratio, count),
        points_to="generated",
        log10_lr=round(ratio, 2),
        strength=band(ratio),
        because=because,
        regions=_regions(spans, ratios) if ratio >= DECIDES else (),
        artefacts=(_strip(spans, ratios, survey.seconds),),
        caveats=(
            "Measured on voice systems and recordings that the score had not seen, as they are and after MP3, AAC,"
            " Opus, a telephone line, noise and a messenger. Newer systems and other microphones can behave otherwise.",
            "Recordings that were cleaned for publication, such as audiobooks and prompts, often score like synthesised"
            " voices: of one collection two thirds of the clips did.",
            "A low score is no sign of a recording: many synthesised voices score like recorded ones.",
        ),
    )


def _regions(spans: list[tuple[float, float]], ratios: list[float]) -> tuple[Region, ...]:
    """Return the windows with the highest ratios, in order of time."""
    ranked = sorted((-r, span) for r, span in zip(ratios, spans, strict=True) if r >= DECIDES)
    chosen = sorted(span for _, span in ranked[:_MOST_REGIONS])
    return tuple(Region(start=round(start, 2), end=round(end, 2)) for start, end in chosen)


def _strip(spans: list[tuple[float, float]], ratios: list[float], seconds: float) -> Artefact:
    from detectors.audio._strip import draw_strip

    high = sum(r >= DECIDES for r in ratios)
    return Artefact(
        name="score",
        title="The score along time",
        legend="One bar for each window of about four seconds with speech. Up: more expected if the voice is"
        " synthesised; down: if it is recorded. Dashed: ten times as expected. Single bars stray; recordings have"
        " bars in both directions.",
        alt=f"Bars along {seconds:.0f} seconds; {high} of {len(ratios)} windows speak for a synthesised voice.",
        data=draw_strip(spans, ratios, seconds, 1.5),
    )
