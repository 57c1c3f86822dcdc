"""The custody log finds every edit, deletion and move, and survives power cuts and several writers."""

from __future__ import annotations

import json
import multiprocessing

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.commands.log import command
from provenance.custody.log import GENESIS, CustodyError, CustodyLog, Entry
from provenance.errors import UnreadableError


def entry(name="a.jpg"):
    return Entry(event="signed", name=name, sha256="ab" * 32, signer="Example News")


@pytest.fixture
def log(tmp_path):
    made = CustodyLog(tmp_path / "custody.jsonl")
    for number in range(6):
        made.append(entry(f"{number}.jpg"))
    return made


def rewrite(log, change):
    lines = log.path.read_bytes().splitlines()
    log.path.write_bytes(b"".join(line + b"\n" for line in change(lines)))


def test_untouched_log_is_sound(log):
    found = log.check()
    assert found.sound
    assert found.entries == 6
    assert [e.name for e in log.entries()] == [f"{n}.jpg" for n in range(6)]


def test_append_returns_the_head_that_check_reports(log):
    head = log.append(entry())
    assert log.check().head == head
    assert log.check(expected_head=head).sound


def test_first_entry_follows_nothing(log):
    assert json.loads(next(log.lines()))["previous"] == GENESIS


@pytest.mark.parametrize("at", range(6))
def test_removed_line_is_found(log, at):
    rewrite(log, lambda lines: lines[:at] + lines[at + 1 :])
    assert not log.check().sound


@pytest.mark.parametrize("at", range(5))
def test_swapped_lines_are_found(log, at):
    rewrite(log, lambda lines: [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]])
    assert not log.check().sound


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_changed_byte_is_found(log, data):
    before = log.path.read_bytes()
    at = data.draw(st.integers(0, len(before) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda value: value != before[at]))
    log.path.write_bytes(before[:at] + bytes([other]) + before[at + 1 :])
    try:
        assert not log.check().sound
    finally:
        log.path.write_bytes(before)


def test_cut_end_is_found_by_the_head_file(log):
    rewrite(log, lambda lines: lines[:3])
    assert "3 entries, but 6" in " ".join(log.check().problems)


def test_rewritten_log_with_rewritten_head_file_is_found_by_a_noted_head(log, tmp_path):
    noted = log.check().head
    other = CustodyLog(tmp_path / "other.jsonl")
    other.append(entry("forged.jpg"))
    assert other.check().sound
    assert "in no line" in " ".join(other.check(expected_head=noted).problems)


def test_torn_line_is_named_and_the_chain_goes_on(log):
    with log.path.open("ab") as file:
        file.write(b'{"schema":"assay/cust')
    log.append(entry("after.jpg"))
    problems = log.check().problems
    assert len(problems) == 1
    assert "Line 7" in problems[0]
    assert "power cut" in problems[0]


def _append_many(path, name):
    log = CustodyLog(path)
    for _ in range(20):
        log.append(entry(name))


def test_several_writers_keep_one_chain(tmp_path):
    path = tmp_path / "custody.jsonl"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_append_many, args=(path, f"{n}.jpg")) for n in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    found = CustodyLog(path).check()
    assert found.sound
    assert found.entries == 60


def test_unwritable_log_says_what_to_do(tmp_path):
    with pytest.raises(CustodyError) as caught:
        CustodyLog(tmp_path / "missing" / "custody.jsonl").append(entry())
    assert "could not be written" in caught.value.message
    assert "Nothing is signed without a log entry" in caught.value.hint


def test_missing_log_says_so(tmp_path):
    with pytest.raises(UnreadableError, match="could not be read"):
        CustodyLog(tmp_path / "none.jsonl").check()


def test_command_reports_a_sound_and_a_broken_log(log):
    sound = CliRunner().invoke(command, ["verify", str(log.path), "--json"], standalone_mode=False)
    assert sound.return_value == 0
    assert json.loads(sound.output)["sound"] is True
    rewrite(log, lambda lines: lines[1:])
    broken = CliRunner().invoke(command, ["verify", str(log.path)], standalone_mode=False)
    assert broken.return_value == 4
    assert "does not follow the line before it" in broken.output


def test_show_makes_control_characters_visible(tmp_path):
    log = CustodyLog(tmp_path / "custody.jsonl")
    log.append(entry("evil\x1b[2J\u202egpj.exe"))
    shown = CliRunner().invoke(command, ["show", str(log.path)]).output
    assert "\x1b" not in shown
    assert "\\u202e" in shown
