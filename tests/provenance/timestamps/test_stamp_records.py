"""Timestamps in a custody log: of files as they are, and of the log's own head."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess

import media_bytes
import pytest
import servers
import throwaway

from provenance.custody.log import CustodyError, CustodyLog, Entry
from provenance.errors import UnreadableError
from provenance.signing.engine import TimestampError
from provenance.timestamps.records import check_stamps, is_log, require_unstamped, stamp_file, stamp_head
from provenance.timestamps.update import AlreadyStampedError


@pytest.fixture
def log(tmp_path):
    made = CustodyLog(tmp_path / "custody.jsonl")
    for number in range(3):
        made.append(Entry(event="signed", name=f"{number}.jpg", sha256=f"{number:064x}"))
    return made


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_bytes(b"a file of no media type")
    return path


def rewrite(log, change):
    lines = [json.loads(line) for line in log.lines()]
    change(lines)
    previous, out = "0" * 64, b""
    for line in lines:  # whoever changes a log makes its chain whole again
        line["previous"] = previous
        raw = json.dumps(line, ensure_ascii=True, separators=(",", ":")).encode()
        previous, out = hashlib.sha256(raw).hexdigest(), out + raw + b"\n"
    log.path.write_bytes(out)
    log.head_path.write_text(json.dumps({"entries": len(lines), "head": previous}))


def test_stamped_file_is_found_again(log, file, tsa, trust):
    entry = stamp_file(log, file, tsas=[tsa.url])
    assert entry.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    (found,) = check_stamps(log, trust=trust)
    assert (found.line, found.event, found.name, found.problem) == (4, "timestamped", "notes.txt", None)
    assert found.timestamp is not None
    assert found.timestamp.state == "trusted"
    assert log.check().sound


def test_stamp_of_an_unlisted_authority_is_untrusted(log, file, tsa):
    stamp_file(log, file, tsas=[tsa.url])
    (found,) = check_stamps(log, trust=throwaway.trust(throwaway.root()))
    assert found.timestamp is not None
    assert found.timestamp.state == "untrusted"


def test_openssl_checks_a_record_with_the_file_alone(log, file, tsa, tmp_path):
    entry = stamp_file(log, file, tsas=[tsa.url])
    (tmp_path / "token").write_bytes(base64.b64decode(entry.token or ""))
    (tmp_path / "root.pem").write_bytes(tsa.root.pem)
    command = [servers.require_openssl(), "ts", "-verify", "-token_in", "-in", tmp_path / "token", "-data", file,
               "-CAfile", tmp_path / "root.pem"]  # fmt: skip
    assert b"Verification: OK" in subprocess.run(command, capture_output=True, check=False, timeout=20).stdout


def test_file_is_not_stamped_twice(log, file, tsa, trust):
    stamp_file(log, file, tsas=[tsa.url])
    with pytest.raises(AlreadyStampedError, match=r"notes.txt already has a timestamp of 2"):
        require_unstamped(log, file, trust=trust)


def test_file_with_a_timestamp_inside_needs_none(log, tsa, trust, tmp_path):
    signed = tmp_path / "signed.jpg"
    signed.write_bytes(throwaway.sign(media_bytes.everything()["image/jpeg"], "image/jpeg", tsa=tsa.url))
    with pytest.raises(AlreadyStampedError):
        require_unstamped(log, signed, trust=trust)


def test_missing_file_is_named(log, tmp_path, tsa):
    with pytest.raises(UnreadableError, match=r"gone.jpg could not be read: No such file"):
        stamp_file(log, tmp_path / "gone.jpg", tsas=[tsa.url])


def test_no_timestamp_writes_no_entry(log, file, dead):
    with pytest.raises(TimestampError):
        stamp_file(log, file, tsas=[dead])
    assert log.check().entries == 3


def test_stamped_head_is_the_hash_of_the_last_line(log, tsa, trust):
    last = list(log.lines())[-1]
    entry = stamp_head(log, tsas=[tsa.url])
    assert entry.sha256 == hashlib.sha256(last).hexdigest()
    (found,) = check_stamps(log, trust=trust)
    assert found.event == "stamped_log"
    assert found.timestamp is not None
    assert log.check().sound


def test_rewritten_history_before_a_stamped_head_is_found(log, tsa, trust):
    """Even where the whole chain was made anew, head file included."""
    stamp_head(log, tsas=[tsa.url])
    rewrite(log, lambda lines: lines[1]["entry"].update(name="other.jpg"))
    assert log.check().sound
    (found,) = check_stamps(log, trust=trust)
    assert (found.timestamp, found.problem) == (None, "No earlier line is the one that was stamped.")


def test_entry_moved_behind_the_stamp_is_found(log, tsa, trust):
    stamp_head(log, tsas=[tsa.url])
    rewrite(log, lambda lines: lines.insert(3, lines.pop(0)))
    (found,) = check_stamps(log, trust=trust)
    assert found.problem is not None


def test_token_of_another_file_is_found(log, file, tsa, trust, tmp_path):
    other = tmp_path / "other.txt"
    other.write_bytes(b"other")
    stamp_file(log, file, tsas=[tsa.url])
    token = stamp_file(log, other, tsas=[tsa.url]).token
    rewrite(log, lambda lines: lines[3]["entry"].update(token=token))
    first, second = check_stamps(log, trust=trust)
    assert (first.timestamp, first.problem) == (None, "The timestamp belongs to other data.")
    assert second.timestamp is not None


@pytest.mark.parametrize("token", ["", "!!!", "AAAA", "bm8gdG9rZW4="])
def test_useless_token_is_said_to_be_so(log, token, trust):
    log.append(Entry(event="stamped_log", name="x", sha256=log.check().head, token=token))
    (found,) = check_stamps(log, trust=trust)
    assert found.problem == "The timestamp cannot be read."


def test_unsound_log_is_not_stamped(log, tsa):
    log.path.write_bytes(log.path.read_bytes().replace(b"1.jpg", b"9.jpg"))
    with pytest.raises(CustodyError, match=r"was not stamped\. Line 3 does not follow"):
        stamp_head(log, tsas=[tsa.url])


def test_empty_log_is_not_stamped(tmp_path, tsa):
    (tmp_path / "empty.jsonl").write_bytes(b"")
    with pytest.raises(CustodyError, match="was not stamped"):
        stamp_head(CustodyLog(tmp_path / "empty.jsonl"), tsas=[tsa.url])


def test_log_is_told_from_other_files(log, file):
    assert is_log(log.path)
    assert not is_log(file)
    assert not is_log(file.with_name("gone"))
