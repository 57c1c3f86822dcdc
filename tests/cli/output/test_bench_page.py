"""The tables and the page of `assay bench`, as made-up figures give them."""

from __future__ import annotations

import re

import examples

from cli.output.bench import render_page, render_text
from cli.output.plots import Curve, Scale, plot


def test_tables_and_page_look_as_before(golden):
    report = examples.bench()
    golden("bench.txt", render_text(report))
    page = re.sub(r"<style>.*?</style>", "<style></style>", render_page(report), flags=re.DOTALL)
    golden("html/bench.html", re.sub(r"'sha256-[^']*'", "'sha256-'", page))


def test_the_page_loads_and_runs_nothing_and_escapes_names():
    page = render_page(examples.bench())
    assert "<script" not in page
    assert "<b>gen" not in page
    assert "&lt;b&gt;gen" in page
    assert not re.search(r'(?:src|href)="(?!#)', page)
    assert " style=" not in page


def test_a_bench_without_ratios_has_no_plots():
    report = examples.bench()
    assert "<svg" not in render_page({**report, "curves": {}})


def test_a_plot_keeps_its_lines_inside_and_escapes_its_words():
    axis = Scale(title="<x>", low=0, high=1, ticks=(0, 1))
    drawn = str(plot("<t>", axis, axis, [Curve(name="a", points=[(-5, 9), (float("nan"), 0.5), (2, 0)])]))
    assert "<x>" not in drawn
    assert "&lt;t&gt;" in drawn
    (line,) = re.findall(r'points="([^"]*)"', drawn)
    numbers = [float(v) for v in re.split("[ ,]", line)]
    assert all(0 <= x <= 420 for x in numbers[::2])
    assert all(0 <= y <= 320 for y in numbers[1::2])
