"""Values refuse what makes no sense."""

import numpy as np
import pytest

import mien
from mien.errors import SettingsError, choose_from
from mien.observations import Expression, Face, Frame, HeadPose, LearningState, Observation


@pytest.mark.parametrize(
    "make",
    [
        lambda: Frame(np.zeros((4, 4), np.uint8), 0.0),
        lambda: Frame(np.zeros((4, 4, 3), np.float32), 0.0),
        lambda: Frame(np.zeros((4, 4, 3), np.uint8), float("nan")),
        lambda: HeadPose(200, 0, 0),
        lambda: HeadPose(0, float("inf"), 0),
        lambda: Face((0, 0, 0, 5), 0.5),
        lambda: Face((0, 0, 5, 5), 1.5),
        lambda: Expression("joy"),
        lambda: Expression("neutral", {"neutral": 0.5}),
        lambda: Observation(float("nan")),
        lambda: Observation(0.0, expression=Expression("unknown")),
        lambda: LearningState("focus", "focused", 5, 4, 1, None, {}, 0, ""),
        lambda: LearningState("focus", "focused", 0, 4, 1, None, {}, 1.2, ""),
    ],
)
def test_refused(make) -> None:
    with pytest.raises(SettingsError):
        make()


def test_confidence_and_unknown() -> None:
    expression = Expression("unknown", {"neutral": 0.4, "anger": 0.6}, "unsure")
    assert expression.is_unknown
    assert expression.confidence == 0.6
    assert Expression("unknown").confidence == 0.0


def test_choices_name_the_nearest() -> None:
    assert choose_from("Rule", "focsu", ["focus", "difficulty"]) == (
        "Rule 'focsu' is unknown. Did you mean 'focus'? Valid: focus, difficulty."
    )


def test_version_is_the_projects(pytestconfig) -> None:
    text = (pytestconfig.rootpath / "pyproject.toml").read_text()
    assert f'version = "{mien.__version__}"' in text
    with pytest.raises(AttributeError):
        _ = mien.nothing
