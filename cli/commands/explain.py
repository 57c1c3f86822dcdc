"""`assay explain`: one check in full."""

from __future__ import annotations

import re
import shutil
import textwrap

import click
from click.shell_completion import CompletionItem

__all__ = ["command"]


class CheckId(click.ParamType):  # type: ignore[type-arg]  # generic only in newer clicks
    """Id of a check, completed by the shell."""

    name = "check"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the ids that begin with what was typed."""
        from detectors.catalogue import all_checks

        return [CompletionItem(c.id, help=c.info.title) for c in all_checks() if c.id.startswith(incomplete)]


@click.command("explain")
@click.argument("check", type=CheckId())
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def command(check: str, as_json: bool) -> None:
    """Explain one CHECK: what it measures, why it matters, its known problems, how to read it."""
    from detectors.catalogue import find_check

    found = find_check(check)
    if as_json:
        import json

        sections = {name: text for name, text in found.sections.items() if name}
        fields = {"schema": "assay/explanation/1", "id": found.id, "title": found.info.title, **sections}
        click.echo(json.dumps(fields))
        return
    width = min(shutil.get_terminal_size((100, 24)).columns, 100)
    click.echo(click.style(f"{found.id}: {found.info.title}", bold=True))
    for heading, text in found.sections.items():
        if heading:
            click.echo(f"\n{click.style(heading, underline=True)}")
        for paragraph in text.split("\n\n"):
            click.echo(_filled(paragraph, width))


def _filled(paragraph: str, width: int) -> str:
    """Return a paragraph at the width of the terminal; items of a list begin lines, tables stay as they are."""
    if paragraph.startswith("|"):
        return paragraph
    items = re.split(r"\n(?=[-*] )", paragraph)
    return "\n".join(
        textwrap.fill(
            " ".join(item.split()), width, subsequent_indent="  " * item.startswith(("- ", "* ")),
            break_on_hyphens=False, break_long_words=False,
        )
        for item in items
    )  # fmt: skip
