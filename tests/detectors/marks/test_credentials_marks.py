"""Generators and watermarks that Content Credentials name."""

import pytest

from detectors.marks import c2pa_generator, soft_binding
from detectors.marks._soft_bindings import ALGORITHMS
from provenance.model.credentials import Action, Assertion, Credentials, Manifest


def held(
    *,
    claim=None,
    software=None,
    action="c2pa.created",
    source=None,
    state="trusted",
    generative="unstated",
    **more,
):
    actions = (
        (Action(action=action, software=software, digital_source_type=source),) if software or source else ()
    )
    manifest = Manifest(label="a", claim_generator=claim, actions=actions, digital_source_type=source, **more)
    return Credentials(state=state, generative=generative, manifests=(manifest,))


@pytest.mark.parametrize(
    "claim, name",
    [
        ("ChatGPT 1.0", "ChatGPT"),
        ("Adobe_Firefly adobe_c2pa/0.12.4 c2pa-rs/0.32.7", "Adobe Firefly"),
        ("Microsoft_Responsible_AI/1.0", "Microsoft"),
        ("Black Forest Labs API", "Black Forest Labs"),
        ("OpenAI-API", "OpenAI"),
        ("DALL·E", "DALL·E"),
        ("Suno", "Suno"),
        ("Grok Imagine", "Grok"),
    ],
)
def test_claim_generator_is_named(said, claim, name):
    finding = c2pa_generator.run(said(credentials=held(claim=claim)))
    assert name in finding.summary and finding.points_to == "generated" and finding.caveats == ()


@pytest.mark.parametrize("software, name", [("GPT-4o", "GPT-4o"), ("Adobe Firefly", "Firefly"), ("Sora", "Sora"),
                                            ("Google Generative AI", "Google")])  # fmt: skip
def test_software_agent_is_named(said, software, name):
    finding = c2pa_generator.run(said(credentials=held(claim="c2pa-rs 0.58", software=software)))
    assert name in finding.summary and finding.points_to == "generated"


def test_generative_fill_in_a_photograph_points_to_an_edit(said):
    source = "compositeWithTrainedAlgorithmicMedia"
    found = held(
        claim="Adobe Photoshop 26",
        software="Adobe Firefly",
        action="c2pa.edited",
        source=source,
        generative="partly",
    )
    assert c2pa_generator.run(said(credentials=found)).points_to == "edited"


def test_edit_without_source_type_points_to_an_edit(said):
    found = held(claim="Some Editor", software="Adobe Firefly", action="c2pa.edited")
    finding = c2pa_generator.run(said(credentials=found))
    assert finding.points_to == "edited" and finding.summary.endswith("as software that changed it.")


def test_generator_in_the_history_alone_points_to_an_edit(said):
    old = Manifest(label="b", claim_generator="Adobe Firefly")
    both = Credentials(state="valid", manifests=(Manifest(label="a", claim_generator="Editor 1"), old))
    finding = c2pa_generator.run(said(credentials=both))
    assert finding.points_to == "edited" and "in the history" in finding.because[0].name


def test_other_software_counts_only_with_a_source_type_of_a_model(said):
    assert c2pa_generator.run(said(credentials=held(claim="Canva", software="Canva"))).summary == ""
    with_type = held(claim="Canva", source="trainedAlgorithmicMedia", generative="fully")
    finding = c2pa_generator.run(said(credentials=with_type))
    assert finding.points_to == "generated" and 'name "Canva" as' in finding.summary


def test_photo_editor_of_a_phone_points_to_an_edit(said):
    source = "compositeWithTrainedAlgorithmicMedia"
    found = held(
        claim="Galaxy S25", software="Photo assist", action="c2pa.edited", source=source, generative="partly"
    )
    finding = c2pa_generator.run(said(credentials=found))
    assert finding.points_to == "edited" and 'name "Photo assist" as' in finding.summary


def test_generator_comes_before_the_tool_that_used_it(said):
    found = held(
        claim="Adobe_Express/1.0.0",
        software="Adobe Firefly",
        source="trainedAlgorithmicMedia",
        generative="fully",
    )
    assert "name Adobe Firefly as" in c2pa_generator.run(said(credentials=found)).summary


@pytest.mark.parametrize(
    "state, words", [("invalid", "do not match"), ("valid", "trust lists"), ("chain_invalid", "history")]
)
def test_state_of_the_signature_is_a_caveat(said, state, words):
    finding = c2pa_generator.run(said(credentials=held(claim="ChatGPT", state=state)))
    assert words in finding.caveats[0]


@pytest.mark.parametrize(
    "claim",
    ["Adobe Photoshop 25.0", "Google C2PA Core Generator Library", "Pixel Camera", "Nikon Z 9", "Truepic Lens SDK",
     "Leica M11-P", "Firefly camera 8SE", "Leonardo da Vinci Museum", "make_test_images/0.33.1 c2pa-rs/0.33.1"],
)  # fmt: skip
def test_other_software_is_silent(said, claim):
    assert c2pa_generator.run(said(credentials=held(claim=claim, software=claim))).summary == ""


@pytest.mark.parametrize("check", [c2pa_generator, soft_binding])
def test_credentials_that_were_not_read_are_not_applicable(said, check):
    assert check.run(said()).outcome == "not_applicable"
    assert check.run(said(credentials=Credentials(state="absent"))).summary == ""


def test_soft_binding_says_who_can_read_it(said):
    assertions = (Assertion(label="c2pa.soft-binding", data={"alg": "com.adobe.trustmark.P", "blocks": []}),
                  Assertion(label="c2pa.soft-binding__1", data={"alg": "org.example.new"}),
                  Assertion(label="c2pa.soft-binding__2", data=["no", "object"]))  # fmt: skip
    found = Credentials(state="valid", manifests=(Manifest(label="a", assertions=assertions),))
    finding = soft_binding.run(said(credentials=found))
    assert finding.summary == "Its Content Credentials name a watermark: Adobe TrustMark P."
    assert finding.points_to == "nothing"
    assert "github.com/adobe/trustmark" in finding.because[0].value
    assert "not on the C2PA's list" in finding.because[1].value and len(finding.because) == 2


def test_the_list_is_complete():
    assert len(ALGORITHMS) == 32
    assert {a.kind for a in ALGORITHMS.values()} == {"watermark", "fingerprint"}
