"""How the JPEG stream was written: quantisation tables, colour resolution, segments, and what follows it.

## What it measures
The headers of the file, without decoding it: which encoder writes such quantisation tables and at which
quality, whether the stream is progressive, how finely colour is stored, whether the Huffman tables were made
for this picture, in which order the segments stand, and which bytes lie behind the end of the picture.

## Why it matters
Cameras, editing programs and platforms each have habits. A file said to come straight from a camera whose
stream is progressive, with Photoshop's tables, went through a program. Data behind the end of the picture
can be a short clip from the phone, or a second file that somebody hid or left there.

## Known problems
Many phones use the standard tables that programs use as well, so those tell little. Most cameras have tables
of their own, which no public list covers: "not ones that Assay knows" is a usual answer for an untouched
photograph. One camera file in seven of two public collections has bytes behind its end, mostly remnants of
the memory card. A program can write any tables it likes.

## How to read it
As facts about the last program that wrote the file. None of them says that the content was changed: sending
a photograph through a messenger rewrites everything that this check sees.

## References
ITU-T T.81 (ISO/IEC 10918-1), annexes B and K. E. Kee, M. K. Johnson, H. Farid, "Digital image authentication
from JPEG headers", IEEE TIFS 6(3), 2011, doi:10.1109/TIFS.2011.2128309. CIPA DC-007 (multi-picture format).
Photoshop's tables: `JpegPresets` of the Pillow library.
"""

from __future__ import annotations

from detectors.check import CheckInfo, not_applicable, reported
from detectors.image._jpeg import Frame, Headers, read_headers
from detectors.image._markers import coding_words, huffman_words, segment_order, subsampling_words
from detectors.image._quantisation import Encoder, identify
from detectors.image._trailing import Trailer, read_trailer
from detectors.view import View
from provenance.model.finding import Finding, Measurement

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="How the JPEG file was written",
    kinds=("image",),
    basis="measured",
    needs=("container", "metadata"),
    cost="cheap",
    types=("image/jpeg",),
)


def run(view: View) -> Finding:
    """Describe the JPEG stream and what follows it."""
    headers = read_headers(view)
    if headers.frame is None or headers.luma is None:
        return not_applicable("The headers of the JPEG stream are incomplete.")
    encoder = identify(headers.luma, headers.chroma)
    trailer = read_trailer(view)
    sentences = [f"The compression tables are {encoder.words}."]
    if headers.frame.marker not in ("SOF0", "SOF1"):
        sentences.append(f"The stream is {coding_words(headers.frame)}, as programs and websites write it.")
    if trailer and trailer.file:
        sentences.append(f"Behind the end of the picture stands {trailer.words} ({trailer.size:,} bytes).")
    if view.container.problems:
        sentences.append("The file breaks rules of its format; it may be cut short or damaged.")
    return reported(
        " ".join(sentences),
        because=_measurements(view, headers, headers.frame, encoder, trailer),
        caveats=("These are facts about the last program that wrote the file, not about what it shows.",),
    )


def _measurements(
    view: View, headers: Headers, frame: Frame, encoder: Encoder, trailer: Trailer | None
) -> tuple[Measurement, ...]:
    rows = [
        Measurement(
            name="JPEG quality on libjpeg's scale",
            value=encoder.quality,
            usual="85 to 100 from cameras, 70 to 90 from websites and messengers",
        ),
        Measurement(name="quality is exact", value=encoder.exact and encoder.family != "camera"),
        Measurement(name="coding", value=coding_words(frame), usual="baseline from cameras"),
        Measurement(
            name="colour resolution",
            value=subsampling_words(frame),
            usual="4:2:2 or 4:2:0 from cameras and phones",
        ),
        Measurement(
            name="Huffman tables",
            value=huffman_words(headers),
            usual="the examples of the standard from most cameras",
        ),
        Measurement(name="scans", value=headers.scans, usual="1 in a baseline stream"),
        Measurement(
            name="blocks between restart markers", value=headers.restart, usual="0, or set by some cameras"
        ),
        Measurement(
            name="order of segments",
            value=segment_order(view.container.parts),
            usual="SOI, then APP1 with EXIF, in camera files",
        ),
    ]
    if trailer:
        rows.append(
            Measurement(
                name=f"bytes behind the end of the picture ({trailer.words})",
                value=trailer.size,
                unit="bytes",
                usual="often none; phones append clips and pictures, older cameras remnants of the memory card",
            )
        )
    rows += [
        Measurement(name="rule of the format that is broken", value=problem, usual="none")
        for problem in view.container.problems[:5]
    ]
    return tuple(rows)
