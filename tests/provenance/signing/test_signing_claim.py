"""The manifest definition."""

from provenance.signing.claim import Part, build_definition, statements
from provenance.signing.request import SigningRequest, StatedAction

PARENT = Part(id="parent", relationship="parentOf", media_type="image/jpeg")


def build(request, *parts, redactions=(), stripped=False, test=False):
    return build_definition(
        request, media_type="image/jpeg", parts=parts, redactions=redactions, stripped=stripped, test=test
    )


def actions(definition):
    return definition["assertions"][0]["data"]["actions"]


def test_new_work_begins_with_created_and_its_source_type():
    first = actions(build(SigningRequest(source_type="digitalCapture")))[0]
    assert first == {
        "action": "c2pa.created",
        "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture",
    }


def test_an_edit_begins_with_opened_and_its_parent():
    first = actions(build(SigningRequest(), PARENT))[0]
    assert first == {"action": "c2pa.opened", "parameters": {"ingredientIds": ["parent"]}}


def test_metadata_that_was_taken_out_is_an_edit_of_metadata_once():
    stated = SigningRequest(actions=(StatedAction(action="edited.metadata"),))
    for request in (SigningRequest(), stated):
        names = [a["action"] for a in actions(build(request, PARENT, stripped=True))]
        assert names.count("c2pa.edited.metadata") == 1
    assert len(actions(build(SigningRequest(source_type="digitalCapture"), stripped=True))) == 1


def test_ingredients_get_no_title_and_a_fresh_identifier():
    one, two = PARENT.definition(), PARENT.definition()
    assert "title" not in one
    assert one["instance_id"] != two["instance_id"]


def test_an_organisation_without_authors_is_the_producer():
    work = build(SigningRequest(source_type="digitalCapture", organisation="Desk"))["assertions"][1]
    assert work["data"]["author"] == [{"@type": "Organization", "name": "Desk"}]


def test_statements_are_every_field_in_plain_words():
    request = SigningRequest(
        title="T", authors=("A", "B"), source_type="digitalCapture", actions=(StatedAction(action="cropped"),)
    )
    said = {field.name: field.value for field in statements(build(request))}
    assert said["title"] == "T"
    assert said["c2pa.created"] == "digitalCapture"
    assert said["cawg.metadata dc:creator"] == "A; B"
    assert "c2pa.cropped" in said
