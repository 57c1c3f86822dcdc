"""The C2PA engine signs with each kind of identity, and reads the result back as trusted."""

from __future__ import annotations

import io
import json

import c2pa
import pytest
from PIL import Image

from provenance.keys.algorithms import ALGORITHMS
from provenance.keys.authority import new_ca, new_cert
from provenance.keys.identity import Identity
from provenance.keys.load import load_identity

MANIFEST = {
    "claim_generator_info": [{"name": "Assay test", "version": "1"}],
    "assertions": [
        {
            "label": "c2pa.actions.v2",
            "data": {
                "actions": [
                    {
                        "action": "c2pa.created",
                        "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture",
                    }
                ]
            },
        }
    ],
}


def sign_and_read(identity: Identity, anchor_pem: str) -> dict:
    """Sign a small JPEG and give back the engine's state and what it says of the signature."""
    source, target = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (32, 24), "teal").save(source, "JPEG")
    source.seek(0)
    context = c2pa.Context.from_dict(
        {
            "builder": {"thumbnail": {"enabled": False}},
            "trust": {
                "anchors": [{"trust_anchors": anchor_pem, "trust_kind": "manifest", "trust_uri": "test"}]
            },
        }
    )
    algorithm = c2pa.C2paSigningAlg[identity.algorithm.upper()]
    with (
        c2pa.Signer.from_callback(identity.sign, algorithm, identity.chain_pem) as signer,
        c2pa.Builder(MANIFEST, context=context) as builder,
    ):
        builder.sign(signer, "image/jpeg", source, target)
    target.seek(0)
    with c2pa.Reader("image/jpeg", target, context=context) as reader:
        store = json.loads(reader.json())
        signature = store["manifests"][store["active_manifest"]]["signature_info"]
        return {"state": reader.get_validation_state(), **signature}


@pytest.fixture(scope="module")
def ca(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ca")
    new_ca(folder, name="Kestrel CA", organisation="Kestrel")
    return folder


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_kind_of_key_signs_and_reads_back_as_trusted(ca, tmp_path, algorithm):
    issued = new_cert(ca, name="Desk", out_dir=tmp_path, algorithm=algorithm, passphrase=b"secret")
    identity = load_identity(issued.key, issued.certificate, passphrase=b"secret")
    read = sign_and_read(identity, (ca / "ca.pem").read_text())
    assert read["state"] == "Trusted"
    assert read["alg"].lower() == algorithm
    assert read["issuer"] == "Kestrel"
    assert read["common_name"] == "Desk"


def test_the_chain_may_end_below_the_root(forge, tmp_path):
    party = forge.leaf()
    path = tmp_path / "identity.pem"
    path.write_bytes(party.key_pem() + party.pem() + forge.intermediate.pem())
    assert sign_and_read(load_identity(path), forge.root.pem().decode())["state"] == "Trusted"


def test_another_root_does_not_vouch(forge, tmp_path):
    stranger = type(forge)()
    party = stranger.leaf()
    path = tmp_path / "identity.pem"
    path.write_bytes(party.key_pem() + party.pem() + stranger.intermediate.pem() + stranger.root.pem())
    assert sign_and_read(load_identity(path), forge.root.pem().decode())["state"] == "Valid"
