"""`assay trust` as a user types it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from cli.commands.trust import command
from provenance.errors import AssayError, TrustListError, UsageError


def make_pem(name: str, *, days: int = 1000, authority: bool = True) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=2000))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(Encoding.PEM)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASSAY_TRUST_DIR", str(tmp_path / "trust"))
    (tmp_path / "house.pem").write_bytes(make_pem("House CA") + make_pem("Old CA", days=-5))
    (tmp_path / "signer.pem").write_bytes(make_pem("Signer", authority=False))
    return tmp_path


def run(*args: str, fails: type[AssayError] | None = None, stdin: bytes | None = None) -> Result:
    result = CliRunner().invoke(command, list(args), input=stdin)
    if fails is None:
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
    else:
        assert isinstance(result.exception, fails), result.output
    return result


@pytest.fixture
def pages() -> Iterator[dict[str, bytes]]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = served.get(self.path)
            self.send_response(404 if body is None else 200)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: Any) -> None:
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = {"url": f"http://127.0.0.1:{httpd.server_port}".encode()}
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield served
    httpd.shutdown()
    thread.join()
    httpd.server_close()


def test_fresh_machine(folder: Path) -> None:
    output = run("list").output
    assert "No trust list is installed, so no signer can be checked. Run `assay trust update`." in output
    assert "official" in output
    result = run("list", "--json")
    assert result.stdout == "" and result.exit_code == 0


def test_add_list_show_remove(folder: Path) -> None:
    added = run("add", str(folder / "house.pem"), "--name", "house", "--allowed", str(folder / "signer.pem"))
    assert added.stdout == "Added house: 3 certificates, kind manifest.\n" and added.stderr == ""
    header, row = run("list").output.splitlines()[:2]
    assert header.split() == ["NAME", "KIND", "CERTIFICATES", "ISSUED", "NEXT", "UPDATE", "AGE"]
    assert row.split() == ["house", "manifest", "3", "-", "-", "0", "d"]
    shown = run("show", "house").output
    assert "CN=House CA" in shown and shown.count("EXPIRED") == 1
    assert "Allowed signers (without a chain): 1\n  CN=Signer" in shown
    assert run("remove", "house").output == "Removed house.\n"
    run("show", "house", fails=TrustListError)
    run("remove", "house", fails=TrustListError)


def test_json(folder: Path) -> None:
    run("add", str(folder / "house.pem"), "--name", "house", "--kind", "tsa")
    run("add", "--allowed", str(folder / "signer.pem"), "--name", "desk")
    lines = [json.loads(line) for line in run("list", "--json").stdout.splitlines()]
    assert [(line["name"], line["kind"], line["certificates"]) for line in lines] == [
        ("desk", "manifest", 1),
        ("house", "tsa", 2),
    ]
    assert {line["schema"] for line in lines} == {"assay/trust/1"}
    shown = json.loads(run("show", "house", "--json").stdout)
    assert [(one["subject"], one["expired"]) for one in shown["anchors"]] == [
        ("CN=House CA", False),
        ("CN=Old CA", True),
    ]
    assert shown["allowed"] == []


def test_add_from_standard_input_and_replace(folder: Path) -> None:
    data = (folder / "house.pem").read_bytes()
    assert "2 certificates" in run("add", "-", "--name", "house", stdin=data).output
    run("add", "-", "--name", "house", stdin=data, fails=TrustListError)
    run("add", "-", "--name", "house", "--replace", stdin=make_pem("New"))
    assert "CN=New" in run("show", "house").output


def test_add_with_key_usages(folder: Path) -> None:
    (folder / "store.cfg").write_text("// timeStamping\n1.3.6.1.5.5.7.3.8\n")
    run("add", str(folder / "house.pem"), "--name", "house", "--ekus", str(folder / "store.cfg"))
    assert json.loads(run("show", "house", "--json").stdout)["ekus"] == ["1.3.6.1.5.5.7.3.8"]


def test_add_nothing_garbage_or_leaves(folder: Path) -> None:
    run("add", "--name", "house", fails=UsageError)
    (folder / "page.html").write_text("<html>")
    run("add", str(folder / "page.html"), "--name", "house", fails=TrustListError)
    assert "cannot issue certificates" in run("add", str(folder / "signer.pem"), "--name", "desk").stderr
    assert run("add", str(folder / "none.pem"), "--name", "house").exit_code == 2


def test_hostile_names_are_made_visible(folder: Path) -> None:
    name = "Good\u202eCA\x1b[2J\nTrusted: yes"
    run("add", "-", "--name", "house", stdin=make_pem(name) + make_pem("x" * 64))
    shown = run("show", "house").output
    assert "\\u202e" in shown and "\\x1b[2J" in shown and "\\n" in shown
    assert "\u202e" not in shown and "\x1b" not in shown and "\nTrusted" not in shown


def test_update_from_an_address(folder: Path, pages: dict[str, bytes]) -> None:
    first, second = make_pem("First"), make_pem("Second")
    pages["/l.pem"] = first
    url = pages["url"].decode() + "/l.pem"
    assert run("update", "--url", url, "--name", "house").stdout == "house: installed, 1 certificate.\n"
    assert run("update", "house").stdout == "house: no change, 1 certificate.\n"
    pages["/l.pem"] = second + make_pem("Third")
    assert run("update", "house").stdout == "house: +2 -1, now 2 certificates.\n"
    pages["/l.pem"] = b"<html>"
    failed = run("update", "house")
    assert failed.exit_code == 3 and failed.stdout == ""
    assert "holds no certificate" in failed.stderr and "was kept" in failed.stderr
    assert "CN=Second" in run("show", "house").output


def test_update_without_a_name_for_the_address(folder: Path) -> None:
    run("update", "--url", "https://example.org/l.pem", fails=UsageError)
    run("update", "nobody-knows", fails=UsageError)


def test_damaged_list_is_said(folder: Path) -> None:
    run("add", str(folder / "house.pem"), "--name", "house")
    (folder / "trust" / "house.json").write_text("{")
    assert "house is damaged" in run("list").output
    result = run("list", "--json")
    assert result.stdout == "" and "house is damaged" in result.stderr
    run("remove", "house")
    assert "damaged" not in run("list").output


@pytest.mark.parametrize("name", sorted(command.commands))
def test_every_command_has_help(name: str) -> None:
    result = CliRunner().invoke(command, [name, "--help"])
    assert result.exit_code == 0 and len(result.output) > 60
