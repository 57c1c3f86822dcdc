"""The worker process: what ends or stalls it costs one check or one file, and never the batch."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Runs in a process of its own, because a fork of a process with threads is not safe. `setup` puts trouble where the
# forked worker inherits it.
PROGRAM = """
import os, signal, sys, time
from cli.batch import run_batch
from cli.inputs import Input
from detectors.check import nothing_found
import detectors.marks.a1111 as check
import provenance.verification

{setup}

options = dict(trust=[], tsa_trust=[], manifest=None, online=False, expect=[], checks=["marks.a1111", "marks.comfyui"],
               plugins=False, limits={{}}, pictures=False, verbose=False)
inputs = [Input(path="samples/" + name, name=name) for name in sys.argv[1:]]
for result in run_batch({operation!r}, inputs, options, timeout={timeout}):
    print(result.input.name, result.kind, result.data.decode(), sep="\\t")
"""

CHECK = """
def trouble(view):
    {trouble}
    return nothing_found()
check.run = trouble
"""

READING = """
def trouble(source, **_):
    {trouble}
provenance.verification.verify = trouble
"""


@pytest.fixture
def batch(environment):
    """Run a batch with something troublesome in the worker; returns name, kind and record of each file."""

    def run(setup: str, *names: str, timeout: float = 30, operation: str = "detect"):
        program = PROGRAM.format(setup=setup, timeout=timeout, operation=operation)
        done = subprocess.run(
            [sys.executable, "-c", program, *names], capture_output=True, encoding="utf-8", check=False, cwd=ROOT,
            env=environment, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        lines = [line.split("\t") for line in done.stdout.splitlines()]
        return [(name, kind, json.loads(data)) for name, kind, data in lines]

    return run


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs a worker that is forked")

BAD = "generator-metadata.png"


def _outcomes(record):
    return {f["check"]: (f["outcome"], f["reason"]) for f in record["findings"]}


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (f"if view.source.name == '{BAD}': os.kill(os.getpid(), signal.SIGSEGV)", "signal 11"),
        (f"if view.source.name == '{BAD}': os._exit(3)", "exit code 3"),
    ],
    ids=["crash", "exit"],
)
def test_crash_of_a_check_costs_that_check_alone(batch, trouble, said):
    results = batch(CHECK.format(trouble=trouble), "stripped.jpg", BAD, "broken.jpg")
    assert [(name, kind) for name, kind, _ in results] == [
        ("stripped.jpg", "detection"), (BAD, "detection"), ("broken.jpg", "detection"),
    ]  # fmt: skip
    before, hit, after = (_outcomes(record) for _, _, record in results)
    assert before["marks.a1111"][0] == after["marks.a1111"][0] == "reported"
    assert hit["marks.a1111"][0] == "failed"
    assert said in hit["marks.a1111"][1]
    assert hit["marks.comfyui"][0] == "reported"


def test_check_that_never_ends_is_left_out(batch):
    trouble = f"if view.source.name == '{BAD}': time.sleep(60)"
    (_, kind, record), (_, next_kind, _) = batch(
        CHECK.format(trouble=trouble), BAD, "stripped.jpg", timeout=2
    )
    assert (kind, next_kind) == ("detection", "detection")
    assert "longer than 2 seconds" in _outcomes(record)["marks.a1111"][1]


def test_bug_in_a_check_is_a_failed_finding(batch):
    ((_, kind, record),) = batch(CHECK.format(trouble="raise RecursionError('too deep')"), "stripped.jpg")
    assert kind == "detection"
    assert _outcomes(record)["marks.a1111"][0] == "failed"


def test_crash_outside_of_checks_costs_the_file(batch):
    setup = READING.format(
        trouble=f"if source.name == '{BAD}': os.abort()\n    raise ValueError('not asked here')"
    )
    (name, kind, record), (_, _, other) = batch(setup, BAD, "stripped.jpg", operation="verify")
    assert (name, kind, record["error"]["code"]) == (BAD, "error", "crashed")
    assert "signal 6" in record["error"]["message"]
    assert record["error"]["hint"]
    assert other["error"]["code"] == "internal"


def test_stall_outside_of_checks_costs_the_file(batch):
    setup = READING.format(trouble="time.sleep(60)")
    ((_, kind, record),) = batch(setup, "stripped.jpg", operation="verify", timeout=1)
    assert (kind, record["error"]["code"]) == ("error", "time_limit")
    assert "--timeout" in record["error"]["hint"]


def test_check_that_crashes_under_every_name_ends(batch):
    setup = (
        CHECK.format(trouble="os.abort()") + "import detectors.marks.comfyui as other\nother.run = trouble\n"
    )
    ((_, kind, record),) = batch(setup, "stripped.jpg")
    assert kind == "detection"
    assert {outcome for outcome, _ in _outcomes(record).values()} == {"failed"}
