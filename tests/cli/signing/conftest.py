"""A folder with a desk's key, and a way to run the command."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from cli.main import cli
from provenance.errors import AssayError
from provenance.keys.authority import new_ca, new_cert


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    """Folder with `ca.pem`, `key.pem`, `cert.pem`, and the same below `test` for testing only."""
    folder = tmp_path_factory.mktemp("keys")
    new_ca(folder, name="Desk CA", organisation="The Daily Desk", country="DE")
    new_cert(folder, name="Photo desk", out_dir=folder)
    new_ca(folder / "test", name="Trial CA", country="DE", test=True)
    new_cert(folder / "test", name="Trial", out_dir=folder / "test")
    return folder


@dataclass
class Answer:
    code: int
    out: str
    err: str

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Desk:
    folder: Path
    keys: Path

    def sign(self, *arguments, key=True):
        """Run `assay sign`; errors become what `main` makes of them."""
        named = ["--key", str(self.keys / "key.pem"), "--cert", str(self.keys / "cert.pem")] if key else []
        result = CliRunner().invoke(cli, ["sign", *map(str, arguments), *named], standalone_mode=False)
        if isinstance(result.exception, AssayError):
            error = result.exception
            return Answer(error.exit_code, result.stdout, f"{error.message}\n{error.hint}")
        if result.exception is not None:
            raise result.exception
        return Answer(result.return_value or 0, result.stdout, result.stderr)

    def photo(self, name, colour=(200, 10, 10)):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        exif = Image.Exif()
        exif[0x010F] = "Secret Camera Works"
        Image.new("RGB", (32, 24), colour).save(path, "JPEG", exif=exif)
        return path

    def state(self, path):
        from provenance.trust.bundle import Trust
        from provenance.trust.lists import parse_list
        from provenance.verification import verify

        anchor = parse_list((self.keys / "ca.pem").read_bytes(), name="desk", kind="manifest")
        return verify(path, trust=Trust(lists=(anchor,))).state


@pytest.fixture
def desk(tmp_path, keys, monkeypatch):
    monkeypatch.setenv("ASSAY_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("ASSAY_TRUST_DIR", str(tmp_path / "trust"))
    monkeypatch.setenv("ASSAY_CONFIG", str(tmp_path / "assay.toml"))
    (tmp_path / "assay.toml").write_text("")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return Desk(tmp_path / "work", keys)
