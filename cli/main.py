"""The `assay` command. Importing this costs the standard library and click, nothing else."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import sys
from copy import copy
from pathlib import Path

import click

__all__ = ["cli", "main"]

COMMANDS = {
    "examine": "Say who vouches for a file, what it declares and what can be measured.",
    "verify": "Check Content Credentials alone, fast.",
    "detect": "Run the checks alone.",
    "checks": "List the checks.",
    "explain": "Explain one check.",
    "sign": "Sign one file or many.",
    "watch": "Sign what arrives in a folder.",
    "trust": "Manage the lists of signers that you trust.",
    "keys": "Make and check signing keys and certificates.",
    "camera": "Enrol your cameras, and ask whether a picture came from one.",
    "calibrate": "Measure your own false alarms, and have them put beside results.",
    "bench": "Measure the checks on your own labelled files.",
    "log": "Check the log of what was signed.",
    "timestamp": "Add and check timestamps of what was signed offline.",
    "doctor": "Check this installation.",
}
"""Command name and its line in the help; the module is `cli.commands.<name>`."""

EPILOG = (
    "Exit codes: 0 finished; 2 usage; 3 a file could not be read (the others were still done); 4 the asked-for"
    " condition failed; 5 finished, but some checks failed or timed out; 6 signing or key error; 70 internal error."
)


class LazyGroup(click.Group):
    """Loads a command's module when that command is called, so that `--help` stays light."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command, or None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"cli.commands.{cmd_name}").command
        if not isinstance(command, click.Command):
            return None
        _complete(command, f"ASSAY_{cmd_name.upper()}")
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; that the reader of our output went away (`| head`) is no error."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # What is still buffered has to go somewhere, or Python complains about it at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(0) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the command list from the table, without importing any command."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _no_colour(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        ctx.color = False


def _be_quiet(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        ctx.with_resource(contextlib.redirect_stdout(io.StringIO()))


_EVERYWHERE = (
    click.Option(
        ["--quiet", "-q"],
        is_flag=True,
        expose_value=False,
        callback=_be_quiet,
        help="Print nothing but errors; the exit code tells the rest.",
    ),
    click.Option(
        ["--verbose", "-v"], is_flag=True, expose_value=False, help="Show tracebacks of internal errors."
    ),
    click.Option(
        ["--no-color"],
        is_flag=True,
        expose_value=False,
        callback=_no_colour,
        help="No colours (NO_COLOR does the same).",
    ),
)
"""Options of every command that does not bring its own."""


def _complete(command: click.Command, variable: str) -> None:
    """Add the options that all commands have, and let each be set by a variable, as ASSAY_EXAMINE_FAIL_ON."""
    if not isinstance(command, click.Group):
        taken = {opt for param in command.params for opt in param.opts}
        command.params += [copy(option) for option in _EVERYWHERE if taken.isdisjoint(option.opts)]
    for param in command.params:
        if isinstance(param, click.Option):
            param.envvar = f"{variable}_{max(param.opts, key=len).lstrip('-').replace('-', '_').upper()}"
            if param.multiple and param.type.envvar_list_splitter is None:
                # Several names are cut at semicolons: left to itself, click cuts at every blank.
                param.type = copy(param.type)
                param.type.envvar_list_splitter = ";"  # type: ignore[misc]
    for name, child in getattr(command, "commands", {}).items():
        _complete(child, f"{variable}_{name.upper().replace('-', '_')}")


def _show_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        from importlib.metadata import version

        click.echo(f"assay {version('assay-media')}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version.",
)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Say who vouches for a picture, recording or clip, what it declares, what can be measured, and what none
    of that can tell. Works offline; nothing is sent anywhere unless you ask with --online."""
    from cli.config import load_config, option_defaults

    if os.environ.get("NO_COLOR"):
        ctx.color = False
    name = ctx.invoked_subcommand
    command = cli.get_command(ctx, name) if name else None
    if name and command and name != "doctor":  # the doctor reports a broken file instead of stopping at it
        ctx.default_map = {name: option_defaults(load_config().get(name, {}), command, name)}


def main() -> None:
    """Run the command line and turn every error into a sentence and an exit code."""
    _require_one_home()
    try:
        code = cli.main(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except click.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except Exception as error:
        sys.exit(_report(error))


def _report(error: Exception) -> int:
    from cli.text import visible
    from provenance.errors import AssayError

    if {"-v", "--verbose"} & set(sys.argv):
        sys.excepthook(type(error), error, error.__traceback__)
    if isinstance(error, AssayError):
        click.echo(f"Error: {visible(error.message)}", err=True)
        if error.hint:
            click.echo(f"Hint: {visible(error.hint)}", err=True)
        return error.exit_code
    click.echo(f"Internal error: {type(error).__name__}: {visible(str(error))}", err=True)
    click.echo("Hint: run again with --verbose and report what it prints.", err=True)
    return 70


def _require_one_home() -> None:
    """Refuse to run beside a stranger's package that overwrote one of ours.

    The package index has unrelated packages called `detectors` and `provenance`; installed into the same
    environment they replace ours silently.
    """
    from importlib.util import find_spec

    home = Path(__file__).resolve().parent.parent
    for name in ("provenance", "detectors"):
        spec = find_spec(name)
        origin = Path(spec.origin).resolve().parent.parent if spec and spec.origin else None
        if origin != home:
            click.echo(
                f"Error: another package called '{name}' stands in the way of Assay's own.\n"
                "Hint: install Assay in an environment of its own: python -m venv assay-env", err=True
            )  # fmt: skip
            sys.exit(70)


if __name__ == "__main__":
    main()
