"""The shipped search for joins: its weights, and how alarms are counted."""

from __future__ import annotations

import hashlib
import json

import pytest

from detectors.audio import _joins


def test_the_card_is_that_of_the_weights():
    card = json.loads(_joins._WEIGHTS.with_name("splice.card.json").read_text(encoding="utf-8"))
    assert card["sha256"] == hashlib.sha256(_joins._WEIGHTS.read_bytes()).hexdigest()


def test_longer_recordings_need_more():
    model = _joins.load_model()
    assert model.log10_nfa(3.0, 600) == pytest.approx(model.log10_nfa(3.0, 60) + 1)
    assert model.log10_nfa(4.0, 60) < model.log10_nfa(3.0, 60)
