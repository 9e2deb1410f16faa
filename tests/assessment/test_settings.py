"""Thresholds: the paper's defaults, validation, and files with a slip."""

from __future__ import annotations

import json

import pytest

from mien.assessment.settings import (
    AssessmentSettings,
    ClassroomSettings,
    DifficultySettings,
    FocusSettings,
    GroupSettings,
    InvolvementSettings,
    load_settings,
)
from mien.errors import SettingsError


def test_the_papers_values_are_the_defaults():
    settings = AssessmentSettings()
    assert (settings.focus.window_s, settings.focus.unseen_share) == (10, 0.5)
    assert settings.difficulty.observations == 30
    assert settings.involvement.bowed_share == 0.5
    assert (settings.classroom.perclos, settings.group.min_people) == (0.15, 10)


def test_they_survive_json():
    changed = load_settings({"focus": {"window_s": 20}, "group": {"min_people": 5}})
    assert changed.focus == FocusSettings(window_s=20)
    assert load_settings(json.loads(json.dumps(changed.to_dict()))) == changed
    assert load_settings({}) == AssessmentSettings()


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"focsu": {}}, "Did you mean 'focus'"),
        ({"focus": {"windows_s": 3}}, "Did you mean 'window_s'"),
        ({"focus": 3}, "must be a mapping"),
        ({"focus": {"window_s": 0}}, "focus.window_s must be"),
        ({"focus": {"window_s": "ten"}}, "got 'ten'"),
        ({"group": {"min_people": 4}}, "at least 5"),
    ],
)
def test_a_slip_is_named(mapping, message):
    with pytest.raises(SettingsError, match=message):
        load_settings(mapping)


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (FocusSettings, "window_s", float("nan")),
        (FocusSettings, "window_s", float("inf")),
        (FocusSettings, "unseen_share", 1.1),
        (FocusSettings, "unseen_share", True),
        (DifficultySettings, "observations", 0),
        (DifficultySettings, "observations", 30.0),
        (InvolvementSettings, "bow_angle_deg", 90),
        (InvolvementSettings, "bow_angle_deg", -20),
        (ClassroomSettings, "perclos", -0.1),
        (GroupSettings, "min_people", 4),
    ],
)
def test_bad_values_are_refused(kind, name, value):
    with pytest.raises(SettingsError, match=name):
        kind(**{name: value})
