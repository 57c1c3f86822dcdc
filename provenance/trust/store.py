"""Trust lists kept on disk, one JSON file a list.

Certificates lie in the file as base64 DER with a checksum, so that loading parses no certificate: `verify`
does it at every start. Writes are atomic, so that a reader sees the old list or the new one.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from provenance.atomic import write_atomic
from provenance.errors import TrustListError, UsageError
from provenance.trust.formats import MAX_LIST_BYTES
from provenance.trust.lists import TrustList

__all__ = ["TrustStore", "checked_name"]

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_MAX_FILE_BYTES = 4 * MAX_LIST_BYTES
_MAX_LISTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    schema: Literal["assay/trust-list/1"]
    sha256: str
    list: TrustList


_DECODER = msgspec.json.Decoder(_Stored)


class TrustStore:
    """A folder of trust lists.

    Args:
        folder: Where the lists lie; by default `ASSAY_TRUST_DIR`, else `assay/trust` among the user's data.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder if folder is not None else _default_folder()

    def lists(self) -> tuple[TrustList, ...]:
        """Every list that loads, by name. Damaged ones are left out; see `problems`."""
        return self.read()[0]

    def problems(self) -> tuple[TrustListError, ...]:
        """One error with a hint for each stored list that does not load."""
        return self.read()[1]

    def read(self) -> tuple[tuple[TrustList, ...], tuple[TrustListError, ...]]:
        """Lists and problems in one pass over the folder."""
        lists: list[TrustList] = []
        problems: list[TrustListError] = []
        try:
            names = self._names()
        except OSError as error:
            names = []
            problems.append(_unreadable(self.folder, error))
        for name in names:
            try:
                loaded = self._load(name)
            except TrustListError as error:
                problems.append(error)
                continue
            if loaded is not None:
                lists.append(loaded)
        return tuple(lists), tuple(problems)

    def get(self, name: str) -> TrustList:
        """One list.

        Raises:
            TrustListError: There is none of that name, or it is damaged.
        """
        found = self._load(checked_name(name))
        if found is None:
            raise _unknown(name)
        return found

    def add(self, trust_list: TrustList, *, replace: bool = False) -> None:
        """Store a list, atomically.

        Args:
            trust_list: The list; its name must be lower-case letters, digits, dots, dashes and underscores.
            replace: Whether a list of that name may be there already.

        Raises:
            TrustListError: The name is taken or unsuitable, or the folder cannot be written.
        """
        path = self._path(checked_name(trust_list.name))
        if not replace and path.exists():
            raise TrustListError(
                f"There is already a trust list named {trust_list.name}.",
                hint="Choose another --name, or replace it with --replace.",
            )
        record = _Stored(schema="assay/trust-list/1", sha256=trust_list.sha256, list=trust_list)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_atomic(path, msgspec.json.format(msgspec.json.encode(record), indent=1), overwrite=True)
        except (OSError, UsageError) as error:
            raise TrustListError(
                f"Trust list {trust_list.name} could not be stored in {self.folder}.",
                hint="Make the folder writable, or name another one in ASSAY_TRUST_DIR.",
            ) from error

    def remove(self, name: str) -> None:
        """Delete a list, damaged or not.

        Raises:
            TrustListError: There is none of that name, or it cannot be deleted.
        """
        try:
            self._path(checked_name(name)).unlink()
        except FileNotFoundError:
            raise _unknown(name) from None
        except OSError as error:
            raise TrustListError(
                f"Trust list {name} could not be deleted: {error.strerror}.",
                hint=f"Make {self.folder} writable.",
            ) from error

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _names(self) -> list[str]:
        try:
            names = [path.stem for path in self.folder.iterdir() if path.suffix == ".json"]
        except FileNotFoundError:
            return []  # a fresh machine
        return sorted(name for name in names if _NAME.fullmatch(name))[:_MAX_LISTS]

    def _load(self, name: str) -> TrustList | None:
        try:
            with self._path(name).open("rb") as file:
                data = file.read(_MAX_FILE_BYTES + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _damaged(name, error.strerror or "it cannot be read") from error
        if len(data) > _MAX_FILE_BYTES:
            raise _damaged(name, "it is too large")
        try:
            stored = _DECODER.decode(data)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, TrustListError) as error:
            raise _damaged(name, "its file cannot be parsed") from error
        if stored.list.name != name or stored.list.sha256 != stored.sha256:
            raise _damaged(name, "its content does not match its checksum or name")
        return stored.list


def _default_folder() -> Path:
    named = os.environ.get("ASSAY_TRUST_DIR")
    if named:
        return Path(named)
    import platformdirs

    return platformdirs.user_data_path("assay", appauthor=False) / "trust"


def checked_name(name: str) -> str:
    """Return `name` where it may name a stored list.

    Raises:
        TrustListError: It may not.
    """
    if not _NAME.fullmatch(name):
        raise TrustListError(
            f"{name[:80]!r} is no name for a trust list.",
            hint="Use lower-case letters, digits, dots, dashes and underscores, at most 64.",
        )
    return name


def _unknown(name: str) -> TrustListError:
    return TrustListError(
        f"There is no trust list named {name}.", hint="`assay trust list` shows the installed ones."
    )


def _damaged(name: str, why: str) -> TrustListError:
    return TrustListError(
        f"The stored trust list {name} is damaged and was left out: {why}.",
        hint=f"Run `assay trust update {name}`, or `assay trust remove {name}` and add it again.",
    )


def _unreadable(folder: Path, error: OSError) -> TrustListError:
    return TrustListError(
        f"The folder of trust lists {folder} cannot be read: {error.strerror}.",
        hint="Make it readable, or name another one in ASSAY_TRUST_DIR.",
    )
