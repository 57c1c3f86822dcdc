"""The HTML report: golden pages, one self-contained file, a policy that holds, and what stands on the first screen."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise

import examples
import pytest

from cli.output.html import render_html
from provenance.model.credentials import Ingredient, Manifest
from provenance.model.finding import Artefact, Finding, Region


def page(*names: str) -> str:
    results = [examples.ALL[name]() for name in names]
    return render_html(results, pictures=examples.previews(list(names)), titles=examples.TITLES)


def normalised(html: str) -> str:
    html = re.sub(r"<style>.*?</style>", "<style></style>", html, flags=re.S)
    html = re.sub(r"sha256-[A-Za-z0-9+/=]+", "sha256-", html)
    return re.sub(r"(data:image/\w+;base64,)[A-Za-z0-9+/=]+", r"\1", html)


class Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def values(self, tag: str, attribute: str) -> list[str]:
        return [attributes.get(attribute) or "" for name, attributes in self.found if name == tag]


@pytest.mark.parametrize("name", examples.ALL)
def test_golden(name, golden):
    golden(f"html/{name}.html", normalised(page(name)))


def test_golden_of_several(golden):
    golden("html/several.html", normalised(page("broken", "absent", "error")))


def test_same_results_give_the_same_page():
    assert page("trusted", "error") == page("trusted", "error")


def test_nothing_is_loaded_or_run():
    html = page(*examples.ALL)
    elements = Elements(html)
    tags = {tag for tag, _ in elements.found}
    assert not tags & {
        "script",
        "link",
        "iframe",
        "object",
        "embed",
        "form",
        "input",
        "base",
        "video",
        "audio",
    }
    assert all(value.startswith("data:image/") for value in elements.values("img", "src"))
    assert all(value.startswith("#") for tag in ("a", "use") for value in elements.values(tag, "href"))
    assert all(value.startswith("data:image/") for value in elements.values("image", "href"))
    attributes = {name for _, attributes in elements.found for name in attributes}
    assert not {name for name in attributes if name.startswith("on") or name in ("style", "srcset", "action")}


def test_policy_names_the_style_and_nothing_else():
    html = page("trusted")
    style = re.search(r"<style>(.*?)</style>", html, re.S)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = next(a["content"] or "" for t, a in Elements(html).found if a.get("http-equiv"))
    assert policy.startswith("default-src 'none'; img-src data:; ")
    assert f"style-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert "url(" not in style[1] and "@import" not in style[1]


def test_ids_are_unique_and_references_resolve():
    elements = Elements(page(*examples.ALL))
    ids = [a["id"] for _, a in elements.found if "id" in a]
    assert len(ids) == len(set(ids))
    wanted = {v[1:] for tag in ("a", "use") for v in elements.values(tag, "href")}
    assert wanted <= set(ids)


def test_every_picture_has_a_text_alternative():
    elements = Elements(page(*examples.ALL))
    pictures = elements.values("img", "alt")
    assert len(pictures) >= 6
    assert all(pictures)
    for tag, attributes in elements.found:
        if tag == "svg":
            assert attributes.get("aria-hidden") == "true" or attributes.get("aria-label")


def test_headings_never_skip_a_level():
    levels = [int(tag[1]) for tag, _ in Elements(page(*examples.ALL)).found if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))


def test_at_most_three_next_steps():
    result = examples.trusted()
    steps = tuple(f"Step number {n}." for n in range(5))
    html = render_html([replace(result, assessment=replace(result.assessment, next_steps=steps))])
    assert "Step number 2." in html
    assert "Step number 3." not in html


def test_no_word_of_verdict():
    text = unescape(re.sub(r"<style>.*?</style>|<[^>]*>", " ", page(*examples.ALL), flags=re.S))
    assert not re.findall(
        r"(?i)\b(?:fake|real|authentic|genuine|verified|% AI)\b", text.replace("can't be verified with", "")
    )


def test_addresses_of_the_file_are_text():
    html = page("remote")
    assert "https://manifests.example.com/abc?track=1" in html
    assert not [value for value in Elements(html).values("a", "href") if "example.com" in value]


def test_long_value_is_cut_with_its_count():
    html = page("declared_ai")
    value = next(m.value for f in examples.declared_ai().declared for m in f.because)
    assert f"({len(value) - 800:,} more characters)" in html


def test_regions_follow_the_exif_orientation():
    from PIL import Image

    from cli.output.preview import make_preview

    picture = Image.new("RGB", (400, 200))
    picture.getexif()[0x0112] = 6
    result = examples.broken()
    regions = (Region(x=0, y=0, w=10, h=20),)
    found = replace(result.measured[0], regions=regions)
    turned = replace(result, asset=replace(result.asset, width=400, height=200), measured=(found,))
    html = render_html([turned], pictures={0: make_preview(picture)})
    assert 'viewBox="0 0 200 400"' in html
    assert "matrix(0 1 -1 0 200 0)" in html


def test_history_that_contains_itself_ends():
    loop = tuple(
        Manifest(
            label=f"urn:{n}",
            title=f"version {n}",
            ingredients=tuple(
                Ingredient(title=f"to {k}", format=None, relationship="parentOf", manifest=f"urn:{k}")
                for k in range(8)
            ),
        )
        for n in range(8)
    )
    result = examples.trusted()
    html = render_html([replace(result, provenance=replace(result.provenance, manifests=loop))])
    assert html.count('<li class="node') <= 200
    assert "The same credentials stand elsewhere" in html


def test_thumbnail_that_is_no_picture_is_left_out():
    result = examples.trusted()
    top = result.provenance.manifests[0]
    bad = replace(
        top.ingredients[0],
        thumbnail=replace(top.ingredients[0].thumbnail, data=b"<svg onload=x>", format="image/png"),
    )
    changed = replace(top, ingredients=(bad,))
    html = render_html([replace(result, provenance=replace(result.provenance, manifests=(changed,)))])
    assert "onload" not in html
    assert 'class="thumb"' not in html


def with_views(result, *, size=100):
    """The result with a finding of two drawings and no claim."""
    from PIL import Image

    drawings = []
    for name in ("first", "second"):
        held = io.BytesIO()
        Image.effect_noise((size, size), 90).save(held, "PNG")
        drawings.append(
            Artefact(
                name=name,
                title=f"Drawing {name}",
                legend="Untouched.",
                alt=f"The {name}.",
                data=held.getvalue(),
            )
        )
    views = Finding(check="image.views", version="1", basis="measured", artefacts=tuple(drawings))
    return replace(result, measured=(*result.measured, views))


def test_drawings_without_a_claim_stand_apart_and_folded():
    result = examples.absent()
    html = render_html([with_views(result)], titles={"image.views": "Views without a verdict"})
    before = render_html([result])
    section = html[html.index('id="file-1-views-1"') :]
    section = section[: section.index("</details>")]
    assert "Views without a verdict" in section and "2 pictures" in section and "not judged" in section
    assert section.count("<img") == 2 and "Drawing second" in section
    assert not re.match(r'id="file-1-views-1"[^>]* open', section)
    findings = r'id="file-1-measured".*?class="gist">(.*?)</span>'
    assert re.search(findings, html, re.S)[1] == re.search(findings, before, re.S)[1]
    silent = re.search(r"Looked and found nothing.*?</ul>", html, re.S)
    assert silent is None or "image.views" not in silent[0]


def test_drawings_without_a_claim_leave_room_for_previews(monkeypatch):
    from cli.output import pictures

    monkeypatch.setattr(pictures, "_ALL", 200_000)
    several = [with_views(examples.absent(), size=300) for _ in range(6)]
    html = render_html(
        several, pictures={n: p for n in range(6) for p in [examples.previews(["trusted"])[0]]}
    )
    shown = Elements(html).values("img", "alt")
    assert sum(alt.startswith("The examined picture") or "preview" in alt.lower() for alt in shown) == 6
    assert "cannot be shown" in html
