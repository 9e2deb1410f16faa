from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dataset_trees import picture, video
from mien.datasets.pixels import read_content, read_pixels, spread
from mien.datasets.sample import Sample
from mien.errors import DataError


def sample(source: object) -> Sample:
    return Sample("one", 0, "fer2013", "train", source)  # type: ignore[arg-type]


def test_spread_takes_the_middles_of_equal_parts() -> None:
    assert spread(8, 4) == [1, 3, 5, 7]
    assert spread(2, 4) == [0, 0, 1, 1]
    assert spread(300, 1) == [150]
    assert spread(3, None) == [0, 1, 2]


def test_grey_pixels_become_three_equal_channels() -> None:
    grey = np.arange(6, dtype=np.uint8).reshape(2, 3)
    assert (read_pixels(sample(grey)) == grey[..., None]).all()


def test_clip_in_memory_is_sampled_too() -> None:
    clip = np.arange(8, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 2, 3), np.uint8)
    assert read_pixels(sample(clip), frames=4)[:, 0, 0, 0].tolist() == [1, 3, 5, 7]


def test_video_frames_in_time(tmp_path: Path) -> None:
    """Frame i is grey of level 20 i; the codec may be off by a few levels."""
    path = video(tmp_path / "a.avi", frames=8)
    levels = read_pixels(sample(path), frames=4).mean((1, 2, 3))
    assert levels == pytest.approx([20, 60, 100, 140], abs=4)


def test_a_colon_in_a_relative_name_is_no_protocol(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    video(tmp_path / "v.mp4", 2).rename(tmp_path / "10:30.mp4")
    monkeypatch.chdir(tmp_path)
    assert len(read_pixels(sample(Path("10:30.mp4")))) == 2


def test_frame_folder(tmp_path: Path) -> None:
    frames = tuple(picture(tmp_path / f"{i}.png", i) for i in range(4))
    clip = read_pixels(sample(frames), frames=2)
    assert (clip[1] == np.asarray(Image.open(frames[3]))).all()


def test_frames_of_unlike_size_are_told(tmp_path: Path) -> None:
    frames = picture(tmp_path / "0.png"), picture(tmp_path / "1.png", size=(30, 40))
    with pytest.raises(DataError, match="differ in size"):
        read_pixels(sample(frames))


def test_member_of_an_archive(tmp_path: Path) -> None:
    file = picture(tmp_path / "in.png", 3)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(file, "deep/in.png")
    inside = read_pixels(sample(tmp_path / "a.zip/deep/in.png"))
    assert (inside == read_pixels(sample(file))).all()
    with pytest.raises(DataError, match=r"out\.png"):
        read_content(tmp_path / "a.zip/deep/out.png")


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.avi", "a.mp4"])
@pytest.mark.parametrize("content", [b"", b"not a picture", None])
def test_unreadable_files_are_named(tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=name.replace(".", r"\.")):
        read_pixels(sample(tmp_path / name))


def test_truncated_jpeg_is_unreadable_not_half_grey(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.jpg", size=(200, 200))
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(DataError, match=r"a\.jpg"):
        read_pixels(sample(path))


def test_wrong_arrays() -> None:
    with pytest.raises(DataError, match="uint8"):
        read_pixels(sample(np.zeros((4, 4))))
    with pytest.raises(DataError, match="expected"):
        read_pixels(sample(np.zeros((4, 4, 2), np.uint8)))
