"""A person's own neutral of the first minute."""

from __future__ import annotations

import pytest

from mien.assessment.reference import Reference, reference_of, weighted_median
from mien.assessment.settings import ReferenceSettings, TimelineSettings
from mien.assessment.timeline import build_timeline
from readings import nobody, reading


def reference(observations):
    person = build_timeline(observations, TimelineSettings()).people[0]
    return reference_of(person, ReferenceSettings())


def test_medians_of_the_first_minute_only():
    first = [reading(t, pitch=-5.0, yaw=3.0, eyes=0.28) for t in range(60)]
    later = [reading(t, pitch=-40.0, yaw=40.0, eyes=0.1) for t in range(60, 600)]
    found = reference(first + later)
    assert (found.pitch_deg, found.yaw_deg, found.eye_openness) == (-5.0, 3.0, 0.28)


def test_blinks_and_glances_do_not_move_it():
    observations = [
        reading(t, eyes=0.05 if t % 10 == 0 else 0.3, pitch=-50.0 if t % 3 == 0 else 2.0)
        for t in range(60)
    ]
    found = reference(observations)
    assert (found.eye_openness, found.pitch_deg) == (0.3, 2.0)


def test_the_minute_starts_at_the_first_sighting():
    found = reference(
        [nobody(t) for t in range(100)] + [reading(t, pitch=7.0) for t in (100, *range(101, 110))]
    )
    assert found.pitch_deg == 7.0


@pytest.mark.parametrize(("seconds", "pitch"), [(4, None), (5, 3.0)])
def test_too_few_readings_are_no_reference(seconds, pitch):
    assert reference([reading(t, pitch=3.0) for t in range(seconds)]).pitch_deg == pitch


def test_without_mesh_there_is_none():
    found = reference([reading(t, pitch=None, eyes=None) for t in range(60)])
    assert found == Reference(None, None, None, "neutral")


@pytest.mark.parametrize(
    ("labels", "resting"),
    [
        (["sadness"] * 31 + ["neutral"] * 29, "sadness"),
        (["sadness"] * 30 + ["neutral"] * 30, "neutral"),
        (["happiness"] * 60, "neutral"),
        (["unknown"] * 60, "neutral"),
        (["sadness"] * 29, "neutral"),
        (["sadness"] * 30, "sadness"),
    ],
)
def test_resting_expression(labels, resting):
    found = reference([reading(t, label) for t, label in enumerate(labels)])
    assert found.resting_expression == resting


def test_weighted_median():
    assert weighted_median([(1.0, 1.0), (2.0, 1.0), (9.0, 3.0)], 1.0) == 9.0
    assert weighted_median([(1.0, 1.0), (2.0, 1.0)], 1.0) == 1.0
    assert weighted_median([], 0.0) is None
