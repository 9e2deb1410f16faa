"""What must hold for any recording."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mien.assessment.assess import assess
from mien.assessment.lesson import KnowledgePoint, Lesson
from readings import nobody, of_rule, reading

LABELS = ("neutral", "anger", "happiness", "sadness", "unknown", "-")
POSTURES = ((0.0, 0.3, 0.05), (-30.0, 0.3, 0.05), (0.0, 0.1, 0.05), (0.0, 0.3, 0.8))
#: (label, posture, how many readings it lasts)
PARTS = st.lists(
    st.tuples(st.sampled_from(LABELS), st.sampled_from(POSTURES), st.integers(1, 45)),
    min_size=1,
    max_size=8,
)
#: Steps that divide the preset interval of 1 s: at others, thinning a run to one reading
#: a second may differ by one observation between two rates.
STEPS_S = st.sampled_from([0.2, 0.25, 0.5, 1.0])
QUICK = settings(max_examples=40, deadline=None)


def recording(parts, step_s):
    observations = []
    for label, (pitch, eyes, mouth), number in parts:
        for _ in range(number):
            time_s = len(observations) * step_s
            seen = reading(
                time_s, label if label != "-" else None, pitch=pitch, eyes=eyes, mouth=mouth
            )
            observations.append(nobody(time_s) if label == "-" else seen)
    return observations


def told(states, counts=True):
    """What the states say, without wording and without numbers of seconds."""
    return [
        (s.rule, s.state, s.person_id, s.knowledge_point, dict(s.counts) if counts else None)
        for s in states
    ]


def figures(states, shift_s=0.0):
    """Times and values, to be compared with a rounding error; no value is -9."""
    return [
        figure
        for s in states
        for figure in (
            s.start_s - shift_s,
            s.end_s - shift_s,
            -9.0 if s.value is None else s.value,
            s.unknown_share,
        )
    ]


def everything(assessment):
    return [*assessment.states, *assessment.point_states]


@QUICK
@given(PARTS, STEPS_S, st.randoms(use_true_random=False))
def test_order_and_duplicates_change_nothing(parts, step_s, rng: random.Random):
    observations = recording(parts, step_s)
    mixed = observations + rng.choices(observations, k=len(observations) // 2)
    rng.shuffle(mixed)
    assert assess(mixed) == assess(observations)


@QUICK
@given(PARTS, STEPS_S, st.sampled_from([-600.0, 0.25, 3600.0, 1_000_000.0]))
def test_a_shift_of_the_clock_shifts_the_states(parts, step_s, shift_s):
    observations = recording(parts, step_s)
    shifted = [replace(o, time_s=o.time_s + shift_s) for o in observations]
    moved, still = everything(assess(shifted)), everything(assess(observations))
    assert told(moved) == told(still)
    assert figures(moved, shift_s) == pytest.approx(figures(still), abs=1e-5)


@QUICK
@given(PARTS, STEPS_S)
def test_doubling_the_sampling_rate_changes_no_state(parts, step_s):
    observations = recording(parts, step_s)
    assume(len(observations) > 1)  # one reading tells no rate: it stands for a second
    between = [replace(o, time_s=o.time_s + step_s / 2) for o in observations]
    once, twice = assess(observations), assess(observations + between)
    # A run ends with its last reading, which is shorter at the double rate: compare the
    # difficulty by its words and numbers, all other rules by their times as well.
    first, second = ([s for s in everything(a) if s.rule != "difficulty"] for a in (once, twice))
    assert told(first, counts=False) == told(second, counts=False)
    assert figures(first) == pytest.approx(figures(second), abs=1e-5)
    numbers = [[(s.state, s.value) for s in of_rule(a.states, "difficulty")] for a in (once, twice)]
    assert numbers[0] == numbers[1]


@QUICK
@given(PARTS, STEPS_S)
def test_every_instant_from_the_first_sighting_is_counted_once(parts, step_s):
    observations = recording(parts, step_s)
    seen = [o.time_s for o in observations if o.has_face]
    found = assess(observations)
    if not seen:
        assert all(s.state == "unknown" for s in found.states)
        return
    expected = sum(o.time_s >= min(seen) for o in observations)
    for rule in ("focus", "engagement", "involvement", "classroom_state"):
        states = of_rule(found.states, rule)
        assert sum(sum(s.counts.values()) for s in states) == expected
        assert states[0].start_s == min(seen)
        for before, after in pairwise(states):
            assert before.end_s == after.start_s
    (person,) = found.persons
    total_s = person.seen_s + person.absent_s + person.no_data_s
    assert abs(total_s - (person.end_s - person.start_s)) < 1e-6
    assert abs(sum(person.expression_s.values()) - person.seen_s) < 1e-6


@QUICK
@given(
    st.lists(
        st.tuples(
            st.floats(-1e6, 1e6, allow_nan=False),
            st.sampled_from(LABELS),
            st.integers(1, 3),
        ),
        max_size=60,
    )
)
def test_any_times_at_all_give_whole_states(rows):
    observations = [
        nobody(t) if label == "-" else reading(t, label, person=p) for t, label, p in rows
    ]
    lesson = Lesson("L", (KnowledgePoint("A", 0, 1e5), KnowledgePoint("B", 2e5, 3e5)))
    found = assess(observations, lesson=lesson)
    for state in (*found.states, *found.point_states):
        assert state.start_s <= state.end_s
        assert 0 <= state.unknown_share <= 1
        if state.value is not None and state.rule not in ("difficulty", "preference"):
            assert 0 <= state.value <= 1
    assert {p.person_id for p in found.persons} == {o.person_id for o in observations} - {None}


@QUICK
@given(PARTS, STEPS_S, st.integers(1, 5))
def test_a_second_person_does_not_change_the_first(parts, step_s, number):
    observations = recording(parts, step_s)
    others = [reading(o.time_s, "happiness", person=2) for o in observations[::number]]
    if not any(o.has_face for o in observations):
        return
    alone = [s for s in everything(assess(observations)) if s.person_id == 1]
    together = [s for s in everything(assess(observations + others)) if s.person_id == 1]
    assert alone
    assert together == alone
