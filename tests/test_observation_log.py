"""A log gives back what was put in, in little memory."""

from __future__ import annotations

import pickle
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.labels import FERPLUS, UNKNOWN
from mien.observation_log import ObservationLog, as_kept
from mien.observations import Expression, HeadPose, Observation, Quality
from mien.report.tables import read_observations, write_observations

finite = st.floats(-1e9, 1e9, width=32)
times_s = st.floats(-1e9, 1e9)
degrees = st.floats(-180, 180, width=32)
REASONS = ("", "small", "covered")
expressions = st.one_of(
    st.none(),
    st.builds(Expression, st.just(UNKNOWN), st.just({}), st.sampled_from(REASONS)),
    st.sampled_from(FERPLUS).map(lambda name: Expression(name, {name: 1.0})),
    st.just(Expression("happiness", dict.fromkeys(FERPLUS, 0.125))),
)
faces = st.builds(
    Observation,
    times_s,
    st.integers(0, 2**31 - 1),
    st.none() | st.tuples(finite, finite, finite, finite),
    st.none() | st.floats(0, 1, width=32),
    st.none() | st.builds(HeadPose, degrees, degrees, degrees),
    st.none() | finite,
    st.none() | finite,
    st.none() | st.builds(Quality, *[finite] * 5, st.sampled_from(REASONS)),
    expressions,
)
observations = st.lists(faces | st.builds(Observation, times_s), max_size=8)


@given(observations)
def test_what_comes_out_is_what_went_in(rows: list[Observation]) -> None:
    log = ObservationLog(rows)
    assert list(log) == rows
    assert [log[i] for i in range(len(log))] == rows
    assert list(log.times_s) == [row.time_s for row in rows]


def test_numbers_have_the_bits_of_the_tables_and_times_all_of_theirs(tmp_path: Path) -> None:
    row = Observation(
        0.1, 1, (0.1, 0.2, 0.3, 0.4), 0.7, HeadPose(0.1, 0.2, 0.3), 1 / 3, 2 / 3,
        Quality(100.1, 0.7, 0.3, 0.2, 0.9),
        Expression("happiness", {"happiness": 0.9, "fear": 0.1}),
    )  # fmt: skip
    (kept,) = as_kept([row])
    assert kept.time_s == 0.1
    assert kept.eye_openness == 11184811 / 2**25  # the nearest fraction of 24 bits to a third
    write_observations(tmp_path / "observations.parquet", [row])
    assert read_observations(tmp_path / "observations.parquet") == [kept]


def test_it_is_a_sequence() -> None:
    rows = [Observation(float(t)) for t in range(5)]
    log = ObservationLog(rows)
    assert len(log) == 5
    assert log[-1] == rows[-1]
    assert list(log[1:4:2]) == rows[1:4:2]
    assert rows[3] in log
    with pytest.raises(IndexError):
        log[5]


def test_equality_is_that_of_the_rows() -> None:
    rows = [Observation(0.0, 1), Observation(0.5)]
    assert ObservationLog(rows) == rows
    assert ObservationLog(rows) == tuple(rows)
    assert ObservationLog(rows) != ObservationLog(rows[:1])
    assert ObservationLog(rows) != ObservationLog(reversed(rows))
    assert ObservationLog() != ""


def test_it_can_be_pickled_and_grows_afterwards() -> None:
    row = Observation(0.0, 1, quality=Quality(1, 1, 1, 0.5, 1, "dark"))
    again = pickle.loads(pickle.dumps(ObservationLog([row])))
    again.append(row)
    assert list(again) == [row, row]


def test_an_hour_of_one_face_is_less_than_two_megabytes() -> None:
    one = Observation(
        1.0,
        1,
        (1.0, 2.0, 3.0, 4.0),
        0.9,
        HeadPose(1.0, 2.0, 3.0),
        0.3,
        0.1,
        Quality(100.0, 0.5, 0.5, 0.2, 1.0),
        Expression("happiness", dict.fromkeys(FERPLUS, 0.125)),
    )
    tracemalloc.start()
    log = ObservationLog(one for _ in range(7200))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(log) == 7200
    assert held < 2e6


def test_other_label_sets_are_held_too() -> None:
    said = Expression("very high", {"very high": 0.75, "confused": 0.25})
    row = Observation(1.0, 1, (0, 0, 9, 9), 1.0, expression=said)
    assert ObservationLog([row])[0] == row
