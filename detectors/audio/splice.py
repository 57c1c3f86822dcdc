"""Places where a recording may have been joined from parts.

## What it measures
Four traces of a join. The two sides of each moment: background between the words, average colour of what is loud, how
fast levels rise and fall, in 17 bands up to 8 kHz, eight and three seconds before and after; a trained search weighs
what differs. The background alone, where it changes by more than chance brings. The hum of the mains (50 or 60 Hz and
the double), where it is clear enough: whether its phase runs on. And stretches in which every sample has the same
value, which no microphone gives.

## Why it matters
Sentences that were moved, left out or taken from elsewhere keep the room and the microphone of their own recording.
The two propositions are: the recording was joined here, and it runs on here.

## Known problems
The search has learnt from joins in which most often the voice changes with the room. So a change of speakers can be
taken for a join: of 50 conversations in one room, made by script from voices that it had not seen, it flags 12.
Where two people talk, a place at which the other one begins means little. A window that opens, a fan that starts, a
noise suppressor, an automatic gain or a call that changes its codec also change the sound for good.
A cut within one recording leaves nothing that is looked for unless the hum breaks, and parts shorter than about two
seconds are missed. Nothing above 8 kHz is looked at, and there is no search for clicks. A silence made by a computer
may come from the recorder itself, from a codec or from a mute button, so it is only told and counts for nothing.

## How to read it
Listen to the place, two seconds either side, with headphones and loud: does the background change at once or slowly?
Does another voice begin there? Ask for the recording as the device wrote it. Measured with
`python -m benchmarks.audio_splice --corpus DIR --most 12 --splices 100` (`benchmarks/results/audio_splice.json`) on
260 recordings of 42 collections that the weights had not seen:

- Untouched recordings flagged: 4 of 260 (95 % interval 0.6 to 3.9 %), and 4 each after MP3 and AAC at 64 kbit/s and
  Opus at 24. Two of the four may have been edited, which nobody listened for: a LibriVox reading whose background falls
  and rises by 30 dB, and a lesson whose hum loses its beat.
- Two recordings of different rooms, joined at a pause or put into one another with a fade of 10 ms: 66 of 100 flagged,
  63 of them within half a second of a join. After MP3 65 and 63, after AAC 63 and 60, after Opus 61 and 58. Cut
  anywhere, in speech as well: 24 and 22 of 50.
- Two recordings of one collection, one after the other: 5 of 50. A second of digital silence put in: 2 of 50, but told.
  Two seconds taken out of one recording: 0 of 50.

These collections were looked at four times with these weights, so the figures above are a little too good. At
limits of -1.9 for the two sides and -3 for the background 7 of 260 were flagged; at -2 and -3, 6, with 69 of 100
joins found near the place; at -2 and -3.5, 5 and 69; as shipped, 4 and 63. Each limit was read off the collections
of training, but that it had to be stricter was known from here. The earlier weights, learnt from 28 collections
instead of 75, found 133 of 200 other joins of these collections, the new ones 145 at the same limit.

After deliveries, on 358 recordings of the same collections (`python -m detectors.train audio.edited`): flagged were 97
of 157 joined recordings as they are, 69 of 120 after MP3 at 64 kbit/s, 87 of 133 after Opus at 24, 89 of 146 after a
messenger and 35 of 160 after a telephone line; of the untouched versions 11 of 716, and of 60 made conversations 7.

On collections of training, by weights that had not seen them, and for the search of two sides alone: of joins at
pauses 734 of 1,310 were found within half a second (365 of 567 as they are), of those in speech 497 of 886; flagged
were 7 of 2,480 untouched versions, 69 of 659 made conversations and 38 of 224 pairs of recordings of one studio.
Background and hum come on top: on 944 untouched recordings of training they flagged 5 at the shipped limit. So
nothing found says little, least of all about cuts within one recording.

## References
X. Pan, X. Zhang, S. Lyu, "Detecting splicing in digital audios using local noise level estimation", ICASSP 2012,
doi:10.1109/ICASSP.2012.6288260. C. Grigoras, "Applications of ENF criterion in forensic audio, video, computer and
telecommunication analysis", Forensic Science International 167 (2007), doi:10.1016/j.forsciint.2006.06.033.
S. Chen, P. Gopalakrishnan, "Speaker, environment and channel change detection and clustering via the Bayesian
information criterion", DARPA Broadcast News Workshop 1998. A. Desolneux, L. Moisan, J.-M. Morel, "From Gestalt
Theory to Image Analysis", 2008 (the number of false alarms).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from detectors.check import CheckInfo, not_applicable, nothing_found, reported
from detectors.view import AudioView, View
from provenance.model.finding import Finding, Measurement, Region

if TYPE_CHECKING:
    from detectors.audio._background import Change
    from detectors.audio._mains import PhaseJump

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Joins in the recording",
    kinds=("audio", "video"),
    basis="measured",
    needs=("samples",),
    cost="heavy",
    answers=("edited",),
)

MAX_LOG10_NFA = -3.5
"""A change of background counts from here on.

Of 944 untouched recordings of training 6 pass -3 and 3 this limit, broadcasts and verse among them that may well have
been cut; of 220 joins no more than 5 are found by the background alone."""

MAX_SIDES_LOG10_NFA = -2.2
"""Two sides count as those of two recordings from here on, in a recording of usual length at a score of 2.57.

As strict as leaves 64 of 100 joins as they are found out of fold, since a false alarm costs more than a miss (the
card of the weights)."""

_APART = 3.0  # seconds
_REGION = 0.5  # seconds either side of a place
_MARGIN = 0.3  # at the ends, where silence is usual
_MOST_SILENCES = 8
_MOST_PLACES = 20
_CAVEATS = (
    "A fan, a window, a noise suppressor or a call can change the sound as well: this says where, not why.",
    "Where several people speak, the place at which another one begins can look like a join.",
)


def run(view: View) -> Finding:
    """Look for lasting changes of the background, breaks of the hum, and silence made by a computer."""
    from detectors.audio._background import LEAST_SECONDS, changes
    from detectors.audio._joins import foreign_sides
    from detectors.audio._mains import phase_jumps

    survey = cast(AudioView, view).survey
    if survey.seconds < LEAST_SECONDS:
        return not_applicable(f"The recording is shorter than {LEAST_SECONDS:.0f} seconds.")
    found = changes(survey.frames, most_log10_nfa=MAX_LOG10_NFA)
    sides = foreign_sides(survey.frames, most_log10_nfa=MAX_SIDES_LOG10_NFA)
    jumps = phase_jumps(survey.hum)
    silences = [s for s in survey.samples.still if s[0] > _MARGIN and s[1] < survey.seconds - _MARGIN]
    if not found and not sides and not jumps and not silences:
        return nothing_found()
    # Each search names its own place; where both see one join, the trained one stands nearer to it.
    alone = tuple(c for c in found if all(abs(c.at - s.at) > _APART for s in sides))
    places = sorted([c.at for c in (*alone, *sides)] + [j.at for j in jumps])
    regions = [_around(at, survey.seconds) for at in places[:_MOST_PLACES]]
    regions += [Region(start=round(a, 2), end=round(b, 2)) for a, b in silences[:_MOST_SILENCES]]
    return reported(
        " ".join(filter(None, (_sides(sides), _backgrounds(alone), _hum(jumps), _silence(silences)))),
        points_to="edited" if places else "nothing",
        because=(
            *(row for change in (*sides, *alone) for row in _change(change)),
            *map(_jump, jumps[:_MOST_PLACES]),
            *(_still(*s) for s in silences[:_MOST_SILENCES]),
        ),
        regions=tuple(regions),
        caveats=_CAVEATS if places else (),
    )


def _around(at: float, seconds: float) -> Region:
    return Region(start=round(max(0.0, at - _REGION), 2), end=round(min(seconds, at + _REGION), 2))


def _sides(found: tuple[Change, ...]) -> str:
    if not found:
        return ""
    where = "one place" if len(found) == 1 else f"{len(found)} places"
    return f"The sound before and after differs at {where} as that of two recordings does."


def _backgrounds(found: tuple[Change, ...]) -> str:
    if not found:
        return ""
    where = "one place" if len(found) == 1 else f"{len(found)} places"
    return f"The background changes for good at {where}, as where recordings were joined."


def _hum(jumps: tuple[PhaseJump, ...]) -> str:
    if not jumps:
        return ""
    where = "one place" if len(jumps) == 1 else f"{len(jumps)} places"
    return f"The hum of the mains loses its beat at {where}, as where something was cut out or put in."


def _silence(silences: list[tuple[float, float]]) -> str:
    if not silences:
        return ""
    count = "one stretch" if len(silences) == 1 else f"{len(silences):,} stretches"
    return f"It holds {count} of silence made by a computer."


def _change(change: Change) -> tuple[Measurement, ...]:
    return (
        Measurement(
            name=f"background before and after {change.at:.1f} s",
            value=f"{-change.before_db:.0f} and {-change.after_db:.0f} dB below the loud parts",
            usual="the same within a few dB",
        ),
        Measurement(
            name="untouched recordings of 100 of this length that show as much",
            value=float(f"{100 * 10**change.log10_nfa:.1g}"),
            unit="expected at most",
        ),
    )


def _jump(jump: PhaseJump) -> Measurement:
    return Measurement(
        name=f"jump in the phase of the {jump.hertz:.0f} Hz hum at {jump.at:.1f} s",
        value=round(jump.degrees),
        unit="degrees",
        usual=f"within {max(2.0, 3 * jump.residual):.0f}, as it strays here otherwise",
    )


def _still(start: float, end: float) -> Measurement:
    return Measurement(
        name=f"samples of one and the same value at {start:.2f} s",
        value=round(1000 * (end - start)),
        unit="milliseconds",
        usual="none in recordings of a microphone",
    )
