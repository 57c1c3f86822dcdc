import json

import pytest

from detectors.marks import a1111

LINE = (
    "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1234, Size: 512x512, Model hash: abc, Version: v1.10.1"
)
SETTINGS = f"a harbour at dawn, photo\nNegative prompt: blurry, ugly\n{LINE}"
SWARM = json.dumps({"sui_image_params": {"prompt": "a cat", "seed": 1, "steps": 20}})


def test_png_text_chunk_is_found_and_quoted(files, view_of):
    finding = a1111.run(view_of(files.png({"parameters": SETTINGS})))
    assert finding.points_to == "generated"
    assert finding.summary.startswith(
        'Its PNG text chunk "parameters" holds Stable Diffusion web UI settings (Steps,'
    )
    assert finding.because[0].value == LINE
    assert "tEXt chunk at byte" in finding.because[0].name
    assert finding.because[1].value.startswith("a harbour at dawn")


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
@pytest.mark.parametrize("codec", ["utf-16-be", "utf-16-le"])
def test_utf16_user_comment_is_found(files, view_of, kind, codec):
    comment = b"UNICODE\0" + SETTINGS.encode(codec)
    finding = a1111.run(view_of(files.exif(kind, user_comment=comment)))
    assert finding.points_to == "generated"
    assert "UserComment" in finding.because[0].name


def test_cut_utf16_user_comment_is_found(files, view_of):
    comment = b"UNICODE\0" + SETTINGS.encode("utf-16-be") + b"\xd8"
    assert a1111.run(view_of(files.exif(user_comment=comment))).points_to == "generated"


def test_prompt_in_another_script_is_kept(files, view_of):
    finding = a1111.run(view_of(files.png({"parameters": f"港の朝\n{LINE}"})))
    assert finding.because[1].value.startswith("港の朝")


def test_forge_line_is_found(said):
    line = "Steps: 20, Sampler: Euler, Schedule type: Simple, CFG scale: 1, Distilled CFG Scale: 3.5, Seed: 9"
    assert "Schedule type" in a1111.run(said(("PNG", "parameters", f"x\n{line}"))).summary


def test_swarmui_is_named(files, view_of):
    for data in (files.png({"parameters": SWARM}),
                 files.exif(user_comment=b"UNICODE\0" + SWARM.encode("utf-16-be"))):  # fmt: skip
        assert "SwarmUI" in a1111.run(view_of(data)).summary


def test_enlargement_points_to_an_edit(said):
    finding = a1111.run(
        said(("PNG", "postprocessing", "Postprocess upscale by: 4, Postprocess upscaler: R-ESRGAN 4x+"))
    )
    assert finding.points_to == "edited"


@pytest.mark.parametrize(
    "text",
    [
        "Steps: 3 eggs, Sampler: mum, Seed: sesame",
        "Steps: 3, then stir",
        "Recipe\nSteps: 3, Size: large",
        "Steps: 20, Sampler: Euler a",
        "How to: Steps: 20, Sampler: Euler a, Seed: 1, CFG scale: 7",
        "Steps: , Sampler: , Seed: ",
    ],
)
def test_near_misses_are_silent(said, text):
    assert a1111.run(said(("EXIF", "UserComment", text), ("PNG", "parameters", text))).summary == ""


def test_settings_in_another_field_are_silent(said):
    assert a1111.run(said(("PNG", "Title", SETTINGS))).summary == ""
