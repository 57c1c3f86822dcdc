import json

import pytest

from detectors.marks import novelai

COMMENT = json.dumps(
    {"prompt": "1girl", "uc": "lowres", "steps": 28, "sampler": "k_euler", "signed_hash": "x"}
)


def test_png_fields_are_found(files, view_of):
    texts = {
        "Title": "AI generated image",
        "Software": "NovelAI",
        "Source": "Stable Diffusion F1022A28",
        "Comment": COMMENT,
    }
    finding = novelai.run(view_of(files.png(texts)))
    assert finding.points_to == "generated"
    assert finding.summary == 'Its PNG text chunk "Software" says that it was made with NovelAI.'
    assert any("Stable Diffusion" in str(m.value) for m in finding.because)


def test_settings_alone_are_enough(said):
    assert novelai.run(said(("PNG", "Comment", COMMENT))).points_to == "generated"


def test_exif_copy_is_read(files, view_of):
    comment = b"ASCII\0\0\0" + json.dumps({"Software": "NovelAI", "Comment": COMMENT}).encode()
    assert novelai.run(view_of(files.exif("WEBP", user_comment=comment))).points_to == "generated"


@pytest.mark.parametrize("name, value", [("Software", "NovelAI reader"), ("Comment", "I like NovelAI"),
                                         ("Comment", '{"steps": 3}'), ("Title", "NovelAI")])  # fmt: skip
def test_near_misses_are_silent(said, name, value):
    assert novelai.run(said(("PNG", name, value))).summary == ""
