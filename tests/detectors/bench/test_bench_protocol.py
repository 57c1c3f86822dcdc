"""Which files of a folder are measured, and as what."""

from __future__ import annotations

import json

import pytest

from detectors.bench.protocol import BenchProtocol, check_conditions, own_files, read_labelled, read_protocol
from provenance.errors import UsageError


def write(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())


def test_subfolders_are_labels_and_sources(tmp_path):
    write(tmp_path, "generated/flux/1.png", "camera/phone/a.jpg", "camera/b.jpg", "notes/readme.txt")
    found = {(f.name, f.target, f.source) for f in read_labelled(tmp_path, BenchProtocol())}
    assert found == {
        ("generated/flux/1.png", True, "flux"),
        ("camera/phone/a.jpg", False, "phone"),
        ("camera/b.jpg", False, "camera"),
    }


def test_a_manifest_decides_where_there_is_one(tmp_path):
    write(tmp_path, "1.png", "2.jpg", "3.jpg")
    (tmp_path / "manifest.csv").write_text(
        "path,label,generator,repo\n1.png,ai,flux,x/y\n2.jpg,real,phones,a/b\n3.jpg,tampered,,a/b\nno.jpg,ai,,\n"
    )
    found = {(f.name, f.target, f.source) for f in read_labelled(tmp_path, BenchProtocol())}
    assert found == {("1.png", True, "flux"), ("2.jpg", False, "phones (a/b)")}


def test_a_manifest_cannot_point_out_of_its_folder(tmp_path):
    write(tmp_path, "secret.png", "corpus/1.png")
    rows = ["../secret.png", str(tmp_path / "secret.png"), "1.png"]
    (tmp_path / "corpus/manifest.csv").write_text("path,label\n" + "".join(f"{r},ai\n" for r in rows))
    assert [f.name for f in read_labelled(tmp_path / "corpus", BenchProtocol())] == ["1.png"]


def test_only_and_leave_out(tmp_path):
    write(tmp_path, "1.png", "2.png", "3.png")
    (tmp_path / "manifest.csv").write_text(
        "path,label,generator,repo\n1.png,ai,flux,x\n2.png,ai,sd,x\n3.png,ai,old,z\n"
    )
    protocol = BenchProtocol(only={"repo": ("x",)}, leave_out={"generator": ("sd",)})
    assert [f.name for f in read_labelled(tmp_path, protocol)] == ["1.png"]


def test_a_cap_takes_the_same_files_and_lets_sources_take_turns(tmp_path):
    write(tmp_path, *(f"camera/a/{n}.jpg" for n in range(20)), *(f"camera/b/{n}.jpg" for n in range(3)))
    first = read_labelled(tmp_path, BenchProtocol(cap=4))
    assert first == read_labelled(tmp_path, BenchProtocol(cap=4))
    assert [f.source for f in first].count("a") == 4
    assert {f.source for f in first[:3]} == {"a", "b"}
    assert {f.name for f in first} != {f.name for f in read_labelled(tmp_path, BenchProtocol(cap=4, seed=2))}


def test_no_labelled_file_is_an_error_with_a_hint(tmp_path):
    write(tmp_path, "pictures/1.png")
    with pytest.raises(UsageError) as caught:
        read_labelled(tmp_path, BenchProtocol())
    assert "manifest.csv" in caught.value.hint


def test_protocol_file(tmp_path):
    path = tmp_path / "p.json"
    path.write_text(
        json.dumps({"name": "mine", "question": "edited", "conditions": ["as_is"], "only": {"repo": ["x"]}})
    )
    protocol = read_protocol(path)
    assert (protocol.question, protocol.deliveries, protocol.only["repo"]) == ("edited", ("as_is",), ("x",))
    assert protocol.label("tampered") is True
    assert protocol.label("real") is False
    assert len(protocol.sha256) == 64


@pytest.mark.parametrize(
    "text", ["", "[]", '{"nonsense": 1}', '{"question": "true?"}', '{"cap": 0}', '{"only": 3}']
)
def test_protocol_with_a_defect_is_refused(tmp_path, text):
    path = tmp_path / "p.json"
    path.write_text(text)
    with pytest.raises(UsageError):
        read_protocol(path)


def test_a_delivery_that_is_none_is_refused_with_a_near_one():
    with pytest.raises(UsageError) as caught:
        check_conditions(BenchProtocol(conditions=("jpg75",)))
    assert "jpeg75" in caught.value.hint


def test_own_files_have_their_folder_as_source(tmp_path):
    write(tmp_path, "desk/1.jpg", "2.jpg", ".hidden.jpg")
    found = {(f.name, f.source, f.target) for f in own_files(tmp_path, cap=10)}
    assert found == {("desk/1.jpg", "desk", False), ("2.jpg", tmp_path.name, False)}
    assert len(own_files(tmp_path, cap=1)) == 1
