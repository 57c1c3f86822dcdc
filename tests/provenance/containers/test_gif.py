"""GIF blocks."""

from media_bytes import gif, picture, saved

from provenance.containers.walker import walk
from provenance.source import open_source


def walked(data):
    with open_source(data) as source:
        return walk(source)


def test_blocks_in_file_order():
    assert [p.path for p in walked(gif()).parts] == ["Header", "Comment", "Image", "Trailer"]


def test_animation_names_its_application():
    frames = [picture(mode="P"), picture(mode="L").rotate(90).convert("P")]
    data = saved("GIF", frames[0], save_all=True, append_images=frames[1:], loop=0)
    paths = [p.path for p in walked(data).parts]
    assert "Application(NETSCAPE2.0)" in paths
    assert paths.count("Image") == 2


def test_missing_trailer_is_a_problem():
    assert "The file ends without a trailer." in walked(gif()[:-1]).problems


def test_block_without_end_is_a_problem():
    container = walked(gif()[:-1] + b"\x21\xfe\xff" + b"a" * 10)
    assert any("Comment block" in p and "does not end" in p for p in container.problems)
    assert container.trailing == 0


def test_unknown_introducer_ends_the_walk():
    container = walked(gif()[:-1] + b"?" * 20)
    assert (container.trailing, container.problems) == (20, (f"No block begins at byte {len(gif()) - 1:,}.",))


def test_many_tiny_sub_blocks_end_within_the_budget():
    container = walked(gif()[:-1] + b"\x21\xfe" + b"\1a" * 4_500_000 + b"\0;")
    assert any("does not end" in p for p in container.problems)
