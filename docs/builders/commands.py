"""`docs/commands.md`: every command, argument and option, from the commands themselves."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from cli.main import COMMANDS, EPILOG, cli
from docs.builders.source import NOTE

__all__ = ["page", "walk"]

_INTRODUCTION = """
`assay COMMAND --help` shows the same on a terminal. `-h` and `--help` work everywhere, `assay --version` tells the
version.
"""

_SHARED = """
## Files

`FILE` is a path. A folder stands for everything in it, searched recursively; hidden files, sidecars (`.c2pa`, read
with the file that they belong to) and links to folders are passed over. `-` is standard input. One file that cannot
be read does not stop the others.

## Options from elsewhere

Every option can also be set for good:

- in `assay.toml`, in a section named after the command: `expect-signer = ["AFP"]` under `[examine]`,
  `[keys.new-cert]` for a command below a command. Where the file lies: [installation](installation.md);
- in the environment, as `ASSAY_`, the command and the option: `ASSAY_EXAMINE_EXPECT_SIGNER`. Several values are
  separated by `;`, several paths as in `PATH`. Switches take `1` or `0`.

The command line wins over the environment, and the environment over the file. A name that no option has is an error
in the file. Passphrases are taken neither from an argument nor from the file.

## Output

Results go to standard output and messages to standard error. With `--json`, standard output carries one JSON object
a file and line (JSON Lines), and nothing else. Each object names its schema:

{schemas}

Fields may be added in any version; none is renamed or dropped without a new number in the name. Ignore what you do
not know.
"""

_FILES = "../provenance/schemas"
_SCHEMAS = (
    ("`assay examine`", "assay/assessment/1", f"[assessment-1.json]({_FILES}/assessment-1.json)"),
    ("`assay verify`", "assay/verification/1", f"[verification-1.json]({_FILES}/verification-1.json)"),
    ("`assay detect`", "assay/detection/1", f"[detection-1.json]({_FILES}/detection-1.json)"),
    ("where a file could not be done", "assay/error/1", f"[error-1.json]({_FILES}/error-1.json)"),
    ("`assay bench`", "assay/bench/1", "`protocol`, `checks`, `figures`, `curves`; see [bench.md](bench.md)"),
    ("`assay calibrate`", "assay/calibration/1", "`name`, `files`, `conditions`, `questions`, `checks`"),
    ("`assay checks`", "assay/check/1", "`id`, `title`, `kinds`, `basis`, `cost`, `version`, `origin`"),
    ("`assay explain`", "assay/explanation/1", "`id`, `title`, and one key a heading of the check's page"),
    (
        "`assay trust list`, `assay trust show`",
        "assay/trust/1",
        "`name`, `kind`, `certificates`, dates, `stale`",
    ),
    (
        "`assay sign`, `assay watch`",
        "assay/signed/1",
        "`asset`, `target`, the fields of [SignedAsset](api.md)",
    ),
    ("`assay sign`, done by an earlier run", "assay/signing-skipped/1", "`asset`, `target`"),
    (
        "`assay sign --dry-run`",
        "assay/signing-plan/1",
        "`asset`, `target`, `intent`, the disclosure, `warnings`",
    ),
    (
        "`assay watch`, beside what it moved away",
        "assay/quarantine/1",
        "`name`, `moved_from`, `moved_at`, `error`",
    ),
    ("`assay timestamp add`", "assay/stamped/1", "`target`, `before`, `after`, `timestamp`, `warnings`"),
    ("the same, into a log", "assay/stamped-record/1", "`asset`, the line of the log"),
    ("the same, passed over", "assay/timestamp-skipped/1", "`asset`, `reason`"),
    ("`assay timestamp verify`", "assay/timestamps/1", "`asset`, `inside`, `recorded`"),
    ("`assay keys doctor`", "assay/keys-doctor/1", "`certificate`, `subject`, `usable`, `rules`"),
    ("other `assay keys`", "assay/keys/1", "`subject`, `certificate`, `key`, `not_after`, `kept`"),
    ("`assay camera`", "assay/camera/1", "`camera` and `warnings`, `cameras` and `problems`, or `matches`"),
    ("`assay log verify`", "assay/custody-check/1", "`sound`, `entries`, `head`, `problems`"),
    ("`assay doctor`", "assay/diagnosis/1", "`name`, `state` (`ok`, `note`, `problem`), `message`"),
)
"""Command, name of its schema, and the schema file or the fields."""


def page() -> str:
    """Return the whole page."""
    parts = [
        f"# Commands\n\n<!-- {NOTE} -->\n{_INTRODUCTION}",
        _overview(),
        _exit_codes(),
        _SHARED.format(schemas=_schemas()),
    ]
    parts += [_section(path, command) for path, command in walk()]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def walk() -> Iterator[tuple[str, click.Command]]:
    """Yield every command and subcommand with its full name, in the order of the help."""
    context = click.Context(cli, info_name="assay")
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None, name
        yield from _below(f"assay {name}", command)


def _below(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None, name
            yield from _below(f"{path} {name}", child)


def _overview() -> str:
    rows = [f"| [`assay {name}`](#assay-{name}) | {text} |" for name, text in COMMANDS.items()]
    return "\n".join(["| command | for |", "|---|---|", *rows])


def _exit_codes() -> str:
    codes = re.findall(r"(\d+) ([^;]+)", EPILOG.partition(":")[2])
    rows = [f"| {code} | {text.strip().rstrip('.')} |" for code, text in codes]
    tail = (
        "Where several apply, the highest number wins. `assay verify` exits with 4 where credentials are broken; a"
        " file without credentials is no failure. 1 has no meaning of Assay's: Python exits with 1 after a crash."
    )
    return "\n".join(["## Exit codes", "", "| code | meaning |", "|---|---|", *rows, "", tail])


def _schemas() -> str:
    rows = [f"| {command} | `{name}` | {described} |" for command, name, described in _SCHEMAS]
    return "\n".join(["| command | `schema` | described in, or fields |", "|---|---|---|", *rows])


def _section(path: str, command: click.Command) -> str:
    depth = "##" if path.count(" ") == 1 else "###"
    lines = [f"{depth} {path}", "", "```", _usage(path, command), "```", "", _text(command.help)]
    options = [p for p in command.params if isinstance(p, click.Option) and not p.hidden]
    if options:
        lines += ["", *(_option(option) for option in options)]
    return "\n".join(lines)


def _usage(path: str, command: click.Command) -> str:
    pieces = ["[OPTIONS]"] if any(isinstance(p, click.Option) for p in command.params) else []
    for param in command.params:
        if isinstance(param, click.Argument):
            name = param.metavar or (param.name or "").upper()
            pieces.append(name if param.required else f"[{name}]")
    if isinstance(command, click.Group):
        pieces.append("COMMAND")
    return " ".join([path, *pieces])


def _option(option: click.Option) -> str:
    names = ", ".join((*option.opts, *option.secondary_opts))
    value = _value(option)
    notes = []
    if option.required:
        notes.append("Required.")
    if option.show_default and option.default is not None:
        notes.append(f"Default: {option.default}.")
    if option.multiple and "epeat" not in (option.help or ""):
        notes.append("Repeatable.")
    text = " ".join([_text(option.help), *notes])
    return f"- `{names}{f' {value}' if value else ''}`: {text}"


def _value(option: click.Option) -> str:
    if option.is_flag or option.count:
        return ""
    if option.metavar:
        return option.metavar
    if isinstance(option.type, click.Choice):
        return "|".join(map(str, option.type.choices))
    if isinstance(option.type, click.Path | click.File):
        return "PATH"
    return "N" if option.type.name.startswith(("integer", "float")) else option.type.name.upper()


def _text(text: str | None) -> str:
    paragraphs = inspect.cleandoc(text or "").replace("\b", "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
