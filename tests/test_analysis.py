"""What is chosen, resumed and kept; a camera that vanishes still leaves a report."""

from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from mien import analysis
from mien.analysis import AnalysisOptions, analyze_recording, chosen
from mien.capture.webcam import WebcamSource
from mien.errors import SourceError
from mien.observations import Observation
from mien.partial_run import PartialRun
from mien.resumption import LOOKS, instants_to_recall

BOX = (0.0, 0.0, 10.0, 10.0)


def test_chosen_persons_keep_the_instants_at_which_they_were_away() -> None:
    rows = [
        Observation(0.0, 1, BOX),
        Observation(0.0, 2, BOX),
        Observation(0.5, 2, BOX),
        Observation(1.0),
    ]
    kept = chosen(rows, frozenset({1}))
    assert [(o.time_s, o.person_id) for o in kept] == [(0.0, 1), (0.5, None), (1.0, None)]
    assert chosen(rows, None) == rows


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
        run.keep([Observation(float(second))])
    (tmp_path / ".partial/000002.parquet").write_bytes(b"damaged")
    again = PartialRun(tmp_path, {})
    assert [o.time_s for o in again.resume()] == [0.0]
    again.keep([Observation(1.0)])
    assert [o.time_s for o in PartialRun(tmp_path, {}).resume()] == [0.0, 1.0]


def test_looks_to_recall_are_spread_and_include_the_last() -> None:
    rows = [Observation(float(t), 1, BOX) for t in range(100)]
    times = list(instants_to_recall(rows))
    assert len(times) == LOOKS
    assert (times[0], times[-1]) == (0.0, 99.0)
    assert instants_to_recall([Observation(0.0)]) == {}


class Camera:
    """Twenty pictures, then nothing ever again."""

    left = 20

    def isOpened(self) -> bool:
        return True

    def read(self) -> tuple[bool, np.ndarray | None]:
        self.left -= 1
        return (True, np.zeros((48, 64, 3), np.uint8)) if self.left >= 0 else (False, None)

    def release(self) -> None:
        return None


def test_a_vanished_camera_leaves_a_report_and_an_error(tmp_path: Path, monkeypatch) -> None:
    def opened(*_: object, **__: object) -> WebcamSource:
        return WebcamSource(0, None, opener=lambda _: Camera(), sleep=lambda _: None)

    monkeypatch.setattr(analysis, "open_source", opened)
    options = AnalysisOptions("webcam", tmp_path, None, affect=False)
    with pytest.raises(SourceError, match="stopped giving pictures"):
        analyze_recording(options, Console(quiet=True))
    assert "No face was found" in (tmp_path / "report.html").read_text()
    assert not (tmp_path / ".partial").exists()
