import pytest
from damage import mutations
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from structure_pictures import inserted, natural, saved, segment

from detectors.programs import program_in


def with_software(text):
    exif = Image.Exif()
    exif[305] = text
    return saved(natural(64, 64), exif=exif)


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("Adobe Photoshop 25.0 (Windows)", "Adobe Photoshop", "editor"),
        ("Adobe Photoshop Lightroom 6.2.1 (Macintosh)", "Adobe Photoshop Lightroom", "developer"),
        ("GIMP 2.10", "GIMP", "editor"),
        ("Lavf58.76.100", "Lavf", "library"),
        ("adobe photoshop cs2", "Adobe Photoshop", "editor"),
        ("CREATOR: gd-jpeg v1.0 (using IJG JPEG v62), quality = 75", "gd-jpeg", "library"),
    ],
)
def test_programs_are_told_apart(text, name, kind):
    assert (program_in(text).name, program_in(text).kind) == (name, kind)


@pytest.mark.parametrize("text", ["Ver.1.00", "17.1.A.2.55_9_f300", "", "gimpy legs", "8.1", "x" * 10_000])
def test_firmware_names_no_program(text):
    assert program_in(text) is None


def test_an_editor_is_named_and_called_common(examine):
    finding = examine("image.software", with_software("Adobe Photoshop 25.0 (Windows)"))
    assert finding.summary.startswith("The file names Adobe Photoshop, an editing program")
    assert finding.points_to == "edited"
    assert finding.because[0].value == "Adobe Photoshop 25.0 (Windows)"
    assert "common" in finding.caveats[0]


def test_firmware_is_not_reported(examine):
    assert examine("image.software", with_software("Ver.1.00")).summary == ""


def test_a_developer_program_does_not_point_to_editing(examine):
    finding = examine("image.software", with_software("darktable 4.6"))
    assert "develops raw photographs" in finding.summary
    assert finding.points_to == "nothing"


def test_png_text(examine):
    info = PngInfo()
    info.add_text("Software", "Krita 5")
    assert "Krita" in examine("image.software", saved(natural(64, 64), "PNG", pnginfo=info)).summary


def test_facebooks_number(examine):
    record = b"\x1c\x02\x28" + (14).to_bytes(2, "big") + b"FBMD01000ac603"
    body = (
        b"Photoshop 3.0\x008BIM\x04\x04\0\0"
        + len(record).to_bytes(4, "big")
        + record
        + b"\0" * (len(record) & 1)
    )
    finding = examine("image.software", inserted(saved(natural(64, 64)), segment(0xED, body)))
    assert "Facebook and Instagram" in finding.summary
    assert finding.points_to == "nothing"


def test_photoshops_blocks(examine):
    body = b"Photoshop 3.0\x008BIM\x04\x06\0\0\0\0\0\x07\0\x06\0\0\0\1\0\0"
    finding = examine("image.software", inserted(saved(natural(64, 64)), segment(0xED, body)))
    assert "data blocks as Adobe Photoshop writes them" in finding.summary


def test_save_for_web(examine):
    finding = examine(
        "image.software", inserted(saved(natural(64, 64)), segment(0xEC, b"Ducky\0\1\0\4\0\0\0<\0\0"))
    )
    assert "Save for Web" in finding.summary


def test_a_comment_by_a_person_is_no_trace(examine):
    assert examine("image.software", saved(natural(64, 64), comment=b"sent by WhatsApp")).summary == ""
    assert (
        "gd-jpeg"
        in examine("image.software", saved(natural(64, 64), comment=b"CREATOR: gd-jpeg v1.0")).summary
    )


def test_damaged_files_give_a_finding(examine):
    for data in mutations(with_software("Adobe Photoshop"), count=100):
        assert "It broke" not in (examine("image.software", data).reason or "")


def test_several_programs_are_named_once(examine):
    exif = Image.Exif()
    exif[305] = "Adobe Photoshop 25.0"
    exif[11] = "darktable 4.6"
    body = b"Photoshop 3.0\x008BIM\x04\x06\0\0\0\0\0\x07\0\x06\0\0\0\1\0\0"
    finding = examine("image.software", inserted(saved(natural(64, 64), exif=exif), segment(0xED, body)))
    assert finding.summary.endswith("It also names darktable.")
    assert len(finding.because) == 3
