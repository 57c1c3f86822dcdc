import json

import pytest

from detectors.marks import comfyui

PROMPT = json.dumps({
    "3": {"class_type": "KSampler", "inputs": {"seed": 5}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a cat"}},
})  # fmt: skip
WORKFLOW = json.dumps(
    {"last_node_id": 9, "nodes": [{"id": 3, "type": "KSampler"}], "links": [], "version": 0.4}
)
ENLARGE = json.dumps({"1": {"class_type": "LoadImage"}, "2": {"class_type": "ImageUpscaleWithModel"}})
REPAINT = json.dumps({"1": {"class_type": "LoadImage"}, "2": {"class_type": "KSampler"}})


def test_png_graph_is_found_with_its_nodes(files, view_of):
    finding = comfyui.run(view_of(files.png({"prompt": PROMPT, "workflow": WORKFLOW})))
    assert finding.points_to == "generated"
    assert (
        finding.summary
        == 'Its PNG text chunk "prompt" holds a node graph of the generator ComfyUI (2 nodes).'
    )
    assert finding.because[1].value == "KSampler, CLIPTextEncode"


def test_workflow_alone_is_enough(files, view_of):
    assert comfyui.run(view_of(files.png({"workflow": WORKFLOW}))).points_to == "generated"


def test_webp_exif_fields_are_read(files, view_of):
    data = files.exif("WEBP", Make=f"workflow:{WORKFLOW}", Model=f"prompt:{PROMPT}")
    assert comfyui.run(view_of(data)).points_to == "generated"


def test_mp4_keys_are_read(files, view_of):
    assert comfyui.run(view_of(files.mp4({"prompt": PROMPT, "workflow": WORKFLOW}))).points_to == "generated"


@pytest.mark.parametrize("inner", [json.loads(PROMPT), PROMPT])
def test_comment_that_holds_both_is_read(files, view_of, inner):
    data = files.mp4({"comment": json.dumps({"prompt": inner, "workflow": WORKFLOW})})
    assert comfyui.run(view_of(data)).points_to == "generated"


def test_graph_without_sampling_points_to_an_edit(said):
    finding = comfyui.run(said(("PNG", "prompt", ENLARGE)))
    assert finding.points_to == "edited" and len(finding.caveats) == 2


def test_graph_that_loads_a_picture_says_so(said):
    finding = comfyui.run(said(("PNG", "prompt", REPAINT)))
    assert finding.points_to == "generated" and "loads a picture" in finding.caveats[1]


def test_cut_graph_is_recognised(said):
    assert comfyui.run(said(("PNG", "prompt", PROMPT[:60]), truncated=True)).points_to == "generated"


@pytest.mark.parametrize(
    "value",
    ["a cat on a mat", '{"text": "a cat"}', '{"3": {"class": "x"}}', '{"nodes": 3, "links": 4}', "{broken",
     '{"nodes": [], "links": []}', '["class_type"]', '{"3": "class_type"}'],
)  # fmt: skip
def test_prompt_without_a_graph_is_silent(files, view_of, value):
    assert comfyui.run(view_of(files.png({"prompt": value, "workflow": value}))).summary == ""


def test_number_that_json_does_not_know_is_tolerated(said):
    text = '{"3": {"class_type": "KSampler", "is_changed": [NaN]}}'
    assert comfyui.run(said(("PNG", "prompt", text))).points_to == "generated"
