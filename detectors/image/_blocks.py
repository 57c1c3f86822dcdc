"""DCT of the 8 x 8 blocks of JPEG (ITU-T T.81, A.3.3), computed from decoded pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["BLOCK", "CELLS", "block_dct", "dct_basis", "dct_planes", "unclipped_blocks"]

BLOCK = 8
"""Side of a block in pixels."""

CELLS = (
    (0, 1),
    (1, 0),
    (2, 0),
    (1, 1),
    (0, 2),
    (0, 3),
    (1, 2),
    (2, 1),
    (3, 0),
    (4, 0),
    (3, 1),
    (2, 2),
    (1, 3),
    (0, 4),
)
"""Low frequencies, which survive strong compression, as (row, column)."""

_REACH = 1 + max(max(cell) for cell in CELLS)
_STRIP = 16  # rows of blocks: what fits into the cache


def dct_basis() -> NDArray[np.float32]:
    """Return the orthonormal DCT of eight samples, one frequency a row."""
    import numpy as np

    k = np.arange(BLOCK)
    basis = 0.5 * np.cos((2 * k[None, :] + 1) * k[:, None] * np.pi / 16)
    basis[0] /= np.sqrt(2)
    return basis.astype(np.float32)


def block_dct(blocks: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the DCT of blocks, shape (..., 8, 8)."""
    import numpy as np

    basis = dct_basis()
    return np.asarray(basis @ blocks @ basis.T, dtype=np.float32)


def dct_planes(
    luma: NDArray[np.float32], steps: NDArray[np.float32], *, most: int, every: int = 1
) -> NDArray[np.uint8]:
    """Return the absolute quantised coefficients of the picture's blocks.

    Args:
        luma: Shape (height, width), float32 in [0, 255]; the grid begins at its corner.
        steps: Quantisation step of each of `CELLS`.
        most: Larger values are returned as this one.
        every: Take only every so many rows of blocks.

    Returns:
        Shape (cells, rows of blocks, blocks in a row), uint8.
    """
    import numpy as np

    down, across = luma.shape[0] // BLOCK, luma.shape[1] // BLOCK
    starts = range(0, down * BLOCK, every * BLOCK)
    planes = np.empty((len(CELLS), len(starts), across), dtype=np.uint8)
    basis = dct_basis()[:_REACH]
    for top in range(0, len(starts), _STRIP):
        rows = np.stack([luma[y : y + BLOCK, : across * BLOCK] for y in starts[top : top + _STRIP]])
        strip = np.matmul(basis, rows)
        both = (strip.reshape(-1, BLOCK) @ basis.T).reshape(len(strip), _REACH, across, _REACH)
        for i, (row, column) in enumerate(CELLS):
            value = np.abs(both[:, row, :, column]) / steps[i]
            planes[i, top : top + _STRIP] = np.minimum(np.rint(value), most)
    return planes


def unclipped_blocks(rgb: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which blocks hold no darkest and no brightest value: clipped pixels are no longer what was compressed.

    Args:
        rgb: Shape (height, width, 3), uint8.

    Returns:
        Shape (rows of blocks, blocks in a row).
    """
    import numpy as np

    down, across = rgb.shape[0] // BLOCK, rgb.shape[1] // BLOCK
    free = np.empty((down, across), dtype=np.bool_)
    for top in range(0, down, _STRIP):
        strip = rgb[top * BLOCK : min(top + _STRIP, down) * BLOCK, : across * BLOCK]
        clipped = strip - np.uint8(1) >= 254  # 0 wraps around to 255
        # Eight flags are joined at once, as one 64-bit word.
        words = np.bitwise_or.reduce(clipped.reshape(-1, BLOCK, across * BLOCK * 3).view(np.uint64), axis=1)
        free[top : top + _STRIP] = ~words.reshape(-1, across, 3).any(axis=2)
    return free
