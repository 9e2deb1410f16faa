"""Where a reading ended, and what lies behind it."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from clips import make_video
from mien.analysis import AnalysisOptions, analyze_recording
from mien.assessment.lesson import KnowledgePoint, Lesson


def test_knowledge_points_after_the_end_are_told(tmp_path: Path) -> None:
    video = make_video(tmp_path / "v.mp4", list(range(0, 2000, 40)))
    points = (KnowledgePoint("A", 0, 1), KnowledgePoint("B", 1, 9), KnowledgePoint("[C]", 9, 20))
    lesson = Lesson("", (*points, KnowledgePoint("D", 20, 30)))
    for seconds, told in (
        (None, "Read to 0:02; these knowledge points come later: [C], D."),
        (1.0, "come later: B, [C], D."),
    ):
        said = Console(file=io.StringIO(), width=200)
        options = AnalysisOptions(str(video), tmp_path, 0.5, affect=False, lesson=lesson)
        analyze_recording(replace(options, seconds=seconds), said)
        assert told in said.file.getvalue()
    said = Console(file=io.StringIO(), width=200)
    analyze_recording(replace(options, lesson=Lesson("", points[:2])), said)
    assert "later" not in said.file.getvalue()


def test_a_report_speaks_of_what_was_read_within_the_limit(tmp_path: Path) -> None:
    video = make_video(tmp_path / "v.mp4", list(range(0, 8000, 40)))
    options = AnalysisOptions(str(video), tmp_path / "o", 0.5, affect=False, seconds=3.0)
    for _ in range(2):  # an equal run that was read to its limit says the same
        said = Console(file=io.StringIO(), width=200)
        result = analyze_recording(options, said)
        # The slot of 3.0 s begins with picture 75, which is shown at that time.
        assert (result.source.duration_s, result.source.instants) == (3.0, 7)
        assert "Stopped after 3 s, as --seconds says." in said.file.getvalue()
    said = Console(file=io.StringIO(), width=200)
    whole = analyze_recording(replace(options, seconds=8.5), said)
    assert whole.source.duration_s == pytest.approx(8.0)
    assert "Stopped" not in said.file.getvalue()
