"""Drawn copies of pictures: one for each picture, whatever their names."""

from pathlib import Path

import numpy as np
from PIL import Image

from mien.observations import Frame
from mien.reading import Reading
from mien.report.annotated_image import AnnotatedImages


def grey(value: int, name: str) -> Reading:
    return Reading(Frame(np.full((8, 8, 3), value, np.uint8), 0.0, 0, name), (), ())


def test_pictures_of_one_name_are_numbered_in_their_order(tmp_path: Path) -> None:
    copies = AnnotatedImages(tmp_path)
    given = ["a/x.jpg", "b/x.jpg", "a/x.png", "a/X.jpg", "a/y.jpg", "a/x-read.png"]
    written = [
        copies.write(Path(path), grey(10 * place, Path(path).name))
        for place, path in enumerate(given)
    ]
    assert [path.name for path in written] == [
        "x-read.png",
        "x-read-2.png",
        "x-read-3.png",
        "X-read-4.png",  # where files differ by their case, too
        "y-read.png",
        "x-read-read.png",
    ]
    for place, path in enumerate(written):
        with Image.open(path) as copy:
            assert copy.getpixel((0, 0)) == (10 * place,) * 3


def test_the_same_command_again_replaces_its_copies(tmp_path: Path) -> None:
    for value in (50, 60):
        path = AnnotatedImages(tmp_path).write(Path("x.jpg"), grey(value, "x.jpg"))
        with Image.open(path) as copy:
            assert copy.getpixel((0, 0)) == (value,) * 3
    assert [path.name for path in tmp_path.iterdir()] == ["x-read.png"]
