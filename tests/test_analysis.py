"""What is chosen, resumed and kept; a camera that vanishes still leaves a report."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pyarrow.parquet
import pytest
from PIL import Image
from rich.console import Console

from clips import make_video
from mien import analysis
from mien.analysis import AnalysisOptions, analyze_recording, run_settings
from mien.capture.webcam import WebcamSource
from mien.errors import OutputError, SettingsError, SourceError
from mien.interrupted_camera import finish_interrupted_camera
from mien.observation_log import ObservationLog
from mien.observations import Observation
from mien.partial_run import PartialRun
from mien.pipeline import Pipeline
from mien.reading import Reading
from mien.report.tables import read_observations
from mien.result import Result

BOX = (0.0, 0.0, 10.0, 10.0)


@pytest.mark.parametrize("seconds", [None, 0.05])
def test_what_was_read_is_not_read_again_for_another_choice(
    tmp_path: Path, monkeypatch, seconds: float | None
) -> None:
    video = make_video(tmp_path / "v.mp4", [0, 40, 80, 120])
    read = list[float]()
    whole = Pipeline.readings

    def counted(self: Pipeline, *given, **more) -> Iterator[Reading]:
        for reading in whole(self, *given, **more):
            read.append(reading.frame.time_s)
            yield reading

    monkeypatch.setattr(Pipeline, "readings", counted)
    options = AnalysisOptions(str(video), tmp_path / "o", None, affect=False, seconds=seconds)
    with pytest.raises(SettingsError, match="what was read is kept"):
        analyze_recording(replace(options, person_ids=frozenset({7})), Console(quiet=True))
    once = [0.0, 0.04, 0.08] if seconds else [0.0, 0.04, 0.08, 0.12]
    assert read == pytest.approx(once)
    result = analyze_recording(options, Console(quiet=True))
    assert read == pytest.approx(once)
    assert [row.time_s for row in result.observations] == pytest.approx(once)


def test_frames_that_cannot_be_decoded_count_once_however_often_a_run_is_interrupted(
    tmp_path: Path, monkeypatch
) -> None:
    # Seven pictures, 20 s apart; the second, fifth and seventh are damaged.
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(7):
        Image.fromarray(np.zeros((48, 64, 3), np.uint8)).save(folder / f"{number}.png")
    for number in (1, 4, 6):
        (folder / f"{number}.png").write_bytes(b"damaged")
    options = AnalysisOptions(str(folder), tmp_path / "o", 20.0, affect=False)
    show = analysis.show
    for stop_s in (40.0, 60.0):  # the picture of 80 s is tried ahead both times

        def interrupted(bar, task, time_s: float, stop_s: float = stop_s) -> None:
            if time_s == stop_s:
                raise KeyboardInterrupt
            show(bar, task, time_s)

        monkeypatch.setattr(analysis, "show", interrupted)
        with pytest.raises(KeyboardInterrupt):
            analyze_recording(options, Console(quiet=True))
    monkeypatch.setattr(analysis, "show", show)
    result = analyze_recording(options, Console(quiet=True))
    assert [row.time_s for row in result.observations] == [0.0, 40.0, 60.0, 100.0]
    assert result.source.undecodable == 3


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


def opened_camera(*_: object, **__: object) -> WebcamSource:
    return WebcamSource(0, None, opener=lambda _: Camera(), sleep=lambda _: None)


def test_a_vanished_camera_leaves_a_report_and_an_error(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(analysis, "open_source", opened_camera)
    options = AnalysisOptions("webcam", tmp_path, None, affect=False)
    with pytest.raises(SourceError, match="stopped giving pictures"):
        analyze_recording(options, Console(quiet=True))
    assert "No face was found" in (tmp_path / "report.html").read_text()
    assert not (tmp_path / ".partial").exists()


def test_a_camera_leaves_nothing_to_draw_on(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(analysis, "open_source", opened_camera)
    out = tmp_path / "out"
    options = AnalysisOptions("webcam", out, None, affect=False, annotated_video=True)
    with pytest.raises(SettingsError, match="record the lesson to a file"):
        analyze_recording(options, Console(quiet=True))
    assert not out.exists()  # told before anything was read


def test_pictures_are_drawn_at_the_times_of_the_table(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(2):
        Image.fromarray(np.zeros((48, 64, 3), np.uint8)).save(folder / f"{number}.png")
    out = tmp_path / "out"
    options = AnalysisOptions(str(folder), out, 2.0, affect=False, annotated_video=True)
    result = analyze_recording(options, Console(quiet=True))
    assert [row.time_s for row in result.observations] == [0.0, 2.0]
    with av.open(str(out / "annotated.mp4")) as film:
        assert [frame.time for frame in film.decode(video=0)] == pytest.approx([0.0, 2.0])


def test_a_class_is_not_drawn(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="groups only"):
        AnalysisOptions("v.mp4", tmp_path, None, classroom=True, annotated_video=True)


def test_nobody_is_picked_out_of_a_class(tmp_path: Path) -> None:
    # What was found would tell how many were followed, however few.
    with pytest.raises(SettingsError, match="--person-ids keeps single persons"):
        AnalysisOptions("v.mp4", tmp_path, None, classroom=True, person_ids=frozenset({77}))


@pytest.mark.parametrize(("people", "drawn"), [(12, True), (13, False)])
def test_so_many_that_they_are_told_as_a_class_are_not_drawn(
    tmp_path: Path, monkeypatch, people: int, drawn: bool
) -> None:
    video, out, told = make_video(tmp_path / "v.mp4", [0, 40, 80]), tmp_path / "out", io.StringIO()
    seen = [Observation(t, p, BOX) for t in (0.0, 0.04) for p in range(1, people + 1)]
    monkeypatch.setattr(analysis, "read_on", lambda *_: (ObservationLog(seen), 0))
    options = AnalysisOptions(str(video), out, None, affect=False, annotated_video=True)
    analyze_recording(options, Console(file=told, width=40))
    assert (out / "report.html").exists()
    assert (out / "annotated.mp4").exists() is drawn
    lines = [line for line in told.getvalue().splitlines() if "annotated.mp4" in line]
    assert lines == [] if drawn else lines == [
        "annotated.mp4 is not written: 13 people are told as a class, and it shows each of them."
    ]  # fmt: skip


def test_an_older_drawn_copy_does_not_stay_beside_a_report_without_one(tmp_path: Path) -> None:
    video, out = make_video(tmp_path / "v.mp4", [0, 40, 80]), tmp_path / "out"
    options = AnalysisOptions(str(video), out, None, affect=False, annotated_video=True)
    analyze_recording(options, Console(quiet=True))
    assert (out / "annotated.mp4").exists()
    analyze_recording(replace(options, annotated_video=False), Console(quiet=True))
    assert not (out / "annotated.mp4").exists()


def test_a_drawn_copy_that_is_read_is_not_removed(tmp_path: Path) -> None:
    video = make_video(tmp_path / "annotated.mp4", [0, 40, 80])
    options = AnalysisOptions(str(video), tmp_path, None, affect=False)
    analyze_recording(options, Console(quiet=True))
    assert video.exists()


def kill_camera_run(options: AnalysisOptions, stretches: list[list[Observation]]) -> None:
    """Leaves what a camera's run leaves that is killed after these stretches."""
    with Pipeline(affect=options.affect, classroom=options.classroom) as pipeline:
        partial = PartialRun(options.out, run_settings(options, pipeline, opened_camera()))
    partial.resume()
    for stretch in stretches:
        partial.keep(stretch, undecodable=4)


@pytest.mark.parametrize("every_s", [None, 0.5])  # the same command again, and another
def test_a_cameras_run_never_goes_on(tmp_path: Path, monkeypatch, every_s: float | None) -> None:
    monkeypatch.setattr(analysis, "open_source", opened_camera)
    first = [Observation(0.0, 1, BOX), Observation(30.0, 1, BOX), Observation(60.5, 1, BOX)]
    killed = AnalysisOptions("webcam", tmp_path, every_s, affect=False)
    kill_camera_run(killed, [first[:1], first[1:]])
    said = Console(file=io.StringIO(), width=40)
    with pytest.raises(SourceError, match="stopped giving pictures"):
        analyze_recording(AnalysisOptions("webcam", tmp_path, None, affect=False), said)
    second = read_observations(tmp_path / "observations.parquet")
    assert len(second) == 20  # all that the camera gave
    assert {row.person_id for row in second} == {None}
    (folder,) = tmp_path.glob("interrupted-*")
    assert read_observations(folder / "observations.parquet") == first
    notes = json.loads((folder / "summary.json").read_text())["source"]
    assert (notes["name"], notes["duration_s"], notes["instants"]) == ("webcam:0", 60.5, 3)
    assert (notes["every_s"], notes["undecodable"]) == (every_s, 4)
    assert (folder / "report.html").exists()
    assert str(folder) in said.file.getvalue()
    assert not (tmp_path / ".partial").exists()


def test_a_wrong_person_before_a_camera_costs_nothing(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(analysis, "open_source", opened_camera)
    options = AnalysisOptions("webcam", tmp_path, None, affect=False, person_ids=frozenset({7}))
    with pytest.raises(SettingsError, match="nobody"):
        analyze_recording(options, Console(quiet=True))
    (folder,) = tmp_path.glob("interrupted-*")
    assert len(read_observations(folder / "observations.parquet")) == 20


def test_a_class_before_a_camera_stays_a_class(tmp_path: Path) -> None:
    options = AnalysisOptions("webcam", tmp_path, None, affect=False, classroom=True)
    kill_camera_run(options, [[Observation(0.0, 1, BOX), Observation(0.0, 2, BOX)]])
    folder = finish_interrupted_camera(tmp_path)
    assert folder is not None
    rows = pyarrow.parquet.read_table(folder / "observations.parquet")
    assert rows["person_id"].null_count == len(rows) == 1
    assert "persons" not in json.loads((folder / "summary.json").read_text())["assessment"]


def test_what_a_camera_saw_is_there_until_its_report_is(tmp_path: Path, monkeypatch) -> None:
    options = AnalysisOptions("webcam", tmp_path, None, affect=False)
    kill_camera_run(options, [[Observation(0.0)], [Observation(30.0)], [Observation(60.0)]])
    (tmp_path / ".partial/000002.parquet").write_bytes(b"damaged")

    def full(*_: object) -> None:
        raise OutputError("Cannot write: No space left on device.")

    with monkeypatch.context() as patched:
        patched.setattr(Result, "save", full)
        with pytest.raises(OutputError):
            finish_interrupted_camera(tmp_path)
    folder = finish_interrupted_camera(tmp_path)
    assert folder is not None
    rows = read_observations(folder / "observations.parquet")
    assert [row.time_s for row in rows] == [0.0, 60.0]  # the damaged stretch costs itself
    assert finish_interrupted_camera(tmp_path) is None


def test_a_file_that_was_interrupted_is_no_camera(tmp_path: Path) -> None:
    PartialRun(tmp_path, {"source": "abc"}).resume()
    assert finish_interrupted_camera(tmp_path) is None
    assert finish_interrupted_camera(tmp_path / "new") is None
    assert (tmp_path / ".partial/run.json").exists()
