"""True times, upright pictures, sampling, and bad files."""

import os
from pathlib import Path

import av
import numpy as np
import pytest

from clips import make_coded, make_sound, make_video, number_of
from mien.capture import open_source
from mien.capture.source import Sampler
from mien.errors import SourceError

VARIABLE_MS = [0, 40, 80, 500, 540, 1200, 1240, 1900]


def times(path: Path, **options) -> list[float]:
    with open_source(path, **options) as source:
        return [round(frame.time_s, 3) for frame in source]


def test_times_of_a_variable_rate_are_the_files_own(tmp_path: Path) -> None:
    path = make_video(tmp_path / "v.mkv", VARIABLE_MS)
    assert times(path, every_s=None) == [t / 1000 for t in VARIABLE_MS]


def test_sampling_keeps_the_first_at_or_after_each_slot(tmp_path: Path) -> None:
    path = make_video(tmp_path / "v.mkv", VARIABLE_MS)
    assert times(path, every_s=0.5) == [0.0, 0.5, 1.2, 1.9]


def test_starting_later_keeps_the_same_frames(tmp_path: Path) -> None:
    path = make_video(tmp_path / "v.mp4", list(range(0, 8000, 40)))
    whole = times(path, every_s=0.5)
    assert times(path, every_s=0.5, start_s=4.0) == [t for t in whole if t >= 4.0]


def test_sampler_by_hand() -> None:
    sampler = Sampler(0.5)
    kept = [t for t in (0.1, 0.4, 0.5, 0.6, 1.0, 2.7, 2.9, 3.0) if sampler.keep(t)]
    assert kept == [0.1, 0.5, 1.0, 2.7, 3.0]
    assert all(Sampler(None).keep(t) for t in (0.0, 0.001))


def test_pictures_are_right_and_read_without_sound(tmp_path: Path) -> None:
    path = make_video(tmp_path / "v.mkv", [0, 40, 80])
    with open_source(path, every_s=None) as source:
        frames = list(source)
    for index, frame in enumerate(frames):
        assert frame.image.shape == (48, 64, 3)
        assert abs(int(frame.image[40, 40, 0]) - index * 20) < 8
        assert frame.image[4, 4].min() > 230


@pytest.mark.parametrize("rotation", [90, 180, -90])
def test_rotation_metadata_turns_the_picture(tmp_path: Path, rotation: int) -> None:
    # The display matrix turns counter-clockwise, as FFmpeg's documentation says.
    path = make_video(tmp_path / "v.mp4", [0, 40], rotation=rotation)
    with open_source(path, every_s=None) as source:
        image = next(iter(source)).image
    corners = {
        "top left": image[4, 4],
        "top right": image[4, -4],
        "bottom left": image[-4, 4],
        "bottom right": image[-4, -4],
    }
    brightest = max(corners, key=lambda name: int(corners[name].sum()))
    assert brightest == {90: "bottom left", 180: "bottom right", -90: "top right"}[rotation]


@pytest.mark.parametrize(
    ("file", "count"), [("WolfgangLanger_Pexels.mp4", 472), ("face_noface.mov", 169)]
)
def test_real_clips_agree_with_their_packets(shared: Path, file: str, count: int) -> None:
    path = shared / "data/faces" / file
    with av.open(str(path)) as container:
        stamps = sorted(
            float(p.pts * p.time_base) for p in container.demux(video=0) if p.pts is not None
        )
    read = times(path, every_s=None)
    assert len(read) == len(stamps) == count
    np.testing.assert_allclose(read, np.array(stamps) - stamps[0], atol=1e-3)


def refuse(path: Path, words: str) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        times(path)
    assert "\n" not in str(caught.value)


def test_sound_only(tmp_path: Path) -> None:
    refuse(make_sound(tmp_path / "sound.mp4"), "no picture track")


def test_empty_missing_and_other_files(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    refuse(tmp_path / "empty.mp4", "is empty")
    refuse(tmp_path / "gone.mp4", "There is no file")
    (tmp_path / "text.mp4").write_text("not a video at all\n" * 50)
    refuse(tmp_path / "text.mp4", "not a video or picture")


def test_header_without_pictures(tmp_path: Path) -> None:
    whole = make_video(tmp_path / "v.mkv", list(range(0, 4000, 40))).read_bytes()
    (tmp_path / "head.mkv").write_bytes(whole[:600])
    with pytest.raises(SourceError):
        times(tmp_path / "head.mkv")


def test_truncated_video_gives_what_is_there(tmp_path: Path) -> None:
    whole = make_video(tmp_path / "v.mkv", list(range(0, 4000, 40))).read_bytes()
    (tmp_path / "cut.mkv").write_bytes(whole[: len(whole) // 2])
    assert 20 < len(times(tmp_path / "cut.mkv", every_s=None)) < 100


def test_damaged_pictures_are_counted_and_the_rest_is_read(tmp_path: Path) -> None:
    data = bytearray(make_video(tmp_path / "v.mkv", list(range(0, 8000, 40))).read_bytes())
    random = np.random.default_rng(5)
    middle = slice(len(data) // 3, len(data) // 2)
    data[middle] = random.integers(0, 255, len(data[middle]), np.uint8).tobytes()
    (tmp_path / "bad.mkv").write_bytes(data)
    with open_source(tmp_path / "bad.mkv", every_s=None) as source:
        read = len(list(source))
        assert 50 < read < 200
        assert source.undecodable > 0


def test_symbolic_links_in_a_loop(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").symlink_to(tmp_path / "b.mp4")
    (tmp_path / "b.mp4").symlink_to(tmp_path / "a.mp4")
    with pytest.raises(SourceError):
        times(tmp_path / "a.mp4")


def test_name_with_a_null_byte() -> None:
    with pytest.raises(SourceError):
        open_source("bad\0name.mp4")


def test_pictures_out_of_order_in_a_file_without_times(tmp_path: Path) -> None:
    # AVI holds packets in order of decoding and no time of presentation.
    path = make_coded(tmp_path / "v.avi", 50)
    with open_source(path, every_s=None) as source:
        frames = list(source)
    assert [round(f.time_s * 25) for f in frames] == list(range(50))
    assert [number_of(f.image) for f in frames] == [i % 10 for i in range(50)]
    assert source.undecodable == 0
    # From 1 s on: pictures 25, 38 and so on, at or after each half second.
    assert times(path, every_s=0.5, start_s=1.0) == [1.0, 1.52]


def test_recordings_joined_by_copying_go_on_in_time(tmp_path: Path) -> None:
    part = make_coded(tmp_path / "part.ts", 50).read_bytes()
    path = tmp_path / "joined.ts"
    path.write_bytes(part + part)
    with open_source(path, every_s=None) as source:
        assert [round(f.time_s * 25) for f in source] == list(range(100))
    assert source.undecodable == 0
    assert source.duration_s == pytest.approx(4.0)
    # At 3 s the second recording stands at its own 1 s, picture 25 of it.
    with open_source(path, every_s=None, start_s=3.0) as source:
        first = next(iter(source))
    assert (first.time_s, number_of(first.image)) == (pytest.approx(3.0), 5)


@pytest.mark.parametrize("start_s", [1.0, 7.0, 9.0, 15.0, 19.5])
def test_starting_between_rare_whole_pictures(tmp_path: Path, start_s: float) -> None:
    # Whole pictures at 0, 8 and 16 s; FFmpeg leads to a packet of MPEG-TS, from where
    # the next whole picture may lie behind the start.
    params = "keyint=200:min-keyint=200:scenecut=0"
    path = make_coded(tmp_path / "v.ts", 500, **{"x264-params": params})
    whole = times(path, every_s=0.5)
    assert len(whole) == 40
    assert times(path, every_s=0.5, start_s=start_s) == [t for t in whole if t >= start_s]


def test_a_raw_stream_is_counted_from_its_start(tmp_path: Path) -> None:
    path = make_coded(tmp_path / "v.264", 100, format="h264")
    # At or after each half second: 12.5 -> picture 13, 37.5 -> 38, ...
    whole = [0.0, 0.52, 1.0, 1.52, 2.0, 2.52, 3.0, 3.52]
    assert times(path, every_s=0.5) == pytest.approx(whole)
    assert times(path, every_s=0.5, start_s=2.0) == pytest.approx(whole[4:])


def test_uneven_rates_miss_no_picture(tmp_path: Path) -> None:
    # 25 a second, then one in 1.5 s: the average says 12 pictures a reading there.
    even, sparse = list(range(0, 8000, 40)), list(range(8000, 20000, 1500))
    path = make_video(tmp_path / "v.mp4", even + sparse, codec="libx264")
    expected = [t / 1000 for t in range(0, 8000, 500)]
    # 500, 1500, ... lie between pictures: the next, 20 ms on, is taken.
    expected = [t if round(t * 1000) % 40 == 0 else t + 0.02 for t in expected]
    assert times(path, every_s=0.5) == pytest.approx(expected + [t / 1000 for t in sparse])


def test_many_pictures_between_those_others_build_on(tmp_path: Path) -> None:
    params = "b-adapt=0:b-pyramid=none:scenecut=0"
    path = make_coded(tmp_path / "v.mp4", 100, rate=10, bf="16", **{"x264-params": params})
    assert times(path, every_s=0.5) == pytest.approx([i / 2 for i in range(20)])


def test_a_colon_in_a_relative_name_is_no_protocol(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_coded(tmp_path / "v.ts", 10).rename(tmp_path / "2026-11-22T10:30.ts")
    monkeypatch.chdir(tmp_path)
    assert len(times(Path("2026-11-22T10:30.ts"), every_s=None)) == 10
    assert times(Path("2026-11-22T10:30.ts"), every_s=None, start_s=0.36) == [0.36]


def test_a_name_that_is_not_utf8_is_shown_with_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"le\xe7on.mp4")
    make_video(tmp_path / "v.mp4", [0, 40]).rename(path)
    with open_source(path) as source:
        assert source.name == r"le\udce7on.mp4"
        assert len(source.fingerprint) == 32


@pytest.mark.parametrize("every_s", [None, 0.5])
def test_a_picture_with_a_wild_stamp_moves_nothing(tmp_path: Path, every_s: float | None) -> None:
    whole, wild = make_video(tmp_path / "v.mkv", range(0, 6000, 40)), tmp_path / "wild.mkv"
    with av.open(str(whole)) as read, av.open(str(wild), "w") as write:
        track = read.streams.video[0]
        copy = write.add_stream_from_template(track)
        for number, packet in enumerate(p for p in read.demux(track) if p.dts is not None):
            packet.stream = copy
            if number == 60:
                packet.pts += 1_000_000  # milliseconds
            write.mux(packet)
    assert times(wild, every_s=every_s) == pytest.approx(times(whole, every_s=every_s))
    with open_source(wild, every_s=every_s) as source:
        list(source)
        assert source.duration_s == pytest.approx(6.0)
