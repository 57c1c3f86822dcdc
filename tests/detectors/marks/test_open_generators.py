"""InvokeAI, Fooocus, Draw Things and Easy Diffusion."""

import json

import pytest

from detectors.marks import drawthings, easydiffusion, fooocus, invokeai

INVOKE = json.dumps({"app_version": "5.0", "positive_prompt": "a ship", "seed": 3, "steps": 30})


@pytest.mark.parametrize(
    "name, value",
    [
        ("invokeai_metadata", INVOKE),
        ("invokeai_graph", '{"nodes": {}}'),
        ("sd-metadata", '{"model": "stable diffusion", "image": {"prompt": "a"}}'),
        ("Dream", '"a fantasy landscape" -s 50 -S 42 -W 512 -H 512 -C 7.5 -A k_lms'),
    ],
)
def test_invokeai_chunks_are_found(files, view_of, name, value):
    finding = invokeai.run(view_of(files.png({name: value})))
    assert finding.points_to == "generated"
    assert finding.summary == f'Its PNG text chunk "{name}" holds the settings of the generator InvokeAI.'


@pytest.mark.parametrize("name, value", [("Dream", "I have a dream -s"), ("Dream", "-S 3"), ("sd-metadata", "none"),
                                         ("invokeai_metadata", ""), ("invokeai_metadata", "[]")])  # fmt: skip
def test_invokeai_near_misses_are_silent(files, view_of, name, value):
    assert invokeai.run(view_of(files.png({name: value}))).summary == ""


@pytest.mark.parametrize(
    "triples",
    [
        [("PNG", "fooocus_scheme", "fooocus"), ("PNG", "parameters", '{"prompt": "a"}')],
        [("EXIF", "Software", "Fooocus v2.5.5")],
        [("PNG", "parameters", '{"prompt": "a", "version": "Fooocus v2.4.1"}')],
        [("PNG", "parameters", '{"software": "RuinedFooocus"}')],
        [("PNG", "parameters", "cat\nSteps: 30, Sampler: DPM++ 2M SDE, Seed: 1, Version: Fooocus v2.5.0")],
    ],
)
def test_fooocus_is_found(said, triples):
    finding = fooocus.run(said(*triples))
    assert finding.points_to == "generated" and "Fooocus" in finding.summary


def test_fooocus_jpeg_is_found(files, view_of):
    data = files.exif(Software="Fooocus v2.5.5", user_comment=b"ASCII\0\0\0" + b'{"prompt": "a dog"}')
    finding = fooocus.run(view_of(data))
    assert any("a dog" in str(m.value) for m in finding.because)


@pytest.mark.parametrize("name, value", [("Software", "Focus Magic"), ("fooocus_scheme", "other"),
                                         ("parameters", '{"version": "2.0"}'), ("Title", "Fooocus")])  # fmt: skip
def test_fooocus_near_misses_are_silent(said, name, value):
    assert fooocus.run(said(("PNG", name, value))).summary == ""


DRAW = json.dumps(
    {"c": "a fox", "uc": "", "sampler": "DPM++ 2M", "seed": 1, "steps": 20, "scale": 7, "size": "512x512"}
)


def test_drawthings_png_is_found(files, view_of):
    comment = f"<exif:UserComment><rdf:Alt><rdf:li>{DRAW}</rdf:li></rdf:Alt></exif:UserComment>"
    tool = "<xmp:CreatorTool>Draw Things</xmp:CreatorTool>"
    finding = drawthings.run(view_of(files.png(xmp=files.xmp(tool, comment))))
    assert finding.points_to == "generated"
    assert any("a fox" in str(m.value) for m in finding.because)
    assert drawthings.run(view_of(files.png(xmp=files.xmp(comment)))).points_to == "generated"


def test_drawthings_near_misses_are_silent(said):
    near = said(("XMP", "xmp:CreatorTool", "Drawing Things 3"), ("XMP", "exif:UserComment", '{"c": 1}'),
                ("XMP", "dc:title", "Draw Things"))  # fmt: skip
    assert drawthings.run(near).summary == ""


EASY = {"prompt": "a barn", "seed": "7", "use_stable_diffusion_model": "sd-v1-5", "num_inference_steps": "25"}


def test_easydiffusion_png_is_found(files, view_of):
    finding = easydiffusion.run(view_of(files.png(EASY)))
    assert finding.points_to == "generated"
    readable = {"Prompt": "a barn", "Seed": "7", "Stable Diffusion model": "sd-v1-5", "Steps": "25"}
    assert easydiffusion.run(view_of(files.png(readable))).points_to == "generated"


def test_easydiffusion_jpeg_is_found(files, view_of):
    comment = b"UNICODE\0" + json.dumps(EASY).encode("utf-16-be")
    assert easydiffusion.run(view_of(files.exif(user_comment=comment))).points_to == "generated"


def test_easydiffusion_near_misses_are_silent(said):
    near = said(
        ("PNG", "prompt", "a"), ("PNG", "seed", "1"), ("EXIF", "UserComment", '{"prompt": "a", "seed": 1}')
    )
    assert easydiffusion.run(near).summary == ""
