"""Plain words for the terms of C2PA, IPTC and media types, in one place for every form of output.

Names are those of the C2PA technical specification 2.x (actions: section "Actions", status codes: section
"Validation"), of CAWG 1.x and of the IPTC digital source type vocabulary. An unknown term is returned as it
stands, never guessed: what comes back may therefore be the file's own text and is hostile until escaped.
"""

from __future__ import annotations

from collections.abc import Mapping

from cli.output.status import STATUS

__all__ = [
    "action_words",
    "generative_words",
    "identity_words",
    "media_words",
    "points_to_words",
    "relationship_words",
    "source_type_words",
    "state_explained",
    "state_words",
    "status_words",
    "timestamp_words",
    "training_choice_words",
    "training_words",
]

_ACTIONS: Mapping[str, str] = {
    "c2pa.addedText": "Text added",
    "c2pa.adjustedColor": "Colours adjusted",
    "c2pa.captioned": "Captions added",
    "c2pa.changedSpeed": "Speed changed",
    "c2pa.color_adjustments": "Colours adjusted",
    "c2pa.converted": "Converted to another format",
    "c2pa.copied": "Copied",
    "c2pa.created": "Created",
    "c2pa.cropped": "Cropped",
    "c2pa.deleted": "Parts deleted",
    "c2pa.drawing": "Drawn or painted on",
    "c2pa.dubbed": "Dubbed",
    "c2pa.edited": "Edited",
    "c2pa.edited.metadata": "Metadata edited",
    "c2pa.enhanced": "Enhanced (noise, sharpness and the like)",
    "c2pa.filtered": "Filter or style applied",
    "c2pa.formatted": "Formatted",
    "c2pa.managed": "Put under management",
    "c2pa.mastered": "Mastered",
    "c2pa.mixed": "Sound mixed",
    "c2pa.opened": "Opened an existing file",
    "c2pa.orientation": "Turned or mirrored",
    "c2pa.placed": "Another file placed in it",
    "c2pa.printed": "Printed",
    "c2pa.produced": "Produced",
    "c2pa.published": "Published",
    "c2pa.redacted": "Information redacted from the history",
    "c2pa.remixed": "Remixed",
    "c2pa.removed": "A placed file removed",
    "c2pa.repackaged": "Repackaged without re-encoding",
    "c2pa.resized": "Resized",
    "c2pa.resized.proportional": "Resized, proportions kept",
    "c2pa.saved": "Saved",
    "c2pa.transcoded": "Re-encoded",
    "c2pa.transcribed": "Transcribed",
    "c2pa.translated": "Translated",
    "c2pa.trimmed": "Trimmed",
    "c2pa.unknown": "Something was done; the software does not say what",
    "c2pa.version_updated": "Updated to a newer version",
    "c2pa.watermarked": "Invisible watermark added",
    "c2pa.watermarked.bound": "Invisible watermark added that leads back to these credentials",
    "c2pa.watermarked.unbound": "Invisible watermark added",
    "font.charactersAdded": "Characters added to the font",
    "font.charactersDeleted": "Characters deleted from the font",
    "font.charactersModified": "Characters of the font changed",
    "font.createdFromVariableFont": "Made from a variable font",
    "font.edited": "Font edited",
    "font.hinted": "Font hinted",
    "font.merged": "Fonts merged",
    "font.openTypeFeatureAdded": "OpenType feature added",
    "font.openTypeFeatureModified": "OpenType feature changed",
    "font.openTypeFeatureRemoved": "OpenType feature removed",
    "font.subset": "Font reduced to some characters",
}

_SOURCE_TYPES: Mapping[str, str] = {
    "algorithmicMedia": "Made by an algorithm without trained AI",
    "algorithmicallyEnhanced": "Enhanced by an algorithm without generative AI",
    "composite": "Put together from several elements",
    "compositeCapture": "Put together from several captures",
    "compositeSynthetic": "Put together from elements of which at least one was made with generative AI",
    "compositeWithTrainedAlgorithmicMedia": "Partly made or changed with generative AI",
    "computationalCapture": "Captured by a camera or recorder that combines several exposures or sensors",
    "dataDrivenMedia": "Made from data, such as a chart or a map",
    "digitalArt": "Made by a person with digital tools",
    "digitalCapture": "Captured by a camera or recorder",
    "digitalCreation": "Made by a person with digital tools",
    "empty": "Started from an empty file",
    "humanEdits": "Edited by a person with tools that are not generative AI",
    "minorHumanEdits": "Slightly edited by a person",
    "negativeFilm": "Scanned from a film negative",
    "positiveFilm": "Scanned from a film positive",
    "print": "Scanned from a print",
    "screenCapture": "Captured from a screen",
    "softwareImage": "Made with software",
    "trainedAlgorithmicData": "Data made by a trained AI model",
    "trainedAlgorithmicMedia": "Made with generative AI",
    "virtualRecording": "Recording of a virtual event",
}
_SOURCE_TYPES_FOLDED = {name.casefold(): words for name, words in _SOURCE_TYPES.items()}

_RELATIONSHIPS: Mapping[str, str] = {
    "componentOf": "Placed in it",
    "inputTo": "Used as input, for instance to an AI model",
    "parentOf": "The earlier version that was opened",
}

_STATES: Mapping[str, tuple[str, str]] = {
    "absent": (
        "No Content Credentials",
        "The file carries no Content Credentials. Most files on the web carry none, so this says nothing"
        " about it.",
    ),
    "remote": (
        "Content Credentials are kept elsewhere",
        "The file says that its Content Credentials lie on a server. They were not fetched, so nothing was"
        " checked.",
    ),
    "unreadable": (
        "Could not be searched for Content Credentials",
        "The file is damaged or of a kind that can't be walked, so nobody could look for Content Credentials."
        " Whether it has any is not known.",
    ),
    "invalid": (
        "Content Credentials do not hold",
        "The file carries Content Credentials, but the check of them failed, so they vouch for nothing."
        " Re-saving, resizing and damage on the way do this too; it is not proof of tampering.",
    ),
    "chain_invalid": (
        "Latest signature intact, history broken",
        "The latest signature fits the file as it is now, but an earlier version inside its history does not"
        " match what was signed then.",
    ),
    "valid": (
        "Intact, but not all who sign are on your trust lists",
        "The signature fits the file, so it is unchanged since it was signed. But the signer, the time or a"
        " second identity can't be verified with your trust lists.",
    ),
    "trusted": (
        "Intact, signer on a trust list",
        "The signature fits the file, so it is unchanged since it was signed, and the signer's certificate"
        " leads to a trust list. This says who vouches for it, not that what it shows is true.",
    ),
}

_GENERATIVE: Mapping[str, str] = {
    "fully": "Declares that it was made with generative AI",
    "partly": "Declares that generative AI was used for a part of it",
    "no": "Declares an origin without generative AI",
    "unstated": "Says nothing about generative AI",
}

_TRAINING: Mapping[str, str] = {
    "ai_generative_training": "Training generative AI models",
    "ai_inference": "Use as input to AI models",
    "ai_training": "Training other AI models",
    "data_mining": "Text and data mining",
}

_TRAINING_CHOICES: Mapping[str, str] = {
    "allowed": "allowed",
    "constrained": "allowed under conditions",
    "notAllowed": "not allowed",
}

_TIMESTAMPS: Mapping[str, str] = {
    "absent": "No timestamp, so the time of signing is not confirmed by anyone",
    "untrusted": "Timestamped by an authority that is not on your timestamp trust lists",
    "trusted": "Timestamped by an authority on your timestamp trust lists",
}

_IDENTITIES: Mapping[str, str] = {
    "trusted": "signature intact, issuer on a trust list",
    "valid": "signature intact, issuer not on your trust lists",
    "invalid": "the check of this identity failed",
    "unknown": "this identity could not be checked",
}

_POINTS_TO: Mapping[str, str] = {
    "camera": "Speaks for a camera or a recorder",
    "edited": "Speaks for a change after capture",
    "generated": "Speaks for a generator",
    "nothing": "A plain fact",
    "origin": "Speaks about where it comes from",
    "recaptured": "Speaks for a copy taken from a screen or print",
    "recompressed": "Speaks for an earlier save",
}

_MEDIA: Mapping[str, str] = {
    "application/c2pa": "Content Credentials file",
    "application/pdf": "PDF document",
    "audio/flac": "FLAC recording",
    "audio/ogg": "Ogg recording",
    "audio/mp4": "M4A recording",
    "audio/mpeg": "MP3 recording",
    "audio/wav": "WAV recording",
    "image/avif": "AVIF picture",
    "image/gif": "GIF picture",
    "image/heic": "HEIC picture",
    "image/heif": "HEIF picture",
    "image/jpeg": "JPEG picture",
    "image/jxl": "JPEG XL picture",
    "image/png": "PNG picture",
    "image/svg+xml": "SVG drawing",
    "image/tiff": "TIFF picture",
    "image/webp": "WebP picture",
    "image/x-adobe-dng": "DNG raw picture",
    "video/mp4": "MP4 clip",
    "video/quicktime": "QuickTime clip",
    "video/x-msvideo": "AVI clip",
}


def action_words(action: str) -> str:
    """Return plain words for a C2PA action name, or the name itself where it is not in the standard."""
    return _ACTIONS.get(action, action)


def source_type_words(source_type: str) -> str:
    """Return plain words for a digital source type, given as short name or address, in any case."""
    short = source_type.strip().rstrip("/").rsplit("/", 1)[-1]
    return _SOURCE_TYPES_FOLDED.get(short.casefold(), source_type)


def relationship_words(relationship: str) -> str:
    """Return plain words for how an ingredient went in."""
    return _RELATIONSHIPS.get(relationship, relationship)


def state_words(state: str) -> str:
    """Return the short label of a provenance state."""
    return _STATES[state][0] if state in _STATES else state


def state_explained(state: str) -> str:
    """Return one or two sentences on what a provenance state means and does not mean."""
    return _STATES[state][1] if state in _STATES else ""


def generative_words(generative: str) -> str:
    """Return what the credentials state about generative AI."""
    return _GENERATIVE.get(generative, generative)


def training_words(entry: str) -> str:
    """Return plain words for a training and mining entry, with or without its `cawg.` or `c2pa.` prefix."""
    short = entry.removeprefix("cawg.").removeprefix("c2pa.")
    return _TRAINING.get(short, entry)


def training_choice_words(choice: str) -> str:
    """Return plain words for the choice made in a training and mining entry."""
    return _TRAINING_CHOICES.get(choice, choice)


def timestamp_words(state: str) -> str:
    """Return plain words for the state of a timestamp."""
    return _TIMESTAMPS.get(state, state)


def identity_words(state: str) -> str:
    """Return plain words for the state of a CAWG identity."""
    return _IDENTITIES.get(state, state)


def points_to_words(points_to: str) -> str:
    """Return plain words for the proposition that a finding speaks to."""
    return _POINTS_TO.get(points_to, points_to)


def media_words(media_type: str) -> str:
    """Return plain words for a media type, or the type itself where it is not one that Assay opens."""
    return _MEDIA.get(media_type, media_type)


def status_words(code: str) -> str:
    """Return a plain sentence for a validation status code; empty where the code is not a common one."""
    return STATUS.get(code, "")
