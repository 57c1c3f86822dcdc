"""Which assertions of a history give somebody away."""

import pytest

from provenance.privacy import PrivacyPolicy
from provenance.signing.history import _group, _keys

STRICT = PrivacyPolicy()


@pytest.mark.parametrize(
    ("label", "data", "group"),
    [
        ("c2pa.thumbnail.claim", None, "thumbnail"),
        ("c2pa.thumbnail.ingredient__2", None, "thumbnail"),
        ("stds.exif", {"exif:GPSLatitude": "1"}, "location"),
        ("c2pa.metadata", {"exifEX:BodySerialNumber": "1"}, "serial"),
        ("stds.iptc", {"a": [{"Iptc4xmpExt:LocationCreated": {}}]}, "location"),
        ("cawg.metadata", {"aux:OwnerName": "x"}, "owner"),
        ("c2pa.metadata", {"exif:ExposureTime": "1/60"}, None),
        ("stds.schema-org.CreativeWork", {"author": []}, None),
        ("c2pa.actions.v2", {"actions": [{"parameters": {"GPSLatitude": 1}}]}, None),
        ("c2pa.hash.data", {"GPS": 1}, None),
        ("c2pa.ingredient.v3", {"location": 1}, None),
    ],
)
def test_what_gives_somebody_away(label, data, group):
    assert _group(label, data, STRICT) == group


def test_a_kept_field_stays():
    policy = PrivacyPolicy(keep=frozenset({"EXIF:GPSLatitude"}))
    assert _group("stds.exif", {"exif:GPSLatitude": "1"}, policy) is None
    assert _group("stds.exif", {"exif:GPSLatitude": "1", "exif:GPSLongitude": "2"}, policy) == "location"


def test_deep_and_wide_json_ends():
    deep = {}
    for _ in range(10_000):
        deep = {"k": deep}
    assert len(list(_keys(deep))) < 20
    assert len(list(_keys({"a": [{str(i): 1} for i in range(100_000)]}))) < 100_001
