"""Which names a policy takes, and what it says to those that it does not."""

from __future__ import annotations

import pytest

from provenance.errors import UsageError
from provenance.privacy import PrivacyPolicy


@pytest.mark.parametrize(
    "name", ["EXIF:Make", "xmp:dc:creator", "ICC", "orientation", "colour", "MP4:sbtl track"]
)
def test_names_of_fields_and_of_what_is_kept_anyway_are_taken(name: str) -> None:
    assert PrivacyPolicy(keep=frozenset({name})).keep == {name}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Make", "names no field"),
        ("EXIF:", "names no field"),
        ("FOO:Bar", "names no field"),
        ("EXIF:*", "no single field"),
        ("XMP:xmpMM:History/stEvt:when", "no single field"),
        ("EXIF:MakerNote", "serial numbers"),
        ("EXIF:Thumbnail.JpegIFOffset", "blacked out"),
        ("JPEG:MPF", "further pictures"),
        ("JPEG:APP5", "not known"),
    ],
)
def test_other_names_are_refused_with_the_reason(name: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        PrivacyPolicy(keep=frozenset({name}))
    assert caught.value.hint


def test_upper_and_lower_case_count_as_equal_and_structures_follow_their_property() -> None:
    policy = PrivacyPolicy(keep=frozenset({"exif:make", "XMP:xmpMM:History"}))
    assert policy.allows("EXIF", "Make")
    assert not policy.allows("EXIF", "Model")
    assert policy.allows("XMP", "xmpMM:History/stEvt:when")
    assert not policy.allows("XMP", "xmpMM:HistoryX")
    assert policy.names("XMP")
    assert not policy.names("IPTC")
