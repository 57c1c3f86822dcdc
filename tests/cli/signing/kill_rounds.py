"""Signs a batch again and again, killed at random moments, and checks after each kill what is on the disk.

Run as a program of its own: it forks, which a test runner with threads must not. Arguments: a folder with `in`,
`key.pem` and `cert.pem`, the number of kills, a seed.
"""

import hashlib
import importlib
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

from cli.signing.inputs import make_tasks
from cli.signing.jobs import Signer
from cli.signing.journal import Journal, journal_path
from provenance.signing.place import clear_stale, is_temporary

for module in ("c2pa", "provenance.signing.sign", "provenance.keys.signers"):
    importlib.import_module(module)  # once here instead of in every child

FOLDER, KILLS, CHANCE = Path(sys.argv[1]), int(sys.argv[2]), random.Random(int(sys.argv[3]))
OUT = FOLDER / "out"


def options():
    named = {
        "key": str(FOLDER / "key.pem"),
        "cert": str(FOLDER / "cert.pem"),
        "source_type": "digitalCapture",
    }
    empty = ("signer_options", "tsa", "actions", "authors", "training", "assertions", "ingredients", "redactions",
             "keep", "trust", "tsa_trust")  # fmt: skip
    flags = ("test_identity", "require_timestamp", "no_ai_training", "accept_broken_parent", "keep_everything",
             "strip", "sidecar", "force")  # fmt: skip
    texts = ("title", "organisation", "published_at", "verification_text", "captured_by", "ai_disclosure", "parent",
             "remote_url", "max_bytes", "log", "profile")  # fmt: skip
    return {
        **dict.fromkeys(texts),
        **dict.fromkeys(flags, False),
        **{name: [] for name in empty},
        **named,
        "out": str(OUT),
        "journal": str(journal_path(OUT)),
    }


def batch():
    """One run of the command, in this process."""
    tasks, _ = make_tasks([str(FOLDER / "in")], OUT)
    OUT.mkdir(exist_ok=True)
    clear_stale(OUT)
    signer = Signer(options(), {})
    return [signer.answer(task)["schema"] for task in tasks]


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def visible():
    return [path for path in OUT.iterdir() if not is_temporary(path.name)] if OUT.exists() else []


def check(sources):
    assert {p.name: digest(p) for p in (FOLDER / "in").iterdir()} == sources, "a source changed"
    records = Journal(journal_path(OUT)).records()
    for path in visible():
        assert digest(path) == records[path.name].target_sha256, f"{path.name} is half written"


def child():
    """Run a batch in a child; the parent must not use the engine itself, whose state does not survive a fork."""
    process = os.fork()
    if process == 0:
        try:
            answers = batch()
            os._exit(0 if set(answers) <= {"assay/signed/1", "assay/signing-skipped/1"} else 1)
        finally:
            os._exit(2)
    return process


def ended(process):
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def killed_after(seconds):
    process = child()
    time.sleep(seconds)
    os.kill(process, signal.SIGKILL)
    code = ended(process)
    assert code in (0, -signal.SIGKILL), f"a batch failed by itself with {code}"
    return code != 0


def main():
    sources = {p.name: digest(p) for p in (FOLDER / "in").iterdir()}
    started = time.monotonic()
    assert ended(child()) == 0
    whole = time.monotonic() - started
    hits = 0
    for number in range(KILLS):
        if number % 2 == 0:
            shutil.rmtree(OUT)
        hits += killed_after(CHANCE.uniform(0, whole))
        check(sources)
    assert ended(child()) == 0, "the rerun did not complete"
    check(sources)
    assert len(visible()) == len(sources) == len(list(OUT.iterdir())), "something was left behind"
    print(f"{hits} of {KILLS} killed in the middle")
    assert hits >= KILLS // 4, "the kills came too late to show anything"


main()
