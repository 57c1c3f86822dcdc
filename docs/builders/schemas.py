"""`provenance/schemas/`: JSON Schema files, from the types that the JSON is made of.

Every field that Assay writes is required, because it is always written; fields of a region are not, since unused
ones are left out. Nothing forbids further fields: later versions add some.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

from docs.builders.source import docstring, fields
from provenance.model import assessment, asset, credentials, finding, serial

__all__ = ["files"]

_RESULTS: dict[str, type] = {
    serial.ASSESSMENT_SCHEMA: assessment.Assessment,
    serial.CREDENTIALS_SCHEMA: serial.Verification,
    serial.DETECTION_SCHEMA: serial.Detection,
    serial.ERROR_SCHEMA: serial.ErrorResult,
}
_MODULES = (assessment, asset, credentials, finding, serial)


def files() -> dict[str, str]:
    """Return the schema files by path."""
    return {
        f"provenance/schemas/{name.split('/')[1]}-{name.split('/')[2]}.json": json.dumps(
            _schema(name, kind), indent=2, ensure_ascii=False
        )
        + "\n"
        for name, kind in _RESULTS.items()
    }


def _schema(name: str, kind: type) -> dict[str, Any]:
    _, parts = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    described = {part: _described(part, schema) for part, schema in sorted(parts.items())}
    top = described.pop(kind.__name__)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": name,
        "title": kind.__name__,
        "description": top["description"],
        "type": "object",
        "properties": {
            "schema": {"const": name, "description": "Name and version of this form."},
            **top["properties"],
        },
        "required": ["schema", *top["required"]],
        "$defs": described,
    }


def _described(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of one type with the words of its author, and with what is always written."""
    kind = next(vars(module)[name] for module in _MODULES if name in vars(module))
    told = {field.name: field.text for field in fields(kind)}
    return {
        **schema,
        "description": " ".join(docstring(kind).split()),
        "properties": {
            key: {**_without_default(value), "description": told[key]}
            for key, value in schema["properties"].items()
        },
        "required": [] if issubclass(kind, msgspec.Struct) else list(schema["properties"]),
    }


def _without_default(schema: dict[str, Any]) -> dict[str, Any]:
    # A default tells a writer what it may leave out, and we leave nothing out.
    return {key: value for key, value in schema.items() if key != "default"}
