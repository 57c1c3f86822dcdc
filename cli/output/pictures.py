"""Pictures that travel with a result: which may be shown in a report, and a result without them for JSON."""

from __future__ import annotations

import base64
from dataclasses import replace

from markupsafe import Markup

from provenance.model.assessment import Assessment
from provenance.model.credentials import Credentials, Ingredient, Manifest, Thumbnail
from provenance.model.finding import Finding
from provenance.sniff import sniff

__all__ = ["Gallery", "extension", "findings_without_pictures", "without_pictures"]

_SHOWABLE = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}
_ONE = 8 * 1024 * 1024
_ALL = 64 * 1024 * 1024


class Gallery:
    """Turns pictures into `data:` addresses until the report would grow too large.

    The type comes from the first bytes, never from what the file states, and SVG is left out, because it
    can carry more than a picture.
    """

    def __init__(self) -> None:
        self._left = _ALL

    def uri(self, data: bytes, *, spare: bool = False) -> Markup:
        """Return the address of a picture, or an empty string where it is not one to show.

        Args:
            data: The picture.
            spare: Whether it may only take the first half of the room, which keeps the rest for what matters more.
        """
        media_type = sniff(data[:4096])
        if media_type not in _SHOWABLE or len(data) > min(_ONE, self._left - (_ALL // 2 if spare else 0)):
            return Markup()
        self._left -= len(data)
        return Markup("data:{};base64,{}").format(media_type, base64.b64encode(data).decode("ascii"))


def extension(data: bytes) -> str:
    """Return the file name extension for a picture by its first bytes; empty where it is not one to show."""
    return _SHOWABLE.get(sniff(data[:4096]) or "", "")


def without_pictures(assessment: Assessment) -> Assessment:
    """Return the assessment with the bytes of artefacts and thumbnails dropped, as JSON carries it."""
    return replace(
        assessment,
        provenance=_credentials(assessment.provenance),
        declared=findings_without_pictures(assessment.declared),
        matched=findings_without_pictures(assessment.matched),
        measured=findings_without_pictures(assessment.measured),
    )


def findings_without_pictures(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings with the bytes of their artefacts dropped."""
    return tuple(
        replace(finding, artefacts=tuple(replace(artefact, data=b"") for artefact in finding.artefacts))
        for finding in findings
    )


def _credentials(credentials: Credentials) -> Credentials:
    return replace(credentials, manifests=tuple(_manifest(manifest) for manifest in credentials.manifests))


def _manifest(manifest: Manifest) -> Manifest:
    ingredients = tuple(_ingredient(ingredient) for ingredient in manifest.ingredients)
    return replace(manifest, thumbnail=_thumbnail(manifest.thumbnail), ingredients=ingredients)


def _ingredient(ingredient: Ingredient) -> Ingredient:
    return replace(ingredient, thumbnail=_thumbnail(ingredient.thumbnail))


def _thumbnail(thumbnail: Thumbnail | None) -> Thumbnail | None:
    return thumbnail and replace(thumbnail, data=b"")
