"""Headers of the JPEG format (ITU-T T.81 annex B) read from the parts of the container, without decoding."""

from __future__ import annotations

from dataclasses import dataclass

from detectors.view import View

__all__ = ["ZIGZAG", "Component", "Frame", "Headers", "read_headers"]

_SOF = frozenset({"SOF0", "SOF1", "SOF2", "SOF3", "SOF9", "SOF10", "SOF11"})
_MAX_SEGMENT = 1 << 16


def _zigzag() -> tuple[int, ...]:
    """Return the natural (row by row) index of each coefficient in the order of the file."""
    cells = [(r, c) for r in range(8) for c in range(8)]
    cells.sort(key=lambda rc: (sum(rc), rc[1] if sum(rc) % 2 == 0 else rc[0]))
    return tuple(8 * r + c for r, c in cells)


ZIGZAG = _zigzag()
"""Natural index of each coefficient in the order in which files store them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One colour component of the frame."""

    horizontal: int
    """Horizontal sampling factor."""
    vertical: int
    """Vertical sampling factor."""
    table: int
    """Number of its quantisation table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The frame header."""

    marker: str
    """`SOF0` and so on."""
    width: int
    """Pixels a line."""
    height: int
    """Lines; 0 where a later segment says it."""
    components: tuple[Component, ...]
    """Luma first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """What the segments before the picture data say."""

    tables: dict[int, tuple[int, ...]]
    """Quantisation tables by number: 64 values, row by row."""
    frame: Frame | None
    """The frame header; None where it is missing or broken."""
    huffman: tuple[bytes, ...]
    """The 16 code counts of every Huffman table, in file order."""
    restart: int
    """Blocks between restart markers; 0 for none."""
    scans: int
    """Number of scans."""

    @property
    def luma(self) -> tuple[int, ...] | None:
        """Quantisation table of the first component."""
        number = self.frame.components[0].table if self.frame else 0
        return self.tables.get(number)

    @property
    def chroma(self) -> tuple[int, ...] | None:
        """Quantisation table of the second component; None for grey pictures."""
        if self.frame is None or len(self.frame.components) < 3:
            return None
        return self.tables.get(self.frame.components[1].table)


def read_headers(view: View) -> Headers:
    """Return the coding parameters of a JPEG file; whatever is broken is left out."""
    tables: dict[int, tuple[int, ...]] = {}
    huffman: list[bytes] = []
    frame, restart, scans = None, 0, 0
    for part in view.container.parts:
        if part.path == "SOS":
            scans += 1
        if part.path not in _SOF and part.path not in ("DQT", "DHT", "DRI"):
            continue
        body = view.source.read(part.body, min(part.body_size, _MAX_SEGMENT))
        if part.path == "DQT":
            tables |= _quantisation(body)
        elif part.path == "DHT":
            huffman += _huffman(body)
        elif part.path == "DRI":
            restart = int.from_bytes(body[:2], "big")
        elif frame is None:
            frame = _frame(part.path, body)
    return Headers(tables=tables, frame=frame, huffman=tuple(huffman[:64]), restart=restart, scans=scans)


def _quantisation(body: bytes) -> dict[int, tuple[int, ...]]:
    found, at = {}, 0
    while at < len(body):
        wide, number = body[at] >> 4, body[at] & 0x0F
        width = 2 if wide else 1
        raw = body[at + 1 : at + 1 + 64 * width]
        if wide > 1 or number > 3 or len(raw) < 64 * width:
            break
        natural = [0] * 64
        for i, place in enumerate(ZIGZAG):
            natural[place] = int.from_bytes(raw[width * i : width * (i + 1)], "big")
        found[number] = tuple(natural)
        at += 1 + 64 * width
    return found


def _huffman(body: bytes) -> list[bytes]:
    found, at = [], 0
    while at + 17 <= len(body):
        counts = body[at + 1 : at + 17]
        found.append(body[at : at + 1] + counts)
        at += 17 + sum(counts)
    return found


def _frame(marker: str, body: bytes) -> Frame | None:
    count = body[5] if len(body) > 5 else 0
    if not 1 <= count <= 4 or len(body) < 6 + 3 * count:
        return None
    parts = [body[6 + 3 * i : 9 + 3 * i] for i in range(count)]
    if any(not (1 <= p[1] >> 4 <= 4 and 1 <= p[1] & 15 <= 4) for p in parts):
        return None
    return Frame(
        marker=marker,
        height=int.from_bytes(body[1:3], "big"),
        width=int.from_bytes(body[3:5], "big"),
        components=tuple(Component(horizontal=p[1] >> 4, vertical=p[1] & 15, table=p[2]) for p in parts),
    )
