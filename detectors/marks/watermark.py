"""Open watermark of Stable Diffusion and FLUX, hidden in the pixels.

## What it measures
Whether the colours carry one of four published bit patterns in the layout "DWT-DCT" of the package
`invisible-watermark`: the text `StableDiffusionV1` (136 bits), the text `SDV2` (32 bits), and the 48 bits that the
published programs of Stable Diffusion XL and of FLUX write. FLUX's program drops the two zeros at the front and writes
46; both forms are looked for. A pattern counts as found from 104 of 136, 32 of 32, 44 of 48 or 43 of 46 matching bits.

## Why it matters
The published programs of these generators add the mark to what they make, and so does the library `diffusers` for
Stable Diffusion XL where the package is installed. It lies in the pixels, so it stays when all metadata is removed.

## Known problems
No mark says nothing: most programs and services never write one, and a crop, a change of size, a turn or a screenshot
destroys it. A save as JPEG at quality 85 erases a third of the marks, at 75 two thirds. The layout and the patterns are
public, so anybody can add one to any picture. The published programs also mark photographs that they changed. Pictures
below 65,536 pixels are never marked, and one of that size has too few blocks to survive much.

## How to read it
The report says how many bits match. If the bits of an unmarked picture were coin tosses, one such picture in 50 million
would reach one of these counts, over all patterns and the eight ways to read them. Ask how the sender came by the
picture. Measured with the package itself as the writer, on 40 photographs of five collections that played no part in
writing the reader, four programs' patterns at 512 and at 1,024 pixels a side (`python -m benchmarks.watermark`,
`benchmarks/results/watermark.json`):

- Read of 320 marks: as PNG 316, as WebP 90 294, as JPEG 95 282, as JPEG 85 198, as JPEG 75 107 (24 of them at 512
  pixels, 83 at 1,024). The package's own reader, with the same least counts: 153, 30, 8, 0 and 0.
- Photographs without a mark that brought an answer: 0 of 3,398, tampered ones included.

## References
ShieldMnt, invisible-watermark, on GitHub (method `dwtDct`).
CompVis/stable-diffusion and Stability-AI/stablediffusion, `scripts/txt2img.py`; huggingface/diffusers, pipeline of
Stable Diffusion XL, `watermark.py`; black-forest-labs/flux: the patterns.
"""

from __future__ import annotations

from detectors.check import HIDDEN_TOOL, CheckInfo, not_applicable, nothing_found, reported
from detectors.marks._dwtdct import Pattern, best_match
from detectors.marks._quote import fact
from detectors.view import ImageView, View
from provenance.model.finding import Finding, Measurement

__all__ = ["INFO", "PATTERNS", "run"]

INFO = CheckInfo(
    title="Open watermark in the pixels",
    kinds=("image",),
    basis="declared",
    needs=("pixels",),
    cost="moderate",
)


def _bits(of: str | bytes) -> tuple[int, ...]:
    digits = of if isinstance(of, str) else "".join(f"{byte:08b}" for byte in of)
    return tuple(int(digit) for digit in digits)


_FLUX = "001010101111111010000111100111001111010100101110"

PATTERNS = (
    Pattern(tool="Stable Diffusion 1", bits=_bits(b"StableDiffusionV1"), least=104),
    Pattern(tool="Stable Diffusion 2", bits=_bits(b"SDV2"), least=32),
    Pattern(
        tool="Stable Diffusion XL", bits=_bits("101100111110110010010000011110111011000110011110"), least=44
    ),
    Pattern(tool="FLUX", bits=_bits(_FLUX), least=44),
    Pattern(tool="FLUX", bits=_bits(_FLUX.lstrip("0")), least=43),
)
"""What is looked for. No pattern is reached by coin tosses more often than 44 of 48 bits are: 8 times in 10^10."""

_CAVEATS = (
    "The layout and its patterns are public and anybody can add one, so this is a declaration, not proof.",
    "The programs that write it also mark photographs that they changed.",
)


def run(view: View) -> Finding:
    """Read the bits and compare them with the published patterns."""
    if not isinstance(view, ImageView):
        return not_applicable("Only still pictures can carry this watermark.")
    found = best_match(view.rgb, PATTERNS)
    if found is None:
        return nothing_found()
    pattern = found.pattern
    bits = Measurement(
        name="Bits that match the published pattern",
        value=found.matching,
        unit=f"of {len(pattern.bits)}",
        usual=f"about {len(pattern.bits) // 2} in unmarked pictures",
    )
    return reported(
        f"Its pixels carry the open watermark that programs for {pattern.tool} write.",
        points_to="generated",
        because=(bits, fact(HIDDEN_TOOL, pattern.tool)),
        caveats=_CAVEATS,
    )
