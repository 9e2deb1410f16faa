"""The live class, by hand: what is shown, and what nobody may work out."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from mien.assessment.live import STATES, LearnerNow, class_now
from mien.assessment.settings import GroupSettings
from mien.observations import LearningState

SETTINGS = GroupSettings()
SAID = {
    "difficult": {"focus": "focused", "difficulty": "difficult"},
    "away": {"focus": "inattentive_or_fault"},
    "passive": {"focus": "focused", "involvement": "passive"},
    "steady": {"focus": "focused", "involvement": "active"},
    "unknown": {"focus": "unknown"},
}


def learner(standing: str, point: str = "Sums", engaged: float | None = None) -> LearnerNow:
    states = {
        rule: LearningState(rule, name, 0, 10, 1, None, {}, 0.0, "", point)
        for rule, name in SAID[standing].items()
    }
    if engaged is not None:
        state = LearningState("engagement", "measured", 0, 10, 1, engaged, {}, 0.0, "", point)
        states["engagement"] = state
    return LearnerNow(point, states)


def many(**counts: int) -> list[LearnerNow]:
    return [learner(name) for name, count in counts.items() for _ in range(count)]


def now(learners: Sequence[LearnerNow], points: Sequence[str] = ("Sums",)):
    return class_now(learners, points, SETTINGS)


def test_standings() -> None:
    assert [learner(name).standing for name in STATES] == list(STATES)
    assert LearnerNow("Sums").standing == "unknown"


def test_nine_are_too_few_and_no_zero_is_shown() -> None:
    view = now(many(steady=9))
    assert not view.shown
    assert (view.present, view.focus, view.unknown, view.points) == (None, None, None, ())
    assert view.note == "too few to show"


def test_thirteen_by_hand() -> None:
    view = now(many(difficult=4, steady=6, unknown=3))
    assert view.present == 13
    assert view.focus is not None
    assert (view.focus.part, view.focus.whole, view.focus.unknown) == (10, 10, 3)
    (point,) = view.points
    assert point.counts == {"difficult": 4, "steady": 6, "unknown": 3}
    (alert,) = view.alerts
    assert alert.reason == "4 of 13 seem to find this hard (3 unknown)."


def test_three_tenths_are_an_alert_and_less_is_none() -> None:
    assert len(now(many(passive=3, steady=7)).alerts) == 1
    assert now(many(passive=3, steady=8)).alerts == ()


def test_one_alone_is_withheld_and_takes_another_along() -> None:
    (point,) = now(many(difficult=1, passive=4, steady=7)).points
    # Nobody is away or unknown; told so, the withheld two would be known to be no zero.
    withheld = dict.fromkeys(("difficult", "passive", "away", "unknown"))
    assert point.counts == {**withheld, "steady": 7}


def test_a_small_point_is_hidden_with_the_next_smallest() -> None:
    here = [*many(steady=12), *(learner("steady", "Limits") for _ in range(11))]
    here += [learner("difficult", "Proofs") for _ in range(2)]
    rows = {r.knowledge_point: r for r in now(here, ("Sums", "Limits", "Proofs")).points}
    assert rows["Proofs"].people is None
    assert rows["Limits"].people is None
    assert rows["Sums"].people == 12


def test_engagement_needs_the_floor_of_known_readings() -> None:
    ten = [learner("steady", engaged=0.5) for _ in range(10)]
    assert now(ten).engagement == 0.5
    assert now([*ten[:9], learner("steady")]).engagement is None


@given(st.lists(st.sampled_from(STATES), max_size=40))
def test_no_count_below_the_cell_and_no_lone_gap(standings: list[str]) -> None:
    view = now([learner(name) for name in standings])
    if len(standings) < SETTINGS.min_people:
        assert not view.shown
        return
    for point in view.points:
        told = [n for n in point.counts.values() if n is not None]
        assert all(n >= SETTINGS.min_cell for n in told)
        if len(point.counts) > 1:
            assert len(point.counts) - len(told) != 1, "the lone gap is people minus the rest"
    for share in (view.focus, view.difficulty, view.passive):
        if share is not None and share.part:
            assert share.part >= SETTINGS.min_cell
            assert share.whole - share.part not in range(1, SETTINGS.min_cell)
