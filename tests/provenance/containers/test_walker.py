"""What holds for every container: parts inside the file, nothing raised, dimensions cheap and equal."""

import dataclasses
import random
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from media_bytes import everything

from provenance.containers.walker import measure, walk
from provenance.errors import UnreadableError, UnsupportedTypeError
from provenance.limits import DEFAULT_LIMITS
from provenance.metadata.reader import read_metadata
from provenance.source import open_source

FILES = everything()
HOSTILE = (
    b"\xff" * 4,
    b"\0" * 4,
    b"\0\0\0\1",
    b"\x7f\xff\xff\xff",
    b"\xff" * 8,
    b"\0\0\0\x08",
    b"\x08\0\0\0",
)
EXPECTED = {
    "image/jpeg": (24, 16, None),
    "image/png": (24, 16, None),
    "image/gif": (24, 16, None),
    "image/webp": (24, 16, None),
    "image/tiff": (24, 16, None),
    "image/x-adobe-dng": (24, 16, None),
    "image/avif": (24, 16, None),
    "image/heic": (640, 480, None),
    "image/jxl": (24, 16, None),
    "image/svg+xml": (40, 30, None),
    "audio/wav": (None, None, pytest.approx(0.1)),
    "audio/mpeg": (None, None, pytest.approx(20 * 1152 / 44100)),
    "audio/flac": (None, None, pytest.approx(2.0)),
    "audio/mp4": (320, 240, pytest.approx(2.5)),
    "video/mp4": (320, 240, pytest.approx(2.5)),
    "video/quicktime": (320, 240, pytest.approx(2.5)),
    "video/x-msvideo": (320, 240, pytest.approx(2.0)),
    "application/pdf": (None, None, None),
    "application/c2pa": (None, None, None),
}


def everything_about(data, limits=DEFAULT_LIMITS):
    """Walk, measure and read, check what must always hold, and return the three results."""
    try:
        source = open_source(data, limits=limits)
    except (UnreadableError, UnsupportedTypeError):
        return None
    with source:
        measured, container = measure(source), walk(source)
        metadata = read_metadata(source, container)
    assert container.end + container.trailing == len(data)
    assert 0 <= container.end <= len(data)
    assert len(container.parts) <= limits.max_parts
    assert len(metadata.entries) <= limits.max_entries
    for part in container.parts:
        assert 0 <= part.offset <= part.body <= part.end <= len(data)
    for entry in metadata.entries:
        assert len(entry.value.encode()) <= limits.max_value_bytes
    return measured, container, metadata


def mutated(data, rng):
    """Return `data` with a few bytes, lengths or stretches changed."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 12))):
        if len(out) < 8:
            break
        at, how = rng.randrange(len(out)), rng.random()
        if how < 0.4:
            out[at] = rng.randrange(256)
        elif how < 0.65:
            value = rng.choice(HOSTILE)
            out[at : at + len(value)] = value
        elif how < 0.75:
            del out[at:]
        elif how < 0.85:
            out[at:at] = out[at : at + rng.randrange(200)]
        else:
            other = rng.choice(list(FILES.values()))
            start = rng.randrange(len(other))
            out[at:at] = other[start : start + rng.randrange(300)]
    return bytes(out)


@pytest.mark.parametrize("media_type", FILES)
def test_valid_files_have_no_problems_and_no_trailing_bytes(media_type):
    measured, container, metadata = everything_about(FILES[media_type])
    assert (container.problems, container.trailing, metadata.problems) == ((), 0, ())
    assert container.media_type == media_type
    assert container.parts
    assert (container.width, container.height, container.seconds) == EXPECTED[media_type]
    assert measured == EXPECTED[media_type]


@pytest.mark.parametrize("media_type", [t for t in FILES if t not in ("audio/flac", "image/jxl")])
def test_foreign_bytes_at_the_end_are_trailing(media_type):
    # FLAC frames and bare JPEG XL codestreams have no stated end.
    foreign = b"PK\x03\x04 something else" * 3
    _, container, _ = everything_about(FILES[media_type] + foreign)
    assert container.trailing == len(foreign)


@pytest.mark.parametrize("media_type", FILES)
def test_every_truncation_gives_data(media_type):
    data = FILES[media_type]
    for size in sorted({*range(1, min(len(data), 200)), *range(200, len(data), 23)}):
        everything_about(data[:size])


@pytest.mark.parametrize("media_type", FILES)
def test_mutations_never_raise_and_finish_fast(media_type):
    rng = random.Random(media_type)
    for _ in range(150):
        data = mutated(FILES[media_type], rng)
        begun = time.perf_counter()
        everything_about(data)
        assert time.perf_counter() - begun < 2


@given(st.sampled_from([data[:64] for data in FILES.values()]), st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_behind_a_valid_start_give_data(start, rest):
    everything_about(start + rest)


@pytest.mark.parametrize("media_type", FILES)
def test_small_limits_hold(media_type):
    limits = dataclasses.replace(DEFAULT_LIMITS, max_parts=3, max_entries=2, max_value_bytes=5, max_depth=2)
    _, container, metadata = everything_about(FILES[media_type], limits)
    assert len(container.parts) <= 3
    assert len(metadata.entries) <= 2


def test_failing_medium_is_the_only_error():
    with open_source(FILES["image/jpeg"]) as source:
        source.stream().close()

        def fail(*_):
            raise OSError(5, "Input/output error")

        source._stream = type("Broken", (), {"seek": fail, "close": lambda self: None})()
        with pytest.raises(UnreadableError):
            walk(source)


def test_unknown_media_type_has_no_parts():
    with open_source(FILES["image/png"]) as source:
        source.media_type = "application/unknown"
        container = walk(source)
        assert (container.parts, container.end, measure(source)) == ((), source.size, (None, None, None))
        assert read_metadata(source, container).entries == ()


def test_measuring_imports_nothing_heavy():
    code = (
        "import sys\nfrom provenance.source import open_source\nfrom provenance.containers.walker import measure\n"
        "measure(open_source(sys.stdin.buffer.read()))\n"
        "print([m for m in ('numpy', 'PIL', 'scipy', 'xml') if m in sys.modules])"
    )
    for data in FILES.values():
        done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True)
        assert done.stdout.strip() == b"[]"


def test_measuring_a_jpeg_reads_only_its_head():
    data = FILES["image/jpeg"] + b"\0" * (8 << 20)
    with open_source(data) as source:
        reads = []
        read = source.read
        source.read = lambda at, size: reads.append((at, size)) or read(at, size)
        assert measure(source) == (24, 16, None)
    assert sum(size for _, size in reads) <= 3 * 4096
