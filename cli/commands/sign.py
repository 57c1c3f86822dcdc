"""`assay sign`: sign one file or many."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

__all__ = ["command"]

_FILE = click.Path(exists=True, dir_okay=False)


def _use_profile(ctx: click.Context, _param: click.Parameter, name: str | None) -> str | None:
    """Take the profile's values as defaults of the other options."""
    if name is not None:
        from cli.config import load_config
        from cli.profiles import load_profile, profile_defaults

        profile = profile_defaults(load_profile(name, load_config()))
        ctx.default_map = {**(ctx.default_map or {}), **profile}
    return name


_OPTIONS = (
    click.option("-o", "--out", required=True, type=click.Path(path_type=Path), metavar="OUT",
                 help="The signed copy, or the folder for several."),
    click.option("--profile", is_eager=True, callback=_use_profile, metavar="NAME",
                 help="Take defaults from [profile.NAME] in assay.toml."),
    click.option("--key", metavar="KEY", help="Private key: a file, or a signer such as pkcs11:… or https://…"),
    click.option("--cert", metavar="CERT", help="Certificate chain, where it is not with the key."),
    click.option("--signer-option", "signer_options", multiple=True, metavar="NAME=VALUE",
                 help="Setting for a token or signing service. Repeatable."),
    click.option("--test-identity", is_flag=True, help="Allow an identity made for testing; the manifest says so."),
    click.option("--tsa", multiple=True, metavar="URL",
                 help="Timestamp authority. Repeat to name others that are tried in order."),
    click.option("--require-timestamp", is_flag=True, help="Do not sign without a timestamp."),
    click.option("--ocsp", is_flag=True,
                 help="Ask the authority whether the certificate is revoked, and carry its answer along."),
    click.option("--source-type", metavar="TYPE",
                 help="How new work came about: digitalCapture, screenCapture, trainedAlgorithmicMedia, …"),
    click.option("--ai-disclosure", type=click.Choice(["fully", "partly", "none"]),
                 help="How much of it comes from generative AI."),
    click.option("--action", "actions", multiple=True, metavar="NAME[=TEXT]",
                 help="What was done, e.g. cropped or 'edited=Faces blurred'. Repeatable."),
    click.option("--title", metavar="TEXT", help="Title. File names are never stated."),
    click.option("--author", "authors", multiple=True, metavar="NAME", help="Author. Repeatable."),
    click.option("--organisation", metavar="NAME", help="Who publishes it."),
    click.option("--published-at", metavar="URL", help="Where it is published."),
    click.option("--captured-by", metavar="NAME", help="Who took it, if that may be known."),
    click.option("--verification-text", metavar="TEXT", help="How you verified what it shows."),
    click.option("--no-ai-training", is_flag=True, help="Allow no training and no mining of any kind."),
    click.option("--training", multiple=True, metavar="ENTRY=USE",
                 help="One of ai_generative_training, ai_training, ai_inference, data_mining, and allowed,"
                 " notAllowed or constrained:TEXT. Repeatable."),
    click.option("--assertion", "assertions", multiple=True, type=_FILE, metavar="FILE.json",
                 help="Assertion of your own: label, data and JSON Schema. Repeatable."),
    click.option("--parent", type=_FILE, metavar="FILE", help="The file that this is an edit of."),
    click.option("--ingredient", "ingredients", multiple=True, type=_FILE, metavar="FILE",
                 help="A file that was placed into it. Repeatable."),
    click.option("--accept-broken-parent", is_flag=True,
                 help="Sign although the history does not hold; the manifest says so."),
    click.option("--redact", "redactions", multiple=True, metavar="LABEL=REASON",
                 help="Take an assertion out of the history; reasons: pii, invalid, trade-secret, government."),
    click.option("--keep", multiple=True, metavar="FIELD",
                 help="Metadata field that may stay, e.g. EXIF:DateTimeOriginal. Repeatable."),
    click.option("--strip", is_flag=True, help="Keep no field, whatever the profile keeps."),
    click.option("--keep-everything", is_flag=True,
                 help="Leave the file's metadata as it is. Look at --dry-run first."),
    click.option("--sidecar", is_flag=True, help="Write the manifest beside the copy, as NAME.c2pa."),
    click.option("--remote-url", metavar="URL",
                 help="Write only this address into the copy, and the manifest beside it for you to upload."
                 " {name} stands for the file's name."),
    click.option("--log", type=click.Path(dir_okay=False), metavar="LOG",
                 help="Write every signature into this custody log."),
    click.option("--trust", multiple=True, type=_FILE, metavar="LIST.pem",
                 help="Also trust the signers in this list when histories are checked."),
    click.option("--tsa-trust", multiple=True, type=_FILE, metavar="LIST.pem",
                 help="Also trust the timestamp authorities in this list."),
    click.option("--dry-run", is_flag=True, help="Write nothing; show what would be disclosed, field by field."),
    click.option("--force", is_flag=True, help="Replace signed copies that exist."),
    click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, metavar="N",
                 help="Worker processes for several files."),
    click.option("--max-bytes", type=click.IntRange(min=1), metavar="N", help="Largest file to open."),
    click.option("--json", "as_json", is_flag=True, help="One JSON object per file and line, nothing else."),
    click.option("--quiet", "-q", is_flag=True, help="Only what went wrong."),
    click.option("--verbose", "-v", is_flag=True, help="Tracebacks of internal errors."),
)  # fmt: skip


@click.command("sign")
@click.argument("sources", nargs=-1, required=True, metavar="SRC…")
def command(sources: tuple[str, ...], **given: Any) -> int:
    """Sign copies of files: one SRC to the file OUT, several or a folder into the folder OUT.

    Sources are never changed. The copy carries no metadata but what showing it needs and what --keep names; look
    first with --dry-run. A second run of the same command goes on where the first one stopped. Exits with 6 where a
    file was not signed, and says which and why.
    """
    from cli.signing.run import run_signing

    return run_signing(sources, given)


for _option in _OPTIONS:
    command = _option(command)
