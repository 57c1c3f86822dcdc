"""What is said about credentials and measurements."""

from __future__ import annotations

from dataclasses import replace

import examples
import pytest

from cli.output import facts
from cli.output.tree import credential_tree, unreferenced
from provenance.model.assessment import Axis
from provenance.model.credentials import Credentials, Ingredient, Manifest, Status


def labels(credentials: Credentials) -> dict[str, facts.Fact]:
    return {fact.label: fact for fact in facts.vouching_facts(credentials)}


def test_trusted_signer():
    said = labels(examples.trusted().provenance)
    assert said["Signed by"].value == "Example News Agency"
    assert said["Trust list"].value == "c2pa-official"
    assert "next update due 5 August 2027" in said["Trust list"].note
    assert said["Signed at"].value == "20 November 2026, 09:02:45 UTC"
    assert said["Timestamp authority"].value == "Example Timestamp Authority"


def test_unlisted_signer_is_not_vouched_for():
    said = labels(examples.declared_ai().provenance)
    assert "can't be verified with your trust lists" in said["Signed by"].note
    assert said["Trust list"].value == "none of the lists in force"
    assert said["Signed at"].value == "not known"
    assert said["Signed at"].note.startswith("No timestamp")


def test_name_in_broken_credentials_is_only_a_claim():
    assert "only what the credentials say" in labels(examples.broken().provenance)["Signed by"].note


def test_nobody_vouches_without_credentials():
    assert facts.vouching_facts(Credentials(state="absent")) == ()
    assert facts.ai_facts(Credentials(state="absent")) == ()


def test_statuses_are_grouped_failures_first():
    groups = facts.grouped_status(
        [
            Status(code="a", url="1", explanation="", kind="success"),
            Status(code="b", url="2", explanation="", kind="failure"),
            Status(code="a", url="3", explanation="", kind="success"),
        ]
    )
    assert [(g.code, len(g.entries)) for g in groups] == [("b", 1), ("a", 2)]


@pytest.mark.parametrize(
    ("axis", "part"),
    [
        (Axis(reason="Too small."), "Too small."),
        (Axis(log10_lr=0.1, strength="none"), "Does not help decide between a picture from a generator and"),
        (
            Axis(log10_lr=0.7, strength="weak"),
            "Slightly more expected if it is a picture from a generator than if it is a photograph from a camera; ",
        ),
        (
            Axis(log10_lr=1.4, strength="moderate"),
            "Moderate support for a picture from a generator over a photograph from a camera (likelihood ratio about",
        ),
        (Axis(log10_lr=-1.4, strength="moderate"), "Moderate support for a photograph from a camera over"),
        (Axis(log10_lr=2.5, strength="strong"), "Strong support for a picture"),
    ],
)
def test_axis_names_both_propositions(axis, part):
    assert part in facts.axis_sentence(axis, "generated", "image/jpeg")


def test_axis_names_the_medium():
    assert "a synthesised voice" in facts.axis_sentence(
        Axis(log10_lr=2.0, strength="strong"), "generated", "audio/wav"
    )
    assert "a region altered" in facts.axis_sentence(
        Axis(log10_lr=2.0, strength="strong"), "edited", "image/png"
    )


@pytest.mark.parametrize(
    ("name", "met"), [("trusted", "signed by it"), ("broken", "not signed by it"), ("absent", "")]
)
def test_expectation(name, met):
    assert met in facts.expectation_sentence(examples.ALL[name]())


def test_tree_nests_ingredients_and_marks_broken_ones():
    tree = credential_tree(examples.chain_broken().provenance)
    assert tree is not None
    (child,) = tree.children
    assert child.broken and child.title == "DSC_0412.JPG"
    assert child.manifest is not None


def test_tree_is_bounded_and_counts_what_it_cuts():
    deep = tuple(
        Manifest(
            label=str(n),
            ingredients=(Ingredient(title=None, format=None, relationship="parentOf", manifest=str(n + 1)),),
        )
        for n in range(50)
    )
    node = credential_tree(Credentials(state="valid", manifests=deep))
    depth = 0
    while node and node.children:
        node, depth = node.children[0], depth + 1
    assert depth == 12 and node and node.cut == 1


def test_wide_tree_is_bounded():
    many = tuple(Ingredient(title=str(n), format=None, relationship="componentOf") for n in range(5000))
    tree = credential_tree(Credentials(state="valid", manifests=(Manifest(label="top", ingredients=many),)))
    assert tree is not None
    assert len(tree.children) + tree.cut == 5000
    assert len(tree.children) < 200


def test_manifest_that_nothing_refers_to():
    result = examples.trusted().provenance
    stray = Manifest(label="stray")
    assert unreferenced(result) == ()
    assert unreferenced(replace(result, manifests=(*result.manifests, stray))) == (stray,)
