"""The page for a newsroom's IT person names what there is, and its plug-in example follows the protocol."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.commands.keys import command
from provenance.keys.signers import SignerPlugin

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "keys.md").read_text("utf-8")


@pytest.mark.parametrize("name", list(command.commands))
def test_every_command_is_described(name):
    assert f"assay keys {name}" in PAGE


def test_every_option_in_the_examples_exists():
    for line in re.findall(r"^assay keys .*$", PAGE, re.MULTILINE):
        name = line.split()[2]
        known = {option for parameter in command.commands[name].params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", line)) <= known


def test_the_plug_in_example_follows_the_protocol():
    [example] = re.findall(r"```python\n(import importlib.*?)```", PAGE, re.DOTALL)
    scope: dict[str, object] = {}
    exec(compile(example, "docs/keys.md", "exec"), scope)  # our own page
    assert isinstance(scope["signer"], SignerPlugin)
    assert scope["signer"].is_available() is False
