"""Midjourney, Google, Apple, Meta, Ideogram, Grok, Samsung and Suno."""

import pytest

from detectors.marks import apple_ai, google_ai, grok, ideogram, meta_ai, midjourney, samsung_ai, suno
from provenance.model.credentials import Action, Credentials, Manifest

JOB = "a7421d2f-b262-44f9-977c-ac23e9c7d3e3"
TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def test_midjourney_png_is_found(files, view_of):
    texts = {"Description": f"an old man --ar 2:1 --v 6 Job ID: {JOB}", "Author": "someone"}
    finding = midjourney.run(view_of(files.png(texts)))
    assert finding.points_to == "generated"
    assert [m.value for m in finding.because[1:]] == [JOB, "someone", "Midjourney"]


@pytest.mark.parametrize(
    "second",
    [("XMP", "Iptc4xmpExt:DigitalSourceType", TRAINED), ("XMP", "Iptc4xmpExt:DigImageGUID", JOB.upper())],
)
def test_midjourney_prompt_without_parameters_needs_a_second_sign(said, second):
    description = ("XMP", "dc:description", f"an old man Job ID: {JOB}")
    assert midjourney.run(said(description)).summary == ""
    assert midjourney.run(said(description, second)).points_to == "generated"


@pytest.mark.parametrize(
    "text",
    [
        "A report on midjourney pictures",
        "--v 6 Job ID: none",
        f"Job ID: {JOB} printed --v 6",
        "Midjourney --ar 16:9",
    ],
)
def test_midjourney_captions_are_silent(said, text):
    assert midjourney.run(said(("PNG", "Description", text))).summary == ""


@pytest.mark.parametrize(
    "credit, points_to",
    [
        ("Made with Google AI", "generated"),
        ("Edited with Google AI", "edited"),
        ("made with google ai", "generated"),
    ],
)
def test_google_credit_is_found_in_xmp(files, view_of, credit, points_to):
    data = files.exif(xmp=files.xmp(f"<photoshop:Credit>{credit}</photoshop:Credit>"))
    finding = google_ai.run(view_of(data))
    assert finding.points_to == points_to and "Google" in finding.summary


def test_google_synthid_statement_is_quoted(said):
    action = Action(action="c2pa.edited", description="Applied imperceptible SynthID watermark.")
    held = Credentials(state="valid", manifests=(Manifest(label="a", actions=(action,)),))
    finding = google_ai.run(said(credentials=held))
    assert "SynthID" in finding.summary and "not tested here" in finding.caveats[1]


@pytest.mark.parametrize(
    "credit", ["Google", "Photo: Made with Google AI Studio", "AFP / Google AI", "Not made with Google AI"]
)
def test_google_near_misses_are_silent(said, credit):
    assert google_ai.run(said(("IPTC", "Credit", credit))).summary == ""


def test_apple_clean_up_points_to_an_edit(files, view_of):
    data = files.exif(
        Make="Apple", xmp=files.xmp("<photoshop:Credit>Apple Photos Clean Up</photoshop:Credit>")
    )
    assert apple_ai.run(view_of(data)).points_to == "edited"


def test_apple_camera_is_silent(said):
    assert apple_ai.run(said(("EXIF", "Make", "Apple"), ("IPTC", "Credit", "Apple Photos"))).summary == ""


def test_meta_wording_is_found(said):
    assert meta_ai.run(said(("IPTC", "Credit", "Imagined with AI"))).points_to == "generated"


def test_facebook_photograph_is_silent(said):
    near = said(("IPTC", "SpecialInstructions", "FBMD0a000a"), ("IPTC", "Credit", "Re-imagined with AI tools"),
                ("IPTC", "Caption-Abstract", "Meta AI"))  # fmt: skip
    assert meta_ai.run(near).summary == ""


def test_ideogram_as_camera_maker_is_found(files, view_of):
    assert ideogram.run(view_of(files.exif(Make="Ideogram AI"))).points_to == "generated"
    assert ideogram.run(view_of(files.exif(Make="Ideograms Camera Co."))).summary == ""


SIGNATURE = "Signature: " + "abcd/+12" * 40 + "=="


def test_grok_pair_is_found_in_exif_and_where_converters_move_it(files, view_of):
    assert grok.run(view_of(files.exif(ImageDescription=SIGNATURE, Artist=JOB))).points_to == "generated"
    assert grok.run(view_of(files.png({"Description": SIGNATURE, "Author": JOB}))).points_to == "generated"


@pytest.mark.parametrize(
    "description, artist",
    [
        (SIGNATURE, "Jane Doe"),
        ("Signature: J. Doe", JOB),
        ("Their " + SIGNATURE, JOB),
        (SIGNATURE, f"by {JOB}"),
    ],
)
def test_half_a_grok_pair_is_silent(said, description, artist):
    pair = said(("EXIF", "ImageDescription", description), ("EXIF", "Artist", artist))
    assert grok.run(pair).summary == ""


def test_grok_pair_across_standards_is_silent(said):
    assert grok.run(said(("EXIF", "ImageDescription", SIGNATURE), ("PNG", "Author", JOB))).summary == ""


RECORD = b'PhotoEditor_Re_Edit_Data{"originalPath":"x","genAIType":%d,"clip":1}SEFT'


def test_samsung_record_points_to_an_edit(files, view_of):
    data = files.exif(Make="samsung") + RECORD % 3
    finding = samsung_ai.run(view_of(data))
    assert finding.points_to == "edited" and finding.because[0].value == "genAIType: 3"


@pytest.mark.parametrize(
    "tail", [b"", RECORD % 0, b'{"genAIType":3}', b'PhotoEditor_Re_Edit_Data{"genAIType":"x"}']
)
def test_other_tails_are_silent(files, view_of, tail):
    assert samsung_ai.run(view_of(files.exif(Make="samsung") + tail)).summary == ""


COMMENT = f"made with suno; created=2025-10-08T16:20:02.314Z; id={JOB}"


def test_suno_comment_is_found_in_mp3(files, view_of):
    data = files.mp3(("TXXX", b"\x03comment\0" + COMMENT.encode()))
    finding = suno.run(view_of(data))
    assert finding.points_to == "generated" and JOB in finding.because[0].value
    other = files.mp3(("COMM", b"\x03eng\0" + COMMENT.encode()), ("TIT2", b"\x03Song"))
    assert suno.run(view_of(other)).points_to == "generated"


def test_suno_comment_is_found_in_wav_and_mp4(files, view_of):
    text = COMMENT.encode() + b"\0"
    info = b"INFOICMT" + len(text).to_bytes(4, "little") + text + b"\0" * (len(text) & 1)
    assert suno.run(view_of(files.wav((b"LIST", info)))).points_to == "generated"
    assert suno.run(view_of(files.mp4({"comment": COMMENT}))).points_to == "generated"


def test_suno_address_is_found(said):
    assert suno.run(said(("ID3", "WOAS", f"https://suno.com/song/{JOB}"))).points_to == "generated"


@pytest.mark.parametrize(
    "name, value",
    [
        ("TIT2", "made with suno"),
        ("COMM", "not made with suno"),
        ("TPE1", "Suno"),
        ("COMM", "made with sunshine"),
        ("WOAS", "https://suno.com/blog"),
    ],
)
def test_suno_near_misses_are_silent(said, name, value):
    assert suno.run(said(("ID3", name, value))).summary == ""
