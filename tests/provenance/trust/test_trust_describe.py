"""What is shown of one certificate."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from trust_material import Made, make

from provenance.trust.describe import describe, expired, is_authority


def test_describe(root: Made, leaf: Made) -> None:
    found = describe(leaf.der)
    assert (found.subject, found.issuer) == ("CN=Leaf,O=Test", "CN=Root,O=Test")
    assert found.sha256 == hashlib.sha256(leaf.der).hexdigest()
    assert found.serial == str(leaf.certificate.serial_number)
    assert found.not_after == leaf.certificate.not_valid_after_utc.isoformat().replace("+00:00", "Z")
    assert is_authority(root.der) and not is_authority(leaf.der)


def test_expired() -> None:
    found = describe(make("Old", days=(-30, -1)).der)
    now = datetime.now(UTC)
    assert expired(found, now)
    assert not expired(found, now - timedelta(days=2))


def test_not_a_certificate() -> None:
    with pytest.raises(ValueError, match=r"."):
        describe(b"nothing")
