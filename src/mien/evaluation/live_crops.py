"""Is the crop that the live way cuts the crop that the model learned?

Test faces are pasted into pictures, found, meshed and cut again by the live way.
``python -m mien.evaluation.live_crops --data fer2013.zip`` draws both kinds of crop on one
sheet, to be looked at (the faces are the data set's, so it is not for publishing).
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mien.datasets.fer2013 import read_fer2013
from mien.expression.preprocessing import face_crop
from mien.faces.detectors import open_detector
from mien.faces.follower import FaceFollower
from mien.faces.mesh import FaceMesh
from mien.observations import Frame

#: The picture, and the sides at which faces are pasted.
WIDTH, HEIGHT = 640, 360
SIDES_PX = (96, 240)


@dataclass(frozen=True)
class LiveCrops:
    """Attributes:
    crops: ``(N, 48, 48)`` in [0, 1]; black where no face was found.
    found: ``(N,)``.
    readable: ``(N,)`` found, and of enough quality to be read.
    """

    crops: NDArray[np.float32]
    found: NDArray[np.bool_]
    readable: NDArray[np.bool_]


def pasted(image: NDArray[Any], random: np.random.Generator) -> NDArray[Any]:
    """A grey face ``(48, 48)`` enlarged, turned up to 10 degrees, on a soft backdrop."""
    side = int(random.integers(*SIDES_PX))
    backdrop = cv2.resize(random.integers(70, 190, (6, 10, 3), np.uint8), (WIDTH, HEIGHT))
    x, y = (int(random.uniform(side * 0.6, end - side * 0.6)) for end in (WIDTH, HEIGHT))
    large = cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC)
    face = np.repeat(large[..., None], 3, axis=2)
    matrix: NDArray[Any] = cv2.getRotationMatrix2D(
        (side / 2, side / 2), float(random.uniform(-10, 10)), 1.0
    )
    matrix[:, 2] += np.array([x - side / 2, y - side / 2])
    layer = cv2.warpAffine(face, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC)
    mask = cv2.warpAffine(np.ones((side, side), np.float32), matrix, (WIDTH, HEIGHT))[..., None]
    return (mask * layer + (1 - mask) * backdrop).astype(np.uint8)


def cut_again(images: NDArray[Any], seed: int = 0) -> LiveCrops:
    """Pastes, finds and cuts each of ``(N, 48, 48)`` uint8."""
    random, mesh = np.random.default_rng(seed), FaceMesh()
    detector = open_detector("blazeface")
    crops = np.zeros((len(images), 48, 48), np.float32)
    found, readable = np.zeros(len(images), bool), np.zeros(len(images), bool)
    for index, image in enumerate(images):
        picture = pasted(image, random)
        seen = FaceFollower(detector, mesh).read(Frame(picture, 0.0))
        if seen:
            face = max((f for _, f in seen), key=lambda f: f.box_px[2])
            found[index] = True
            readable[index] = face.quality is None or face.quality.readable
            crops[index] = face_crop(picture, face)
    return LiveCrops(crops, found, readable)


def contact_sheet(images: NDArray[Any], live: LiveCrops, count: int = 12) -> NDArray[Any]:
    """Data-set faces above, the same faces as the live way cuts them below."""
    rows = np.flatnonzero(live.found)[:count]
    above = np.hstack(list(images[rows]))
    below = np.hstack(list((live.crops[rows] * 255).astype(np.uint8)))
    return cv2.resize(np.vstack([above, below]), None, fx=2, fy=2)


def mean_faces(images: NDArray[Any], live: LiveCrops) -> NDArray[Any]:
    """The mean data-set face beside the mean live crop of the same faces."""
    rows = live.found
    pair = [images[rows].mean(0), live.crops[rows].mean(0) * 255]
    return cv2.resize(np.hstack(pair).astype(np.uint8), None, fx=4, fy=4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("runs/crops.png"))
    arguments = parser.parse_args()
    faces = read_fer2013(arguments.data, "validation").images[:60]
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(contact_sheet(faces, cut_again(faces), count=24)).save(arguments.out)
    print(f"Data set above, live crops below: {arguments.out}")


if __name__ == "__main__":
    main()
