"""Views: one file opened once, with everything that several checks need computed at most once.

A check gets a view and takes what it needs from it. Every attribute is computed on first use and kept.
"""

from __future__ import annotations

import warnings
from functools import cached_property
from typing import TYPE_CHECKING

from provenance.containers.part import Container
from provenance.containers.walker import walk
from provenance.errors import AssayError, LimitError, UnreadableError, UnsupportedTypeError
from provenance.limits import Limits
from provenance.metadata.entry import Metadata
from provenance.metadata.reader import read_metadata
from provenance.model.asset import Asset
from provenance.model.credentials import Credentials
from provenance.sniff import kind_of
from provenance.source import Source, describe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    from detectors.sound.survey import Survey

__all__ = ["AudioView", "ImageView", "View", "make_view"]

_STRIP = 256  # rows
_NO_DECODER = frozenset({"image/heic", "image/heif", "image/jxl", "image/svg+xml"})


class View:
    """What every check can use, whatever the medium.

    Args:
        source: The opened file; the view does not close it.
        credentials: What `provenance.verification` said, or None where it was not asked.
        pictures: Whether somebody will look at artefacts. What a check measures does not depend on it.
    """

    def __init__(
        self, source: Source, *, credentials: Credentials | None = None, pictures: bool = True
    ) -> None:
        self.source = source
        self.credentials = credentials
        self.pictures = pictures

    @property
    def limits(self) -> Limits:
        """Limits in force."""
        return self.source.limits

    @cached_property
    def asset(self) -> Asset:
        """Identity of the file."""
        return describe(self.source)

    @cached_property
    def container(self) -> Container:
        """Segments, chunks or boxes of the file."""
        return walk(self.source)

    @cached_property
    def metadata(self) -> Metadata:
        """Metadata entries of the file."""
        return read_metadata(self.source, self.container)


class ImageView(View):
    """A still picture."""

    @property
    def image(self) -> Image.Image:
        """The decoded picture as Pillow has it: stored orientation, original mode, first frame.

        Raises:
            UnsupportedTypeError: There is no decoder for this type.
            LimitError: More pixels than the limit.
            UnreadableError: Pillow cannot decode it.
        """
        if isinstance(self._decoded, AssayError):
            raise self._decoded
        return self._decoded

    @cached_property
    def _decoded(self) -> Image.Image | AssayError:
        # A failure is kept too, or every check would decode a bad file again.
        try:
            return _decode(self.source)
        except AssayError as error:
            return error

    @cached_property
    def rgb(self) -> NDArray[np.uint8]:
        """Pixels, shape (height, width, 3), uint8 in [0, 255], stored orientation, alpha dropped."""
        import numpy as np

        return np.asarray(self.image if self.image.mode == "RGB" else self.image.convert("RGB"))

    @cached_property
    def luma(self) -> NDArray[np.float32]:
        """BT.601 luma, shape (height, width), float32 in [0, 255]."""
        import numpy as np

        weights = np.array([0.299, 0.587, 0.114], dtype=np.float32)
        luma = np.empty(self.rgb.shape[:2], dtype=np.float32)
        for top in range(
            0, len(luma), _STRIP
        ):  # all three channels as numbers of four bytes are a lot of memory
            luma[top : top + _STRIP] = self.rgb[top : top + _STRIP].astype(np.float32) @ weights
        return luma


class AudioView(View):
    """A recording, or the soundtrack of a clip."""

    @property
    def survey(self) -> Survey:
        """What one pass over the sound kept: frames, windows, spectra, facts. Any length, bounded memory.

        Raises:
            UnsupportedTypeError: There is no decoder for it here, or it has no sound.
            LimitError: It is beyond the limits.
            UnreadableError: It cannot be decoded.
        """
        if isinstance(self._surveyed, AssayError):
            raise self._surveyed
        return self._surveyed

    @cached_property
    def _surveyed(self) -> Survey | AssayError:
        # A failure is kept too, or every check would decode a bad file again.
        from detectors.sound.survey import take_survey

        try:
            return take_survey(self.source)
        except AssayError as error:
            return error


def _decode(source: Source) -> Image.Image:
    from PIL import Image, UnidentifiedImageError

    if source.media_type in _NO_DECODER:
        raise UnsupportedTypeError(f"Pictures of type {source.media_type} are not decoded here.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(source.stream())
            if picture.width * picture.height > source.limits.max_pixels:
                raise LimitError(
                    f"{source.name} has {picture.width} x {picture.height} pixels, more than"
                    f" the limit of {source.limits.max_pixels:,}.",
                    hint="Raise the limit with --max-pixels if you trust where the file comes from.",
                )
            picture.load()
    except LimitError:
        raise
    except (OSError, ValueError, SyntaxError, ArithmeticError, RuntimeError, MemoryError,
            Image.DecompressionBombError, LookupError, TypeError, EOFError) as cause:  # fmt: skip
        # Pillow's own words for this one hold an address in memory.
        why = "it is damaged" if isinstance(cause, UnidentifiedImageError) else str(cause)
        raise UnreadableError(
            f"The picture in {source.name} could not be decoded: {why}",
            hint="Credentials and metadata were still read; ask for the file again.",
        ) from cause
    return picture


_VIEWS: dict[str, type[View]] = {"image": ImageView, "audio": AudioView, "video": AudioView}


def make_view(source: Source, *, credentials: Credentials | None = None, pictures: bool = True) -> View:
    """Return the view that fits the medium of `source`; the arguments are those of `View`."""
    kind = _VIEWS.get(kind_of(source.media_type), View)
    return kind(source, credentials=credentials, pictures=pictures)
