"""mien reads how a lesson is received: faces, expressions, learning states.

``mien.Pipeline`` is the way in; nothing is loaded before it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mien.version import VERSION

if TYPE_CHECKING:
    from mien.pipeline import Pipeline
    from mien.result import Result

__version__ = VERSION
__all__ = ["Pipeline", "Result", "__version__"]


def __getattr__(name: str) -> Any:
    # Lazily, so that `import mien.labels` costs neither OpenCV nor ONNX Runtime.
    if name == "Pipeline":
        from mien.pipeline import Pipeline

        return Pipeline
    if name == "Result":
        from mien.result import Result

        return Result
    raise AttributeError(f"module 'mien' has no attribute {name!r}")
