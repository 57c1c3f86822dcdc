"""The bundle: one zip with the report, the results, hashes, versions and what was not run.

It holds no examined file. The same results give the same bytes with the same zlib.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cli.output.html import render_html
from cli.output.pictures import extension, without_pictures
from cli.output.preview import Preview
from cli.text import visible
from provenance.atomic import write_atomic
from provenance.model.assessment import Assessment
from provenance.model.serial import ErrorResult, encode, to_builtins

__all__ = ["bundle_bytes", "write_bundle"]

_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNSAFE = re.compile(r"[^a-z0-9_.-]")
_ENDINGS = {"failed": "failed", "not_applicable": "did not apply"}


def write_bundle(
    path: Path,
    results: Sequence[Assessment | ErrorResult],
    *,
    pictures: Mapping[int, Preview] = MappingProxyType({}),
    titles: Mapping[str, str] = MappingProxyType({}),
    force: bool = False,
) -> None:
    """Write the bundle for `results` to `path`, whole or not at all.

    Args:
        path: The zip file to write.
        results: What was found, one a file.
        pictures: Previews by position in `results`.
        titles: Names of the checks by id.
        force: Replace an existing file.

    Raises:
        UsageError: `path` exists and `force` is false, or it cannot be written.
    """
    write_atomic(path, bundle_bytes(results, pictures=pictures, titles=titles), overwrite=force)


def bundle_bytes(
    results: Sequence[Assessment | ErrorResult],
    *,
    pictures: Mapping[int, Preview] = MappingProxyType({}),
    titles: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """Return the bundle for `results` as the bytes of a zip file."""
    members = {
        "report.html": render_html(results, pictures=pictures, titles=titles).encode(),
        "results.jsonl": b"".join(_line(result) for result in results),
        "tools.json": _tools(results),
        "not-run.txt": _not_run(results).encode(),
        **dict(_artefacts(results)),
    }
    members["hashes.txt"] = _hashes(results, members).encode()
    return _zipped(members)


def _line(result: Assessment | ErrorResult) -> bytes:
    return encode(without_pictures(result) if isinstance(result, Assessment) else result) + b"\n"


def _tools(results: Sequence[Assessment | ErrorResult]) -> bytes:
    unique: list[Any] = []
    for result in results:
        if isinstance(result, Assessment) and result.tool not in unique:
            unique.append(result.tool)
    lists = {
        info.sha256: info for r in results if isinstance(r, Assessment) for info in r.provenance.trust_lists
    }
    content = {"tools": unique, "trust_lists": [to_builtins(lists[key]) for key in sorted(lists)]}
    return (json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _not_run(results: Sequence[Assessment | ErrorResult]) -> str:
    lines = ["Checks that gave no answer, and why. None of this counts as a clean result."]
    for result in results:
        lines += ["", visible(result.asset.name)]
        if isinstance(result, ErrorResult):
            lines.append(f"  not examined: {visible(result.error.message)}")
            continue
        missing = [f for f in result.findings if f.outcome != "reported"]
        lines += [
            f"  {visible(f.check)} {_ENDINGS[f.outcome]}: {visible(f.reason or 'no reason given')}"
            for f in missing
        ]
        if not missing:
            lines.append("  every check answered")
    return "\n".join(lines) + "\n"


def _artefacts(results: Sequence[Assessment | ErrorResult]) -> Iterator[tuple[str, bytes]]:
    # Names are built from positions and filtered ids, so that none can climb out of the folder or clash.
    for position, result in enumerate(results, 1):
        findings = result.findings if isinstance(result, Assessment) else ()
        pictures = [(finding.check, artefact) for finding in findings for artefact in finding.artefacts]
        for number, (check, artefact) in enumerate(pictures, 1):
            ending = extension(artefact.data)
            if ending:
                name = _UNSAFE.sub("-", f"{check}-{artefact.name}".lower())[:80]
                yield f"artefacts/{position:04d}-{number:02d}-{name}.{ending}", artefact.data


def _hashes(results: Sequence[Assessment | ErrorResult], members: Mapping[str, bytes]) -> str:
    examined = [
        _hash_line(r.asset.sha256, visible(r.asset.name)) for r in results if isinstance(r, Assessment)
    ]
    own = [_hash_line(hashlib.sha256(data).hexdigest(), name) for name, data in sorted(members.items())]
    return "\n".join(
        ["# Examined files, which are not in this bundle", *examined, "# Files of this bundle", *own, ""]
    )


def _hash_line(digest: str, name: str) -> str:
    # As sha256sum writes it: a leading backslash says that backslashes in the name are doubled.
    if "\\" not in name:
        return f"{digest}  {name}"
    doubled = name.replace("\\", "\\\\")
    return f"\\{digest}  {doubled}"


def _zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in sorted(members.items()):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o100644 << 16
            archive.writestr(info, data)
    return buffer.getvalue()
