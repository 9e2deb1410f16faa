"""Shares over time where people do not all begin together: worked by hand."""

from itertools import pairwise

import pytest

from mien.assessment.assess import assess
from mien.observations import LearningState, Observation
from mien.report.charts.lines import share_lines
from mien.report.charts.series import Floor, Part, focus_series, mean_of, thinned, value_series
from readings import nobody, reading


def of(person: int, label: str, start_s: float, end_s: float) -> list[Observation]:
    """A reading each half second, ``end_s`` out."""
    times = [t / 2 for t in range(int(start_s * 2), int(end_s * 2))]
    return [reading(time_s, label, person=person) for time_s in times]


def states_of(rows: list[Observation]) -> tuple[LearningState, ...]:
    return assess(rows).states


LATE = [*(o for p in range(1, 5) for o in of(p, "happiness", 0, 60)), *of(5, "neutral", 5, 60)]


def test_a_late_comer_weighs_as_one_of_five() -> None:
    states = states_of(LATE)
    (whole,) = value_series(states, "engagement")
    # Four happy for 60 s each, one neutral for 55 s: 240 of 295 s.
    assert whole == Part(0.0, 60.0, pytest.approx(240 / 295), pytest.approx(295.0))
    assert [(p.start_s, p.end_s, p.share) for p in focus_series(states)] == [
        (10.0 * n, 10.0 * n + 10, 1.0) for n in range(6)
    ]
    assert mean_of(focus_series(states)) == 1.0


def test_a_class_found_one_after_the_other_is_one_class() -> None:
    rows = [o for p in range(12) for o in of(p + 1, "happiness", p / 2, 60)]
    states = states_of(rows)
    assert [p[:3] for p in value_series(states, "engagement", Floor(10, 3))] == [(0.0, 60.0, 1.0)]
    assert [p.share for p in focus_series(states, Floor(10, 3))] == [1.0] * 6


def test_the_line_never_runs_backwards() -> None:
    """Happy for 32 s, nobody for 28 s, then somebody else: at 60 s the first is still gone."""
    rows = [*of(1, "happiness", 0, 32), *(nobody(t / 2) for t in range(64, 120))]
    rows += of(2, "neutral", 60, 120)
    series = {"focus": focus_series(states_of(rows))}
    parts = series["focus"]
    assert all(a.end_s == b.start_s for a, b in pairwise(parts))
    # Until 30 s seen; from then on the first is away, from 60 s on the second is there.
    assert [p.share for p in parts] == [1.0] * 3 + [0.0] * 3 + [0.5] * 6
    assert mean_of(parts) == pytest.approx((30 + 60) / 180)
    table = share_lines(series, "Focus", 120.0, ()).rows
    assert [row[1] for row in table] == [f"{n // 6}:{n % 6}0" for n in range(12)]


def test_a_moment_before_a_window_belongs_to_the_window() -> None:
    """One who comes at 28 s is judged from 28 to 40 s and is seen for 4 of these 12 s."""
    rows = [*of(1, "neutral", 0, 60), *of(2, "neutral", 28, 32)]
    parts = focus_series(states_of(rows))
    assert parts[2] == Part(20.0, 30.0, 1.0, 10.0)
    assert parts[3] == Part(30.0, 40.0, pytest.approx(10 / 22), 22.0)


def test_who_comes_at_the_end_does_not_make_one_person_a_group() -> None:
    rows = of(1, "happiness", 0, 60) + [o for p in range(2, 11) for o in of(p, "anger", 58, 60)]
    states = states_of(rows)
    assert [p.share for p in value_series(states, "engagement", Floor(10, 3))] == [None]
    # Without a floor: 60 s of one and 2 s of each of nine.
    assert value_series(states, "engagement")[0].share == pytest.approx(60 / 78)


def test_thinning_and_means_weigh_by_what_is_known() -> None:
    full, thin = Part(0.0, 10.0, 1.0, 40.0), Part(10.0, 20.0, 0.0, 10.0)
    assert mean_of([full, thin, Part(20.0, 30.0, None, 0.0)]) == pytest.approx(0.8)
    long = [full, thin] * 240
    assert thinned(long)[0] == Part(0.0, 20.0, pytest.approx(0.8), 50.0)
    assert value_series((), "engagement") == []


def test_a_share_of_a_class_tells_of_no_few() -> None:
    """Twelve people; two, then three, then eleven, then all are away for a window each."""
    away = {2: (10, 20), 3: (20, 30), 11: (30, 40), 12: (40, 50)}

    def gone(person: int, time_s: float) -> bool:
        return any(person <= n and a <= time_s < b for n, (a, b) in away.items())

    rows = [
        nobody(t / 2) if gone(p, t / 2) and p == 1 else reading(t / 2, "neutral", person=p)
        for t in range(120)
        for p in range(1, 13)
        if p == 1 or not gone(p, t / 2)
    ]
    shares = [p.share for p in focus_series(states_of(rows), Floor(10, 3))]
    assert shares == [1.0, None, 0.75, None, 0.0, 1.0]
    alone = [p.share for p in focus_series(states_of(rows))]
    assert alone == pytest.approx([1.0, 10 / 12, 0.75, 1 / 12, 0.0, 1.0])


def mixed(smiling: int, calm: int) -> tuple[LearningState, ...]:
    """One minute of some who smile and some who do not."""
    faces = ["happiness"] * smiling + ["neutral"] * calm
    return states_of([o for p, label in enumerate(faces, 1) for o in of(p, label, 0, 60)])


@pytest.mark.parametrize(
    ("smiling", "calm", "told"),
    [(0, 12, 0.0), (1, 11, None), (2, 10, None), (3, 9, 0.25), (10, 2, None), (12, 0, 1.0)],
)
def test_a_mean_of_a_class_tells_of_no_few(smiling: int, calm: int, told: float | None) -> None:
    """8 % of twelve would be one of them."""
    (part,) = value_series(mixed(smiling, calm), "engagement", Floor(10, 3))
    assert part.share == told
    (alone,) = value_series(mixed(smiling, calm), "engagement")
    assert alone.share == pytest.approx(smiling / 12)
