"""The process in which files are read, so that a crash of a native decoder costs one file and not the batch.

Parent and worker speak JSON over a pipe. Requests: `{"op", "path", "name", "options", "skip"}`. Events:
`{"event": "check", "id"}` before each check, then one `{"event": "result", "kind", ...}` whose data follows as a
second message. Nothing that the worker sends is unpickled: it has handled hostile bytes.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from contextlib import nullcontext
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from cli.quiet import native_stderr_silenced

if TYPE_CHECKING:
    from detectors.view import View
    from provenance.errors import AssayError
    from provenance.source import Source
    from provenance.trust.bundle import Trust

__all__ = ["handle", "serve"]

Emit = Callable[[dict[str, Any]], None]


def serve(connection: Connection) -> None:
    """Answer requests until the parent closes the pipe."""
    _no_core_dumps()
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        while True:
            request = json.loads(connection.recv_bytes())
            kind, data, preview = handle(
                request, lambda event: connection.send_bytes(json.dumps(event).encode())
            )
            event = {"event": "result", "kind": kind, "preview": preview is not None}
            connection.send_bytes(json.dumps(event).encode())
            connection.send_bytes(data)
            if preview is not None:
                connection.send_bytes(preview)


def handle(request: dict[str, Any], emit: Emit) -> tuple[str, bytes, bytes | None]:
    """Answer one request.

    Args:
        request: What to do, with which file and options.
        emit: Called with progress events.

    Returns:
        Kind of result (`assessment`, `verification`, `detection`, `measured`, `error`), its JSON, and the JSON of a
        preview picture where one was asked for.
    """
    from provenance.errors import AssayError
    from provenance.model.serial import encode, error_result
    from provenance.source import open_source

    options = request["options"]
    try:
        with open_source(request["path"], name=request["name"], limits=_limits(options)) as source:
            source.start_hashing()
            # Only `verify` decodes nothing, and so has nothing to keep quiet.
            with nullcontext() if request["op"] == "verify" else native_stderr_silenced():
                return _OPERATIONS[request["op"]](source, options, request.get("skip") or {}, emit)
    except AssayError as error:
        return "error", encode(error_result(request["name"], error)), None
    except Exception as error:  # a bug of ours costs this file, not the batch
        if options.get("verbose"):
            raise
        return "error", encode(error_result(request["name"], _internal(error))), None


def _internal(error: Exception) -> AssayError:
    from provenance.errors import InternalError

    return InternalError(
        f"Assay broke on this file ({type(error).__name__}: {error}).",
        hint="This is a bug of ours. Run again with --verbose and report what it prints.",
    )


def _verify(
    source: Source, options: dict[str, Any], _skip: dict[str, str], _emit: Emit
) -> tuple[str, bytes, bytes | None]:
    from detectors.assess import conclude
    from detectors.versions import tool_info
    from provenance.model.serial import Verification, encode
    from provenance.source import describe
    from provenance.verification import signed_by, verify

    started = time.perf_counter()
    expect = options.get("expect", ())
    credentials = verify(
        source, trust=_trust(options), manifest=options.get("manifest"), online=options["online"]
    )
    result = Verification(
        asset=describe(source),
        provenance=credentials,
        assessment=conclude(credentials, expect=expect, looked=False),
        expected=tuple(expect),
        expectation_met=signed_by(credentials, expect) if expect else None,
        tool=tool_info(credentials.trust_lists, online=options["online"]),
        seconds=round(time.perf_counter() - started, 3),
    )
    return "verification", encode(result), None


def _examine(
    source: Source, options: dict[str, Any], skip: dict[str, str], emit: Emit
) -> tuple[str, bytes, bytes | None]:
    from detectors.examination import examine_view
    from detectors.view import make_view
    from provenance.model.serial import encode

    view = make_view(source, pictures=options["pictures"])
    result = examine_view(
        view,
        trust=_trust(options),
        expect=options.get("expect", ()),
        checks=options.get("checks"),
        manifest=options.get("manifest"),
        online=options["online"],
        plugins=options["plugins"],
        calibration=options.get("calibration"),
        thumbnails=options["pictures"],
        skip=skip,
        on_check=lambda check: emit({"event": "check", "id": check}),
    )
    return "assessment", encode(result), _preview(view) if options["pictures"] else None


def _detect(
    source: Source, options: dict[str, Any], skip: dict[str, str], emit: Emit
) -> tuple[str, bytes, bytes | None]:
    from detectors.profiles import load_profile, with_profile
    from detectors.runner import run_checks, select
    from detectors.versions import tool_info
    from detectors.view import make_view
    from provenance.model.serial import Detection, encode
    from provenance.sniff import kind_of

    started = time.perf_counter()
    view = make_view(source, pictures=options["pictures"])
    checks = select(options.get("checks"), plugins=options["plugins"])
    findings = run_checks(
        view, checks, skip=skip, on_check=lambda check: emit({"event": "check", "id": check})
    )
    profile = load_profile(options.get("calibration"), kind_of(source.media_type))
    if profile is not None:
        findings = with_profile(profile, findings)
    result = Detection(
        asset=view.asset,
        findings=findings,
        tool=tool_info((), findings=findings, profile=profile),
        seconds=round(time.perf_counter() - started, 3),
    )
    return "detection", encode(result), None


def _measure(
    source: Source, options: dict[str, Any], skip: dict[str, str], emit: Emit
) -> tuple[str, bytes, bytes | None]:
    from detectors.bench.survey import measure
    from provenance.model.serial import encode

    result = measure(
        source,
        condition=options["condition"],
        question=options["question"],
        seed=options["seed"],
        plugins=options["plugins"],
        skip=skip,
        on_check=lambda check: emit({"event": "check", "id": check}),
    )
    return "measured", encode(result), None


_OPERATIONS = {"verify": _verify, "examine": _examine, "detect": _detect, "measure": _measure}


def _preview(view: View) -> bytes | None:
    from cli.output.preview import make_preview
    from detectors.view import ImageView
    from provenance.errors import AssayError
    from provenance.model.serial import encode

    if not isinstance(view, ImageView):
        return None
    try:
        return encode(make_preview(view.image))
    except AssayError:
        return None  # a picture that cannot be decoded has no preview, and its checks have said so


def _trust(options: dict[str, Any]) -> Trust:
    from provenance.trust.bundle import load_trust

    return load_trust(extra=options.get("trust", ()), tsa_extra=options.get("tsa_trust", ()))


def _limits(options: dict[str, Any]) -> Any:
    from dataclasses import replace

    from provenance.limits import DEFAULT_LIMITS

    return replace(DEFAULT_LIMITS, **options.get("limits", {}))


def _no_core_dumps() -> None:
    # A core file of a crashed decoder would leave a source's picture behind in some folder.
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
