"""`assay detect`: checks alone."""

from __future__ import annotations


def test_json_carries_a_finding_a_check(assay, samples):
    ran = assay("detect", "--json", samples / "generator-metadata.png", samples / "clip.mp4")
    assert ran.code == 0
    picture, clip = ran.records
    assert {picture["schema"], clip["schema"]} == {"assay/detection/1"}
    assert "provenance" not in picture
    found = {f["check"] for f in picture["findings"] if f["summary"]}
    assert "marks.a1111" in found
    assert len({f["check"] for f in picture["findings"]}) == len(picture["findings"])
    assert not any(f["check"].startswith("image.") for f in clip["findings"])


def test_credentials_are_not_asked_for_and_checks_say_so(assay, samples):
    (result,) = assay(
        "detect", "--json", "--check", "marks.c2pa_generator", samples / "ai-declared.jpg"
    ).records
    (finding,) = result["findings"]
    assert finding["outcome"] == "not_applicable"
    assert "not read" in finding["reason"]


def test_text_says_that_nothing_is_no_sign(assay, samples):
    ran = assay("detect", "--check", "marks.a1111", samples / "stripped.jpg")
    assert "No check reported anything. That is not a sign of a camera or a microphone." in ran.out


def test_text_lists_what_did_not_run(assay, samples):
    ran = assay("detect", samples / "stripped.jpg")
    assert "Not checked" in ran.out
    assert "(not applicable):" in ran.out


def test_unknown_check_is_a_usage_error_before_any_work(assay, samples):
    ran = assay("detect", "--check", "nonsense", samples / "stripped.jpg")
    assert ran.code == 2
    assert "There is no check called nonsense." in ran.err


def test_plots_are_written_under_names_of_ours(assay, samples, tmp_path):
    ran = assay("detect", "--json", "--plots", "plots", samples / "stripped.jpg")
    assert ran.code == 0
    pictures = [a for f in ran.records[0]["findings"] for a in f["artefacts"]]
    assert all(a["data"] == "" for a in pictures)
    written = list((tmp_path / "plots").iterdir())
    assert len(written) == len(pictures)
    assert all(path.name.startswith("0001-") for path in written)


def test_broken_check_costs_itself_and_gives_5(assay, samples, monkeypatch):
    from detectors.marks import a1111

    def broken(view):
        raise IndexError("list index out of range")

    monkeypatch.setattr(a1111, "run", broken)
    ran = assay("detect", "--json", "--check", "marks", samples / "generator-metadata.png")
    assert ran.code == 5
    outcomes = {f["check"]: f["outcome"] for f in ran.records[0]["findings"]}
    assert outcomes["marks.a1111"] == "failed"
    assert outcomes["marks.comfyui"] == "reported"
    text = assay("detect", "--check", "marks.a1111", samples / "generator-metadata.png")
    assert text.code == 5
    assert "marks.a1111 (failed): It broke on this file (IndexError" in " ".join(text.out.split())


def test_views_are_drawn_only_where_somebody_looks(assay, samples, tmp_path):
    (unseen,) = assay("detect", "--json", "--check", "image.views", samples / "stripped.jpg").records
    assert unseen["findings"][0]["outcome"] == "not_applicable"
    ran = assay("detect", "--json", "--check", "image.views", "--plots", "plots", samples / "stripped.jpg")
    (finding,) = ran.records[0]["findings"]
    assert finding["outcome"] == "reported" and finding["summary"] == ""
    written = sorted(path.name for path in (tmp_path / "plots").iterdir())
    assert written == [f"0001-image.views-{name}.png"
                       for name in ("bit-planes", "error-level", "ghosts", "noise", "spectrum")]  # fmt: skip
