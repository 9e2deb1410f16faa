"""The drawn copy of a video: same frames, same times, marks where the faces are."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from mien.errors import OutputError, SourceError
from mien.observations import Expression, LearningState, Observation
from mien.report.annotated_video import (
    instant_at,
    instants_of,
    state_text,
    write_annotated_video,
)
from mien.report.video_encoder import VideoEncoder, encoder_name, fitted

#: Uneven on purpose: a copy that counts frames instead of reading times would fail.
TIMES_S = (0.0, 0.1, 0.2, 0.5, 0.6, 1.0, 1.5, 1.6)
BOX = (30.0, 40.0, 40.0, 40.0)
HAPPY = Expression("happiness", {"happiness": 0.9, "neutral": 0.1})
UNSURE = Expression("unknown", {"happiness": 0.5, "neutral": 0.5}, "unsure")


def state(rule: str, said: str, start_s: float, end_s: float, **more: object) -> LearningState:
    given = {"person_id": 1, "value": 0.5, "counts": {}, "unknown_share": 0.0, "reason": "."}
    return LearningState(rule, said, start_s, end_s, **{**given, **more})  # type: ignore[arg-type]


def write_clip(path: Path, width: int, height: int, times_s: tuple[float, ...] = TIMES_S) -> Path:
    with av.open(str(path), "w", format="mp4") as out:
        stream = out.add_stream(encoder_name(), rate=25)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        for time_s in times_s:
            frame = av.VideoFrame.from_ndarray(np.full((height, width, 3), 120, np.uint8), "rgb24")
            frame.pts, frame.time_base = round(1000 * time_s), Fraction(1, 1000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def read_clip(path: Path) -> tuple[list[float], list[np.ndarray], str]:
    with av.open(str(path)) as clip:
        frames = list(clip.decode(video=0))
        assert clip.streams.video[0].codec_context.pix_fmt == "yuv420p"
        name = clip.streams.video[0].codec_context.name
    start = frames[0].time
    return [f.time - start for f in frames], [f.to_ndarray(format="rgb24") for f in frames], name


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return write_clip(tmp_path / "source.mp4", 320, 240)


def seen(time_s: float, expression: Expression | None) -> Observation:
    return Observation(time_s, 1, BOX, 0.9, expression=expression)


def changed(image: np.ndarray) -> np.ndarray:
    """Where a picture differs clearly from the grey source (the codec blurs edges)."""
    return np.abs(image.astype(int) - 120).max(-1) > 25


def test_every_frame_at_its_own_time_with_marks_on_the_face_only(
    clip: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out" / "copy.mp4"
    calls: list[float] = []
    rows = [seen(t, HAPPY) for t in (0.0, 0.5, 1.0, 1.5)]
    write_annotated_video(
        out, clip, rows, [], hold_s=0.5, progress=lambda done, _: calls.append(done)
    )
    times, pictures, codec = read_clip(out)
    assert times == pytest.approx(TIMES_S, abs=0.002)
    assert calls == pytest.approx(TIMES_S, abs=0.002)
    assert codec in {"h264", "mpeg4"}
    for picture in pictures:
        mask = changed(picture)
        assert mask[38:43, 30:70].any(1).any()  # the box's upper edge
        assert not mask[:, 250:].any()
        assert not mask[48:72, 38:62].any()  # the face itself
    assert [p.name for p in out.parent.iterdir()] == ["copy.mp4"]


def test_an_instant_stands_for_hold_s_and_then_the_frame_says_not_seen(
    clip: Path, tmp_path: Path
) -> None:
    out = tmp_path / "copy.mp4"
    write_annotated_video(out, clip, [seen(0.1, HAPPY)], [], hold_s=0.45)
    _, pictures, _ = read_clip(out)
    boxed = [bool(changed(p)[36:84, 26:34].any()) for p in pictures]
    assert boxed == [False, True, True, True, False, False, False, False]
    # "not seen at this moment", lower left, exactly where there is no box.
    noted = [bool(changed(p)[-14:, :60].mean() > 0.5) for p in pictures]
    assert noted == [not b for b in boxed]


def test_pictures_of_a_folder_keep_the_times_at_which_they_were_read(tmp_path: Path) -> None:
    # Three pictures, 2 s apart; a face in the second only.
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(3):
        grey = np.full((240, 320, 3), 120, np.uint8)
        Image.fromarray(grey).save(folder / f"{number}.png")
    out = tmp_path / "copy.mp4"
    rows = [Observation(0.0), seen(2.0, HAPPY), Observation(4.0)]
    write_annotated_video(out, folder, rows, [], hold_s=5.0, every_s=2.0)
    times, pictures, _ = read_clip(out)
    assert times == pytest.approx([0.0, 2.0, 4.0], abs=0.002)
    assert [bool(changed(p)[36:84, 26:34].any()) for p in pictures] == [False, True, False]


def test_all_frames_of_a_video_are_drawn_however_far_apart_it_was_read(
    clip: Path, tmp_path: Path
) -> None:
    out = tmp_path / "copy.mp4"
    write_annotated_video(out, clip, [seen(0.0, HAPPY)], [], hold_s=5.0, every_s=1.0)
    assert read_clip(out)[0] == pytest.approx(TIMES_S, abs=0.002)


def test_an_instant_without_a_face_clears_the_drawing(clip: Path, tmp_path: Path) -> None:
    out = tmp_path / "copy.mp4"
    rows = [seen(0.0, HAPPY), Observation(0.5)]
    write_annotated_video(out, clip, rows, [], hold_s=10)
    _, pictures, _ = read_clip(out)
    boxed = [bool(changed(p)[36:84, 26:34].any()) for p in pictures]
    assert boxed == [True] * 3 + [False] * 5


def test_unknown_is_drawn_differently(clip: Path, tmp_path: Path) -> None:
    tops = []
    for said in (HAPPY, UNSURE):
        out = tmp_path / "copy.mp4"
        write_annotated_video(out, clip, [seen(0.0, said)], [], hold_s=10)
        tops.append(read_clip(out)[1][0][39:42, 32:68].astype(float).mean(0))
    orange, dashed = tops
    assert (orange[:, 0] - orange[:, 2]).min() > 60  # red far above blue: orange all along
    assert np.abs(dashed[:, 0] - dashed[:, 2]).max() < 40  # colourless
    assert np.ptp(dashed.mean(-1)) > 60  # light and dark in turn


def test_odd_sizes_become_even_and_nothing_moves(tmp_path: Path) -> None:
    image = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)
    even = fitted(image, (8, 6))
    assert even.shape == (6, 8, 3)
    assert (even[:5, :7] == image).all()
    assert (even[5, :7] == image[4]).all()
    path = tmp_path / "odd.mp4"
    with VideoEncoder(path, shown_as=path) as out:
        out.write(np.full((33, 47, 3), 90, np.uint8), 0.0)
        out.write(np.full((33, 47, 3), 90, np.uint8), 0.04)
    assert read_clip(path)[1][0].shape == (34, 48, 3)


def test_mpeg4_where_there_is_no_h264(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    with VideoEncoder(path, shown_as=path, codec="mpeg4") as out:
        for time_s in TIMES_S:
            out.write(np.full((64, 64, 3), 90, np.uint8), time_s)
    times, pictures, codec = read_clip(path)
    assert codec == "mpeg4"
    assert times == pytest.approx(TIMES_S, abs=0.001)
    assert abs(float(pictures[0].mean()) - 90) < 3


def test_frames_of_one_time_are_kept_one_tick_apart(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    with VideoEncoder(path, shown_as=path) as out:
        for time_s in (0.0, 0.0, 1.0):
            out.write(np.zeros((32, 32, 3), np.uint8), time_s)
    assert read_clip(path)[0] == pytest.approx([0.0, 0.0, 1.0], abs=0.001)


def test_a_folder_that_cannot_be_made_is_told_and_leaves_nothing(
    clip: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(OutputError, match=r"copy\.mp4.*Choose another folder"):
        write_annotated_video(tmp_path / "file" / "copy.mp4", clip, [], [], hold_s=1)


def test_a_full_disk_is_told_and_leaves_the_older_copy(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out" / "copy.mp4"
    out.parent.mkdir()
    out.write_bytes(b"older")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(VideoEncoder, "_mux", full)
    with pytest.raises(OutputError, match="No space left on device"):
        write_annotated_video(out, clip, [], [], hold_s=1)
    assert out.read_bytes() == b"older"
    assert [p.name for p in out.parent.iterdir()] == ["copy.mp4"]


def write_noise(path: Path) -> None:
    with VideoEncoder(path, shown_as=Path("copy.mp4")) as out:
        for i in range(30):
            noise = np.random.default_rng(i).integers(0, 255, (64, 64, 3), np.uint8)
            out.write(noise, i / 25)


def test_the_really_full_disk() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full on this system")
    with pytest.raises(OutputError, match=r"copy\.mp4: No space left"):
        write_noise(full)


def test_the_source_is_never_overwritten(clip: Path) -> None:
    before = clip.read_bytes()
    with pytest.raises(OutputError, match="its own source"):
        write_annotated_video(clip, clip, [], [], hold_s=1)
    assert clip.read_bytes() == before


def test_an_unreadable_source_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    source = tmp_path / "broken.mp4"
    source.write_bytes(b"no video at all")
    with pytest.raises(SourceError):
        write_annotated_video(tmp_path / "out" / "copy.mp4", source, [], [], hold_s=1)
    assert not any((tmp_path / "out").iterdir())


def test_instants_by_hand() -> None:
    instants = instants_of([seen(2.0, HAPPY), Observation(1.0), seen(2.0, UNSURE)])
    assert [(i.time_s, len(i.observations)) for i in instants] == [(1.0, 1), (2.0, 2)]
    assert instant_at(instants, 0.99, 5) is None
    assert instant_at(instants, 1.0, 5) is instants[0]
    assert instant_at(instants, 1.99, 5) is instants[0]
    assert instant_at(instants, 1.99, 0.5) is None
    assert instant_at(instants, 6.9, 5) is instants[1]
    assert instant_at([], 1.0, 5) is None


def test_state_text_by_hand() -> None:
    states = [
        state("classroom_state", "puzzled", 0, 10, validated=False),
        state("focus", "attentive", 0, 10),
        state("focus", "inattentive", 10, 20),
        state("focus", "unknown", 20, 30),
        state("difficulty", "hard", 0, 30),
        state("focus", "of another", 0, 30, person_id=2),
    ]
    assert state_text(states, 1, 5) == "state: puzzled*\nfocus: attentive"
    assert state_text(states, 1, 15) == "focus: inattentive"
    assert state_text(states, 1, 25) == "focus: unknown"
    assert state_text(states, 1, 99) == ""
    assert state_text(states, 2, 5) == "focus: of another"


def test_states_are_named_as_on_the_page() -> None:
    states = [state("focus", "inattentive_or_fault", 0, 10)]
    assert state_text(states, 1, 5) == "focus: away or a fault"
