"""Where to look: events of the file system (extra `watch`), or the whole folder again and again."""

from __future__ import annotations

import os
import queue
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, cast

from cli.watching.arrivals import Arrivals
from provenance.errors import UsageError

__all__ = ["Notices", "Polling", "Subscribed"]

_POLL_EVERY = 1.0
_RESCAN_EVERY = 60.0  # events get lost: queues overflow, and network folders send none for other computers
_OF_FILES = frozenset({"created", "modified", "attrib", "moved", "deleted", "closed"})
_OF_FOLDERS = frozenset({"created", "moved"})  # any change in a folder comes as an event of its own


class Notices(Protocol):
    """A source of hints where to look, as a context."""

    def __enter__(self) -> Notices: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def tell(self, arrivals: Arrivals, now: float) -> None:
        """Let `arrivals` look where something may have happened."""


class Polling:
    """Looks at the whole folder every second; needs nothing and works on every file system."""

    def __init__(self, *, every: float = _POLL_EVERY) -> None:
        self._every = every
        self._next = float("-inf")

    def __enter__(self) -> Polling:
        return self

    def __exit__(self, *_ended: object) -> None:
        return None

    def tell(self, arrivals: Arrivals, now: float) -> None:
        """Scan when it is time."""
        if now >= self._next:
            arrivals.scan(now)
            self._next = now + self._every


class Subscribed:
    """Looks where the system reports a change, and at the whole folder once a minute."""

    def __init__(self, folder: Path) -> None:
        try:
            from watchdog.observers import Observer
        except ImportError as cause:
            raise UsageError(
                "Watching a folder by events needs the extra 'watch'.",
                hint="Run pip install 'assay-media[watch]', or add --poll, which does without.",
            ) from cause
        self._paths: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._rescan = Polling(every=_RESCAN_EVERY)
        self._observer = Observer()
        self._observer.schedule(cast(Any, self), str(folder), recursive=True)

    def __enter__(self) -> Subscribed:
        try:
            self._observer.start()
        except OSError as cause:
            raise UsageError(
                f"The system does not report changes in this folder: {cause.strerror or cause}.",
                hint="Add --poll.",
            ) from cause
        return self

    def __exit__(self, *_ended: object) -> None:
        self._observer.stop()
        self._observer.join()

    def dispatch(self, event: Any) -> None:
        """Take an event, in the observer's thread."""
        if event.event_type in (_OF_FOLDERS if event.is_directory else _OF_FILES):
            for path in (event.src_path, event.dest_path):
                if path:
                    self._paths.put(os.fsdecode(path))

    def tell(self, arrivals: Arrivals, now: float) -> None:
        """Pass on what was reported since the last call, each path once."""
        for path in dict.fromkeys(self._reported()):
            arrivals.note(path, now)
        self._rescan.tell(arrivals, now)

    def _reported(self) -> Iterator[str]:
        for _ in range(self._paths.qsize()):
            yield self._paths.get()
