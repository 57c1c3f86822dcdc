"""`assay timestamp` and `assay log stamp`: what they write, and what they say when something is wrong."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "provenance"))  # for media_bytes

import media_bytes
import servers
import throwaway

from provenance.custody.log import CustodyLog, Entry

FILES = media_bytes.everything()


@pytest.fixture(scope="module")
def tsa():
    with servers.timestamp_server() as started:
        yield started


@pytest.fixture
def desk(tmp_path, tsa):
    """A folder with identity, lists and one file that was signed offline; and the options that name them."""
    (tmp_path / "cert.pem").write_text(throwaway.signer().chain_pem)
    (tmp_path / "key.pem").write_text(throwaway.signer().key_pem)
    (tmp_path / "roots.pem").write_bytes(throwaway.root().pem)
    (tmp_path / "clocks.pem").write_bytes(tsa.root.pem)
    (tmp_path / "a.jpg").write_bytes(throwaway.sign(FILES["image/jpeg"], "image/jpeg"))
    return ["--trust", "roots.pem", "--tsa-trust", "clocks.pem"]


KEY = ["--key", "key.pem", "--cert", "cert.pem"]


def test_signature_made_offline_is_stamped_and_read(assay, desk, tsa, tmp_path):
    done = assay("timestamp", "add", "a.jpg", "--tsa", tsa.url, *KEY, "-o", "b.jpg", *desk)
    assert (done.code, done.err) == (0, "")
    assert "a.jpg: signed before 2" in done.out
    assert "Throw-away clock (trust list clocks.pem)" in done.out
    read = assay("timestamp", "verify", "b.jpg", *desk)
    assert read.code == 0
    assert "b.jpg: an earlier signature by Throw-away signer was made before 2" in read.out
    told = assay("verify", "b.jpg", *desk)
    assert told.code == 0
    as_json = assay("verify", "b.jpg", "--json", *desk).records[0]
    assert as_json["provenance"]["manifests"][1]["later_timestamp"]["state"] == "trusted"


def test_stamped_file_is_passed_over(assay, desk, tsa):
    assay("timestamp", "add", "a.jpg", "--tsa", tsa.url, *KEY, "-o", "b.jpg", *desk)
    again = assay("timestamp", "add", "b.jpg", "--tsa", tsa.url, *KEY, "-o", "c.jpg", *desk)
    assert again.code == 0
    assert "b.jpg: passed over, b.jpg already has a timestamp" in again.out


def test_without_identity_the_log_holds_the_timestamp(assay, desk, tsa, tmp_path):
    before = (tmp_path / "a.jpg").read_bytes()
    done = assay("timestamp", "add", "a.jpg", "--tsa", tsa.url, "--log", "desk.jsonl", *desk)
    assert done.code == 0
    assert "a.jpg: existed before 2" in done.out
    assert (tmp_path / "a.jpg").read_bytes() == before
    read = assay("timestamp", "verify", "a.jpg", "--log", "desk.jsonl", *desk)
    assert (read.code, "Line 1: a.jpg existed at 2" in read.out) == (0, True)
    whole = assay("timestamp", "verify", "desk.jsonl", *desk)
    assert whole.code == 0
    again = assay("timestamp", "add", "a.jpg", "--tsa", tsa.url, "--log", "desk.jsonl", *desk)
    assert "passed over" in again.out


def test_what_takes_no_update_goes_into_the_log(assay, desk, tsa, tmp_path):
    (tmp_path / "sound.wav").write_bytes(throwaway.sign(FILES["audio/wav"], "audio/wav"))
    options = ["--tsa", tsa.url, *KEY, "-o", "out", "--log", "desk.jsonl", *desk]
    (tmp_path / "out").mkdir()
    done = assay("timestamp", "add", "a.jpg", "sound.wav", *options)
    assert done.code == 0
    assert "sound.wav: existed before 2" in done.out
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["a.jpg"]
    events = [e.event for e in CustodyLog(tmp_path / "desk.jsonl").entries()]
    assert events == ["timestamped", "timestamped"]
    assert assay("log", "verify", "desk.jsonl", "--tsa-trust", "clocks.pem").code == 0


def test_folder_is_stamped_into_a_folder(assay, desk, tsa, tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("1.jpg", "2.jpg"):
        (tmp_path / "in" / name).write_bytes((tmp_path / "a.jpg").read_bytes())
    done = assay("timestamp", "add", "in", "--tsa", tsa.url, *KEY, "-o", "out", *desk, "--json")
    assert [r["schema"] for r in done.records] == ["assay/stamped/1"] * 2
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["1.jpg", "2.jpg"]


def test_one_bad_file_does_not_stop_the_others(assay, desk, tsa, tmp_path):
    (tmp_path / "bad.jpg").write_bytes(FILES["image/jpeg"])
    done = assay("timestamp", "add", "bad.jpg", "a.jpg", "--tsa", tsa.url, *KEY, "-o", "out", *desk)
    assert done.code == 6
    assert "Error: bad.jpg carries no Content Credentials to stamp." in done.err
    assert "Hint: Sign it with `assay sign`" in done.err
    assert (tmp_path / "out" / "a.jpg").exists()


def test_dead_authority_is_read_aloud(assay, desk):
    dead = f"http://127.0.0.1:{servers.closed_port()}/"
    done = assay("timestamp", "add", "a.jpg", "--tsa", dead, "--log", "desk.jsonl", *desk)
    assert done.code == 6
    assert f"Error: No timestamp could be had: {dead} refused the connection." in done.err
    assert "name a further authority with --tsa, or try again later" in done.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "No timestamp authority is named."),
        (["--tsa", "http://x/"], "It is not said where the timestamps go."),
        (["--tsa", "http://x/", *KEY], "It is not said where the timestamps go."),
        (["--tsa", "http://x/", "-o", "b.jpg"], "It is not said where the timestamps go."),
    ],
)
def test_missing_options_are_named(assay, desk, options, said):
    done = assay("timestamp", "add", "a.jpg", *options)
    assert done.code == 2
    assert said in done.err


def test_existing_target_is_kept(assay, desk, tsa, tmp_path):
    (tmp_path / "b.jpg").write_bytes(b"somebody's")
    done = assay("timestamp", "add", "a.jpg", "--tsa", tsa.url, *KEY, "-o", "b.jpg", *desk)
    assert done.code == 2
    assert "b.jpg exists already" in done.err
    assert (tmp_path / "b.jpg").read_bytes() == b"somebody's"


def test_file_without_a_timestamp_exits_with_4(assay, desk):
    done = assay("timestamp", "verify", "a.jpg", *desk)
    assert (done.code, done.out) == (4, "a.jpg: no timestamp.\n")


def test_log_head_is_stamped_and_checked(assay, desk, tsa, tmp_path):
    log = CustodyLog(tmp_path / "desk.jsonl")
    head = log.append(Entry(event="signed", name="a.jpg", sha256="ab" * 32))
    done = assay("log", "stamp", "desk.jsonl", "--tsa", tsa.url)
    assert done.code == 0
    assert f"head {head} existed at 2" in done.out
    found = assay("log", "verify", "desk.jsonl", "--tsa-trust", "clocks.pem")
    assert found.code == 0
    assert "Line 2: the log existed at 2" in found.out
    assert "(trust list clocks.pem)" in found.out
    record = assay("log", "verify", "desk.jsonl", "--json").records[0]
    assert record["timestamps"][0]["timestamp"]["state"] == "untrusted"


def test_log_whose_stamp_does_not_hold_is_not_sound(assay, desk, tmp_path):
    log = CustodyLog(tmp_path / "desk.jsonl")
    log.append(Entry(event="stamped_log", name="desk.jsonl", sha256="cd" * 32, token="AAAA"))
    done = assay("log", "verify", "desk.jsonl")
    assert done.code == 4
    assert "Line 1: the timestamp of the log does not hold." in done.out
    assert "not sound" in done.out


def test_sign_staples_the_answer_of_the_responder(process, tmp_path):
    port = servers.closed_port()
    issuer = throwaway.authority("Newsroom issuer", issuer=throwaway.root())
    party = throwaway.leaf(issuer, "Desk", responder=f"http://127.0.0.1:{port}/")
    (tmp_path / "cert.pem").write_text(party.chain_pem)
    (tmp_path / "key.pem").write_text(party.key_pem)
    (tmp_path / "roots.pem").write_bytes(throwaway.root().pem)
    (tmp_path / "a.jpg").write_bytes(FILES["image/jpeg"])
    order = ["sign", "a.jpg", *KEY, "--source-type", "digitalCapture", "--ocsp", "-o"]
    with servers.ocsp_server(issuer, good=[party.certificate], port=port):
        assert process(*order, "b.jpg").code == 0
        assert process("keys", "doctor", "cert.pem", "--online").code == 0
    found = json.loads(process("verify", "b.jpg", "--json", "--trust", "roots.pem").out)
    assert "signingCredential.ocsp.notRevoked" in {s["code"] for s in found["provenance"]["status"]}
    with servers.ocsp_server(issuer, revoked=[party.certificate], port=port):
        refused = process(*order, "c.jpg")
        doctor = process("keys", "doctor", "cert.pem", "--online")
    assert refused.code == 6
    assert "The certificate is revoked since" in refused.err
    assert not (tmp_path / "c.jpg").exists()
    assert (doctor.code, "not-revoked: It is revoked since" in doctor.out) == (6, True)
    silent = process(*order, "d.jpg")
    assert silent.code == 6
    assert "refused the connection" in silent.err
