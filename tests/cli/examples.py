# ruff: noqa: E501 (texts of examples read better whole)
"""Results made by hand, as full as those of an examination: for tests of every form of output.

`ALL` holds one of each kind by name; `PREVIEWS` the previews that go with some of them.
"""

from __future__ import annotations

import io
from functools import cache
from typing import Any

from PIL import Image, ImageDraw

from cli.output.bench import report_of
from cli.output.preview import Preview, make_preview
from detectors.bench.figures import Record
from detectors.bench.protocol import BenchProtocol
from detectors.bench.survey import Answer, Measured
from provenance.errors import UnsupportedTypeError
from provenance.model.assessment import Assessment, Axis, Conclusion
from provenance.model.asset import Asset
from provenance.model.credentials import (
    Action,
    Assertion,
    Certificate,
    Credentials,
    Identity,
    Ingredient,
    Manifest,
    Signer,
    Status,
    Thumbnail,
    Timestamp,
    TrustListInfo,
)
from provenance.model.finding import Artefact, Finding, Measurement, Region
from provenance.model.serial import ErrorResult, error_result

__all__ = ["ALL", "TITLES", "absent", "broken", "declared_ai", "error", "landscape", "previews", "trusted"]

LISTS = (
    TrustListInfo(
        name="c2pa-official",
        kind="manifest",
        certificates=30,
        sha256="7d" * 32,
        issued="2026-08-05T00:00:00Z",
        next_update="2027-08-05T00:00:00Z",
        fetched="2026-11-02T08:15:00Z",
    ),
    TrustListInfo(
        name="c2pa-official-tsa",
        kind="tsa",
        certificates=22,
        sha256="a1" * 32,
        issued="2026-08-05T00:00:00Z",
        next_update="2027-08-05T00:00:00Z",
        fetched="2026-11-02T08:15:00Z",
    ),
    TrustListInfo(
        name="interim",
        kind="manifest",
        certificates=27,
        sha256="3c" * 32,
        fetched="2026-01-10T09:00:00Z",
        stale=True,
    ),
)

TOOL = {
    "assay": "0.1.0",
    "python": "3.11.7",
    "packages": {"c2pa-python": "0.38.1", "cryptography": "46.0.1", "pillow": "13.0.0"},
    "checks": {"image.structure": "0.1.0+5f2a", "image.resampling": "0.1.0+91c0"},
    "trust_lists": [],
    "offline": True,
}

TITLES = {
    "image.structure": "File structure",
    "image.resampling": "Traces of resizing",
    "marks.iptc_source_type": "IPTC digital source type",
    "marks.a1111": "Stable Diffusion parameters",
    "marks.midjourney": "Midjourney job",
    "audio.encoder": "Encoder traces",
}

LIMITS = (
    "No check here can tell whether what the picture shows took place where and when it is said to.",
    "Metadata can be edited or removed by anyone, so what is missing proves nothing.",
    "Our checks miss many generated files, above all after messengers and social networks re-encoded them.",
)


@cache
def landscape(width: int = 1280, height: int = 853) -> Image.Image:
    """Return a drawn landscape: sky, sun, hills and a lake."""
    picture = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(picture)
    for y in range(height):
        t = y / height
        draw.line([(0, y), (width, y)], fill=(int(120 + 110 * t), int(160 + 50 * t), int(205 - 40 * t)))
    draw.ellipse([width * 0.66, height * 0.2, width * 0.74, height * 0.32], fill=(252, 236, 200))
    for shade, base, step in (
        ((112, 128, 140), 0.52, 97),
        ((78, 98, 104), 0.62, 61),
        ((50, 68, 66), 0.74, 43),
    ):
        points = [
            (x, height * base + height * 0.07 * (((x * step) // 97 % 17) / 17 - 0.5))
            for x in range(0, width + 40, 40)
        ]
        draw.polygon([(0, height), *points, (width, height)], fill=shade)
    draw.rectangle([0, height * 0.86, width, height], fill=(96, 120, 132))
    return picture


def _encoded(picture: Image.Image, form: str = "JPEG") -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, form)
    return buffer.getvalue()


@cache
def _thumbnail(name: str) -> Thumbnail:
    small = landscape().copy()
    small.thumbnail((240, 240))
    return Thumbnail(
        format="image/jpeg", identifier=f"self#jumbf=c2pa.assertions/{name}", data=_encoded(small)
    )


@cache
def _heatmap() -> bytes:
    field = Image.linear_gradient("L").resize((480, 320))
    return _encoded(field, "PNG")


def _certificate(subject: str, issuer: str, number: int) -> Certificate:
    return Certificate(
        subject=subject,
        issuer=issuer,
        serial=str(41_720_063_118 + number),
        not_before="2026-03-01T00:00:00Z",
        not_after="2027-03-01T00:00:00Z",
        sha256=f"{number:02x}" * 32,
    )


AGENCY = Signer(
    name="Example News Agency",
    organisation="Example News Agency SA",
    issuer="Example Media CA 2",
    serial="41720063119",
    not_after="2027-03-01T00:00:00Z",
    trust_list="c2pa-official",
    algorithm="es256",
    chain=(
        _certificate(
            "CN=Example News Agency,O=Example News Agency SA,C=FR",
            "CN=Example Media CA 2,O=Example Trust,C=CH",
            1,
        ),
        _certificate("CN=Example Media CA 2,O=Example Trust,C=CH", "CN=Example Root,O=Example Trust,C=CH", 2),
    ),
)

CAMERA = Signer(
    name="Example Camera X100",
    organisation="Example Camera Corporation",
    issuer="Example Camera CA",
    serial="8812",
    not_after="2031-01-01T00:00:00Z",
    trust_list="c2pa-official",
    algorithm="es256",
)

PASSED = (
    Status(
        code="claimSignature.insideValidity",
        url="self#jumbf=/c2pa/urn:c2pa:top/c2pa.signature",
        explanation="claim signature valid",
        kind="success",
    ),
    Status(
        code="claimSignature.validated",
        url="self#jumbf=/c2pa/urn:c2pa:top/c2pa.signature",
        explanation="claim signature valid",
        kind="success",
    ),
    *(
        Status(
            code="assertion.hashedURI.match",
            url=f"self#jumbf=/c2pa/urn:c2pa:top/c2pa.assertions/{name}",
            explanation=f"hashed uri matched: {name}",
            kind="success",
        )
        for name in ("c2pa.actions.v2", "c2pa.hash.data", "c2pa.ingredient.v3", "cawg.training-mining")
    ),
    Status(
        code="assertion.dataHash.match",
        url="self#jumbf=/c2pa/urn:c2pa:top/c2pa.assertions/c2pa.hash.data",
        explanation="data hash valid",
        kind="success",
    ),
    Status(
        code="signingCredential.ocsp.skipped",
        url=None,
        explanation="OCSP was not asked",
        kind="informational",
    ),
)


def _asset(name: str, **more: object) -> Asset:
    plain: dict[str, object] = {
        "name": name,
        "sha256": "0f3c" * 16,
        "bytes": 2_481_337,
        "media_type": "image/jpeg",
        "width": 1280,
        "height": 853,
    }
    return Asset(**{**plain, **more})  # type: ignore[arg-type]


def _structure() -> Finding:
    return Finding(
        check="image.structure",
        version="0.1.0+5f2a",
        basis="measured",
        summary="Saved by Adobe Photoshop at about quality 11 of 12, with full colour resolution.",
        because=(
            Measurement(name="Estimated JPEG quality", value=96.4, usual="85 to 98"),
            Measurement(
                name="Quantisation tables",
                value="Adobe Photoshop, quality 11",
                usual="the camera maker's own",
            ),
            Measurement(name="Chroma subsampling", value="4:4:4", usual="4:2:2 or 4:2:0"),
            Measurement(name="Embedded thumbnail fits the picture", value=True, usual="yes"),
            Measurement(name="Bytes after the end of the picture", value=0, unit="bytes", usual="0"),
        ),
        caveats=("Editing software leaves these traces after harmless cropping, too.",),
    )


def _not_run() -> tuple[Finding, ...]:
    return (
        Finding(
            check="image.grid",
            version="",
            basis="measured",
            outcome="not_applicable",
            reason="The picture was saved twice, and this check needs a file that was saved once.",
        ),
        Finding(
            check="image.resampling",
            version="",
            basis="measured",
            outcome="failed",
            reason="It took longer than the 20 s allowed.",
        ),
        Finding(check="marks.midjourney", version="0.1.0", basis="declared"),
        Finding(check="marks.a1111", version="0.1.0", basis="declared"),
    )


def _original() -> Manifest:
    return Manifest(
        label="urn:c2pa:camera",
        title="DSC_0412.JPG",
        format="image/jpeg",
        claim_version=2,
        claim_generator="Example Camera X100 firmware 3.1",
        signer=CAMERA,
        signed_at="2026-11-20T06:41:12Z",
        digital_source_type="digitalCapture",
        generative="no",
        actions=(
            Action(action="c2pa.created", when="2026-11-20T06:41:11Z", digital_source_type="digitalCapture"),
        ),
        assertions=(
            Assertion(
                label="c2pa.metadata",
                created=True,
                data={"exif:FNumber": "5.6", "exif:ExposureTime": "1/250", "exif:ISOSpeedRatings": 200},
            ),
        ),
        thumbnail=_thumbnail("c2pa.thumbnail.claim"),
    )


def _edited(**more: object) -> Manifest:
    plain: dict[str, object] = {
        "label": "urn:c2pa:top",
        "title": "lake-dawn.jpg",
        "format": "image/jpeg",
        "claim_version": 2,
        "claim_generator": "Example Desk 4.2",
        "signer": AGENCY,
        "signed_at": "2026-11-20T09:02:45Z",
        "training": {
            "ai_generative_training": "notAllowed",
            "ai_training": "notAllowed",
            "data_mining": "constrained",
        },
        "actions": (
            Action(action="c2pa.opened", when="2026-11-20T08:55:00Z", software="Example Desk 4.2"),
            Action(
                action="c2pa.cropped",
                when="2026-11-20T08:57:31Z",
                software="Example Desk 4.2",
                digital_source_type="humanEdits",
            ),
            Action(
                action="c2pa.color_adjustments",
                when="2026-11-20T08:58:10Z",
                software="Example Desk 4.2",
                description="Levels, white balance",
            ),
            Action(action="c2pa.placed", software="Example Desk 4.2", description="Agency logo, lower left"),
            Action(action="c2pa.redacted", reason="c2pa.PII.present"),
        ),
        "ingredients": (
            Ingredient(
                title="DSC_0412.JPG",
                format="image/jpeg",
                relationship="parentOf",
                manifest="urn:c2pa:camera",
                thumbnail=_thumbnail("c2pa.thumbnail.ingredient"),
            ),
            Ingredient(
                title="logo.png", format="image/png", relationship="componentOf", description="Agency logo"
            ),
        ),
        "identities": (
            Identity(
                state="trusted",
                name="Example News Agency",
                organisation="Example News Agency SA",
                signature_type="cawg.x509.cose",
                roles=("cawg.publisher",),
            ),
            Identity(
                state="valid",
                name="A. Photographer",
                signature_type="cawg.identity_claims_aggregation",
                verified=("example.social: @a_photographer",),
                roles=("cawg.creator",),
            ),
        ),
        "assertions": (
            Assertion(
                label="stds.schema-org.CreativeWork",
                created=False,
                data={"@type": "CreativeWork", "author": [{"@type": "Person", "name": "A. Photographer"}]},
            ),
        ),
        "redactions": ("self#jumbf=/c2pa/urn:c2pa:camera/c2pa.assertions/c2pa.metadata",),
        "thumbnail": None,
    }
    return Manifest(**{**plain, **more})  # type: ignore[arg-type]


def trusted() -> Assessment:
    """Signed by an agency on the list, with history, identities, choices and measurements."""
    return Assessment(
        asset=_asset("lake-dawn.jpg"),
        provenance=Credentials(
            state="trusted",
            signer=AGENCY,
            signed_at="2026-11-20T09:02:45Z",
            timestamp=Timestamp(
                state="trusted",
                authority="Example Timestamp Authority",
                time="2026-11-20T09:02:45Z",
                trust_list="c2pa-official-tsa",
            ),
            claim_generator="Example Desk 4.2",
            digital_source_type="digitalCapture",
            generative="no",
            training={
                "ai_generative_training": "notAllowed",
                "ai_training": "notAllowed",
                "data_mining": "constrained",
            },
            status=PASSED,
            manifests=(_edited(), _original()),
            where="embedded",
            trust_lists=LISTS,
            notes=("The trust list “interim” is out of date.",),
        ),
        measured=(_structure(), *_not_run()),
        generated=Axis(reason="No detector of this release is calibrated for this question."),
        edited=Axis(reason="No detector of this release is calibrated for this question."),
        assessment=Conclusion(
            headline="Signed by Example News Agency on 20 November 2026; unchanged since. This says who vouches for it, not that what it shows is true.",
            next_steps=(
                "Read in the history what was done to the picture between capture and signing.",
                "Ask the agency for the caption and the circumstances.",
            ),
            limits=LIMITS,
        ),
        expected=("Example News Agency",),
        expectation_met=True,
        tool=TOOL,
        seconds=0.412,
    )


def broken() -> Assessment:
    """The file was changed after it was signed."""
    return Assessment(
        asset=_asset("forwarded-IMG-20261121-WA0003.jpg", bytes=188_212, width=1080, height=720),
        provenance=Credentials(
            state="invalid",
            signer=AGENCY,
            signed_at="2026-11-20T09:02:45Z",
            timestamp=Timestamp(
                state="trusted", authority="Example Timestamp Authority", time="2026-11-20T09:02:45Z"
            ),
            claim_generator="Example Desk 4.2",
            generative="unstated",
            status=(
                Status(
                    code="assertion.dataHash.mismatch",
                    url="self#jumbf=/c2pa/urn:c2pa:top/c2pa.assertions/c2pa.hash.data",
                    explanation="asset hash error, name: jumbf manifest, error: hash verification( Hashes do not match )",
                    kind="failure",
                ),
                *PASSED[:2],
            ),
            manifests=(_edited(ingredients=(), identities=(), redactions=()),),
            where="embedded",
            trust_lists=LISTS[:2],
        ),
        measured=(
            Finding(
                check="image.resampling",
                version="0.1.0",
                basis="measured",
                points_to="edited",
                log10_lr=1.4,
                strength="moderate",
                summary="One region was resized differently from the rest of the picture.",
                because=(
                    Measurement(name="Number of false alarms", value=0.0031, usual="above 1"),
                    Measurement(name="Estimated factor", value=1.27),
                ),
                regions=(Region(x=610, y=180, w=260, h=220), Region(x=120, y=520, w=180, h=96)),
                artefacts=(
                    Artefact(
                        name="heatmap",
                        title="Map of resampling",
                        legend="Bright where neighbouring pixels predict each other more than elsewhere. An untouched picture is evenly grey.",
                        alt="Grey map, brightest in the right half of the picture.",
                        data=_heatmap(),
                    ),
                ),
                caveats=(
                    "Of 1,000 camera photographs in our test set, about 4 score this high.",
                    "Lens correction in the camera can cause this as well.",
                ),
            ),
            *_not_run(),
        ),
        generated=Axis(log10_lr=0.12, strength="none"),
        edited=Axis(log10_lr=1.4, strength="moderate", regions=(Region(x=610, y=180, w=260, h=220),)),
        assessment=Conclusion(
            headline="Carries Content Credentials that no longer match the file. Re-saving or resizing does this too; it is not proof of tampering.",
            next_steps=(
                "Ask the sender for the file as they first received it.",
                "Search the agency's archive for the signed original and compare the two.",
            ),
            limits=LIMITS,
        ),
        expected=("Example News Agency",),
        expectation_met=False,
        tool=TOOL,
        seconds=1.204,
    )


def chain_broken() -> Assessment:
    """Signed on top, while an earlier version inside does not match."""
    mismatch = Status(
        code="assertion.dataHash.mismatch",
        url="self#jumbf=/c2pa/urn:c2pa:camera/c2pa.assertions/c2pa.hash.data",
        explanation="data hash mismatch",
        kind="failure",
    )
    parent = Ingredient(
        title="DSC_0412.JPG",
        format="image/jpeg",
        relationship="parentOf",
        manifest="urn:c2pa:camera",
        broken=True,
        status=(mismatch,),
    )
    return Assessment(
        asset=_asset("lake-dawn-final-v2.jpg"),
        provenance=Credentials(
            state="chain_invalid",
            signer=AGENCY,
            signed_at="2026-11-20T09:02:45Z",
            timestamp=Timestamp(
                state="untrusted", authority="Unlisted Timestamps", time="2026-11-20T09:02:45Z"
            ),
            claim_generator="Example Desk 4.2",
            status=(mismatch, *PASSED),
            manifests=(_edited(ingredients=(parent,)), _original()),
            where="sidecar",
            trust_lists=LISTS[:2],
        ),
        measured=(_structure(),),
        assessment=Conclusion(
            headline="The latest signature is intact, but an earlier version inside its history does not match.",
            next_steps=("Ask who signed last what was done before, and for the earlier file.",),
            limits=LIMITS,
        ),
        tool=TOOL,
        seconds=0.31,
    )


def absent() -> Assessment:
    """No credentials; a recording with a finding in time."""
    return Assessment(
        asset=_asset(
            "voice-message.mp3", media_type="audio/mpeg", bytes=912_004, width=None, height=None, seconds=74.2
        ),
        provenance=Credentials(state="absent", trust_lists=LISTS[:2]),
        measured=(
            Finding(
                check="audio.encoder",
                version="0.1.0",
                basis="measured",
                points_to="recompressed",
                summary="Two stretches were encoded before at another bit rate.",
                because=(
                    Measurement(name="Bit rate now", value=128, unit="kbit/s"),
                    Measurement(name="Bit rate before", value=64, unit="kbit/s", usual="the same throughout"),
                ),
                regions=(Region(start=12.4, end=19.75), Region(start=61.0, end=63.2)),
                caveats=("Voice messages that quote others contain such stretches, too.",),
            ),
            Finding(
                check="image.structure",
                version="",
                basis="measured",
                outcome="not_applicable",
                reason="This check looks at pictures.",
            ),
        ),
        generated=Axis(reason="No detector of this release is calibrated for recordings."),
        edited=Axis(reason="No detector of this release is calibrated for recordings."),
        assessment=Conclusion(
            headline="Nothing found either way. Most files on the web carry no credentials, and our checks miss many generated files.",
            next_steps=(
                "Ask the sender for the first file, not a forwarded one.",
                "Look for other recordings of the same event.",
            ),
            limits=LIMITS[:2],
        ),
        tool=TOOL,
        seconds=0.05,
    )


def declared_ai() -> Assessment:
    """Says of itself that a generator made it, signed by one that is on no list."""
    signer = Signer(
        name="Example Image Service",
        organisation="Example AI Inc.",
        issuer="Example AI CA",
        serial="77",
        not_after="2027-01-01T00:00:00Z",
    )
    top = Manifest(
        label="urn:c2pa:generated",
        title="harbour.png",
        claim_generator="Example Image Service 3",
        signer=signer,
        digital_source_type="trainedAlgorithmicMedia",
        generative="fully",
        actions=(
            Action(
                action="c2pa.created",
                software="Example Image Model 3",
                digital_source_type="trainedAlgorithmicMedia",
            ),
            Action(action="com.example.upscaled"),
        ),
        ingredients=(Ingredient(title="prompt.txt", format="text/plain", relationship="inputTo"),),
    )
    prompt = "a harbour at dawn, film photograph, 35 mm, fog, fishing boats, masterpiece, best quality, " * 40
    return Assessment(
        asset=_asset("harbour.png", media_type="image/png", width=853, height=1280, bytes=1_880_002),
        provenance=Credentials(
            state="valid",
            signer=signer,
            claim_generator="Example Image Service 3",
            digital_source_type="trainedAlgorithmicMedia",
            generative="fully",
            status=(
                Status(
                    code="signingCredential.untrusted",
                    url=None,
                    explanation="signing certificate untrusted",
                    kind="failure",
                ),
                *PASSED[:2],
            ),
            manifests=(top,),
            where="embedded",
            trust_lists=LISTS[:1],
        ),
        declared=(
            Finding(
                check="marks.a1111",
                version="0.1.0",
                basis="declared",
                points_to="generated",
                summary="A PNG text chunk holds the parameters of a Stable Diffusion program.",
                because=(
                    Measurement(name="PNG tEXt chunk “parameters” at byte 57", value=prompt),
                    Measurement(name="Steps", value=28),
                    Measurement(name="Sampler", value="DPM++ 2M Karras"),
                ),
                caveats=("Anyone can write such a chunk into any picture.",),
            ),
            Finding(check="marks.midjourney", version="0.1.0", basis="declared"),
        ),
        assessment=Conclusion(
            headline="Its own metadata says it was made with Example Image Service 3. Metadata can be edited, so this is a declaration, not proof.",
            next_steps=("Treat it as made with a generator unless the sender can show otherwise.",),
            limits=LIMITS,
        ),
        tool=TOOL,
        seconds=0.22,
    )


def remote() -> Assessment:
    """Names a server that has its credentials."""
    return Assessment(
        asset=_asset("cloud.jpg"),
        provenance=Credentials(
            state="remote", remote_url="https://manifests.example.com/abc?track=1", trust_lists=LISTS[:1]
        ),
        assessment=Conclusion(
            headline="Says that its Content Credentials lie on a server. They were not fetched.",
            next_steps=("Run again with `--online` if asking that server is acceptable.",),
            limits=LIMITS[:1],
        ),
        tool=TOOL,
    )


def error() -> ErrorResult:
    """Stands where a file was of a type that Assay does not open."""
    return error_result(
        "notes.docx",
        UnsupportedTypeError(
            "notes.docx is of no type that Assay knows.",
            hint="Export it as PDF, or examine the pictures in it.",
        ),
    )


ALL = {
    "trusted": trusted,
    "broken": broken,
    "chain_broken": chain_broken,
    "declared_ai": declared_ai,
    "absent": absent,
    "remote": remote,
    "error": error,
}


def bench() -> dict[str, Any]:
    """Return a bench report of made-up ratios; one source has a name that tries to be markup."""
    records = []
    for condition in ("as_is", "jpeg75"):
        for number in range(40):
            target = number % 2 == 0
            ratio = None if number % 10 == 7 else round(0.9 - 0.05 * number + (0.8 if target else -0.4), 2)
            answers = (
                Answer(
                    check="image.example",
                    outcome="reported",
                    found=bool(ratio and ratio > 0.3),
                    log10_lr=ratio,
                ),
            )
            measured = Measured(state="measured", log10_lr=ratio, answers=answers, seconds=0.25)
            source = (
                ("flux", "<b>gen</b>")[number % 4 // 2]
                if target
                else ("desk-phone", "agency")[number % 4 // 2]
            )
            records.append(
                Record(name=f"{number}", target=target, source=source, condition=condition, measured=measured)
            )
    protocol = BenchProtocol(name="example", conditions=("as_is", "jpeg75"))
    return {
        **report_of(records, protocol, plugins=False),
        "assay": "0.1.0",
        "checks": {"image.example": "0123456789ab"},
    }


def previews(names: list[str]) -> dict[int, Preview]:
    """Return the previews for the examples called `names`, by position, for those that are pictures."""
    shapes = {
        "trusted": (1280, 853),
        "broken": (1080, 720),
        "chain_broken": (1280, 853),
        "declared_ai": (853, 1280),
    }
    return {i: make_preview(landscape(*shapes[name])) for i, name in enumerate(names) if name in shapes}
