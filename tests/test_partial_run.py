"""What is kept of a run that was interrupted, and when it goes on."""

from pathlib import Path

from mien.observations import Observation
from mien.partial_run import PartialRun

BOX = (0.0, 0.0, 10.0, 10.0)


def test_partial_run_continues_equal_runs_only(tmp_path: Path) -> None:
    rows = [Observation(0.0, 1, BOX), Observation(0.5)]
    first = PartialRun(tmp_path, {"every_s": 0.5})
    assert first.resume() == []
    first.keep(rows)
    assert PartialRun(tmp_path, {"every_s": 0.5}).resume() == rows
    assert PartialRun(tmp_path, {"every_s": 0.1}).resume() == []
    assert PartialRun(tmp_path, {"every_s": 0.5}).resume() == []


def test_a_damaged_stretch_ends_the_continuation_there(tmp_path: Path) -> None:
    run = PartialRun(tmp_path, {})
    run.resume()
    for second in range(3):
        run.keep([Observation(float(second))], undecodable=10 * second + 10)
    (tmp_path / ".partial/000002.parquet").write_bytes(b"damaged")
    again = PartialRun(tmp_path, {})
    assert [o.time_s for o in again.resume()] == [0.0]
    assert again.undecodable == 10
    again.keep([Observation(1.0)])
    assert [o.time_s for o in PartialRun(tmp_path, {}).resume()] == [0.0, 1.0]
