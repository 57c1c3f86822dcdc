import pytest
from damage import mutations
from PIL import Image, ImageOps
from structure_pictures import natural, saved, value, with_preview


def preview_of(picture, size=(160, 120)):
    return saved(picture.resize(size, Image.Resampling.LANCZOS), quality=75)


def test_a_preview_of_the_picture(examine):
    picture = natural(640, 480)
    finding = examine("image.thumbnail", with_preview(saved(picture), preview_of(picture)))
    assert (finding.outcome, finding.summary, finding.points_to) == ("reported", "", "nothing")
    assert value(finding, "correlation") > 0.95


def test_a_preview_of_another_picture(examine):
    finding = examine(
        "image.thumbnail", with_preview(saved(natural(640, 480)), preview_of(natural(640, 480, seed=9)))
    )
    assert "another picture or another framing" in finding.summary
    assert finding.points_to == "edited"
    assert finding.strength == "none"
    assert finding.artefacts[0].data.startswith(b"\x89PNG")


def test_a_cropped_picture_with_the_old_preview(examine):
    picture = natural(640, 480)
    part = picture.crop((0, 0, 200, 150))
    assert examine("image.thumbnail", with_preview(saved(part), preview_of(picture))).points_to == "edited"


def test_black_bars_are_what_cameras_do(examine):
    picture = natural(720, 480)
    boxed = ImageOps.pad(picture, (160, 120), color="black")
    finding = examine("image.thumbnail", with_preview(saved(picture), saved(boxed, quality=80)))
    assert value(finding, "correlation") > 0.9


def test_the_middle_of_a_wide_picture_is_what_cameras_do(examine):
    picture = natural(960, 540)
    middle = ImageOps.fit(picture, (160, 120))
    finding = examine("image.thumbnail", with_preview(saved(picture), saved(middle, quality=80)))
    assert value(finding, "correlation") > 0.9


def test_a_turned_picture_with_the_old_preview_is_the_same(examine):
    picture = natural(640, 480)
    turned = picture.transpose(Image.Transpose.ROTATE_90)
    finding = examine("image.thumbnail", with_preview(saved(turned), preview_of(picture)))
    assert finding.summary == ""
    assert value(finding, "quarter turns") in (1, 3)


def test_the_correlation_falls_with_the_part_that_was_changed(examine):
    picture, other = natural(640, 480), natural(640, 480, seed=4)
    seen = []
    for width in (0, 160, 480):
        changed = picture.copy()
        changed.paste(other.crop((0, 0, width, 480)), (0, 0))
        seen.append(
            value(
                examine("image.thumbnail", with_preview(saved(changed), preview_of(picture))), "correlation"
            )
        )
    assert seen[0] > seen[1] > seen[2]


@pytest.mark.parametrize("preview", [b"", b"\xff\xd8\xff", b"\xff\xd8" + bytes(500), b"GIF89a" + bytes(90)])
def test_a_preview_that_cannot_be_decoded(examine, preview):
    assert examine("image.thumbnail", with_preview(saved(natural()), preview)).outcome == "not_applicable"


def test_no_preview(examine):
    assert examine("image.thumbnail", saved(natural())).outcome == "not_applicable"


def test_too_large_a_preview_is_not_decoded(examine):
    large = saved(Image.new("RGB", (2000, 40)), quality=20)
    assert examine("image.thumbnail", with_preview(saved(natural()), large)).outcome == "not_applicable"


def test_a_plain_preview_cannot_be_compared(examine):
    flat = saved(Image.new("RGB", (160, 120), "grey"))
    assert (
        examine("image.thumbnail", with_preview(saved(natural(640, 480)), flat)).outcome == "not_applicable"
    )


def test_damaged_files_give_a_finding(examine):
    picture = natural(256, 192)
    for data in mutations(with_preview(saved(picture), preview_of(picture)), count=60):
        assert "It broke" not in (examine("image.thumbnail", data).reason or "")
