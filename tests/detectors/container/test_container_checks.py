import time

import numpy as np
import pytest
from damage import mutations
from structure_bytes import chunk, flac, frame, info, information, movie, png, png_chunk, value, wav, webp

FILES = {
    "container.bmff": movie(software=b"Lavf58.76", edits=2, day=b"2019-01-01T00:00:00"),
    "container.wav": wav(more=info(ISFT="Lavf58")),
    "container.mp3": b"ID3\4\0\0\0\0\0\0" + information(40) + frame() * 40,
    "container.png": png(png_chunk(b"tEXt", b"Software\0GIMP")),
    "container.webp": webp(0x08, chunk(b"EXIF", b"MM\0*")),
    "container.flac": flac(),
}


@pytest.mark.parametrize("check", FILES)
def test_damaged_files_give_a_finding(examine, check):
    for data in mutations(FILES[check], count=150):
        try:
            finding = examine(check, data)
        except Exception as error:  # the type may no longer be recognised
            assert type(error).__name__ == "UnsupportedTypeError"
            continue
        assert "It broke" not in (finding.reason or "")


@pytest.mark.parametrize("check", FILES)
def test_facts_carry_no_number_and_no_strength(examine, check):
    finding = examine(check, FILES[check])
    assert (finding.outcome, finding.log10_lr, finding.strength) == ("reported", None, "none")
    assert finding.because
    assert finding == examine(check, FILES[check])


@pytest.mark.parametrize("check", [c for c in FILES if c not in ("container.mp3", "container.flac")])
def test_a_file_behind_the_end_is_named(examine, check):
    finding = examine(check, FILES[check] + b"PK\3\4" + bytes(60))
    assert "a ZIP archive" in finding.summary
    assert "a ZIP archive" not in examine(check, FILES[check]).summary


# ISO-BMFF


def test_the_recorder_of_a_phone_is_named_by_its_handlers(examine):
    finding = examine("container.bmff", movie())
    assert "the recorder of Android phones" in finding.summary
    assert finding.points_to == "nothing"


def test_a_converter_is_named(examine):
    assert "Lavf" in examine("container.bmff", movie(software=b"Lavf58.76.100")).summary


def test_an_editing_program_is_named(examine):
    finding = examine("container.bmff", movie(software=b"Adobe Premiere Pro 24.0"))
    assert "Adobe Premiere" in finding.summary
    assert finding.points_to == "edited"


def test_the_signature_of_an_encoder_in_the_media(examine):
    marked = movie(handler=b"x", media=b"\0\0\2\xae\6\5" + b"x264 - core 164" + bytes(40))
    assert "encoded by x264" in examine("container.bmff", marked).summary
    assert "encoded by" not in examine("container.bmff", movie(handler=b"x")).summary


def test_youtube(examine):
    handler = b"ISO Media file produced by Google Inc."
    assert "YouTube" in examine("container.bmff", movie(handler=handler)).summary


def test_times_that_differ(examine):
    finding = examine("container.bmff", movie(day=b"2019-01-01T00:00:00"))
    assert "states 2024-05-31 as the day of creation, its metadata 2019-01-01" in finding.summary
    assert "states" not in examine("container.bmff", movie(day=b"2024-05-31T12:00:00")).summary
    assert "states" not in examine("container.bmff", movie(day=b"2019-01-01T00:00:00", created=0)).summary
    assert "states" not in examine("container.bmff", movie(day=b"2019")).summary


def test_the_order_of_index_and_media(examine):
    assert value(examine("container.bmff", movie()), "index stands before") is False
    assert value(examine("container.bmff", movie(index_first=True)), "index stands before") is True


def test_edit_lists_and_fragments_are_counted(examine):
    finding = examine("container.bmff", movie(edits=3, fragments=2))
    assert value(finding, "entries in the longest edit list") == 3
    assert value(finding, "fragments") == 2
    assert value(examine("container.bmff", movie()), "entries in the longest edit list") is None


def test_stills_say_nothing_on_programs(examine):
    assert examine("container.bmff", movie(software=b"GIMP", brand=b"heic")).points_to == "nothing"


# WAV


def test_a_wav_file_without_names(examine):
    finding = examine("container.wav", wav())
    assert finding.summary == ""
    assert value(finding, "sample rate") == 48000
    assert value(finding, "order of chunks") == "fmt data"


def test_a_program_in_the_info_chunk(examine):
    finding = examine("container.wav", wav(more=info(ISFT="Audacity 3.4")))
    assert "Audacity" in finding.summary
    assert finding.points_to == "edited"


def test_a_recorder_in_the_broadcast_chunk(examine):
    bext = bytes(256) + b"NewsRec 5".ljust(32, b"\0") + bytes(32) + b"2024-05-01" + b"12:00:00" + bytes(266)
    finding = examine("container.wav", wav(more=chunk(b"bext", bext)))
    assert 'names "NewsRec 5" as origin, dated 2024-05-01' in finding.summary


def tones(bits, used):
    values = np.random.default_rng(3).integers(0, 2**used, 20_000) << (bits - used)
    return b"".join(int(v).to_bytes(bits // 8, "little") for v in values)


@pytest.mark.parametrize(("bits", "used"), [(24, 16), (24, 20), (16, 8), (32, 24)])
def test_samples_that_use_fewer_bits(examine, bits, used):
    finding = examine("container.wav", wav(tones(bits, used), bits=bits))
    assert f"stored with {bits} bits, but use only {used}" in finding.summary


def test_samples_that_use_all_bits(examine):
    finding = examine("container.wav", wav(tones(24, 24), bits=24))
    assert "use only" not in finding.summary
    assert value(finding, "bits that the samples use") == 24


def test_silence_says_nothing_on_bits(examine):
    assert value(examine("container.wav", wav(bytes(30_000), bits=24)), "bits that the samples use") is None


def test_a_wav_file_cut_short(examine):
    assert "cut short" in examine("container.wav", wav()[:2000]).summary


# MP3


def test_one_run_of_an_encoder(examine):
    finding = examine("container.mp3", information(50) + frame() * 50)
    assert (
        finding.summary == "The file names LAME, an encoder or converter that many programs and websites use."
    )
    assert value(finding, "frames") == 50
    assert value(finding, "bitrate") == "constant"
    assert value(finding, "average bitrate") == 128


def test_variable_bitrate(examine):
    finding = examine("container.mp3", information(40) + (frame(128) + frame(192)) * 20)
    assert value(finding, "bitrate") == "variable"
    assert value(finding, "average bitrate") == 160


def test_two_files_joined(examine):
    one = information(30) + frame() * 30
    finding = examine("container.mp3", one + one)
    assert "further information frames" in finding.summary
    assert "states 30" in finding.summary


def test_a_change_of_format(examine):
    finding = examine("container.mp3", frame() * 30 + frame(mono=True) * 30)
    assert "number of channels changes" in finding.summary
    assert "changes" not in examine("container.mp3", frame() * 60).summary


def test_frames_cut_off(examine):
    finding = examine("container.mp3", information(50) + frame() * 40)
    assert "holds 40 frames, though its information frame states 50" in finding.summary


def test_foreign_bytes_among_the_sound(examine):
    finding = examine("container.mp3", frame() * 30 + b"advertisement " * 10 + frame() * 30)
    assert "140 bytes among the sound belong to no frame" in finding.summary
    assert value(finding, "frames") == 60


@pytest.mark.parametrize("noise", [b"\xff" * 4_000_000, (b"\xff\xfb\x90\x44" + bytes(4)) * 400_000])
def test_foreign_bytes_that_look_like_frames_cost_no_time(examine, noise):
    start = time.process_time()
    finding = examine("container.mp3", frame() * 10 + noise)
    assert time.process_time() - start < 5
    assert value(finding, "frames") in (10, 11)
    assert "belong to no frame" in finding.summary


def test_the_tag_at_the_end_is_no_foreign_data(examine):
    finding = examine("container.mp3", frame() * 30 + b"TAG" + bytes(125))
    assert finding.summary == ""
    assert value(finding, "tags") == "ID3v1"


# PNG


def test_a_plain_png(examine):
    finding = examine("container.png", png())
    assert finding.summary == ""
    assert value(finding, "order of chunks") == "IHDR IDAT IEND"
    assert value(finding, "chunks with a wrong checksum") == 0


def test_chunks_of_one_program(examine):
    assert "Apple's systems" in examine("container.png", png(png_chunk(b"iDOT", bytes(28)))).summary


def test_unknown_chunks_are_listed_without_a_word(examine):
    finding = examine("container.png", png(png_chunk(b"zzZz", b"x")))
    assert value(finding, "chunks outside") == "zzZz"
    assert finding.summary == ""


def test_a_wrong_checksum(examine):
    data = png(png_chunk(b"tEXt", b"Comment\0first"))
    finding = examine("container.png", data.replace(b"first", b"other"))
    assert "The checksum of one chunk does not match" in finding.summary


def test_interrupted_picture_data(examine):
    cut = (png_chunk(b"IDAT", b"ab"), png_chunk(b"tEXt", b"a\0b"), png_chunk(b"IDAT", b"cd"))
    assert "interrupted" in examine("container.png", png(data=cut)).summary


# WebP and FLAC


def test_what_a_webp_header_promises(examine):
    assert examine("container.webp", webp(0x08, chunk(b"EXIF", b"MM\0*"))).summary == ""
    finding = examine("container.webp", webp(0x08))
    assert "promises EXIF data that are not there" in finding.summary
    assert value(finding, "coding") == "without loss"


def test_the_encoder_of_a_flac_file(examine):
    finding = examine("container.flac", flac())
    assert "reference libFLAC" in finding.summary
    assert value(finding, "sample rate") == 44100
    assert value(finding, "channels") == 2
    assert value(finding, "bits a sample") == 16
    assert value(finding, "carries the checksum") is True
    assert value(examine("container.flac", flac(digest=bytes(16))), "carries the checksum") is False
