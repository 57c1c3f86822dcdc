"""Outputs that pages quote: each is made again by running the command that stands above it.

A page marks a quote with two comments, and what is between them is replaced:

    <!-- output of: assay examine samples/stripped.jpg | top; Next -->
    <!-- end of output -->

After the bar stand the headings to keep; `top` is what comes before the first one. What is left out is shown as
`[...]`. The commands run with no trust list, no configuration and 100 columns, as on a fresh machine.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

__all__ = ["PAGES", "pages"]

PAGES = ("samples/README.md",)
"""Pages that quote outputs."""

_QUOTE = re.compile(
    r"<!-- output of: assay ([^|\n]+?)(?: \| ([^\n]+?))? -->\n.*?<!-- end of output -->", re.DOTALL
)


def pages(root: Path) -> dict[str, str]:
    """Return the pages with their quotes made anew, by path."""
    return {path: _renewed(root, (root / path).read_text(encoding="utf-8")) for path in PAGES}


def _renewed(root: Path, text: str) -> str:
    quotes = list(_QUOTE.finditer(text))
    with tempfile.TemporaryDirectory() as empty, ThreadPoolExecutor(2) as pool:
        outputs = list(
            pool.map(partial(_output, root, Path(empty)), (shlex.split(quote[1]) for quote in quotes))
        )
    made = iter(zip(quotes, outputs, strict=True))

    def block(_match: re.Match[str]) -> str:
        quote, (code, output) = next(made)
        shown = _kept(output, quote[2].split("; ")) if quote[2] else output
        ending = f"\n[exit code {code}]" if code else ""
        head = quote[0].splitlines()[0]
        return f"{head}\n```console\n$ assay {quote[1]}\n{shown}{ending}\n```\n<!-- end of output -->"

    return _QUOTE.sub(block, text)


def _output(root: Path, empty: Path, arguments: Sequence[str]) -> tuple[int, str]:
    """Run the command from the root of the project and return exit code and standard output."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("ASSAY_", "XDG_"))}
    environment |= {
        "ASSAY_TRUST_DIR": str(empty),
        "XDG_CONFIG_HOME": str(empty),
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "PYTHONUTF8": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments],
        cwd=root,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    if done.returncode not in (0, 4):
        raise RuntimeError(f"assay {shlex.join(arguments)} exited with {done.returncode}: {done.stderr}")
    return done.returncode, done.stdout.rstrip("\n")


def _kept(output: str, wanted: Sequence[str]) -> str:
    """Return the sections of an output whose heading is wanted."""
    sections = output.split("\n\n")
    shown: list[str] = []
    for number, section in enumerate(sections):
        heading = "top" if number == 0 else section.splitlines()[0]
        if heading in wanted:
            shown.append(section)
        elif not shown or shown[-1] != "[...]":
            shown.append("[...]")
    missing = set(wanted) - {"top", *(section.splitlines()[0] for section in sections)}
    if missing:
        raise LookupError(f"the output has no heading {', '.join(sorted(missing))}")
    return "\n\n".join(shown)
