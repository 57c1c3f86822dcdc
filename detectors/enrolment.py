"""Enrolling a camera: from a newsroom's own photographs to the fingerprint of one sensor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from detectors.cameras import Camera, CameraStore
from detectors.view import ImageView
from provenance.errors import UsageError
from provenance.source import open_source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FEWEST_FRAMES", "FEWEST_NATURAL", "Enrolled", "enrol"]

FEWEST_FRAMES = 20
"""Fewest frames that a camera is enrolled with."""

FEWEST_NATURAL = 50
"""Frames that are advisable where few of them are even and bright."""

_MOST_FRAMES = 1_000
_SMALLEST_SIDE = 512
_ENOUGH_FLAT = 10
_BLOCK, _EVEN = 16, 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """What came of an enrolment."""

    camera: Camera
    """The camera, as stored."""

    warnings: tuple[str, ...]
    """What weakens its fingerprint, one sentence each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    width: int
    height: int
    model: str
    serial: str
    sha256: str
    flat: bool


def enrol(
    name: str,
    files: Sequence[Path],
    *,
    store: CameraStore,
    replace: bool = False,
    fewest: int = FEWEST_FRAMES,
    on_frame: Callable[[Path], None] | None = None,
) -> Enrolled:
    """Make the fingerprint of a camera from its photographs and store it.

    Args:
        name: What to call it.
        files: Its photographs, unscaled and uncropped, all of one size.
        store: Where to keep it.
        replace: Whether a camera of that name may be overwritten.
        fewest: Fewest frames, copies not counted.
        on_frame: Called before each file is read.

    Raises:
        UsageError: There are too few frames, they differ in size, model or serial number, or the name is taken.
        UnreadableError: A file cannot be read.
    """
    from detectors.image._prnu.fingerprint import Enrolment

    if not fewest <= len(files) <= _MOST_FRAMES:
        raise UsageError(
            f"A camera is enrolled with {fewest} to {_MOST_FRAMES} photographs; {len(files)} were given.",
            hint="Even, bright ones are best: a clear sky or a white wall, out of focus.",
        )
    first: _Frame | None = None
    running: Enrolment | None = None
    hashes: dict[str, bool] = {}
    for path in files:
        if on_frame is not None:
            on_frame(path)
        frame, rgb = _read(path)
        if first is None or running is None:
            first, running = frame, Enrolment(frame.width, frame.height)
        _require_same(first, frame, path)
        if frame.sha256 not in hashes:
            hashes[frame.sha256] = frame.flat
            running.add(rgb)
    if first is None or running is None or running.frames < fewest:
        raise UsageError(f"Only {len(hashes)} of the {len(files)} files differ; {fewest} are needed.")
    flat = sum(hashes.values())
    camera = Camera(
        name=name, model=first.model, width=first.width, height=first.height, frames=running.frames,
        flat_frames=flat, enrolled=datetime.now(UTC).date().isoformat(), sha256=tuple(hashes),
    )  # fmt: skip
    stored = store.add(camera, running.fingerprint(), replace_it=replace)
    return Enrolled(camera=stored, warnings=tuple(_warnings(len(files), running.frames, flat, first)))


def _read(path: Path) -> tuple[_Frame, NDArray[np.uint8]]:
    with open_source(path) as source:
        view = ImageView(source)
        if not source.media_type.startswith("image/"):
            raise UsageError(f"{path.name} is no picture.")
        rgb = view.rgb
        if min(rgb.shape[:2]) < _SMALLEST_SIDE:
            raise UsageError(f"{path.name} is smaller than {_SMALLEST_SIDE} pixels: no frame of a camera.")
        model, serial = _maker(view)
        frame = _Frame(width=rgb.shape[1], height=rgb.shape[0], model=model, serial=serial,
                       sha256=source.sha256, flat=_is_flat(rgb))  # fmt: skip
        return frame, rgb


def _maker(view: ImageView) -> tuple[str, str]:
    """Return make and model in one, and the serial number of the body; empty where EXIF does not say."""
    try:
        exif = view.image.getexif()
        named = [str(exif.get(tag, "")).strip(" \0")[:100] for tag in (0x010F, 0x0110)]
        serial = str(exif.get_ifd(0x8769).get(0xA431, "")).strip(" \0")[:100]
    except (OSError, ValueError, SyntaxError, LookupError, TypeError, ArithmeticError, AttributeError):
        return "", ""  # a broken EXIF block costs the comparison of names, not the frame
    return " ".join(named).strip(), serial


def _is_flat(rgb: NDArray[np.uint8]) -> bool:
    """Return whether a frame is even and bright; slow shading towards the corners does not count."""
    height, width = (length // _BLOCK * _BLOCK for length in rgb.shape[:2])
    blocks = rgb[:height, :width, 1].reshape(height // _BLOCK, _BLOCK, width // _BLOCK, _BLOCK)
    green = blocks.mean(axis=(1, 3), dtype="f4")
    steps = abs(green[1:, 1:] - green[:-1, :-1])
    return bool(80 <= green.mean() <= 245 and steps.mean() < _EVEN)


def _require_same(first: _Frame, frame: _Frame, path: Path) -> None:
    if (frame.width, frame.height) != (first.width, first.height):
        raise UsageError(
            f"{path.name} has {frame.width} x {frame.height} pixels, the first frame {first.width} x"
            f" {first.height}: all frames need one size.",
            hint="Leave out crops, scaled copies and pictures that a program has turned upright.",
        )
    for what in ("model", "serial"):
        mine, theirs = getattr(frame, what), getattr(first, what)
        if mine and theirs and mine != theirs:
            named = "camera model" if what == "model" else "serial number"
            raise UsageError(
                f"{path.name} names another {named} ({mine}) than the first frame ({theirs}).",
                hint="Enrol each camera by itself; two of one model are two cameras.",
            )


def _warnings(given: int, frames: int, flat: int, first: _Frame) -> list[str]:
    said = []
    if frames < given:
        said.append(f"{given - frames} files were copies of others and did not count.")
    if flat < _ENOUGH_FLAT and frames < FEWEST_NATURAL:
        said.append(
            f"Only {flat} of {frames} frames are even and bright. Add photographs of a clear sky or a white wall,"
            f" out of focus, or take {FEWEST_NATURAL} or more of other subjects."
        )
    if not first.model:
        said.append(
            "The first frame does not name its camera model, so mixed cameras may have gone unnoticed."
        )
    return said
