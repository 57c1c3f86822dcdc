import pytest
from damage import mutations
from PIL import Image
from structure_pictures import natural, saved


def file_with(exif=None, gps=None, camera=None, xmp="", size=(64, 48)):
    block = Image.Exif()
    for tag, text in (exif or {}).items():
        block[tag] = text
    for directory, tags in ((0x8769, camera), (0x8825, gps)):
        if tags:
            block.get_ifd(directory).update(tags)
    packet = (
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        "<rdf:Description xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmlns:tiff='http://ns.adobe.com/tiff/1.0/' "
        f"xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/' {xmp}/></rdf:RDF></x:xmpmeta>"
    )
    more = {"xmp": packet.encode()} if xmp else {}
    return saved(natural(*size), exif=block, **more)


TAKEN = {36867: "2024:05:01 12:00:00"}


def test_agreeing_metadata_give_nothing(examine):
    data = file_with(
        {271: "Canon", 272: "EOS R5", 306: "2024:05:01 12:00:00", 274: 1},
        {29: "2024:05:01"},
        {**TAKEN, 40962: 64, 40963: 48},
        "xmp:CreateDate='2024-05-01T12:00:00' tiff:Make='Canon' tiff:Model='EOS R5'",
    )
    finding = examine("image.contradictions", data)
    assert (finding.outcome, finding.summary) == ("reported", "")


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"gps": {29: "2023:01:01"}, "camera": TAKEN}, "satellite signal to 2023:01:01"),
        ({"xmp": "xmp:CreateDate='2020-01-01T00:00:00'", "camera": TAKEN}, "XMP to 2020-01-01"),
        ({"xmp": "photoshop:DateCreated='2020-01-01'", "camera": TAKEN}, "XMP to 2020-01-01"),
        ({"exif": {306: "2019:01:01 00:00:00"}, "camera": TAKEN}, "before the photograph was taken"),
        ({"exif": {271: "Canon"}, "xmp": "tiff:Make='NIKON'"}, 'EXIF names "Canon" as make, XMP "NIKON"'),
        ({"exif": {271: "Canon"}, "camera": {37500: b"Nikon\0\2\x10\0\0MM\0*"}}, "that Nikon cameras write"),
        ({"exif": {274: 6}, "size": (48, 64)}, "orientation 6"),
    ],
)
def test_disagreements_are_quoted(examine, parts, words):
    finding = examine("image.contradictions", file_with(**parts))
    assert words in finding.summary
    assert finding.points_to == "nothing"
    assert finding.because


@pytest.mark.parametrize(
    "parts",
    [
        {"gps": {29: "2024:05:02"}, "camera": TAKEN},
        {"gps": {29: "2024:04:30"}, "camera": TAKEN},
        {"gps": {29: "2024:05:129"}, "camera": TAKEN},
        {"xmp": "xmp:CreateDate='2024-05-02T01:00:00+13:00'", "camera": TAKEN},
        {"exif": {306: "2024:06:01 00:00:00"}, "camera": TAKEN},
        {"exif": {306: "0000:00:00 00:00:00"}, "camera": TAKEN},
        {"exif": {271: "Canon "}, "xmp": "tiff:Make='canon'"},
        {"exif": {271: "NIKON CORPORATION"}, "camera": {37500: b"Nikon\0\2\x10\0\0MM\0*"}},
        {"exif": {274: 6}},
        {"camera": {40962: 48, 40963: 64}},
        {"camera": {40962: 0, 40963: 0}},
    ],
)
def test_what_zones_clocks_and_cameras_do_is_no_disagreement(examine, parts):
    assert examine("image.contradictions", file_with(**parts)).summary == ""


def test_a_resized_picture(examine):
    finding = examine("image.contradictions", file_with(camera={40962: 4000, 40963: 3000}))
    assert "states 4000 x 3000 pixels, the picture has 64 x 48: it was probably resized" in finding.summary
    assert finding.points_to == "nothing"


def test_a_cropped_picture(examine):
    finding = examine("image.contradictions", file_with(camera={40962: 4000, 40963: 2000}))
    assert "cropped" in finding.summary
    assert finding.points_to == "edited"


def test_long_values_are_cut(examine):
    finding = examine("image.contradictions", file_with({271: "M" * 5000}, xmp="tiff:Make='NIKON'"))
    assert len(finding.summary) < 300


def test_no_metadata(examine):
    assert examine("image.contradictions", saved(natural(64, 48))).outcome == "not_applicable"


def test_damaged_files_give_a_finding(examine):
    data = file_with(
        {271: "Canon", 306: "2019:01:01 00:00:00"}, {29: "2023:01:01"}, TAKEN, "tiff:Make='NIKON'"
    )
    for broken in mutations(data, count=150):
        assert "It broke" not in (examine("image.contradictions", broken).reason or "")
