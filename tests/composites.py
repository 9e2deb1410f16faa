"""Composite clips: real heads moved over a backdrop, so that the truth is known.

Each actor is a series of head pictures (a still, or the frames of a clip) and a
path: time -> centre in pixels, or None while out of the picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
from PIL import Image

from mien.observations import Frame

WIDTH, HEIGHT = 640, 360
#: Head (with hair) boxes in the stills, found by eye: x, y, width, height.
HEADS = {
    "sunglasses": ("multi_face.jpg", (185, 5, 160, 185)),
    "long-hair": ("multi_face.jpg", (285, 205, 160, 185)),
    "curls": ("multi_face.jpg", (405, 160, 150, 165)),
    "dark-hair": ("multi_face.jpg", (500, 280, 160, 180)),
    "red-hair": ("multi_face.jpg", (655, 255, 165, 185)),
    "worried": ("pexels-alex-green-5700201.jpg", (40, 40, 430, 470)),
    "smiling": ("single_face.jpg", (120, 80, 330, 370)),
}
Path2D = Callable[[float], "tuple[float, float] | None"]


@dataclass(frozen=True)
class Actor:
    """Head pictures shown in turn, their height in the clip, the path, and depth
    order: later actors in the list stand in front."""

    heads: Sequence[np.ndarray]
    height_px: int
    path: Path2D

    def picture(self, index: int) -> np.ndarray:
        head = self.heads[index % len(self.heads)]
        width = round(head.shape[1] * self.height_px / head.shape[0])
        return cv2.resize(head, (width, self.height_px), interpolation=cv2.INTER_AREA)


def still(shared: Path, name: str) -> list[np.ndarray]:
    """The head of one person from a photograph, as a series of one."""
    file, (x, y, w, h) = HEADS[name]
    image = np.asarray(Image.open(shared / "data/faces" / file).convert("RGB"))
    return [image[y : y + h, x : x + w]]


def clip(shared: Path, file: str, box: tuple[int, int, int, int], count: int) -> list[np.ndarray]:
    """The first frames of a clip, cut to a box: a head that really moves."""
    x, y, w, h = box
    heads = []
    with av.open(str(shared / "data/faces" / file)) as container:
        for frame in container.decode(video=0):
            heads.append(frame.to_ndarray(format="rgb24")[y : y + h, x : x + w])
            if len(heads) == count:
                break
    return heads


def compose(
    actors: Sequence[Actor], duration_s: float, rate: float
) -> Iterator[tuple[Frame, list[tuple[float, float] | None]]]:
    """Frames and, for each actor, where the head's centre truly is (None: away)."""
    backdrop = np.full((HEIGHT, WIDTH, 3), (176, 170, 160), np.uint8)
    backdrop = backdrop + np.random.default_rng(3).integers(0, 12, backdrop.shape, np.uint8)
    for index in range(round(duration_s * rate)):
        image, truth = backdrop.copy(), []
        for actor in actors:
            place = actor.path(index / rate)
            truth.append(place)
            if place is not None:
                paste(image, actor.picture(index), place)
        yield Frame(image, index / rate, index), truth


def paste(image: np.ndarray, head: np.ndarray, centre: tuple[float, float]) -> None:
    """Blends an oval of the head into the picture, cut at its edges."""
    h, w = head.shape[:2]
    mask = np.zeros((h, w), np.float32)
    cv2.ellipse(mask, (w // 2, h // 2), (int(w * 0.46), int(h * 0.48)), 0, 0, 360, 1.0, -1)
    mask = cv2.GaussianBlur(mask, (0, 0), 2)[..., None]
    x, y = round(centre[0] - w / 2), round(centre[1] - h / 2)
    x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + w, WIDTH), min(y + h, HEIGHT)
    if x1 <= x0 or y1 <= y0:
        return
    part = slice(y0 - y, y1 - y), slice(x0 - x, x1 - x)
    blend = mask[part] * head[part] + (1 - mask[part]) * image[y0:y1, x0:x1]
    image[y0:y1, x0:x1] = blend.astype(np.uint8)


def line(
    start: tuple[float, float], end: tuple[float, float], begin_s: float, end_s: float
) -> Path2D:
    """Straight from start to end between two times; rests before and after."""

    def path(time_s: float) -> tuple[float, float]:
        share = min(max((time_s - begin_s) / (end_s - begin_s), 0.0), 1.0)
        return (
            start[0] + share * (end[0] - start[0]),
            start[1] + share * (end[1] - start[1]),
        )

    return path


def absent(path: Path2D, away_from_s: float, back_at_s: float) -> Path2D:
    """The path, but out of the picture between two times."""
    return lambda t: None if away_from_s <= t < back_at_s else path(t)
