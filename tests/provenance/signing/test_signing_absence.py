"""The quick look must never overlook a manifest."""

import pytest
import throwaway
from media_bytes import everything

from provenance.signing.absence import _BLOCK, may_carry_credentials
from provenance.source import open_source

SIGNABLE = sorted(set(everything()) - {"application/c2pa", "image/jxl", "application/pdf"})


@pytest.mark.parametrize("media_type", SIGNABLE)
def test_a_signed_file_is_always_seen(valid_files, media_type):
    data = valid_files[media_type]
    for remote in (None, "https://example.org/a.c2pa"):
        try:
            signed = throwaway.sign(data, media_type, remote=remote)
        except Exception as error:  # some types have no room for an address
            assert remote is not None, error
            continue
        with open_source(signed) as source:
            assert may_carry_credentials(source)


def test_an_unsigned_photograph_is_not_sent_to_the_engine(valid_files):
    with open_source(valid_files["image/webp"]) as source:
        assert not may_carry_credentials(source)


def test_a_sidecar_beside_the_file_counts(tmp_path, valid_files):
    (tmp_path / "a.jpg").write_bytes(valid_files["image/webp"])
    (tmp_path / "a.jpg.c2pa").write_bytes(b"")
    with open_source(tmp_path / "a.jpg") as source:
        assert may_carry_credentials(source)


@pytest.mark.parametrize("shift", range(12))
def test_a_word_across_two_blocks_is_seen(valid_files, shift):
    head = valid_files["image/webp"]
    data = head + b"x" * (_BLOCK - len(head) - shift) + b"provenance" + b"y" * 100
    with open_source(data) as source:
        assert may_carry_credentials(source)
