"""IPTC's fields and China's label."""

import json

import pytest

from detectors.marks import iptc_ai_fields, iptc_source_type, tc260

BASE = "http://cv.iptc.org/newscodes/digitalsourcetype/"


@pytest.mark.parametrize(
    "value, points_to",
    [
        (BASE + "trainedAlgorithmicMedia", "generated"),
        (BASE.replace("http", "https") + "compositeWithTrainedAlgorithmicMedia", "edited"),
        ("trainedAlgorithmicMedia", "generated"),
        ("Trained Algorithmic Media", "generated"),
        ("digsrctype:compositeSynthetic", "edited"),
        (BASE + "algorithmicMedia", "nothing"),
        (BASE + "algorithmicallyEnhanced/", "edited"),
    ],
)
def test_synthetic_source_types_are_reported(files, view_of, value, points_to):
    data = files.exif(xmp=files.xmp(attributes=f'Iptc4xmpExt:DigitalSourceType="{value}"'))
    finding = iptc_source_type.run(view_of(data))
    assert finding.summary and finding.points_to == points_to
    assert finding.because[0].value == value


@pytest.mark.parametrize("value", ["digitalCapture", "computationalCapture", "composite", "humanEdits", "trained",
                                   "notTrainedAlgorithmicMedia", "", "http://evil/"])  # fmt: skip
def test_other_source_types_are_silent(said, value):
    assert iptc_source_type.run(said(("XMP", "Iptc4xmpExt:DigitalSourceType", BASE + value))).summary == ""


def test_whole_generation_comes_before_a_part(said):
    both = said(("XMP", "Iptc4xmpExt:DigitalSourceType", "compositeSynthetic"),
                ("XMP", "Iptc4xmpExt:DigitalSourcefileType", "trainedAlgorithmicMedia"))  # fmt: skip
    finding = iptc_source_type.run(both)
    assert finding.points_to == "generated" and len(finding.because) == 2


def test_ai_system_is_named(files, view_of):
    system = "<Iptc4xmpExt:AISystemUsed>Imagen 4</Iptc4xmpExt:AISystemUsed>"
    prompt = "<Iptc4xmpExt:AIPromptInformation>a dog</Iptc4xmpExt:AIPromptInformation>"
    finding = iptc_ai_fields.run(view_of(files.exif(xmp=files.xmp(system, prompt))))
    assert '"Imagen 4"' in finding.summary and finding.points_to == "generated"
    assert "describes the use" in iptc_ai_fields.run(view_of(files.exif(xmp=files.xmp(prompt)))).summary


def test_empty_ai_fields_are_silent(said):
    assert iptc_ai_fields.run(said(("XMP", "Iptc4xmpExt:AISystemUsed", " "))).summary == ""


LABEL = {"Label": "1", "ContentProducer": "001191110102MACQD9K64010000", "ProduceID": "42", "ReservedCode1": "",
         "ContentPropagator": "doubao", "PropagateID": "7", "ReservedCode2": ""}  # fmt: skip
JSON = json.dumps(LABEL)
WRAPPED = json.dumps({"AIGC": LABEL})


def escaped(text):
    return text.replace("&", "&amp;").replace('"', "&quot;")


@pytest.fixture
def carriers(files):
    return {
        "XMP element": files.exif(xmp=files.xmp(f"<TC260:AIGC>{escaped(JSON)}</TC260:AIGC>")),
        "XMP attribute": files.png(xmp=files.xmp(attributes=f'TC260:AIGC="{escaped(JSON)}"')),
        "PNG text": files.png({"AIGC": JSON}),
        "PNG text, wrapped": files.png({"AIGC": WRAPPED}),
        "EXIF user comment": files.exif(user_comment=b"ASCII\0\0\0" + WRAPPED.encode()),
        "EXIF description": files.exif("WEBP", ImageDescription=WRAPPED),
        "MP4 key": files.mp4({"AIGC": JSON}),
        "ID3": files.mp3(("TXXX", b"\x03AIGC\0" + JSON.encode())),
        "RIFF chunk": files.wav((b"AIGC", JSON.encode())),
        "RIFF INFO": files.wav(
            (b"LIST", b"INFOAIGC" + len(JSON).to_bytes(4, "little") + JSON.encode() + b"\0" * (len(JSON) & 1))
        ),
    }


@pytest.mark.parametrize(
    "place",
    ["XMP element", "XMP attribute", "PNG text", "PNG text, wrapped", "EXIF user comment", "EXIF description",
     "MP4 key", "ID3", "RIFF chunk", "RIFF INFO"],
)  # fmt: skip
def test_label_is_read_wherever_it_stands(carriers, view_of, place):
    finding = tc260.run(view_of(carriers[place]))
    assert finding.points_to == "generated"
    assert "declares it as generated or synthesised by AI" in finding.summary
    facts = {m.name: m.value for m in finding.because[1:]}
    assert facts["ContentPropagator"] == "doubao"
    assert facts["Registration number in the producer's code (USCC)"] == "91110102MACQD9K640"


def test_jpeg_segment_is_read(files, view_of):
    body = b"AIGC" + JSON.encode()
    segment = b"\xff\xeb" + (len(body) + 2).to_bytes(2, "big") + body
    data = files.exif()
    assert tc260.run(view_of(data[:2] + segment + data[2:])).points_to == "generated"


@pytest.mark.parametrize(
    "value, words", [("2", "possibly"), ("3", "suspected"), ("9", "without one of the known")]
)
def test_weaker_labels_take_no_side(said, value, words):
    finding = tc260.run(said(("PNG", "AIGC", json.dumps({**LABEL, "Label": value}))))
    assert words in finding.summary and finding.points_to == "nothing"


def test_numbers_and_other_case_are_understood(said):
    assert tc260.run(said(("MP4", "AIGC", '{"label": 1, "contentProducer": "x"}'))).points_to == "generated"


@pytest.mark.parametrize(
    "name, value",
    [
        ("AIGC", "art"),
        ("AIGC", '{"title": "x"}'),
        ("AIGC", "[1]"),
        ("AIGC", '{"AIGC": "1"}'),
        ("Comment", "AIGC is a Chinese word"),
        ("UserComment", '"AIGC" {"Label'),
    ],
)
def test_near_misses_are_silent(said, name, value):
    assert tc260.run(said(("PNG", name, value))).summary == ""
