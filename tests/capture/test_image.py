"""Pictures of every kind, and damaged ones."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clips import make_video
from mien.capture import open_source
from mien.capture.image import ImageSource, read_image
from mien.errors import SourceError


def saved(path: Path, array: np.ndarray, mode: str | None = None, **options) -> Path:
    Image.fromarray(array, mode).save(path, **options)
    return path


def test_grey_becomes_three_equal_channels(tmp_path: Path) -> None:
    image = read_image(saved(tmp_path / "a.png", np.array([[0, 128, 255]], np.uint8)))
    np.testing.assert_array_equal(image, [[[0] * 3, [128] * 3, [255] * 3]])


def test_sixteen_bits_are_divided_by_257(tmp_path: Path) -> None:
    image = read_image(saved(tmp_path / "a.png", np.array([[0, 257, 32896, 65535]], np.uint16)))
    np.testing.assert_array_equal(image[0, :, 0], [0, 1, 128, 255])


def test_transparency_lies_on_white(tmp_path: Path) -> None:
    rgba = np.array([[[255, 0, 0, 255], [255, 0, 0, 0]]], np.uint8)
    image = read_image(saved(tmp_path / "a.png", rgba))
    np.testing.assert_array_equal(image[0], [[255, 0, 0], [255, 255, 255]])


def test_exif_orientation_is_applied(tmp_path: Path) -> None:
    wide = np.zeros((2, 4, 3), np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6  # stored lying on its side: turn a quarter clockwise to show
    path = tmp_path / "a.png"
    Image.fromarray(wide).save(path, exif=exif)
    assert read_image(path).shape == (4, 2, 3)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "YCbCr", "LA", "I", "F"])
def test_every_mode_gives_rgb(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "a.tif" if mode in ("CMYK", "YCbCr", "F", "I") else tmp_path / "a.png"
    Image.new(mode, (5, 3)).save(path)
    image = read_image(path)
    assert image.shape == (3, 5, 3)
    assert image.dtype == np.uint8


def test_one_pixel_is_a_picture(tmp_path: Path) -> None:
    assert read_image(saved(tmp_path / "a.png", np.zeros((1, 1, 3), np.uint8))).shape == (1, 1, 3)


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("a.jfif", "JPEG"), ("a.JPE", "JPEG"), ("without", "JPEG"), ("a.mp4", "WEBP"),
        ("a.avif", "AVIF"), ("a.pnm", "PPM"), ("a.txt", "PNG"),
    ],
)  # fmt: skip
def test_a_picture_is_told_by_its_content(tmp_path: Path, name: str, format: str) -> None:
    Image.new("RGB", (8, 6), (200, 100, 0)).save(tmp_path / name, format)
    with open_source(tmp_path / name) as source:
        assert isinstance(source, ImageSource)
        (frame,) = source
    assert frame.name == name
    np.testing.assert_allclose(frame.image[2, 2], (200, 100, 0), atol=8)


@pytest.mark.parametrize(
    ("name", "format"), [("a.tga", "TGA"), ("a.ico", "ICO"), ("a.jp2", "JPEG2000")]
)
def test_a_picture_of_another_kind_is_no_video(tmp_path: Path, name: str, format: str) -> None:
    Image.new("RGB", (32, 32)).save(tmp_path / name, format)
    with pytest.raises(SourceError, match=r"is a picture that cannot be read\. Valid: JPEG, PNG"):
        open_source(tmp_path / name)


def test_tiles_of_a_heif_picture_are_no_video(tmp_path: Path) -> None:
    content = make_video(tmp_path / "v.mp4", [0]).read_bytes()
    (tmp_path / "a.heic").write_bytes(content.replace(b"ftypisom", b"ftypheic", 1))
    with pytest.raises(SourceError, match="is a picture that cannot be read"):
        open_source(tmp_path / "a.heic")


def test_one_jpeg_behind_another_is_a_video(tmp_path: Path) -> None:
    Image.new("RGB", (64, 48)).save(tmp_path / "a.jpg")
    (tmp_path / "v.mjpeg").write_bytes(5 * (tmp_path / "a.jpg").read_bytes())
    with open_source(tmp_path / "v.mjpeg", every_s=None) as source:
        assert len(list(source)) == 5


def test_the_content_of_a_bomb_is_still_that_of_a_picture(tmp_path: Path) -> None:
    Image.new("1", (20_000, 20_000)).save(tmp_path / "bomb", "PNG")
    with pytest.raises(SourceError, match="megapixels"):
        open_source(tmp_path / "bomb")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.png", b"", "is empty"),
        ("text.jpg", b"hello", "not a picture"),
        ("cut.png", None, "damaged"),
    ],
)
def test_damaged_files(tmp_path: Path, name: str, content: bytes | None, words: str) -> None:
    path = tmp_path / name
    if content is None:
        noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
        content = saved(tmp_path / "whole.png", noise).read_bytes()[:3000]
    path.write_bytes(content)
    with pytest.raises(SourceError, match=words) as caught:
        read_image(path)
    assert "\n" not in str(caught.value)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"There is no file .*gone\.png"):
        read_image(tmp_path / "gone.png")


def test_a_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    Image.new("1", (20_000, 20_000)).save(path)  # 400 megapixels in a few kilobytes
    assert path.stat().st_size < 100_000
    with pytest.raises(SourceError, match="megapixels"):
        read_image(path)
