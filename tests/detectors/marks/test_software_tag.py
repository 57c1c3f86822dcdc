import pytest

from detectors.marks import software_tag
from detectors.marks._generators import generator_in


@pytest.mark.parametrize(
    "value, name",
    [
        ("Midjourney", "Midjourney"),
        ("DALL-E 3", "OpenAI DALL·E"),
        ("dall_e", "OpenAI DALL·E"),
        ("Adobe Firefly 3 Image Model", "Adobe Firefly"),
        ("Stable Diffusion XL 1.0", "Stable Diffusion"),
        ("Leonardo.Ai", "Leonardo.Ai"),
        ("FLUX.1-dev", "FLUX"),
        ("reve.com", "Reve"),
        ("Google Imagen 4", "Google Imagen"),
    ],
)
def test_generators_are_named(files, view_of, value, name):
    finding = software_tag.run(view_of(files.exif(Software=value)))
    assert finding.points_to == "generated"
    assert finding.summary == f'Its EXIF field "Software" names the generator {name} as software.'


@pytest.mark.parametrize(
    "value",
    ["Adobe Photoshop 25.0", "Canon EOS R5", "Firefly 8SE", "Imagen", "ImagenAI Lightroom profile",
     "Gemini PhotoTransfer", "Leonardo", "f.lux 2", "Sora Camera", "Dallee", "midjourneys", "GIMP 2.10",
     "Lavf60.16.100", "LAME3.100", "Microsoft Windows Photo Viewer", "Google", "Stability", "x" * 400 + " midjourney"],
)  # fmt: skip
def test_other_names_are_silent(said, value):
    names = ("Software", "Make", "Model", "xmp:CreatorTool")
    assert software_tag.run(said(*(("EXIF", name, value) for name in names))).summary == ""


def test_captions_are_not_searched(said):
    names = (
        "ImageDescription",
        "dc:description",
        "dc:title",
        "Artist",
        "dc:creator",
        "Keywords",
        "TIT2",
        "Comment",
    )
    assert software_tag.run(said(*(("XMP", name, "Midjourney") for name in names))).summary == ""


def test_history_points_to_an_edit(files, view_of):
    history = (
        "<xmpMM:History><rdf:Seq><rdf:li stEvt:softwareAgent='Adobe Photoshop 25'/>"
        "<rdf:li stEvt:softwareAgent='Adobe Firefly'/></rdf:Seq></xmpMM:History>"
    )
    assert software_tag.run(view_of(files.exif(xmp=files.xmp(history)))).points_to == "edited"


def test_ambiguous_names_count_alone_only_where_asked():
    assert generator_in("Sora", alone=True) == "OpenAI Sora"
    assert generator_in("Sora") is None
    assert generator_in("Sora Nakamura", alone=True) is None


def test_encoder_of_a_recording_is_read(files, view_of):
    assert "ElevenLabs" in software_tag.run(view_of(files.mp3(("TSSE", b"\x03ElevenLabs")))).summary
