"""`assay camera`: enrol your own cameras, and ask whether a picture came from one of them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.text import visible

if TYPE_CHECKING:
    from detectors.cameras import Camera
    from provenance.model.finding import Finding

__all__ = ["command"]

_FILES = click.argument("files", nargs=-1, required=True, metavar="FILE…")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")


@click.group()
def command() -> None:
    """Enrol your cameras, and ask whether a picture came from one of them.

    Fingerprints stay on this machine, in ASSAY_CAMERA_DIR or your data folder.
    """


@command.command("enrol")
@click.argument("name")
@_FILES
@click.option("--replace", is_flag=True, help="Overwrite the camera of that name.")
@_JSON
def enrol(name: str, files: tuple[str, ...], *, replace: bool, as_json: bool) -> None:
    """Make the fingerprint of one camera from 20 or more of its photographs, and call it NAME.

    Give the files as the camera wrote them: unscaled, uncropped, of one size. Even, bright ones are best, such as
    a clear sky or a white wall, out of focus. Folders are searched.
    """
    from cli.inputs import expand
    from detectors.cameras import CameraStore
    from detectors.enrolment import enrol as make

    paths = [Path(given.path) for given in expand(files)]
    with click.progressbar(length=len(paths), label="Frames", file=sys.stderr) as bar:
        done = make(name, paths, store=CameraStore(), replace=replace, on_frame=lambda _: bar.update(1))
    if as_json:
        _print({"camera": _record(done.camera), "warnings": done.warnings})
        return
    click.echo(f"Enrolled {visible(_line(done.camera))}")
    for warning in done.warnings:
        click.echo(f"Warning: {visible(warning)}", err=True)


@command.command("list")
@_JSON
def list_cameras(*, as_json: bool) -> None:
    """List the enrolled cameras."""
    from detectors.cameras import CameraStore

    store = CameraStore()
    cameras, problems = store.cameras()
    if as_json:
        _print({"cameras": [_record(camera) for camera in cameras], "problems": problems})
        return
    for camera in cameras:
        click.echo(visible(_line(camera)))
    if not cameras:
        click.echo("No camera is enrolled. `assay camera enrol NAME FILE…` does that.")
    for problem in problems:
        click.echo(f"Problem: {visible(problem)}", err=True)


@command.command("match")
@_FILES
@click.option(
    "--camera", "names", multiple=True, metavar="NAME", help="Compare with this camera only. Repeatable."
)
@_JSON
def match(files: tuple[str, ...], *, names: tuple[str, ...], as_json: bool) -> int:
    """Say whether pictures came from an enrolled camera.

    `assay examine` asks the same of every enrolled camera. Exits with 3 where a file could not be read.
    """
    from cli.inputs import expand
    from detectors.cameras import CameraStore
    from provenance.errors import AssayError, UsageError

    store = CameraStore()
    cameras = tuple(store.find(name) for name in names) or store.cameras()[0]
    if not cameras:
        raise UsageError("No camera is enrolled.", hint="`assay camera enrol NAME FILE…` does that.")
    records, unread = [], 0
    for given in expand(files):
        try:
            finding = _compare(given.path, cameras, store)
        except AssayError as error:
            unread += 1
            records.append({"file": given.name, "error": error.message})
            if not as_json:
                click.echo(f"{visible(given.name)}: {visible(error.message)}", err=True)
            continue
        records.append({"file": given.name, **_found(finding)})
        if not as_json:
            _show(given.name, finding)
    if as_json:
        _print({"matches": records})
    return 3 if unread else 0


@command.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Forget the camera NAME."""
    from detectors.cameras import CameraStore

    CameraStore().remove(name)
    click.echo(f"Removed {visible(name)}.")


def _compare(path: str, cameras: tuple[Camera, ...], store: Any) -> Finding:
    from dataclasses import replace

    from detectors.catalogue import find_check
    from detectors.image.prnu import compare_with
    from detectors.view import ImageView, make_view
    from provenance.errors import UsageError
    from provenance.source import open_source

    with open_source(path) as source:
        view = make_view(source)
        if not isinstance(view, ImageView):
            raise UsageError(f"{source.name} is no picture.")
        check = find_check("image.prnu", plugins=False)
        return replace(compare_with(view, cameras, store=store), check=check.id, version=check.version)


def _found(finding: Finding) -> dict[str, Any]:
    from provenance.model.serial import to_builtins

    return dict(to_builtins(finding))


def _show(name: str, finding: Finding) -> None:
    said = (
        finding.reason
        or finding.summary
        or "No match with the cameras compared; that is not evidence of another."
    )
    click.echo(f"{visible(name)}: {visible(said)}")
    for row in finding.because:
        click.echo(visible(f"  {row.name}: {row.value}" + (f" ({row.usual})" if row.usual else "")))
    for caveat in finding.caveats:
        click.echo(f"  Note: {visible(caveat)}")


def _line(camera: Camera) -> str:
    model = f", {camera.model}" if camera.model else ""
    return (
        f"{camera.name}{model}: {camera.width} x {camera.height} pixels, {camera.frames} frames"
        f" ({camera.flat_frames} even and bright), {camera.enrolled}"
    )


def _record(camera: Camera) -> dict[str, Any]:
    from dataclasses import asdict

    return {**asdict(camera), "path": str(camera.path)}


def _print(record: dict[str, Any]) -> None:
    click.echo(json.dumps({"schema": "assay/camera/1", **record}, ensure_ascii=False))
