"""What every rule of the table keeps."""

from __future__ import annotations

import json

import pytest

from mien.assessment.assess import assess, state_to_dict
from mien.assessment.lesson import KnowledgePoint, Lesson
from mien.assessment.rules import RULES
from mien.assessment.settings import load_settings
from readings import nobody, of_rule, reading, readings

LESSON = Lesson("L", (KnowledgePoint("A", 0, 50), KnowledgePoint("B", 50, 120)))
MIXED = readings((["neutral"] * 7 + ["anger"] * 9 + ["-"] * 4 + ["unknown"] * 5) * 4)
CASES = {
    "mixed": MIXED,
    "one reading": [reading(3.0)],
    "one person of two leaves": [*MIXED, *(reading(t, person=2) for t in range(30))],
    "gap": [reading(t) for t in (*range(10), *range(100, 110))],
    "no mesh": [reading(t, pitch=None, eyes=None, mouth=None) for t in range(60)],
    "affect never read": [reading(t, None) for t in range(60)],
    "all unknown": readings(["unknown"] * 60),
    "gone at once": [reading(0), *(nobody(t) for t in range(1, 60))],
    "nobody": [nobody(t) for t in range(60)],
    "nothing": [],
}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("lesson", [None, LESSON], ids=["no lesson", "lesson"])
@pytest.mark.parametrize("case", CASES)
def test_every_state_is_whole(rule, lesson, case):
    found = of_rule(assess(CASES[case], lesson=lesson).states, rule)
    assert found
    for state in found:
        assert state.start_s <= state.end_s
        assert 0 <= state.unknown_share <= 1
        assert state.reason.endswith(".")
        assert any(letter.isdigit() for letter in state.reason) or state.state == "unknown"
        assert all(n >= 0 for n in state.counts.values())
        assert (state.value is None) == (state.state == "unknown")
        assert state.validated == (rule != "classroom_state")
        json.dumps(state_to_dict(state), allow_nan=False)


@pytest.mark.parametrize("rule", [name for name, rule in RULES.items() if not rule.affect])
def test_rules_without_affect_look_at_no_expression(rule):
    with_faces = assess(readings(["anger"] * 60 + ["happiness"] * 60)).states
    without = assess(readings([None] * 120), affect=False).states
    assert of_rule(with_faces, rule) == of_rule(without, rule)


def test_without_affect_only_focus_and_involvement_are_told():
    found = assess(MIXED, affect=False, lesson=LESSON)
    assert {s.rule for s in (*found.states, *found.point_states)} == {"focus", "involvement"}
    assert all(person.expression_s == {} for person in found.persons)
    assert not any(word in json.dumps(found.to_dict()) for word in ("anger", 'distress"'))


@pytest.mark.parametrize("rule", RULES)
def test_words_speak_of_the_lesson_not_of_the_person(rule):
    for state in of_rule(assess(MIXED, lesson=LESSON).states, rule):
        for word in ("lazy", "bad", "fail", "stupid", "inattentive", "bored", "angry"):
            assert word not in state.reason.lower()


@pytest.mark.parametrize("rule", ["difficulty", "engagement", "involvement", "classroom_state"])
def test_however_tolerant_the_settings_nothing_read_is_unknown(rule):
    tolerant = load_settings({rule.removesuffix("_state"): {"max_unknown_share": 1.0}})
    unread = [reading(t, "unknown", pitch=None, eyes=None, mouth=None) for t in range(60)]
    (first, *_) = of_rule(assess(unread, settings=tolerant).states, rule)
    assert (first.state, first.value) == ("unknown", None)
