"""Pictures for the parity test: real photographs, frames of videos, and made changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

PHOTOGRAPHS = (
    "single_face.jpg",
    "multi_face.jpg",
    "pexels-alex-green-5700201.jpg",
    "free-mountain-vector-01.jpg",
)
#: Video -> seconds of the frames that are taken.
VIDEOS = {
    "WolfgangLanger_Pexels.mp4": (0.5, 4.0, 8.0, 11.0, 14.0, 18.0),
    "single_face.mp4": (0.2, 1.5),
    "face_noface.mov": (0.5, 2.0, 6.0),
    "no_face.mp4": (1.0,),
}
#: A webcam's picture is about this wide; larger ones are shrunk to it.
WIDTH = 640


def webcam_size(image: Image) -> Image:
    height = round(image.shape[0] * WIDTH / image.shape[1])
    return cv2.resize(image, (WIDTH, height), interpolation=cv2.INTER_AREA)


def frames(path: Path, times_s: tuple[float, ...]) -> Iterator[tuple[float, Image]]:
    wanted = list(times_s)
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            if wanted and frame.time is not None and frame.time >= wanted[0]:
                yield wanted.pop(0), frame.to_ndarray(format="rgb24")


def turned(image: Image, degrees: float) -> Image:
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return cv2.warpAffine(image, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)


def changes(image: Image) -> Iterator[tuple[str, Image]]:
    """One picture under other light, turned, smaller, blurred, covered, cut off."""
    height, width = image.shape[:2]
    yield "turned 25", turned(image, 25)
    yield "turned -40", turned(image, -40)
    yield "dark", (image * 0.25).astype(np.uint8)
    yield "bright", np.clip(image * 1.6, 0, 255).astype(np.uint8)
    yield "black", (image * 0.04).astype(np.uint8)
    yield "white", np.clip(image * 9.0 + 90, 0, 255).astype(np.uint8)
    yield "blurred", cv2.GaussianBlur(image, (0, 0), 3)
    yield "very blurred", cv2.GaussianBlur(image, (0, 0), 10)
    yield "mirrored", np.ascontiguousarray(image[:, ::-1])
    yield "half size", cv2.resize(image, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    yield "odd size", cv2.resize(image, (487, 365), interpolation=cv2.INTER_AREA)
    yield "portrait", np.ascontiguousarray(image[:, width // 5 : width * 4 // 5])
    cut_off = image[:, width // 2 :]
    yield "cut", np.ascontiguousarray(cut_off)


def pictures(faces: Path) -> Iterator[tuple[str, Image]]:
    """Name and RGB picture of each."""
    for name in PHOTOGRAPHS:
        image = cv2.cvtColor(cv2.imread(str(faces / name)), cv2.COLOR_BGR2RGB)
        yield name, image if image.shape[1] < 1000 else webcam_size(image)
    for name, times_s in VIDEOS.items():
        for time_s, image in frames(faces / name, times_s):
            small = webcam_size(image)
            yield f"{name} {time_s} s", small
            if time_s in (0.5, 8.0) and name != "no_face.mp4":
                for change, other in changes(small):
                    yield f"{name} {time_s} s, {change}", other
    photograph = cv2.imread(str(faces / "pexels-alex-green-5700201.jpg"))
    for change, other in changes(webcam_size(cv2.cvtColor(photograph, cv2.COLOR_BGR2RGB))):
        yield f"pexels-alex-green-5700201.jpg, {change}", other
