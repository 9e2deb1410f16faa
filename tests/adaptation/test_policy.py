"""When something is offered, and when not: every edge by hand."""

import pytest

from mien.adaptation.interventions import LADDERS, Kind, step_named
from mien.adaptation.policy import Past, next_step, offer_of
from mien.observations import LearningState

ALL = ("fuller", "easier", "story")


def state(rule: str, name: str, end_s: float, length_s: float = 10.0, **counts: int):
    return LearningState(
        rule=rule, state=name, start_s=end_s - length_s, end_s=end_s, person_id=1, value=None,
        counts=counts, unknown_share=0.0, reason=f"because of {rule}", knowledge_point="Sums",
    )  # fmt: skip


def offered(states, past=(), now_s=600.0, parts=ALL, off=(), point="Sums"):
    return offer_of(states, past, now_s=now_s, knowledge_point=point, parts=parts, off=off)


DIFFICULT = state("difficulty", "difficult", 600, 30, distress=30)
AWAY = [state("focus", "inattentive_or_fault", t) for t in (580, 590, 600)]
BOWED = state("involvement", "passive", 600, 60)
SAD = state("engagement", "measured", 600, 60, distress=31, engaged=10, other=20, unknown=5)


@pytest.mark.parametrize(
    ("states", "kind", "step"),
    [
        (AWAY, Kind.ABSENT, "technical_check"),
        ([DIFFICULT], Kind.DIFFICULT, "fuller_explanation"),
        ([SAD], Kind.NEGATIVE_MOOD, "easier_variant"),
        ([BOWED], Kind.BOWED, "reminder"),
    ],
)
def test_each_trigger_offers_its_first_step_with_its_reason(states, kind, step) -> None:
    offer = offered(states)
    assert offer is not None
    assert (offer.kind, offer.step.name) == (kind, step)
    # 31 + 10 + 20 known, 5 unknown: the figure that the trigger looked at
    told = "Anger or distress in 31 of 61 readings that were known, within 60 s; 5 not known."
    assert offer.reason == (told if states == [SAD] else states[-1].reason)


def test_what_the_learner_said_is_told_in_their_words() -> None:
    tired = state("engagement", "measured", 600, 0, distress=1, self_report=1)
    offer = offered([tired])
    assert offer is not None
    assert (offer.kind, offer.reason) == (Kind.NEGATIVE_MOOD, "because of engagement")


def test_positive_and_unknown_states_go_on() -> None:
    calm = [
        state("focus", "focused", 600),
        state("focus", "unknown", 600),
        state("difficulty", "no_sign_of_difficulty", 600),
        state("difficulty", "unknown", 600, distress=40, unknown=60),
        state("involvement", "active", 600),
        state("engagement", "unknown", 600, distress=10, unknown=50),
    ]
    assert offered(calm) is None


def test_two_windows_away_are_not_yet_three() -> None:
    assert offered(AWAY[1:]) is None
    assert offered([AWAY[0], state("focus", "unknown", 590), AWAY[2]]) is None


def test_nobody_since_the_start_is_told_too() -> None:
    def nobody(length_s: float) -> LearningState:
        return LearningState(
            "focus", "unknown", 600 - length_s, 600, None, None, {"no_face": 30}, 1.0, "no face",
            "Sums",
        )  # fmt: skip

    assert offered([nobody(29)]) is None
    found = offered([nobody(30)])
    assert found is not None
    assert found.kind == Kind.ABSENT


def test_exactly_half_distress_is_not_more_than_half() -> None:
    half = state("engagement", "measured", 600, 60, distress=30, engaged=10, other=20, unknown=9)
    assert offered([half]) is None


def test_states_of_elsewhere_and_of_long_ago_do_not_count() -> None:
    assert offered([DIFFICULT], point="Limits") is None
    assert offered([DIFFICULT], now_s=630.0) is not None
    assert offered([DIFFICULT], now_s=630.1) is None
    assert offered([DIFFICULT], now_s=599.0) is None  # a state of the future: a wrong clock


def test_a_ladder_is_climbed_once_a_point_and_skips_what_the_point_lacks() -> None:
    names = []
    past: list[Past] = []
    while step := next_step(Kind.NEGATIVE_MOOD, past, "Sums", ("story",)):
        names.append(step.name)
        past.append(Past(Kind.NEGATIVE_MOOD, step.name, 0.0, "Sums"))
    assert names == ["slower_pace", "story", "break"]
    # At the next point it begins anew.
    first = next_step(Kind.NEGATIVE_MOOD, past, "Limits", ALL)
    assert first is not None
    assert first.name == "easier_variant"


def test_the_reminder_may_come_again() -> None:
    past = [Past(Kind.BOWED, "reminder", 0.0, "Sums")]
    assert offered([BOWED], past) is not None


@pytest.mark.parametrize(
    ("answer", "quiet_s"),
    [("shown", 300), ("taken", 300), ("dismissed", 600), ("disputed", 1800)],
)
def test_pauses_by_answer(answer, quiet_s) -> None:
    past = [Past(Kind.BOWED, "reminder", 600.0, "Sums", answer)]
    late = state("involvement", "passive", 600 + quiet_s, 60)
    assert offered([late], past, now_s=600 + quiet_s - 0.5) is None
    assert offered([late], past, now_s=600 + quiet_s) is not None


def test_two_minutes_between_any_two() -> None:
    past = [Past(Kind.BOWED, "reminder", 500.0, "Sums")]
    assert offered([DIFFICULT], past, now_s=619.0) is None
    assert offered([DIFFICULT], past, now_s=620.0) is not None


def test_six_an_hour() -> None:
    past = [Past(Kind.BOWED, "reminder", 600.0 * i, f"P{i}") for i in range(6)]  # 0 to 3000
    late = state("difficulty", "difficult", 3595, 30)
    assert offered([late], past, now_s=3599.0) is None
    assert offered([late], past, now_s=3600.0) is not None


def test_what_is_switched_off_stays_off_and_others_go_on() -> None:
    assert offered([BOWED], off={Kind.BOWED}) is None
    found = offered([BOWED, SAD], off={Kind.NEGATIVE_MOOD})
    assert found is not None
    assert found.kind == Kind.BOWED


def test_difficulty_comes_before_mood() -> None:
    found = offered([SAD, BOWED, DIFFICULT])
    assert found is not None
    assert found.kind == Kind.DIFFICULT


@pytest.mark.parametrize("kind", list(Kind))
def test_every_ladder(kind: Kind) -> None:
    names = [s.name for s in LADDERS[kind]]
    assert names
    assert len(set(names)) == len(names)
    for step in LADDERS[kind]:
        assert step.needs in ("", *ALL)
        assert step_named(step.name) is step
        assert len(step.body) <= 160, "a card is read in passing"
