"""What the command imports: start-up stays light, and `verify` never pays for what only checks need."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import throwaway
from media_bytes import jpeg

_ROOT = Path(__file__).resolve().parents[2]
_OURS = {"cli", "provenance", "detectors"}
_HEAVY = {"numpy", "scipy", "sklearn", "PIL"}

_RUN = """
import json, sys
before = set(sys.modules)
from cli.main import main
sys.argv = ["assay", *{arguments!r}]
try:
    main()
except SystemExit as ended:
    code = ended.code
names = sorted(set(sys.modules) - before)
print(json.dumps([code, names]), file=sys.stderr)
"""


def loaded(*arguments: str) -> set[str]:
    """Top-level names of all modules that one command loads, its own process and the worker's."""
    done = subprocess.run(
        [sys.executable, "-c", _RUN.format(arguments=arguments)],
        capture_output=True, text=True, check=True, cwd=_ROOT, timeout=60,
    )  # fmt: skip
    code, names = json.loads(done.stderr.splitlines()[-1])
    assert code == 0
    return {name.split(".", 1)[0] for name in names}


@pytest.mark.parametrize("option", ["--help", "--version", "-h"])
def test_help_and_version_load_the_standard_library_and_click_alone(option: str) -> None:
    foreign = {n for n in loaded(option) if n not in sys.stdlib_module_names and not n.startswith("_")}
    assert foreign - _OURS <= {"click"}


def test_help_of_the_group_loads_no_command() -> None:
    assert "provenance" not in loaded("--help")


def test_verify_imports_nothing_that_only_checks_need(tmp_path: Path) -> None:
    path = tmp_path / "signed.jpg"
    path.write_bytes(throwaway.sign(jpeg(), "image/jpeg"))
    # -X importtime is inherited by the forked worker, in which the file is read.
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "cli.main", "verify", "--json", str(path)],
        capture_output=True, text=True, check=True, cwd=_ROOT, timeout=60,
    )  # fmt: skip
    assert json.loads(done.stdout)["provenance"]["state"] == "valid"
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    names = {line.rsplit("|", 1)[-1].strip().split(".", 1)[0] for line in lines}
    assert "c2pa" in names, "the worker's imports were not seen"
    assert not names & _HEAVY


_EXAMINE = """
import json, sys
from detectors.examination import examine
examine(sys.argv[1], plugins=False)
print(json.dumps(sorted(sys.modules)))
"""

_NEVER = {
    "sklearn": "models are .npz files; scikit-learn belongs to training",
    "joblib": "it comes with scikit-learn",
    "pandas": "nothing here needs it",
    "scipy.stats": "it takes as long to import as all the rest; scipy.special has the tails (bdtrc, ndtr)",
}


def test_examining_a_photograph_imports_nothing_that_only_training_needs() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _EXAMINE, "samples/original.jpg"],
        capture_output=True, text=True, check=True, cwd=_ROOT, timeout=120,
    )  # fmt: skip
    loaded = set(json.loads(done.stdout))
    assert "scipy.ndimage" in loaded, "no check of pixels has run"
    assert not {name: why for name, why in _NEVER.items() if name in loaded}
