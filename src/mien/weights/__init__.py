"""The model files in the package, by name."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from mien.errors import ModelError, choose_from

#: Stands for the expression model that ships, where a file could be named.
BUNDLED: Final = "bundled"
_HERE: Final = Path(__file__).parent

#: Name -> file. The expression model is ours; the others are made at build time.
MODELS: Final = {
    "blazeface_short": "mediapipe/blazeface_short.onnx",
    "blazeface_full": "mediapipe/blazeface_full.onnx",
    "face_mesh": "mediapipe/face_mesh.onnx",
    "expression": "expression.onnx",
}


def model_path(name: str) -> Path:
    """Where a bundled model lies.

    Raises:
        ModelError: for an unknown name, or a file that is not there.
    """
    if name not in MODELS:
        raise ModelError(choose_from("Model", name, MODELS))
    path = _HERE / MODELS[name]
    if not path.is_file():
        raise ModelError(
            f"The bundled model {name!r} is missing ({path}). In a checkout make it with: "
            "python -m build_models; otherwise install mien again."
        )
    return path
