"""One long fuzzing run: mutants through `examine` and both renderers, in a process that may die.

The process that reads makes the mutants itself, within a limit on its address space; this one only watches it.
Whatever it does that it must not do is a `Trouble` with the bytes that caused it.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import resource
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from mutate import Seed, mutant

__all__ = ["Report", "Trouble", "run"]

HANG_SECONDS = 5.0
_PATIENCE = 60.0  # wall time; a busy machine must not look like a hang
_ADDRESSES = 8 << 30  # the engine reserves 4 GB where a length field says so, and touches none of it
_CONTROL = frozenset(
    map(chr, (*range(9), *range(11, 27), *range(28, 32), *range(0x7F, 0xA0), 0x202E, 0x2066))
)


@dataclass(frozen=True)
class Trouble:
    """Something that must not happen."""

    index: int
    what: str
    detail: str
    data: bytes = field(repr=False)


@dataclass
class Report:
    """What a run came to."""

    count: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    slowest_index: int = -1
    peak_growth_mb: float = 0.0
    restarts: int = 0
    troubles: list[Trouble] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        plain = asdict(self)
        plain["troubles"] = [{"index": t.index, "what": t.what, "detail": t.detail} for t in self.troubles]
        return plain | {
            "outcomes": dict(self.outcomes.most_common()),
            "checks": dict(self.checks.most_common()),
        }


def run(seeds: Sequence[Seed], *, seed: int, indices: Sequence[int]) -> Report:
    """Try the mutants with these numbers and return what came of it."""
    report = Report()
    waiting = list(reversed(indices))
    lost: set[int] = set()
    while waiting:
        for reply in _replies(seeds, seed, waiting, lost):
            _count(report, reply, seeds, seed)
        report.restarts += bool(waiting)
    return report


def _count(report: Report, reply: dict[str, Any], seeds: Sequence[Seed], seed: int) -> None:
    report.count += 1
    report.outcomes[reply["outcome"]] += 1
    report.checks.update(reply.get("reported", ()))
    if reply["cpu"] > report.slowest:
        report.slowest, report.slowest_index = round(reply["cpu"], 3), reply["index"]
    report.peak_growth_mb = max(report.peak_growth_mb, round(reply["growth"] / 1024, 1))
    if reply["cpu"] > HANG_SECONDS:
        reply["troubles"].append(("hang", f"{reply['cpu']:.1f} s of processor time"))
    for what, detail in reply["troubles"]:
        done, data = mutant(seeds, seed=seed, index=reply["index"])
        report.troubles.append(Trouble(reply["index"], what, f"{done}\n{detail}", data))


def _replies(
    seeds: Sequence[Seed], seed: int, waiting: list[int], lost: set[int]
) -> Iterator[dict[str, Any]]:
    """Yield one reply a mutant until none is left or the process has ended.

    A mutant that ends the process is tried once more without the C2PA engine, as the command does it. Where that
    helps, the engine was at fault, which is counted; where not, it is trouble.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, tuple(seeds), seed, _lists()), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(10 * _PATIENCE) or ours.recv_bytes() != b"ready":
            raise RuntimeError("the process that reads did not start")
        while waiting:
            index = waiting[-1]
            try:
                ours.send_bytes(json.dumps([index, index in lost]).encode())
                if not ours.poll(_PATIENCE):
                    waiting.pop()
                    yield _lost(index, "hang", f"no answer for {_PATIENCE:.0f} s")
                    return
                reply = json.loads(ours.recv_bytes())
            except (EOFError, OSError):
                process.join(5)
                if index not in lost:
                    lost.add(index)
                    return
                waiting.pop()
                yield _lost(index, "crash", f"the process ended with {process.exitcode}")
                return
            waiting.pop()
            yield reply
    finally:
        ours.close()
        process.join(2)
        process.kill()
        process.join()


def _lost(index: int, what: str, detail: str) -> dict[str, Any]:
    return {"index": index, "outcome": what, "cpu": 0.0, "growth": 0, "troubles": [(what, detail)]}


def _lists() -> Any:
    import throwaway

    return throwaway.trust(throwaway.root())


def _serve(pipe: Connection, seeds: Sequence[Seed], seed: int, lists: Any) -> None:
    from detectors.examination import CREDENTIALS

    for valid in seeds:  # imports everything before memory is limited
        _once(valid.data, lists, {})
    start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSES, _ADDRESSES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        pipe.send_bytes(b"ready")
        while True:
            index, without_engine = json.loads(pipe.recv_bytes())
            _, data = mutant(seeds, seed=seed, index=index)
            began = time.process_time()
            reply = _once(data, lists, {CREDENTIALS: "It ended its process."} if without_engine else {})
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            reply |= {"index": index, "cpu": time.process_time() - began, "growth": peak - start}
            pipe.send_bytes(json.dumps(reply).encode())


def _once(data: bytes, lists: Any, skip: dict[str, str]) -> dict[str, Any]:
    """Examine one mutant and show the result in every way."""
    from detectors.examination import examine_view
    from detectors.view import make_view
    from provenance.errors import AssayError
    from provenance.model.serial import encode, error_result
    from provenance.source import open_source

    try:
        with open_source(data, name="mutant") as source:
            result = examine_view(make_view(source), trust=lists, plugins=False, skip=skip)
    except AssayError as error:
        return {"outcome": error.code, "troubles": _shown(encode(error_result("mutant", error)))}
    except Exception:
        return {"outcome": "exception", "troubles": [("exception", traceback.format_exc(limit=-8))]}
    broke = [
        (f"check {f.check} broke", f.reason or "")
        for f in result.findings
        if "broke on this file" in (f.reason or "")
    ]
    return {
        "outcome": "engine ended its process" if skip else result.provenance.state,
        "reported": [f.check for f in result.findings if f.summary],
        "troubles": broke + _shown(encode(result)),
    }


def _shown(line: bytes) -> list[tuple[str, str]]:
    """Decode what goes over the wire, and render it as text and as a page."""
    from cli.output import text
    from cli.output.html import render_html
    from provenance.model.assessment import Assessment
    from provenance.model.serial import ErrorResult, decode, encode

    try:
        kind = ErrorResult if b'"schema":"assay/error/1"' in line[:40] else Assessment
        result: Any = decode(kind, line)
        if b"\n" in line or encode(result) != line:
            return [("JSON", "does not come back as it went")]
        if isinstance(result, ErrorResult):
            shown = text.render_error(result)
        else:
            shown = text.render_assessment(result) + text.render_assessment(result, verbose=True)
        page = render_html([result])
    except Exception:
        return [("output", traceback.format_exc(limit=-8))]
    steering = sorted(_CONTROL & set(shown))
    troubles = [("text", f"steering characters {steering!r}")] if steering else []
    return troubles if page.rstrip().endswith("</html>") else [*troubles, ("page", "is cut off")]
