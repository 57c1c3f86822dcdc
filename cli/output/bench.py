"""What `assay bench` prints and writes: a table, a JSON object, a page with plots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from cli.output.html import page_environment, style_and_hash
from cli.output.plots import Curve, Scale, plot
from cli.output.quantities import count_words
from cli.text import visible

if TYPE_CHECKING:
    from detectors.bench.figures import Record
    from detectors.bench.protocol import BenchProtocol

__all__ = ["BENCH_SCHEMA", "render_page", "render_text", "report_of"]

BENCH_SCHEMA = "assay/bench/1"
"""Schema name of the JSON."""

_RATIOS = Scale(title="log10 likelihood ratio", low=-3, high=3, ticks=(-3, -2, -1, 0, 1, 2, 3))
_HALVES = (0, 0.25, 0.5, 0.75, 1)
_COLUMNS = (
    ("AUC", "auc", False),
    ("EER", "equal_error_rate", True),
    ("found at 1 %", "found_at_1_percent", True),
    ("found at 5 %", "found_at_5_percent", True),
    ("Cllr", "cllr", False),
)


def report_of(records: Sequence[Record], protocol: BenchProtocol, *, plugins: bool) -> dict[str, Any]:
    """Return the whole answer of a bench run as JSON-ready data; it names sources, never files.

    Args:
        records: What was measured.
        protocol: What was asked for.
        plugins: Whether checks of third parties took part.
    """
    from dataclasses import asdict
    from importlib.metadata import version

    from detectors.bench.figures import curves, figures
    from detectors.bench.survey import versions_of

    asked = asdict(protocol)
    return {
        "schema": BENCH_SCHEMA,
        "assay": version("assay-media"),
        "protocol": {**asked, "conditions": list(protocol.deliveries)},
        "checks": versions_of(protocol.question, protocol.medium, plugins=plugins),
        "figures": figures(records),
        "curves": curves(records),
    }


def render_text(report: dict[str, Any]) -> str:
    """Return the tables for a terminal."""
    found, protocol = report["figures"], report["protocol"]
    lines = [_headline(report), ""]
    rows = [("all", found["all"]), *found["conditions"].items()]
    lines += _table("delivery", rows, extra=(("false alarms at moderate", "alarms_moderate"),))
    lines += ["", *_table(_target_word(protocol), list(found["targets"].items()))]
    lines += ["", *_alarm_table(found["others"])]
    lines += ["", *_check_table(found["checks"])]
    lines += ["", _footer(report)]
    return "\n".join(lines) + "\n"


def render_page(report: dict[str, Any]) -> str:
    """Return the page: it loads nothing and runs nothing."""
    style, digest = style_and_hash()
    template = page_environment().get_template("bench.html.j2")
    return template.render(
        report=report,
        figures=report["figures"],
        headline=_headline(report),
        footer=_footer(report),
        target_word=_target_word(report["protocol"]),
        columns=_COLUMNS,
        plots=_plots(report["curves"]),
        shown=_shown,
        rate=_rate_words,
        style=Markup(style),  # noqa: S704 (our own file)
        style_hash=digest,
    )


def _headline(report: dict[str, Any]) -> str:
    found, protocol = report["figures"], report["protocol"]
    whole = found["all"]
    versions = (
        f"{whole['targets']:,} versions of {_target_word(protocol)} files, {whole['others']:,} of others"
    )
    checks = count_words(len(report["checks"]), "check")
    return f"Question: {protocol['question']} ({protocol['medium']}). {versions}, {checks}."


def _footer(report: dict[str, Any]) -> str:
    found = report["figures"]
    said = [
        "Figures are of the ratios that a reader is shown. Versions on which the checks abstain count as not found"
        " and as no alarm; AUC, EER and Cllr leave them out.",
        "They hold for these sources. Were any of them used in training, they say nothing about files from elsewhere.",
    ]
    if found["undelivered"] or found["unreadable"]:
        said.append(
            f"{found['undelivered']} versions could not be delivered, {found['unreadable']} not be read."
        )
    if found["seconds_median"] is not None:
        said.append(f"Median time of the checks: {found['seconds_median']:.2f} s a version.")
    return " ".join(said)


def _target_word(protocol: dict[str, Any]) -> str:
    return "generated" if protocol["question"] == "generated" else "edited"


def _table(
    first: str, rows: Sequence[tuple[str, Any]], *, extra: Sequence[tuple[str, str]] = ()
) -> list[str]:
    heads = [
        first,
        "files",
        *(title for title, _, _ in _COLUMNS),
        "abstained",
        *(title for title, _ in extra),
    ]
    body = [
        [
            name,
            f"{row['targets']} / {row['others']}",
            *(_shown(row.get(key), percent) for _, key, percent in _COLUMNS),
            f"{_shown(row['abstained_targets']['rate'], True)} / {_shown(row['abstained_others']['rate'], True)}",
            *(_rate_words(row.get(key)) for _, key in extra),
        ]
        for name, row in rows
    ]
    return _aligned(heads, body)


def _alarm_table(rows: dict[str, Any]) -> list[str]:
    heads = ["other source", "versions", "alarms: weak", "moderate", "strong", "abstained"]
    body = [
        [
            name,
            str(row["others"]),
            *(_rate_words(row[f"alarms_{band}"]) for band in ("weak", "moderate", "strong")),
            _shown(row["abstained"]["rate"], True),
        ]
        for name, row in rows.items()
    ]
    return _aligned(heads, body)


def _check_table(rows: dict[str, Any]) -> list[str]:
    heads = ["check", "found in targets", "found in others", "no answer"]
    body = [
        [
            name,
            _rate_words(row["found_targets"]),
            _rate_words(row["found_others"]),
            f"{_shown(row['no_answer_targets']['rate'], True)} / {_shown(row['no_answer_others']['rate'], True)}",
        ]
        for name, row in rows.items()
    ]
    return _aligned(heads, body)


def _aligned(heads: list[str], body: list[list[str]]) -> list[str]:
    rows = [heads, *([visible(row[0], limit=48), *row[1:]] for row in body)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(heads))]
    return [
        "  ".join(
            cell.ljust(w) if i == 0 else cell.rjust(w)
            for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def _shown(value: float | None, percent: bool) -> str:
    if value is None:
        return "-"
    return f"{100 * value:.1f} %" if percent else f"{value:.3f}"


def _rate_words(rate: dict[str, Any] | None) -> str:
    if rate is None or rate["rate"] is None:
        return "-"
    low, high = rate["wilson_95"]
    return f"{100 * rate['rate']:.1f} % ({100 * low:.1f} to {100 * high:.1f})"


def _share(title: str) -> Scale:
    return Scale(title=title, low=0, high=1, ticks=_HALVES, percent=True)


def _plots(curves: dict[str, Any]) -> list[dict[str, Any]]:
    if not curves:
        return []
    roc = plot(
        "Share of false alarms against share found, at every threshold",
        _share("false alarms"),
        _share("found"),
        [Curve(name="all deliveries", points=curves["roc"])],
        diagonal=True,
    )
    tippett = plot(
        "Share of each class above a likelihood ratio",
        _RATIOS,
        _share("share above"),
        [
            Curve(name="target", points=curves["tippett_target"]),
            Curve(name="other", points=curves["tippett_other"]),
        ],
    )
    reliability = plot(
        "Likelihood ratio as said against as observed",
        Scale(title="log10 LR as said", low=-3, high=3, ticks=_RATIOS.ticks),
        Scale(title="log10 LR as observed", low=-3, high=3, ticks=_RATIOS.ticks),
        [Curve(name="pooled neighbours", points=curves["reliability"], marks=True)],
        diagonal=True,
    )
    return [
        {
            "svg": roc,
            "title": "ROC",
            "legend": "The further to the top left, the better; the diagonal is guessing.",
        },
        {
            "svg": tippett,
            "title": "Tippett plot",
            "legend": "Solid: files of the class looked for. Dashed: the others. Where the dashed line is above zero to"
            " the right of 0, ratios mislead.",
        },
        {
            "svg": reliability,
            "title": "Reliability",
            "legend": "On the diagonal a ratio means what it says; below it, it says too much.",
        },
    ]
