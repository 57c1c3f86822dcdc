"""PNG chunks."""

import pytest
from media_bytes import picture, png, png_chunk, saved

from provenance.containers.walker import walk
from provenance.source import open_source


def walked(data):
    with open_source(data) as source:
        return walk(source)


def test_chunks_in_file_order():
    container = walked(png(png_chunk(b"tEXt", b"a\0b")))
    assert [p.path for p in container.parts] == ["IHDR", "tEXt", "IDAT", "IEND"]
    text = container.named("tEXt")[0]
    assert (text.offset, text.size, text.body, text.body_size) == (33, 15, 41, 7)


def test_animated_file_is_walked():
    data = saved("PNG", picture(), save_all=True, append_images=[picture(mode="L").convert("RGB").rotate(90)])
    container = walked(data)
    assert {"acTL", "fcTL", "fdAT"} <= {p.path for p in container.parts}
    assert (container.problems, container.trailing) == ((), 0)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (png()[:-12], "IEND was not met"),
        (png()[:-20], "IDAT chunk at byte 33 goes beyond the end"),
        (png()[:33] + b"\0\0\0\0I\0AT" + png()[33:], "No chunk begins at byte 33"),
        (png()[:8] + png_chunk(b"tEXt", b"a\0b") + png()[8:], "first chunk is not a complete IHDR"),
        (png()[:33] + png_chunk(b"IEND", b""), "no picture data"),
        (png()[:8], "No chunk begins at byte 8"),
    ],
    ids=["no-iend", "cut-idat", "no-letters", "ihdr-second", "no-idat", "signature-only"],
)
def test_broken_files(data, problem):
    assert any(problem in p for p in walked(data).problems)


def test_walk_ends_at_iend():
    container = walked(png() + png_chunk(b"tEXt", b"late\0text"))
    assert container.parts[-1].path == "IEND"
    assert container.trailing == 12 + 9
