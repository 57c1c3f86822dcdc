"""Files that we sign, read by two validators that share no code with the engine that signed them."""

import pytest
from interop_files import ENDINGS, Desk, Pair, make_pair
from interop_validators import UNREAD, VALIDATORS

from provenance.errors import AssayError

_BY_NAME = {validator.name: validator for validator in VALIDATORS}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    return Desk(tmp_path_factory.mktemp("interop"))


@pytest.fixture(scope="module")
def pairs(desk, tmp_path_factory):
    """A pair for each type, or why there is none: that is one test's failure and not that of all."""

    def pair(kind):
        try:
            return make_pair(kind, desk, tmp_path_factory.mktemp(ENDINGS[kind]))
        except AssayError as error:
            return error

    return {kind: pair(kind) for kind in ENDINGS}


@pytest.fixture(scope="module")
def answers(desk, pairs):
    """What each validator that is here says about each file, in one process a validator."""
    signed = [pair for pair in pairs.values() if isinstance(pair, Pair)]
    return {v.name: v.read(signed, desk) for v in VALIDATORS if v.missing() is None}


def require(name):
    reason = _BY_NAME[name].missing()
    if reason:
        pytest.skip(reason)


@pytest.mark.parametrize("media_type", ENDINGS)
@pytest.mark.parametrize("name", _BY_NAME)
def test_a_signed_file_is_trusted_and_a_changed_byte_is_seen(name, media_type, pairs, answers):
    require(name)
    pair = pairs[media_type]
    assert isinstance(pair, Pair), f"{media_type} was not signed: {pair}"
    intact, changed = answers[name][pair.intact], answers[name][pair.changed]
    reason = UNREAD.get(name, {}).get(media_type)
    if reason:
        # A later release that reads the format is welcome, and then has to agree.
        assert intact.state in ("unsupported", "absent"), (
            f"{name} reads {media_type} now; drop it from UNREAD"
        )
        pytest.skip(reason)
    assert (intact.state, intact.codes) == ("trusted", ())
    assert changed.state == "invalid"
    assert any("ash.mismatch" in code for code in changed.codes), changed.codes


@pytest.mark.parametrize("name", [name for name in _BY_NAME if name != "assay"])
def test_an_anchor_of_somebody_else_is_not_enough(name, desk, pairs, tmp_path):
    require(name)
    other = Desk(tmp_path)
    pair = pairs["image/jpeg"]
    answers = _BY_NAME[name].read([pair], other)
    assert answers[pair.intact].state == "valid"
