"""Where each bundled face model comes from: npm package, file, check sum, outputs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
#: Where the ONNX files go: git-ignored, packed into wheel and sdist.
TARGET: Final = ROOT / "src" / "mien" / "weights" / "mediapipe"
LICENCE: Final = "Apache-2.0"

FACE_DETECTION: Final = "@mediapipe/face_detection@0.4.1657300184"
FACE_MESH: Final = "@mediapipe/face_mesh@0.4.1657299874"


@dataclass(frozen=True)
class Source:
    """One model.

    Attributes:
        name: stem of the ONNX file.
        package: npm package with its exact version.
        file: the ``.tflite`` in the package; for a packed one its name in the pack.
        pack: stem of the ``.data`` file (and its ``_loader.js``) that holds ``file``.
        sha256: of the ``.tflite`` bytes, taken from the packages named above.
        outputs: tensor name in the ``.tflite`` -> name and shape after the batch
            axis in the ONNX file.
    """

    name: str
    package: str
    file: str
    sha256: str
    outputs: dict[str, tuple[str, tuple[int, ...]]]
    pack: str | None = None

    @property
    def target(self) -> Path:
        return TARGET / f"{self.name}.onnx"


SOURCES: Final = (
    Source(
        "blazeface_short",
        FACE_DETECTION,
        "face_detection_short_range.tflite",
        "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633",
        {"regressors": ("boxes", (896, 16)), "classificators": ("scores", (896, 1))},
    ),
    Source(
        "blazeface_full",
        FACE_DETECTION,
        "face_detection_full_range.tflite",
        "99bf9494d84f50acc6617d89873f71bf6635a841ea699c17cb3377f9507cfec3",
        {
            "reshaped_regressor_face_4": ("boxes", (2304, 16)),
            "reshaped_classifier_face_4": ("scores", (2304, 1)),
        },
    ),
    Source(
        "face_mesh",
        FACE_MESH,
        "face_landmark.tflite",
        "c603fa6149219a3e9487dc9abd7a0c24474c77263273d24868378cdf40aa26d1",
        {"conv2d_21": ("landmarks", (1404,)), "conv2d_31": ("presence", (1,))},
        pack="face_mesh_solution_packed_assets",
    ),
)


def stamp(source: Source) -> str:
    """Changes whenever the model or the code that converts it does; written into the
    ONNX file, where it can be found without reading ONNX."""
    digest = hashlib.sha256(source.sha256.encode())
    for part in ("sources.py", "tflite_graph.py", "widened_sums.py", "conversion.py"):
        digest.update((Path(__file__).parent / part).read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def is_current(source: Source) -> bool:
    """Whether the ONNX file is there and made by this code from this model."""
    if not source.target.is_file():
        return False
    return stamp(source).encode() in source.target.read_bytes()


def outdated() -> list[Source]:
    """The models that have to be made."""
    return [source for source in SOURCES if not is_current(source)]
