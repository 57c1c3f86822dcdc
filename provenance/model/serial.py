"""JSON for the vocabulary: one object in, the same object out.

msgspec walks the dataclasses, so that there is no second description of any field; the JSON Schema files
in `provenance/schemas/` come from the same types (`python -m docs.generate`).
"""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar

import msgspec

from provenance.errors import AssayError
from provenance.model.assessment import Assessment, Conclusion
from provenance.model.asset import Asset
from provenance.model.credentials import Credentials
from provenance.model.finding import Finding

__all__ = [
    "ASSESSMENT_SCHEMA",
    "CREDENTIALS_SCHEMA",
    "DETECTION_SCHEMA",
    "ERROR_SCHEMA",
    "Detection",
    "ErrorResult",
    "Verification",
    "decode",
    "encode",
    "error_result",
    "to_builtins",
]

T = TypeVar("T")

ASSESSMENT_SCHEMA = "assay/assessment/1"
CREDENTIALS_SCHEMA = "assay/verification/1"
DETECTION_SCHEMA = "assay/detection/1"
ERROR_SCHEMA = "assay/error/1"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What `verify` says about one file."""

    asset: Asset
    """Which file."""
    provenance: Credentials
    """Who vouches for it."""
    assessment: Conclusion
    """The words."""
    expected: tuple[str, ...] = ()
    """Signers that the caller expected."""
    expectation_met: bool | None = None
    """Whether one of them signed, trusted; None where none was expected."""
    tool: dict[str, Any] = dataclasses.field(default_factory=dict)
    """Versions, trust lists, and whether the network was allowed."""
    seconds: float = 0.0
    """Wall time."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """What `detect` says about one file."""

    asset: Asset
    """Which file."""
    findings: tuple[Finding, ...]
    """One a check."""
    tool: dict[str, Any] = dataclasses.field(default_factory=dict)
    """Versions."""
    seconds: float = 0.0
    """Wall time."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ErrorName:
    """The one thing known of a file that could not be read."""

    name: str
    """File name as given."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ErrorBody:
    """What went wrong."""

    code: str
    """Stable name of the error."""
    message: str
    """One sentence."""
    hint: str
    """What to do; may be empty."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ErrorResult:
    """Stands in the output where a result would have stood."""

    asset: ErrorName
    """Which file."""
    error: ErrorBody
    """What went wrong."""


_SCHEMAS: dict[type, str] = {
    Assessment: ASSESSMENT_SCHEMA,
    Verification: CREDENTIALS_SCHEMA,
    Detection: DETECTION_SCHEMA,
    ErrorResult: ERROR_SCHEMA,
}


def error_result(name: str, error: AssayError) -> ErrorResult:
    """Turn an error into the object that stands in the output for the file `name`."""
    body = ErrorBody(code=error.code, message=error.message, hint=error.hint)
    return ErrorResult(asset=ErrorName(name=name), error=body)


def to_builtins(value: Any) -> Any:
    """Return `value` as dicts, lists and scalars; top-level results gain their `schema` key."""
    plain = msgspec.to_builtins(value)
    schema = _SCHEMAS.get(type(value))
    if schema is None:
        return plain
    tool = plain.pop("tool", None)
    head = {"schema": schema} if tool is None else {"schema": schema, "tool": tool}
    return {**head, **plain}


def encode(value: Any) -> bytes:
    """Return `value` as one line of UTF-8 JSON, without a line break."""
    plain = to_builtins(value)
    try:
        return msgspec.json.encode(plain)
    except UnicodeEncodeError:
        # File names that are no UTF-8, and escapes such as `\ud800` in a manifest, hold lone surrogates.
        return msgspec.json.encode(_without_surrogates(plain))


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_without_surrogates(k): _without_surrogates(v) for k, v in value.items()}
    return [_without_surrogates(v) for v in value] if isinstance(value, list | tuple) else value


def decode(kind: type[T], data: bytes | str) -> T:
    """Read back what `encode` wrote.

    Raises:
        AssayError: The text is no JSON or does not fit `kind`.
    """
    try:
        plain = msgspec.json.decode(data)
        if isinstance(plain, dict):
            found = plain.pop("schema", None)
            expected = _SCHEMAS.get(kind)
            if expected is not None and found not in (None, expected):
                raise AssayError(f"Expected {expected}, got {found}.")
        return msgspec.convert(plain, kind)
    except msgspec.MsgspecError as cause:
        raise AssayError(f"Not a {kind.__name__} in JSON: {cause}") from cause
