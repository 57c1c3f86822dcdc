"""Passphrases from the environment, the keyring and the terminal, in this order."""

from __future__ import annotations

import importlib.util
import sys
from types import SimpleNamespace

import click
import pytest

from cli import passphrase


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    monkeypatch.delenv("ASSAY_KEY_PASSPHRASE", raising=False)
    monkeypatch.setattr(passphrase, "_from_keyring", lambda name: None)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)


def terminal(monkeypatch, *answers: str) -> list[tuple[str, dict]]:
    asked: list[tuple[str, dict]] = []
    left = list(answers)

    def prompt(text: str, **options: object) -> str:
        asked.append((text, options))
        return left.pop(0)

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(click, "prompt", prompt)
    return asked


def test_the_environment_comes_first(monkeypatch):
    asked = terminal(monkeypatch)
    monkeypatch.setenv("ASSAY_KEY_PASSPHRASE", "schön")
    assert passphrase.passphrase_source()("key.pem") == "schön".encode()
    assert passphrase.ask_new_passphrase("key.pem") == "schön".encode()
    assert asked == []


def test_then_the_keyring(monkeypatch):
    asked = terminal(monkeypatch)
    monkeypatch.setattr(passphrase, "_from_keyring", lambda name: b"stored")
    assert passphrase.passphrase_source()("key.pem") == b"stored"
    assert asked == []


def test_then_the_terminal_once_for_each_key(monkeypatch):
    asked = terminal(monkeypatch, "one", "two")
    source = passphrase.passphrase_source()
    assert [source(name) for name in ("a", "b", "a")] == [b"one", b"two", b"one"]
    assert [text for text, _ in asked] == ["Passphrase for a", "Passphrase for b"]
    assert all(options["hide_input"] and options["err"] for _, options in asked)


def test_without_a_terminal_nobody_is_asked():
    assert passphrase.passphrase_source()("key.pem") is None
    with pytest.raises(click.UsageError, match="ASSAY_KEY_PASSPHRASE"):
        passphrase.ask_new_passphrase("key.pem")


def test_a_new_passphrase_is_typed_twice(monkeypatch):
    asked = terminal(monkeypatch, "neu")
    assert passphrase.ask_new_passphrase("key.pem") == b"neu"
    assert asked[0][1]["confirmation_prompt"]


@pytest.fixture
def keyring(monkeypatch):
    """The extra `keyring` with a store of its own; the one of this computer stays untouched."""
    monkeypatch.undo()
    store: dict[tuple[str, str], str] = {}

    class KeyringError(Exception):
        pass

    module = SimpleNamespace(
        get_password=lambda service, user: store.get((service, user)),
        errors=SimpleNamespace(KeyringError=KeyringError),
    )
    monkeypatch.setitem(sys.modules, "keyring", module)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    return SimpleNamespace(store=store, module=module)


def test_the_keyring_knows_keys_by_their_absolute_path(keyring, tmp_path, monkeypatch):
    (tmp_path / "key.pem").write_text("x")
    monkeypatch.chdir(tmp_path)
    keyring.store["assay", str(tmp_path / "key.pem")] = "stored"
    keyring.store["assay", "token Newsroom"] = "1234"
    assert passphrase._from_keyring("key.pem") == b"stored"
    assert passphrase._from_keyring("token Newsroom") == b"1234"
    assert passphrase._from_keyring("other.pem") is None


def test_a_keyring_that_is_not_set_up_counts_as_empty(keyring, monkeypatch):
    def fail(*_: str) -> None:
        raise keyring.module.errors.KeyringError("no backend")

    monkeypatch.setattr(keyring.module, "get_password", fail)
    assert passphrase._from_keyring("key.pem") is None


def test_the_extra_may_be_missing(monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert passphrase._from_keyring("key.pem") is None


@pytest.mark.skipif(importlib.util.find_spec("keyring") is None, reason="not installed: keyring")
def test_the_keyring_package_has_what_is_used():
    import keyring as package
    import keyring.errors

    assert callable(package.get_password)
    assert issubclass(package.errors.KeyringError, Exception)
