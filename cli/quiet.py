"""Keeping what native libraries print away from the terminal, and what Python prints on it."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

__all__ = ["native_stderr_silenced"]

_STDERR = 2


@contextlib.contextmanager
def native_stderr_silenced() -> Iterator[None]:
    """Send descriptor 2 to nowhere, while `sys.stderr` goes on writing to where it did.

    Decoders such as libtiff complain about a bad file on descriptor 2, in words that no reader of ours can use and
    that a file can choose. Tracebacks and warnings of Python stay visible, because they go through `sys.stderr`.
    """
    try:
        kept = os.dup(_STDERR)
    except OSError:  # started without a standard error: there is nothing to keep clean
        yield
        return
    with os.fdopen(kept, "w", buffering=1, errors="backslashreplace") as shown:
        before = sys.stderr
        if _writes_to_descriptor(before):
            before.flush()
            sys.stderr = shown
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, _STDERR)
        os.close(nowhere)
        try:
            yield
        finally:
            sys.stderr = before
            os.dup2(kept, _STDERR)


def _writes_to_descriptor(stream: object) -> bool:
    try:
        return stream.fileno() == _STDERR  # type: ignore[attr-defined, no-any-return]
    except (AttributeError, OSError, ValueError):  # replaced, closed, or None under pythonw
        return False
