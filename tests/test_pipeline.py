"""The Python way: one callable, a stream, threads, progress, a closed pipeline."""

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import mien
from clips import make_video
from mien.assessment.assess import assess
from mien.assessment.lesson import KnowledgePoint, Lesson
from mien.capture import open_source
from mien.errors import SettingsError, SourceError
from mien.observations import Frame, Observation
from mien.pipeline import FRAMES_AHEAD, FRAMES_BEHIND, FRAMES_TOGETHER
from mien.report.tables import read_observations


def test_five_lines(shared: Path, tmp_path: Path) -> None:
    with mien.Pipeline() as pipeline:
        result = pipeline(shared / "data/faces/single_face.mp4")
        result.save(tmp_path)
    assert len(result.observations) == 5
    assert {s.rule for s in result.states} >= {"focus", "engagement"}
    assert (tmp_path / "report.html").is_file()
    # Whoever assesses the table again comes to the same states, to the last digit.
    table = read_observations(tmp_path / "observations.parquet")
    assert table == list(result.observations)
    assert assess(table).states == result.states


def test_stream_equals_call_and_tells_progress(shared: Path) -> None:
    path, told = shared / "data/faces/face_noface.mov", []
    with mien.Pipeline(affect=False) as pipeline:
        streamed = list(pipeline.stream(path, progress=lambda t, whole: told.append((t, whole))))
        assert list(pipeline(path).observations) == streamed
    assert len(told) == 13
    assert told[-1][1] == pytest.approx(6.402, abs=1e-3)
    assert [t for t, _ in told] == sorted(t for t, _ in told)


def test_threads_share_one_pipeline(shared: Path) -> None:
    names = ("face_noface.mov", "single_face.mp4", "WolfgangLanger_Pexels.mp4", "no_face.mp4")
    paths = [shared / "data/faces" / name for name in names]
    with mien.Pipeline() as pipeline:
        alone = [pipeline(path).observations for path in paths]
        with ThreadPoolExecutor(4) as pool:
            together = [r.observations for r in pool.map(pipeline, paths)]
    assert together == alone


def test_the_readings_do_not_depend_on_the_threads(shared: Path) -> None:
    def read(threads: int) -> list[Observation]:
        with mien.Pipeline(every_s=0.25, threads=threads) as pipeline:
            return list(pipeline.stream(shared / "data/faces/WolfgangLanger_Pexels.mp4"))

    assert read(1) == read(2) == read(3) == read(4)


def test_the_readings_do_not_depend_on_how_many_faces_are_looked_at_in_one_go(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mien.Pipeline(threads=2) as pipeline:
        whole = list(pipeline.stream(shared / "data/faces/multi_face.jpg"))
        monkeypatch.setattr(mien.pipeline, "TOGETHER", 2)
        assert list(pipeline.stream(shared / "data/faces/multi_face.jpg")) == whole
    assert len(whole) == 5


@pytest.mark.parametrize("threads", [1, 2])
def test_readings_come_in_order_at_most_so_many_frames_behind(shared: Path, threads: int) -> None:
    asked = []

    def frames() -> Iterator[Frame]:
        with open_source(shared / "data/faces/single_face.mp4") as source:
            for frame in source:
                asked.append(frame.time_s)
                yield frame

    with mien.Pipeline(affect=False, threads=threads) as pipeline:
        got = []
        for reading in pipeline.readings(frames(), pipeline.follower()):
            got.append(reading.frame.time_s)
            ahead = FRAMES_BEHIND + FRAMES_AHEAD + 1 if threads > 1 else FRAMES_TOGETHER - 1
            assert len(asked) - len(got) <= ahead
    assert got == asked == sorted(asked)


@pytest.mark.parametrize("threads", [1, 2])
def test_what_was_read_before_a_fault_is_given(shared: Path, threads: int) -> None:
    def frames() -> Iterator[Frame]:
        with open_source(shared / "data/faces/single_face.mp4") as source:
            yield from itertools.islice(source, 3)
        raise SourceError("The disk was pulled out.")

    got = []
    with mien.Pipeline(affect=False, threads=threads) as pipeline:
        readings = pipeline.readings(frames(), pipeline.follower())
        with pytest.raises(SourceError, match="pulled out"):
            got.extend(readings)
    assert [reading.frame.time_s for reading in got] == pytest.approx([0.0, 0.5, 1.0], abs=0.05)
    assert all(reading.observations[0].has_face for reading in got)


def test_a_live_reading_does_not_wait_for_the_next_frame() -> None:
    asked = []

    def frames() -> Iterator[Frame]:
        for index in range(3):
            asked.append(index)
            yield Frame(np.zeros((32, 32, 3), np.uint8), float(index), index)

    with mien.Pipeline(affect=False, threads=2) as pipeline:
        readings = pipeline.readings(frames(), pipeline.follower(), live=True)
        assert next(readings).frame.index == 0
        assert asked == [0]


def test_bad_settings_and_sources() -> None:
    with pytest.raises(SettingsError, match="threads"):
        mien.Pipeline(threads=0)
    for every_s in (0, -1, float("nan"), float("inf")):
        with pytest.raises(SettingsError, match="every_s"):
            mien.Pipeline(every_s=every_s)
    with mien.Pipeline(affect=False) as pipeline, pytest.raises(SourceError, match="no file"):
        pipeline("gone.mp4")


def test_a_closed_pipeline_says_so(shared: Path) -> None:
    path = shared / "data/faces/single_face.jpg"
    pipeline = mien.Pipeline()
    follower = pipeline.follower()
    with open_source(path) as source:
        frame = next(iter(source))
    pipeline.close()
    pipeline.close()
    for use in (
        lambda: pipeline(path),
        lambda: list(pipeline.stream(path)),
        lambda: pipeline.follower(),
        lambda: pipeline.read(frame, follower),
        lambda: list(pipeline.readings([frame], follower)),
        lambda: pipeline.__enter__(),
    ):
        with pytest.raises(SettingsError, match="closed; make a new one"):
            use()


def test_what_is_no_source_is_told_before_anything_is_opened() -> None:
    with mien.Pipeline(affect=False) as pipeline:
        for source in (np.zeros((8, 8, 3), np.uint8), None, b"v.mp4", 1.5, ["v.mp4"]):
            for read in (pipeline, lambda given: list(pipeline.stream(given))):
                with pytest.raises(SourceError, match=f"got {type(source).__name__}"):
                    read(source)


def test_settings_of_another_kind_are_told_at_once() -> None:
    with pytest.raises(SettingsError, match=r"load_settings.*got dict"):
        mien.Pipeline(settings={"focus": {"window_s": 20}})


def test_a_lesson_may_be_a_path_and_is_looked_at_first(tmp_path: Path) -> None:
    video = make_video(tmp_path / "v.mp4", [0, 40, 80])
    file = tmp_path / "lesson.yaml"
    file.write_text("points: [{title: A, start: 0, end: 9}]")
    read = []
    with mien.Pipeline(affect=False) as pipeline:
        for given in (file, str(file)):
            assert pipeline(video, lesson=given).lesson == Lesson("", (KnowledgePoint("A", 0, 9),))
        for bad in (tmp_path / "gone.yaml", {"points": []}):
            with pytest.raises(SettingsError, match="lesson"):
                pipeline(video, lesson=bad, progress=lambda *at: read.append(at))
    assert not read


def test_importing_loads_nothing_heavy() -> None:
    import subprocess
    import sys

    script = (
        "import sys, mien, mien.labels, mien.observations;"
        "print([m for m in ('cv2', 'onnxruntime', 'torch', 'av') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_analysis_needs_no_torch_and_no_web_framework() -> None:
    import subprocess
    import sys

    script = (
        "import sys, mien.cli, mien.pipeline; mien.pipeline.Pipeline();"
        "print([m for m in ('torch', 'starlette', 'fastapi', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
