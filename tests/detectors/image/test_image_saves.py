import pytest
from damage import mutations
from PIL import Image
from structure_pictures import natural, reopened, saved, value


def test_one_save_leaves_nothing(examine):
    finding = examine("image.saves", saved(natural(), quality=85))
    assert (finding.outcome, finding.summary, finding.points_to) == ("reported", "", "nothing")
    assert value(finding, "JPEG saves") == 1


def test_two_saves_are_counted_and_the_first_quality_named(examine):
    finding = examine("image.saves", saved(reopened(saved(natural(), quality=75)), quality=95))
    assert finding.points_to == "recompressed"
    assert value(finding, "JPEG saves") == 2
    assert abs(value(finding, "quality of the earlier save") - 75) <= 2
    assert value(finding, "quality of the last save") == 95
    assert finding.strength == "none"
    assert finding.log10_lr is None


@pytest.mark.parametrize("first", [50, 60, 70, 80, 88])
def test_the_estimate_follows_the_first_quality(examine, first):
    finding = examine("image.saves", saved(reopened(saved(natural(seed=first), quality=first)), quality=95))
    assert abs(value(finding, "quality of the earlier save") - first) <= 2


def test_a_finer_first_save_is_not_given_a_quality(examine):
    finding = examine("image.saves", saved(reopened(saved(natural(), quality=85)), quality=70))
    assert value(finding, "quality of the earlier save") is None


def test_a_png_that_was_a_jpeg(examine):
    finding = examine("image.saves", saved(reopened(saved(natural(), quality=80)), "PNG"))
    assert "was a JPEG" in finding.summary
    assert value(finding, "JPEG saves") == 1


def test_a_png_that_was_none(examine):
    assert examine("image.saves", saved(natural(), "PNG")).summary == ""


def test_a_resized_picture_keeps_no_trace(examine):
    first = reopened(saved(natural(1024, 768), quality=75))
    assert examine("image.saves", saved(first.resize((611, 458)), quality=90)).summary == ""


def test_metadata_does_not_change_pixel_facts(examine):
    picture = reopened(saved(natural(), quality=75))
    plain = examine("image.saves", saved(picture, quality=92))
    marked = examine("image.saves", saved(picture, quality=92, comment=b"x" * 500))
    assert plain == marked


def test_the_same_bytes_give_the_same_numbers(examine):
    data = saved(reopened(saved(natural(), quality=75)), quality=90)
    assert examine("image.saves", data) == examine("image.saves", data)


@pytest.mark.parametrize("size", [(8, 8), (64, 64), (1, 300)])
def test_small_pictures_are_not_applicable(examine, size):
    assert examine("image.saves", saved(natural(512, 384).resize(size))).outcome == "not_applicable"


def test_plain_pictures_are_not_applicable(examine):
    flat = natural().point(lambda v: 128)
    assert examine("image.saves", saved(flat)).outcome == "not_applicable"


def test_other_colour_modes_are_not_applicable(examine):
    assert examine("image.saves", saved(natural().convert("CMYK"))).outcome == "not_applicable"
    assert examine("image.saves", saved(natural().convert("P"), "PNG")).outcome == "not_applicable"


def test_damaged_files_give_a_finding(examine):
    for data in mutations(saved(natural(256, 192), quality=80), count=40):
        assert examine("image.saves", data).outcome in ("reported", "not_applicable", "failed")
        assert "It broke" not in (examine("image.saves", data).reason or "")


@pytest.mark.parametrize("factor", [2, 4])
def test_an_enlarged_picture_was_no_jpeg_before(examine, factor):
    small = natural(1024 // factor, 768 // factor)
    for how in (Image.Resampling.NEAREST, Image.Resampling.BICUBIC):
        assert examine("image.saves", saved(small.resize((1024, 768), how), quality=90)).summary == ""


def test_a_change_of_brightness_hides_the_first_quality(examine):
    changed = reopened(saved(natural(), quality=75)).point(lambda v: min(255, int(v * 1.1 + 5)))
    assert value(examine("image.saves", saved(changed, quality=92)), "quality of the earlier save") is None
