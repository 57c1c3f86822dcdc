"""Where enrolled cameras are kept: one file a camera, with the fingerprint of its sensor and how it was made.

The folder is `ASSAY_CAMERA_DIR`, or the user's data folder. Files are read as hostile as any other: sizes are checked
before anything is allocated, and nothing in them is executed.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from provenance.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["MAX_CAMERAS", "Camera", "CameraStore"]

MAX_CAMERAS = 200
"""Most cameras that a folder is read for."""

_MAX_NAME = 80
_MAX_TEXT = 200
_MAX_SIDE = 4096
_MAX_FRAME = 100_000
_MAX_ABOUT = 1 << 20
_MAX_FILE = 2 * _MAX_SIDE**2 + 2 * _MAX_ABOUT
_MEMBERS = {"about.npy": _MAX_ABOUT + 1024, "pattern.npy": 2 * _MAX_SIDE**2 + 1024}


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """One enrolled camera."""

    name: str
    """Name that the newsroom gave it."""

    model: str
    """Make and model in the EXIF data of the frames; empty where they say nothing."""

    width: int
    """Width of its frames, in pixels."""

    height: int
    """Height of its frames, in pixels."""

    frames: int
    """How many frames the fingerprint was made from."""

    flat_frames: int
    """How many of them were even and bright."""

    enrolled: str
    """Date, ISO 8601."""

    sha256: tuple[str, ...]
    """SHA-256 of each of these files, hexadecimal."""

    path: Path = Path()
    """File that it is kept in."""


class CameraStore:
    """The enrolled cameras of one folder.

    Args:
        folder: Where they are; `ASSAY_CAMERA_DIR` or the user's data folder where left out.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or _default_folder()

    def cameras(self) -> tuple[tuple[Camera, ...], tuple[str, ...]]:
        """Return the cameras by name, and one sentence on each file that cannot be read."""
        found, problems = [], []
        for path in self._files():
            try:
                found.append(_about(path))
            except UnreadableError as error:
                problems.append(error.message)
        return tuple(sorted(found, key=lambda c: c.name.casefold())), tuple(problems)

    def find(self, name: str) -> Camera:
        """Return the camera called `name`, whatever its case.

        Raises:
            UsageError: There is none.
            UnreadableError: Its file is damaged.
        """
        path = self._path(name)
        if not path.is_file():
            raise UsageError(f"No camera is enrolled as {name}.", hint="`assay camera list` names them.")
        return _about(path)

    def add(self, camera: Camera, pattern: NDArray[np.float16], *, replace_it: bool = False) -> Camera:
        """Write a camera, whole or not at all.

        Args:
            camera: What is known of it.
            pattern: Its fingerprint, shape (height, width), at most 4096 a side.
            replace_it: Whether one of the same name may be overwritten.

        Raises:
            UsageError: The name is taken or cannot be used, or there are too many cameras.
        """
        import numpy as np

        name = " ".join(camera.name.split())
        if not 0 < len(name) <= _MAX_NAME or not name.isprintable():
            raise UsageError(f"A camera's name has 1 to {_MAX_NAME} printable characters.")
        path = self._path(name)
        if path.exists() and not replace_it:
            raise UsageError(
                f"A camera is already enrolled as {name}.", hint="Take another name, or --replace."
            )
        if sum(1 for _ in self._files()) >= MAX_CAMERAS and not path.exists():
            raise UsageError(f"There are already {MAX_CAMERAS} cameras in {self.folder.name}.")
        about = {**asdict(replace(camera, name=name)), "path": None}
        packed = io.BytesIO()
        text = np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)
        np.savez(packed, about=text, pattern=np.asarray(pattern, dtype=np.float16))
        _write(path, packed.getvalue())
        return replace(camera, name=name, path=path)

    def pattern(self, camera: Camera) -> NDArray[np.float16]:
        """Return the fingerprint of a camera.

        Raises:
            UnreadableError: The file is damaged.
        """
        import numpy as np

        side = (min(camera.height, _MAX_SIDE) // 16 * 16, min(camera.width, _MAX_SIDE) // 16 * 16)
        pattern: NDArray[np.float16] = _member(camera.path, "pattern.npy", np.dtype(np.float16), side)
        # Numbers that are none, or out of all proportion, would end in every result.
        return np.nan_to_num(pattern, posinf=0, neginf=0).clip(-1000, 1000)

    def remove(self, name: str) -> None:
        """Remove a camera, also one whose file is damaged.

        Raises:
            UsageError: There is none of that name.
        """
        try:
            self._path(name).unlink()
        except OSError as cause:
            raise UsageError(
                f"No camera is enrolled as {name}.", hint="`assay camera list` names them."
            ) from cause

    def _files(self) -> Iterator[Path]:
        if self.folder.is_dir():
            yield from sorted(self.folder.glob("*.npz"))[:MAX_CAMERAS]

    def _path(self, name: str) -> Path:
        # A hash, since a name may hold what no file name can.
        key = " ".join(name.split()).casefold()
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()[:20]}.npz"


def _default_folder() -> Path:
    named = os.environ.get("ASSAY_CAMERA_DIR")
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("assay", appauthor=False) / "cameras"


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".enrol-", delete=False) as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(stream.name).replace(path)
    except OSError as cause:
        raise UsageError(f"The camera could not be written to {path.parent}: {cause.strerror}.") from cause


def _about(path: Path) -> Camera:
    import numpy as np

    try:
        said: dict[str, Any] = json.loads(_member(path, "about.npy", np.dtype(np.uint8), None).tobytes())
        camera = Camera(
            name=str(said["name"])[:_MAX_NAME],
            model=str(said["model"])[:_MAX_TEXT],
            enrolled=str(said["enrolled"])[:_MAX_TEXT],
            width=int(said["width"]),
            height=int(said["height"]),
            frames=int(said["frames"]),
            flat_frames=int(said["flat_frames"]),
            sha256=tuple(str(value)[:64] for value in list(said["sha256"])[:10_000]),
            path=path,
        )
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError) as cause:
        raise _damaged(path) from cause
    if not (0 < camera.width <= _MAX_FRAME and 0 < camera.height <= _MAX_FRAME):
        raise _damaged(path)
    return camera


def _member(path: Path, name: str, kind: np.dtype[Any], shape: tuple[int, int] | None) -> NDArray[Any]:
    """Return one array of the file, once its sizes have been found to be what they should."""
    import numpy as np

    try:
        if path.stat().st_size > _MAX_FILE:
            raise _damaged(path)
        with zipfile.ZipFile(path) as packed:
            sizes = {info.filename: info.file_size for info in packed.infolist()[:3]}
            if set(sizes) != set(_MEMBERS) or any(sizes[n] > most for n, most in _MEMBERS.items()):
                raise _damaged(path)
            data = packed.read(name)
        stream = io.BytesIO(data)
        version = np.lib.format.read_magic(stream)
        found, swapped, dtype = np.lib.format.read_array_header_1_0(stream)
        rest = data[stream.tell() :]
        wanted = shape if shape is not None else (len(rest),)
        if version != (1, 0) or swapped or dtype != kind or found != wanted:
            raise _damaged(path)
        return np.frombuffer(rest, dtype=kind).reshape(wanted)
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, SyntaxError,
            zipfile.LargeZipFile, MemoryError, zlib.error) as cause:  # fmt: skip
        raise _damaged(path) from cause


def _damaged(path: Path) -> UnreadableError:
    return UnreadableError(
        f"{path.name} in the folder of cameras is damaged or no fingerprint.",
        hint="Remove that file, and enrol the camera again.",
    )
