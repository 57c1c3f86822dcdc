"""What fields give away, by their names."""

from __future__ import annotations

import pytest

from provenance.privacy.groups import group_of


@pytest.mark.parametrize(
    ("standard", "name", "group"),
    [
        ("EXIF", "GPSLatitude", "location"),
        ("IPTC", "City", "location"),
        ("QuickTime", "com.apple.quicktime.location.ISO6709", "location"),
        ("MP4", "\xa9xyz", "location"),
        ("EXIF", "BodySerialNumber", "serial"),
        ("XMP", "xmpMM:DocumentID", "serial"),
        ("EXIF", "CameraOwnerName", "owner"),
        ("EXIF", "Artist", "owner"),
        ("IPTC", "Source", "owner"),
        ("EXIF", "MakerNote", "maker note"),
        ("EXIF", "Thumbnail.JpegIFOffset", "thumbnail"),
        ("ID3", "APIC", "thumbnail"),
        ("XMP", "xmpMM:History/stEvt:action", "history"),
        ("XMP", "crs:Exposure2012", "history"),
        ("XMP", "xmp:CreatorTool", "software"),
        ("PNG", "parameters", "software"),
        ("EXIF", "Model", "device"),
        ("EXIF", "FileSource", "device"),
        ("EXIF", "ExposureTime", "device"),
        ("EXIF", "DateTimeOriginal", "time"),
        ("MP4", "CreateDate", "time"),
        ("XMP", "dc:description", "caption"),
        ("ID3", "TIT2", "caption"),
        ("EXIF", "0x1234", "other"),
    ],
)
def test_group(standard: str, name: str, group: str) -> None:
    assert group_of(standard, name) == group
