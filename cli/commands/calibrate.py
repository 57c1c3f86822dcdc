"""`assay calibrate`: measure your own false alarms, and have them put beside every result."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.measuring import timeout_option

if TYPE_CHECKING:
    from detectors.bench.figures import Record
    from detectors.profiles import Medium, Profile

__all__ = ["command"]

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FEWEST = 30
_CONDITIONS = {
    "image": ("as_is", "jpeg75", "half_q85", "messenger"),
    "audio": ("as_is", "mp3_64", "opus_24", "telephone"),
}


@click.command("calibrate")
@click.option(
    "--cameras", type=_FOLDER, metavar="DIR", help="Your own photographs, as the cameras wrote them."
)
@click.option("--recordings", type=_FOLDER, metavar="DIR", help="Your own recordings of speech.")
@click.option("--name", default="default", show_default=True, metavar="NAME", help="Name of the calibration.")
@click.option("--cap", type=click.IntRange(min=1), default=300, show_default=True, metavar="N",
              help="Most files to measure.")  # fmt: skip
@click.option("--replace", is_flag=True, help="Overwrite the calibration of that name.")
@click.option("--list", "list_them", is_flag=True, help="List the calibrations instead.")
@click.option("--remove", metavar="NAME", help="Remove the calibrations of that name instead.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@timeout_option
def command(*, list_them: bool, remove: str | None, as_json: bool, **given: Any) -> None:
    """Measure how often the checks raise a false alarm on your own files, and keep the answer.

    Give files that you know are neither generated nor edited: 100 or more, of all your cameras or microphones. They are
    measured as they are and after usual deliveries. From then on `assay examine` puts your own rates beside its
    results, and brings a result down where your own files score as high too often. Nothing but ratios and counts is
    kept, in ASSAY_PROFILE_DIR or your data folder.
    """
    from detectors.profiles import ProfileStore
    from provenance.errors import UsageError

    store = ProfileStore()
    if list_them:
        _list(store, as_json=as_json)
        return
    if remove:
        store.remove(remove)
        click.echo(f"Removed {remove}.")
        return
    wanted: list[tuple[Medium, Path]] = []
    if given["cameras"]:
        wanted.append(("image", given["cameras"]))
    if given["recordings"]:
        wanted.append(("audio", given["recordings"]))
    if not wanted:
        raise UsageError("Nothing to measure.", hint="Give --cameras DIR or --recordings DIR.")
    for medium, _ in wanted:
        if store.find(given["name"], medium) is not None and not given["replace"]:
            raise UsageError(
                f"There is a calibration called {given['name']}.", hint="Take another --name, or --replace."
            )
    for medium, folder in wanted:
        profile = _measure(folder, medium, given)
        path = store.add(profile, replace_it=True)
        _show(profile, path, as_json=as_json)


def _measure(folder: Path, medium: Medium, given: dict[str, Any]) -> Profile:
    from datetime import UTC, datetime
    from importlib.metadata import version

    from cli.measuring import measure_files
    from detectors.bench.own import make_profile
    from detectors.bench.protocol import BenchProtocol, own_files
    from detectors.bench.survey import versions_of
    from detectors.check import Question
    from provenance.errors import UsageError

    files = own_files(folder, cap=given["cap"])
    questions: tuple[Question, ...] = ("generated", "edited")
    measured: dict[Question, list[Record]] = {}
    versions: dict[str, str] = {}
    for question in questions:
        protocol = BenchProtocol(question=question, medium=medium, conditions=_CONDITIONS[medium])
        measured[question] = measure_files(files, protocol, timeout=given["timeout"], plugins=True)
        versions |= versions_of(question, medium)
    profile = make_profile(
        measured,
        name=given["name"],
        medium=medium,
        made=datetime.now(UTC).date().isoformat(),
        software=version("assay-media"),
        versions=versions,
    )
    if profile.files == 0:
        raise UsageError(
            f"No file in {folder.name} could be measured.",
            hint="Give a folder with photographs or recordings.",
        )
    if profile.files < _FEWEST:
        click.echo(
            f"Warning: {profile.files} files are few. Rates of less than {100 * 3 / profile.files:.0f} %"
            " cannot be seen with them.",
            err=True,
        )
    return profile


def _show(profile: Profile, path: Path, *, as_json: bool) -> None:
    from cli.output.quantities import count_words
    from detectors.calibration import wilson

    if as_json:
        click.echo(json.dumps({"schema": "assay/calibration/1", "path": str(path), **_record(profile)}))
        return
    click.echo(f"Calibration {profile.name}: {count_words(profile.files, 'file')}, kept in {path}")
    for name, entry in (*profile.axes.items(), *profile.checks.items()):
        low, high = wilson(entry.flagged, entry.versions)
        click.echo(
            f"  {name}: {entry.flagged} of {entry.versions} versions flagged"
            f" ({100 * low:.1f} to {100 * high:.1f} %)"
        )


def _list(store: Any, *, as_json: bool) -> None:
    found, problems = store.profiles()
    if as_json:
        record = {"calibrations": [_record(profile) for profile in found], "problems": problems}
        click.echo(json.dumps({"schema": "assay/calibration/1", **record}))
        return
    for profile in found:
        click.echo(f"{profile.name}, {profile.medium}: {profile.files} files, {profile.made}")
    if not found:
        click.echo("There is no calibration. `assay calibrate --cameras DIR` makes one.")
    for problem in problems:
        click.echo(f"Problem: {problem}", err=True)


def _record(profile: Profile) -> dict[str, Any]:
    from detectors.calibration import wilson

    def row(entry: Any) -> dict[str, Any]:
        low, high = wilson(entry.flagged, entry.versions)
        interval = [round(low, 4), round(high, 4)]
        return {"versions": entry.versions, "flagged": entry.flagged, "wilson_95": interval}

    return {
        "name": profile.name,
        "medium": profile.medium,
        "made": profile.made,
        "files": profile.files,
        "conditions": list(profile.conditions),
        "questions": {name: row(entry) for name, entry in profile.axes.items()},
        "checks": {name: row(entry) for name, entry in profile.checks.items()},
    }
