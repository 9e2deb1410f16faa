"""Each reason for calling a face unreadable, from pictures made for it."""

import cv2
import numpy as np
import pytest

from mien.faces.quality import face_quality
from mien.observations import HeadPose

RNG = np.random.default_rng(0)
TEXTURE = RNG.integers(60, 200, (200, 200, 3), dtype=np.uint8)
BOX = (40.0, 40.0, 120.0, 120.0)


def reason(image: np.ndarray = TEXTURE, box=BOX, presence=1.0, pose=None) -> str:
    return face_quality(image, box, presence, pose).reason


def test_a_clear_face_is_readable() -> None:
    assert face_quality(TEXTURE, BOX, 1.0, HeadPose(10, -5, 3)).readable


@pytest.mark.parametrize(
    ("expected", "arguments"),
    [
        ("small", {"box": (10.0, 10.0, 15.0, 18.0)}),
        ("dark", {"image": TEXTURE // 40}),
        ("dark", {"image": np.full_like(TEXTURE, 90)}),  # no contrast at all
        ("overexposed", {"image": np.full_like(TEXTURE, 200)}),  # washed out
        ("overexposed", {"image": 255 - TEXTURE // 40 * 2}),
        (
            "blurred",
            {
                "image": cv2.GaussianBlur(TEXTURE, (0, 0), 25) // 2
                + np.linspace(0, 120, 200).astype(np.uint8)[None, :, None]
            },
        ),
        ("turned", {"pose": HeadPose(70, 0, 0)}),
        ("turned", {"pose": HeadPose(0, -50, 0)}),
        ("covered", {"presence": 0.3}),
        ("cut off", {"box": (-90.0, 40.0, 120.0, 120.0)}),
        ("cut off", {"box": (-500.0, 40.0, 120.0, 120.0)}),
    ],
)
def test_reasons(expected: str, arguments: dict) -> None:
    assert reason(**arguments) == expected


def test_visible_is_the_share_inside_times_presence() -> None:
    half_out = face_quality(TEXTURE, (-60.0, 40.0, 120.0, 120.0), 0.9, None)
    assert half_out.visible == pytest.approx(0.5 * 0.9, abs=0.02)
