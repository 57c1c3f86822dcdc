"""What every mark has in common: documented, declared, silent on an ordinary photograph, safe on hostile values."""

import ast
import importlib
import re
from pathlib import Path

import pytest

import detectors.marks
from detectors.check import CheckInfo
from detectors.marks._quote import DECLARATION
from provenance.errors import UnreadableError
from provenance.model.credentials import Action, Assertion, Credentials, Manifest

FOLDER = Path(detectors.marks.__file__).parent
NAMES = sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))
HEADINGS = ["What it measures", "Why it matters", "Known problems", "How to read it", "References"]
FORBIDDEN = re.compile(r"\b(fake|real|authentic|genuine|verified)\b|% AI", re.IGNORECASE)


READS_PIXELS_OR_PARTS = {"samsung_ai", "stealth_payload", "watermark"}


@pytest.fixture(params=NAMES)
def check(request):
    return importlib.import_module(f"detectors.marks.{request.param}")


def test_there_are_checks():
    assert len(NAMES) >= 20


def test_docstring_has_a_title_sentence_and_the_headings_in_order(check):
    lines = check.__doc__.splitlines()
    assert lines[0].endswith(".") and lines[1] == ""
    assert [line[3:] for line in lines if line.startswith("## ")] == HEADINGS
    bodies = re.split(r"^## .*$", check.__doc__, flags=re.MULTILINE)[1:]
    assert all(len(body.strip()) > 20 for body in bodies)


def test_no_text_passes_a_verdict(check):
    assert not FORBIDDEN.search(check.__doc__)
    literals = [n.value for n in ast.walk(ast.parse(Path(check.__file__).read_text("utf-8")))
                if isinstance(n, ast.Constant) and isinstance(n.value, str)]  # fmt: skip
    assert not [text for text in literals if FORBIDDEN.search(text)]


def test_info_is_declared_and_literal(check):
    assert isinstance(check.INFO, CheckInfo)
    assert check.INFO.basis == "declared" and check.INFO.kinds
    tree = ast.parse(Path(check.__file__).read_text("utf-8"))
    call = next(n.value for n in tree.body if isinstance(n, ast.Assign) and n.targets[0].id == "INFO")
    assert all(ast.literal_eval(keyword.value) for keyword in call.keywords)


def test_silent_on_a_camera_photograph(check, files, view_of):
    data = files.exif(
        Make="Canon",
        Model="Canon EOS R5",
        Software="Adobe Photoshop 25.0 (Macintosh)",
        ImageDescription="The Gemini twins at Leonardo's cafe, midjourney to the coast. Steps: 3 eggs",
        Artist="Sora Imagen",
        user_comment=b"ASCII\0\0\0holiday, prompt: be on time",
        xmp=files.xmp(
            "<xmp:CreatorTool>Adobe Photoshop Lightroom 13</xmp:CreatorTool>",
            "<photoshop:Credit>AFP</photoshop:Credit>",
            "<Iptc4xmpExt:DigitalSourceType "
            'rdf:resource="http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"/>',
        ),
    )
    view = view_of(data, credentials=Credentials(state="absent"))
    assert len(view.metadata.entries) > 8
    finding = check.run(view)
    assert finding.outcome == "reported"
    assert finding.summary == "" and finding.because == () and finding.points_to == "nothing"


def test_silent_on_a_photoshop_png(check, files, view_of):
    texts = {
        "Software": "Adobe ImageReady",
        "Comment": "Created with GIMP",
        "prompt": "what would you do?",
        "workflow": '{"steps": [1, 2]}',
        "parameters": "Steps: 3 eggs, flour, Sampler: none",
        "Description": "Midjourney competitors, Job ID: none",
        "Dream": "I had a dream -s",
        "AIGC": "art",
    }
    finding = check.run(view_of(files.png(texts), credentials=Credentials(state="absent")))
    assert finding.summary == "" or finding.outcome != "reported"


NAMES_OF_FIELDS = ["parameters", "prompt", "workflow", "UserComment", "Comment", "AIGC", "Software", "Dream",
                   "sd-metadata", "Description", "xmp:CreatorTool", "photoshop:Credit", "dc:description",
                   "Iptc4xmpExt:DigitalSourceType", "Iptc4xmpExt:AISystemUsed", "TXXX:comment", "Artist"]  # fmt: skip
HOSTILE = {
    "ten megabytes": "Steps: 1, " * 1_000_000,
    "ten megabytes of braces": "{" * 10_000_000,
    "deep JSON": '{"prompt":' * 100_000 + "1" + "}" * 100_000,
    "deep JSON in AIGC": '{"AIGC":' * 50_000,
    "a number of many digits": '{"a": ' + "9" * 20_000 + "}",
    "not an object": "[[[1]]]",
    "null characters": "\0" * 1000,
    "surrogates": "{\"class_type\": \"\ud800\"}",
    "markup": '<script>alert(1)</script>{"Label":"<b>"}',
    "many dashes": "Signature: " + "A" * 100_000 + "--" * 100_000,
    "many commas": "Steps: " + ", " * 500_000,
    "empty": "",
}  # fmt: skip


@pytest.mark.parametrize("check", sorted(set(NAMES) - READS_PIXELS_OR_PARTS), indirect=True)
@pytest.mark.parametrize("defect", HOSTILE)
def test_hostile_values_give_a_bounded_finding(check, said, defect):
    triples = [("PNG", name, HOSTILE[defect]) for name in NAMES_OF_FIELDS]
    triples += [("XMP", name, HOSTILE[defect]) for name in NAMES_OF_FIELDS]
    action = Action(action=HOSTILE[defect], software=HOSTILE[defect], description=HOSTILE[defect])
    assertion = Assertion(label="c2pa.soft-binding__2", data={"alg": HOSTILE[defect]})
    manifest = Manifest(
        label="x", claim_generator=HOSTILE[defect], actions=(action,), assertions=(assertion,)
    )
    view = said(*triples, credentials=Credentials(state="valid", manifests=(manifest,)))
    finding = check.run(view)
    assert len(finding.summary) < 500
    assert len(finding.because) <= 20
    assert all(len(str(m.value)) <= 300 and len(m.name) <= 250 for m in finding.because)


def test_an_undecodable_picture_is_no_crash(check, files, view_of):
    broken = files.png({"Title": "x"})
    view = view_of(broken[:-40] + bytes(40), credentials=Credentials(state="absent"))
    try:
        finding = check.run(view)
    except UnreadableError:
        assert "pixels" in check.INFO.needs
    else:
        assert finding.summary == ""


def test_a_mark_in_metadata_says_that_metadata_can_be_edited(said):
    from detectors.marks import novelai

    finding = novelai.run(said(("PNG", "Software", "NovelAI")))
    assert finding.caveats[0] == DECLARATION
    assert finding.strength == "none" and finding.log10_lr is None
