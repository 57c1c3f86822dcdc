"""`python -m detectors.train image.synthesis --corpus DIR`: rebuild a detector's weights from labelled files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from detectors.train.corpus import read_corpus, read_protocol
from detectors.train.extraction import extract_parts, load_parts
from detectors.train.synthesis import train_synthesis
from provenance.errors import AssayError

__all__ = ["main"]

_CHECKS = ("image.synthesis", "image.prnu", "image.edited", "audio.synthesis", "audio.edited",
           "audio.splice")  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Train the detector that the command line names, and say where its files lie."""
    parser = argparse.ArgumentParser(prog="python -m detectors.train", description=__doc__)
    parser.add_argument("check", choices=_CHECKS)
    parser.add_argument(
        "--corpus",
        type=Path,
        required=True,
        action="append",
        help="folder with manifest.csv; both kinds of synthesis take several",
    )
    parser.add_argument("--out", type=Path, default=Path("build/weights"), help="folder for weights and card")
    parser.add_argument("--cache", type=Path, default=Path("build/features"), help="folder for features")
    parser.add_argument("--protocol", type=Path, help="default: that of the check in benchmarks/protocols")
    parser.add_argument(
        "--share", default="0/1", help="do only part N of M of the extraction, e.g. 0/2, and stop"
    )
    parser.add_argument("--no-extraction", action="store_true", help="use what the cache holds")
    parser.add_argument("--final", action="store_true", help="score the final fold: once, at the end")
    options = parser.parse_args(arguments)
    options.corpora, options.corpus = options.corpus, options.corpus[0]
    options.protocol = (
        options.protocol or Path("benchmarks/protocols") / f"{options.check.replace('.', '-')}.json"
    )
    try:
        if options.check == "audio.synthesis":
            return _train_voice(options)
        if options.check == "audio.splice":
            return _train_splice(options)
        if options.check in ("image.edited", "audio.edited"):
            return _calibrate_edited(options)
        return _calibrate_prnu(options) if options.check == "image.prnu" else _train(options)
    except AssayError as error:
        sys.stderr.write(f"{error.message}\n")
        return error.exit_code


def _train_voice(options: argparse.Namespace) -> int:
    from detectors.train.audio_corpus import read_clips, read_voice_protocol
    from detectors.train.audio_extraction import extract_clips, load_clips
    from detectors.train.audio_synthesis import train_voice

    protocol = read_voice_protocol(options.protocol)
    clips = read_clips(options.corpora, protocol)
    if not options.no_extraction:
        for part in extract_clips(clips, protocol, options.cache / "audio"):
            sys.stderr.write(f"{part.name}\n")
    table = load_clips(clips, options.cache / "audio")
    card = train_voice(clips, table, protocol, options.out, final=options.final)
    found = card["out_of_source"]["all"]
    told = f"Out of source: equal error rate {found['equal_error_rate']}, Cllr {found['cllr']}."
    sys.stdout.write(f"{told} Written to {options.out}\n")
    return 0


def _train_splice(options: argparse.Namespace) -> int:
    from detectors.train import audio_splice

    found = audio_splice.main(options.corpora, options.protocol, options.out)["out_of_fold"]
    sys.stdout.write(f"Out of fold: {found}. Written to {options.out}\n")
    return 0


def _calibrate_prnu(options: argparse.Namespace) -> int:
    from detectors.train import image_prnu

    image_prnu.main(options.corpus, options.out, cache=options.cache / "prnu")
    sys.stdout.write(f"Written to {options.out}\n")
    return 0


def _calibrate_edited(options: argparse.Namespace) -> int:
    from detectors.train import audio_edited, image_edited

    if options.check == "audio.edited":
        card = audio_edited.main(options.corpora, options.out, cache=options.cache)["card"]
    else:
        card = image_edited.main(options.corpus, options.out, cache=options.cache)["card"]
    told = f"Source held out: AUC {card['auc_source_held_out']}, Cllr {card['cllr_source_held_out']}."
    sys.stdout.write(f"{told} Written to {options.out}\n")
    return 0


def _train(options: argparse.Namespace) -> int:
    protocol = read_protocol(options.protocol)
    items = read_corpus(options.corpora, protocol)
    number, _, of = options.share.partition("/")
    if not options.no_extraction:
        share = (int(number), int(of))
        for part in extract_parts(items, protocol, options.cache, share=share):
            sys.stderr.write(f"{part.name}\n")
        if share[1] > 1:
            return 0
    table = load_parts(items, protocol, options.cache)
    card = train_synthesis(items, table, protocol, options.out, final=options.final)
    found = card["out_of_source"]["all"]
    sys.stdout.write(f"Out of source: AUC {found['auc']}, Cllr {found['cllr']}. Written to {options.out}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
