"""The SVG root element."""

import pytest
from media_bytes import SVG

from provenance.containers.walker import walk
from provenance.source import open_source


def walked(data):
    with open_source(data) as source:
        return walk(source)


def test_root_element_is_the_part():
    container = walked(SVG)
    assert [(p.path, p.offset) for p in container.parts] == [("svg", SVG.index(b"<svg"))]
    assert (container.trailing, container.problems) == (0, ())


@pytest.mark.parametrize(
    ("tag", "size"),
    [
        (b"<svg width=\"12.5\" height='7'>", (12, 7)),
        (b'<svg height="9px">', (None, 9)),
        (b'<svg width="100%" height="3cm">', (None, None)),
        (b'<svg viewBox="0 0 5 5">', (None, None)),
    ],
)
def test_only_pixels_are_dimensions(tag, size):
    container = walked(tag + b"</svg>")
    assert (container.width, container.height) == size


def test_white_space_behind_the_end_is_no_trailing_data():
    assert walked(SVG + b"\n \r\n").trailing == 0
    assert walked(SVG + b"<script/>").trailing == len(b"<script/>")


def test_unclosed_element_is_a_problem():
    assert any("not closed" in p for p in walked(b"<svg>").problems)
