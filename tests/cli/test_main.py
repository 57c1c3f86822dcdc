"""The entry point: light, with one sentence an error, and codes that mean what they say."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from cli import main
from provenance.errors import SigningError

ROOT = Path(__file__).parents[2]
HEAVY = {
    "numpy",
    "scipy",
    "sklearn",
    "PIL",
    "cryptography",
    "c2pa",
    "jinja2",
    "msgspec",
    "defusedxml",
    "cbor2",
}


def _modules_after(program: str) -> set[str]:
    code = f"{program}\nimport sys; print('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True, cwd=ROOT
    )
    return {line.partition(".")[0] for line in done.stdout.splitlines()}


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_and_version_import_nothing_heavy(argument):
    loaded = _modules_after(f"from cli.main import cli\ncli.main(['{argument}'], standalone_mode=False)")
    assert loaded & (HEAVY | {"provenance", "detectors"}) == set()


@pytest.mark.parametrize("package", ["provenance", "detectors"])
def test_packages_import_nothing(package):
    assert _modules_after(f"import {package}") & HEAVY == set()


def test_verify_never_imports_numpy_or_its_like():
    program = (
        "from cli.worker import handle\n"
        "options = dict(trust=[], tsa_trust=[], manifest=None, online=False, expect=[], checks=None, plugins=True,"
        " limits={}, pictures=False, verbose=False)\n"
        "request = dict(op='verify', path='samples/original.jpg', name='x', options=options)\n"
        "assert handle(request, print)[0] == 'verification'\n"
        "import cli.output.text, cli.run"
    )
    loaded = _modules_after(program)
    assert "c2pa" in loaded
    assert loaded & {"numpy", "scipy", "sklearn", "PIL", "jinja2"} == set()


def test_version(assay):
    ran = assay("--version")
    assert ran.code == 0
    assert ran.out.startswith("assay 0.")


def test_help_names_every_command_and_the_exit_codes(assay):
    ran = assay("--help")
    assert ran.code == 0
    assert all(f"  {name} " in ran.out for name in main.COMMANDS)
    assert "70 internal error" in " ".join(ran.out.split())
    assert assay("-h").out == ran.out


@pytest.mark.parametrize(
    "arguments",
    [("nonsense",), ("verify",), ("verify", "--nonsense", "x"), ("examine", "--timeout", "no", "x")],
)
def test_usage_errors_give_2(assay, arguments):
    ran = assay(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert "Error: " in ran.err


@pytest.fixture
def broken(monkeypatch):
    """Make `assay doctor` raise what is given."""

    def install(error: BaseException) -> None:
        import cli.commands.doctor as doctor

        def fail() -> None:
            raise error

        monkeypatch.setattr(doctor, "_LOOKS", (fail,))

    return install


def test_error_of_ours_is_a_sentence_with_hint_and_its_code(assay, broken):
    broken(SigningError("The key \x1b[31m is locked.", hint="Give the passphrase."))
    ran = assay("doctor")
    assert ran.code == 6
    assert ran.err == "Error: The key \\x1b[31m is locked.\nHint: Give the passphrase.\n"


def test_bug_of_ours_gives_70_and_says_what_to_do(assay, broken):
    broken(ZeroDivisionError("division by zero"))
    ran = assay("doctor")
    assert ran.code == 70
    assert ran.err.startswith("Internal error: ZeroDivisionError: division by zero\n")
    assert "--verbose" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("switch", ["-v", "--verbose"])
def test_traceback_on_request_keeps_the_code(assay, broken, switch):
    broken(ZeroDivisionError("division by zero"))
    ran = assay("doctor", switch)
    assert ran.code == 70
    assert "Traceback" in ran.err


def test_interrupt_stops_in_one_word(assay, broken):
    broken(KeyboardInterrupt())
    ran = assay("doctor")
    assert ran.code == 130
    assert ran.err.strip() == "Stopped."


def test_closed_pipe_is_no_error(process, environment, samples, tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    files = [str(samples / "stripped.jpg")] * 3
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "verify", "--json", *files],
        stdout=writer, stderr=subprocess.PIPE, env=environment, cwd=tmp_path, check=False, timeout=60,
    )  # fmt: skip
    os.close(writer)
    assert done.stderr == b""
    assert done.returncode == 0


def test_stranger_in_place_of_our_package_is_named(environment, tmp_path):
    (tmp_path / "detectors").mkdir()
    (tmp_path / "detectors/__init__.py").write_text("raise SystemExit('a stranger ran')")
    done = subprocess.run(
        [sys.executable, "-c", "import cli.main; import sys; sys.path.insert(0, '.'); cli.main.main()"],
        capture_output=True, encoding="utf-8", check=False, cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"},
    )  # fmt: skip
    assert done.returncode == 70
    assert "another package called 'detectors' stands in the way" in done.stderr
    assert "python -m venv" in done.stderr


def test_installed_command_imports_nothing_from_the_working_folder(environment, tmp_path):
    script = Path(sysconfig.get_path("scripts")) / ("assay.exe" if os.name == "nt" else "assay")
    if not script.exists():
        pytest.skip("assay is not installed as a command in this environment")
    for name in ("click", "provenance", "tomllib"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('a stranger ran')")
    done = subprocess.run(
        [script, "checks", "-q"],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=tmp_path,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    assert "marks.a1111" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    ("options", "variables", "coloured"),
    [
        ((), {}, True),
        (("--no-color",), {}, False),
        ((), {"NO_COLOR": "1"}, False),
        ((), {"NO_COLOR": ""}, True),
    ],
)
@pytest.mark.parametrize("command", [("explain", "marks.a1111"), ("verify", "SAMPLE")])
def test_colours_only_on_a_terminal_and_never_against_the_wish(
    environment, samples, options, variables, coloured, command
):
    import pty

    ours, theirs = pty.openpty()
    arguments = [str(samples / "stripped.jpg") if part == "SAMPLE" else part for part in command]
    subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments, *options],
        stdout=theirs, stderr=subprocess.DEVNULL, env=environment | {"TERM": "xterm"} | variables, check=False,
    )  # fmt: skip
    os.close(theirs)
    shown = os.read(ours, 1 << 16)
    os.close(ours)
    assert (b"\x1b[" in shown) is coloured


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(shell, environment):
    program = "import sys; sys.argv[0] = 'assay'; from cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=False, cwd=ROOT,
        env=environment | {"_ASSAY_COMPLETE": f"{shell}_source"},
    )  # fmt: skip
    assert "_ASSAY_COMPLETE" in done.stdout, done.stderr


def test_completion_of_check_ids(environment):
    program = "import sys; sys.argv[0] = 'assay'; from cli.main import main; main()"
    words = {"_ASSAY_COMPLETE": "bash_complete", "COMP_WORDS": "assay explain marks.a", "COMP_CWORD": "2"}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=False, cwd=ROOT,
        env=environment | words,
    )  # fmt: skip
    assert done.stdout.split() == ["plain,marks.a1111", "plain,marks.apple_ai"]
