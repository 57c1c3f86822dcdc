"""Colour profiles: those without private tags stay as they are, the others lose what no colour engine reads."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms
from privacy_files import RAW, picture, profile, said

from provenance.privacy import PrivacyPolicy, check_kept, disclose, strip_to
from provenance.privacy.icc import kept_icc
from provenance.source import open_source


def displayed() -> bytes:
    """Return the standard profile with a private tag, as Apple writes one for a display, and a gap with words."""
    data = profile()
    count = struct.unpack_from(">I", data, 128)[0]
    moved = b"".join(
        name + struct.pack(">II", at + 12, size)
        for name, at, size in struct.iter_unpack(">4sII", data[132 : 132 + 12 * count])
    )
    body = data[132 + 12 * count :] + b"gap " + RAW + b"mmod\0\0\0\0" + RAW
    entry = b"mmod" + struct.pack(">II", len(data) + 12 + 4 + len(RAW), 8 + len(RAW))
    head = bytearray(data[:128] + struct.pack(">I", count + 1) + moved + entry)
    struct.pack_into(">I", head, 0, len(head) + len(body))
    return bytes(head) + body


def test_a_profile_without_private_tags_stays_byte_by_byte() -> None:
    assert kept_icc(profile()) == profile()


def test_private_tags_and_gaps_go_and_the_colours_stay() -> None:
    kept = kept_icc(displayed())
    assert said(displayed())
    assert not said(kept)
    assert b"mmod" not in kept
    assert len(kept) == len(displayed())
    shown = [
        ImageCms.profileToProfile(
            picture(), io.BytesIO(data), ImageCms.createProfile("LAB"), outputMode="LAB"
        )
        for data in (displayed(), kept)
    ]
    assert shown[0].tobytes() == shown[1].tobytes()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_in_every_container_the_check_sees_the_private_tag_and_the_copy_has_none(form: str) -> None:
    out, copy = io.BytesIO(), io.BytesIO()
    picture().save(out, form, icc_profile=displayed())
    with open_source(out.getvalue()) as source:
        assert "ICC:tag mmod" in {f.name for f in disclose(source, PrivacyPolicy()).removed}
        strip_to(source, copy, PrivacyPolicy())
    with open_source(copy.getvalue()) as source:
        assert check_kept(source, PrivacyPolicy()) == ()
    with Image.open(copy) as image:
        assert image.info["icc_profile"] == kept_icc(displayed())


@pytest.mark.parametrize(
    "data", [b"", b"acsp" * 40, profile()[:200], profile()[:128] + b"\xff\xff\xff\xff" + profile()[132:]]
)
def test_what_is_no_profile_does_not_stay(data: bytes) -> None:
    assert kept_icc(data) == b""


@given(st.integers(0, 600), st.binary(min_size=1, max_size=8))
def test_mutated_profiles_keep_their_length_or_go(at: int, new: bytes) -> None:
    data = displayed()
    changed = data[:at] + new + data[at + len(new) :]
    kept = kept_icc(changed)
    assert len(kept) in (0, len(changed))
    assert kept_icc(kept) == kept
