"""What is generated is up to date, and `--check` would notice if it were not."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from detectors.catalogue import HEADINGS, built_in_checks
from docs import generate
from docs.builders.commands import walk
from docs.builders.quotes import _QUOTE

ROOT = Path(__file__).parents[2]
COMMANDS = dict(walk())


def test_everything_on_disk_is_up_to_date():
    done = subprocess.run(
        [sys.executable, "-m", "docs.generate", "--check"],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A small tree with one page that is right, one that is old, one that is missing, one too many."""
    pages = {"docs/right.md": "right\n", "docs/old.md": "new\n", "docs/missing.md": "new\n"}
    (tmp_path / "docs/checks").mkdir(parents=True)
    (tmp_path / "docs/right.md").write_text("right\n")
    (tmp_path / "docs/old.md").write_text("old\n")
    (tmp_path / "docs/checks/image.gone.md").write_text("a check that is no more\n")
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    monkeypatch.setattr(generate, "expected", lambda root: pages)
    return tmp_path


def test_check_shows_what_would_change_and_writes_nothing(tree, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["generate", "--check"])
    assert generate.main() == 1
    said = capsys.readouterr()
    assert "-old\n+new" in said.out
    assert "docs/missing.md" in said.out
    assert "-a check that is no more" in said.out
    assert "right.md" not in said.out
    assert "python -m docs.generate" in said.err
    assert (tree / "docs/old.md").read_text() == "old\n"


def test_generate_writes_removes_and_is_then_content(tree, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["generate"])
    assert generate.main() == 0
    assert (tree / "docs/missing.md").read_text() == "new\n"
    assert not (tree / "docs/checks/image.gone.md").exists()
    monkeypatch.setattr(sys, "argv", ["generate", "--check"])
    capsys.readouterr()
    assert generate.main() == 0
    assert capsys.readouterr().out == ""


def test_there_are_commands_below_commands():
    assert {"assay examine", "assay trust update", "assay keys new-cert"} <= set(COMMANDS)


@pytest.mark.parametrize("path", COMMANDS)
def test_command_is_documented_and_its_help_runs(path):
    from cli.main import cli

    command = COMMANDS[path]
    reference = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    assert re.search(rf"^###? {re.escape(path)}$", reference, re.MULTILINE)
    section = re.split(rf"^###? {re.escape(path)}$", reference, flags=re.MULTILINE)[1].split("\n## ")[0]
    assert command.help, f"{path} has no help"
    for param in command.params:
        if isinstance(param, click.Option) and not param.hidden:
            assert param.help, f"{path} {param.opts[0]} has no help"
            assert param.opts[0] in section
    ran = CliRunner().invoke(cli, [*path.split()[1:], "--help"])
    assert ran.exit_code == 0, ran.output
    assert "Usage:" in ran.output


@pytest.mark.parametrize("path", [p for p, c in COMMANDS.items() if not isinstance(c, click.Group)])
def test_command_has_what_all_commands_have(path):
    known = {opt for param in COMMANDS[path].params for opt in param.opts}
    assert {"--verbose", "--no-color"} <= known


def test_exit_codes_are_documented():
    reference = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    for code in (0, 2, 3, 4, 5, 6, 70):
        assert f"| {code} | " in reference


def test_every_schema_name_in_the_code_is_documented():
    reference = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    sources = [*(ROOT / "cli").rglob("*.py"), ROOT / "provenance/model/serial.py"]
    names = {
        name for path in sources for name in re.findall(r'"(assay/[a-z-]+/\d+)"', path.read_text("utf-8"))
    }
    assert "assay/assessment/1" in names
    assert "assay/check/1" in names
    assert {name for name in names if f"`{name}`" not in reference} == set()


@pytest.mark.parametrize("check", built_in_checks(), ids=lambda check: check.id)
def test_check_has_its_page(check):
    page = (ROOT / f"docs/checks/{check.id}.md").read_text(encoding="utf-8")
    assert list(check.sections)[1:] == list(HEADINGS)
    assert all(check.sections.values()), "an empty section"
    assert check.info.title in page
    positions = [page.index(f"## {heading}") for heading in HEADINGS]
    assert positions == sorted(positions)
    index = (ROOT / "docs/checks/README.md").read_text(encoding="utf-8")
    assert f"({check.id}.md)" in index


@pytest.mark.parametrize("name", ["provenance", "detectors"])
def test_public_names_are_documented(name):
    import importlib

    reference = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    package = importlib.import_module(name)
    assert {public for public in package.__all__ if f"\n### {public}\n" not in reference} == set()


def test_walk_through_shows_every_sample():
    page = (ROOT / "samples/README.md").read_text(encoding="utf-8")
    commands = " ".join(quote[1] for quote in _QUOTE.finditer(page))
    media = [p.name for p in (ROOT / "samples").iterdir() if p.suffix in (".jpg", ".png", ".wav", ".mp4")]
    assert len(media) >= 9
    assert {name for name in media if f"samples/{name}" not in commands} == set()


def test_extras_are_documented():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    page = (ROOT / "docs/installation.md").read_text(encoding="utf-8")
    assert {e for e in project["optional-dependencies"] if f"| `{e}` |" not in page} == set()


@pytest.mark.parametrize("path", sorted((ROOT / "provenance/schemas").glob("*.json")), ids=lambda p: p.name)
def test_schema_says_what_each_field_is(path):
    schema = json.loads(path.read_text(encoding="utf-8"))
    for name, part in {"": schema, **schema["$defs"]}.items():
        assert part["description"], name
        for field, described in part["properties"].items():
            assert described["description"], f"{name}.{field}"
