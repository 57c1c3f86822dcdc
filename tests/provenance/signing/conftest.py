"""A desk with its own authority, and small pictures to sign."""

import io
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from provenance.keys.authority import new_ca, new_cert
from provenance.keys.identity import Identity
from provenance.keys.load import load_identity
from provenance.signing.request import SigningRequest
from provenance.signing.sign import sign
from provenance.trust.bundle import Trust
from provenance.trust.lists import parse_list
from provenance.verification import verify

PHOTO = SigningRequest(source_type="digitalCapture")


@dataclass(frozen=True)
class Desk:
    """Who signs, and who trusts the signature."""

    folder: Path
    identity: Identity
    trust: Trust

    def sign(self, source, target, request=PHOTO, **options):
        return sign(source, target, identity=self.identity, request=request, trust=self.trust, **options)

    def verify(self, file, **options):
        return verify(file, trust=self.trust, **options)

    def manifests(self, file):
        """The engine's own detailed report: manifest label to its assertions."""
        import c2pa

        data = Path(file).read_bytes()
        context = c2pa.Context.from_dict({"verify": {"remote_manifest_fetch": False}})
        with c2pa.Reader("image/jpeg", io.BytesIO(data), context=context) as reader:
            report = json.loads(reader.detailed_json())
        return {label: m["assertion_store"] for label, m in report["manifests"].items()}


def make_desk(folder, *, test=False):
    new_ca(folder / "ca", name="Desk CA", organisation="The Daily Desk", country="DE", test=test)
    new_cert(folder / "ca", name="Photo desk", out_dir=folder / "id")
    anchor = parse_list((folder / "ca" / "ca.pem").read_bytes(), name="desk", kind="manifest")
    identity = load_identity(folder / "id" / "key.pem", folder / "id" / "cert.pem")
    return Desk(folder=folder, identity=identity, trust=Trust(lists=(anchor,)))


@pytest.fixture(scope="session")
def desk(tmp_path_factory):
    return make_desk(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="session")
def test_desk(tmp_path_factory):
    return make_desk(tmp_path_factory.mktemp("test-desk"), test=True)


@pytest.fixture
def photo(tmp_path, valid_files):
    path = tmp_path / "photo.jpg"
    path.write_bytes(valid_files["image/jpeg"])
    return path
