import pytest
from damage import mutations
from PIL import Image, JpegPresets
from structure_pictures import inserted, natural, saved, segment, value

from detectors.image._jpeg import ZIGZAG
from detectors.image._quantisation import identify, libjpeg_tables


@pytest.mark.parametrize("quality", [1, 25, 50, 75, 90, 95, 100])
def test_libjpeg_tables_are_those_of_libjpeg(quality):
    import io

    tables = Image.open(io.BytesIO(saved(natural(32, 32), quality=quality))).quantization
    assert libjpeg_tables(quality) == (tuple(tables[0]), tuple(tables[1]))


def test_the_zigzag_order_begins_and_ends_as_in_the_standard():
    assert ZIGZAG[:10] == (0, 1, 8, 16, 9, 2, 3, 10, 17, 24)
    assert ZIGZAG[-4:] == (47, 55, 62, 63)
    assert sorted(ZIGZAG) == list(range(64))


@pytest.mark.parametrize("quality", [30, 75, 92])
def test_the_quality_is_read_exactly(examine, quality):
    finding = examine("image.structure", saved(natural(), quality=quality))
    assert f"the standard ones at quality {quality}" in finding.summary
    assert value(finding, "JPEG quality") == quality
    assert value(finding, "quality is exact") is True
    assert finding.points_to == "nothing"


def test_photoshops_tables_are_named(examine):
    finding = examine("image.structure", saved(natural(), qtables="web_high", subsampling=0))
    assert "Adobe Photoshop (Save for Web, high)" in finding.summary


def test_mozjpegs_tables_are_named():
    from detectors.image._quantisation import _ROBIDOUX

    luma, chroma = libjpeg_tables(80, base=(_ROBIDOUX, _ROBIDOUX))
    assert identify(luma, chroma).family == "mozjpeg"
    assert identify(luma, chroma).quality == 80


def test_unknown_tables_are_called_common(examine):
    table = [min(255, 3 + (i * 7) % 11 + i // 8) for i in range(64)]
    finding = examine("image.structure", saved(natural(), qtables=[table, table]))
    assert "not ones that Assay knows, which is common in cameras" in finding.summary


def test_mixed_qualities_are_told_apart():
    encoder = identify(libjpeg_tables(90)[0], libjpeg_tables(70)[1])
    assert "90 for brightness and 70 for colour" in encoder.words


def test_a_grey_picture_needs_one_table(examine):
    finding = examine("image.structure", saved(natural().convert("L"), quality=80))
    assert value(finding, "JPEG quality") == 80
    assert value(finding, "colour resolution") == "grey picture"


def test_every_preset_of_pillow_is_known():
    for preset in JpegPresets.presets.values():
        luma, chroma = (tuple(t) for t in preset["quantization"])
        assert identify(luma, chroma).family == "photoshop"


@pytest.mark.parametrize(("subsampling", "words"), [(0, "4:4:4"), (1, "4:2:2"), (2, "4:2:0")])
def test_colour_resolution(examine, subsampling, words):
    finding = examine("image.structure", saved(natural(), subsampling=subsampling))
    assert str(value(finding, "colour resolution")).startswith(words)


def test_progressive_streams_are_said(examine):
    assert "progressive" in examine("image.structure", saved(natural(), progressive=True)).summary
    assert "progressive" not in examine("image.structure", saved(natural())).summary


def test_huffman_tables(examine):
    plain = examine("image.structure", saved(natural()))
    made = examine("image.structure", saved(natural(), optimize=True))
    assert value(plain, "Huffman tables") == "the examples of the standard"
    assert value(made, "Huffman tables") == "made for this picture"


def test_restart_markers(examine):
    assert value(examine("image.structure", saved(natural(), restart_marker_blocks=4)), "blocks between") == 4
    assert value(examine("image.structure", saved(natural())), "blocks between") == 0


def test_the_order_of_segments(examine):
    finding = examine("image.structure", saved(natural()))
    assert str(value(finding, "order of segments")).startswith("SOI APP0 2xDQT SOF0 4xDHT SOS EOI")


@pytest.mark.parametrize(
    ("trailer", "words"),
    [
        (b"PK\3\4" + bytes(40), "a ZIP archive"),
        (b"\0\0\0\x18ftypmp42" + bytes(40), "an MP4 file"),
        (b"%PDF-1.7" + bytes(40), "a PDF document"),
        (bytes(17) + b"\xff\xd8\xff\xe0" + bytes(40), "a further JPEG picture"),
    ],
)
def test_a_second_file_behind_the_picture_is_named(examine, trailer, words):
    assert words in examine("image.structure", saved(natural()) + trailer).summary


@pytest.mark.parametrize(
    "trailer", [bytes(100), b"\xff" * 9, b"remnant" * 9, bytes(8) + b"SEFH" + bytes(30) + b"SEFT"]
)
def test_what_cameras_and_phones_leave_is_measured_and_not_announced(examine, trailer):
    finding = examine("image.structure", saved(natural()) + trailer)
    assert "Behind" not in finding.summary
    assert value(finding, "bytes behind") == len(trailer)


def test_the_clip_of_a_motion_photo_is_expected(examine):
    packet = (
        b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'>"
        b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description "
        b"xmlns:GCamera='http://ns.google.com/photos/1.0/camera/' GCamera:MotionPhoto='1'/></rdf:RDF></x:xmpmeta>"
    )
    clip = b"\0\0\0\x18ftypmp42" + bytes(40)
    assert (
        "Behind"
        not in examine("image.structure", inserted(saved(natural()), segment(0xE1, packet)) + clip).summary
    )


def test_nothing_behind_the_picture(examine):
    assert value(examine("image.structure", saved(natural())), "bytes behind") is None


def test_a_file_cut_short_is_said(examine):
    data = saved(natural())
    assert "cut short or damaged" in examine("image.structure", data[: len(data) // 2]).summary
    assert "cut short" not in examine("image.structure", data).summary


def test_headers_without_a_frame_are_not_applicable(examine):
    assert examine("image.structure", b"\xff\xd8\xff\xe0\0\4ab\xff\xd9").outcome == "not_applicable"


def test_damaged_files_give_a_finding(examine):
    for data in mutations(saved(natural(128, 96), comment=b"x" * 40), count=150):
        assert "It broke" not in (examine("image.structure", data).reason or "")
