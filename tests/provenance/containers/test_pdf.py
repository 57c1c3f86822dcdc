"""PDF markers."""

from media_bytes import pdf

from provenance.containers.walker import walk
from provenance.source import open_source


def walked(data):
    with open_source(data) as source:
        return walk(source)


def test_header_and_every_end_marker():
    container = walked(pdf() + b"9 0 obj\nendobj\n%%EOF\n")
    assert [p.path for p in container.parts] == ["%PDF", "%%EOF", "%%EOF"]
    assert container.trailing == 0


def test_bytes_before_the_header_are_a_problem():
    container = walked(b"junk\n" + pdf())
    assert container.problems == ("5 bytes stand before the PDF header.",)
    assert container.parts[0].offset == 5


def test_missing_end_marker_is_a_problem():
    assert walked(b"%PDF-1.7\nnothing").problems == ("The file has no end-of-file marker.",)


def test_end_marker_across_two_blocks_is_found_once():
    for shift in range(-6, 3):
        start = b"%PDF-1.7"
        data = start + b" " * ((1 << 20) + shift) + b"%%EOF"
        assert [p.path for p in walked(data).parts] == ["%PDF", "%%EOF"]
