"""Sources of frames: videos, pictures, folders, cameras."""

from mien.capture.opening import open_source
from mien.capture.source import DEFAULT_EVERY_S, Source

__all__ = ["DEFAULT_EVERY_S", "Source", "open_source"]
