"""From what the user typed to a source."""

from __future__ import annotations

import re
from os import PathLike
from pathlib import Path

from mien.capture.folder import FolderSource
from mien.capture.image import ImageSource, is_picture, problem
from mien.capture.source import DEFAULT_EVERY_S, Source
from mien.capture.video import VideoSource
from mien.capture.webcam import WebcamSource
from mien.errors import SourceError


def open_source(
    source: str | PathLike[str] | int,
    *,
    every_s: float | None = DEFAULT_EVERY_S,
    start_s: float = 0.0,
) -> Source:
    """Opens a video, a picture, a folder of pictures, or ``webcam[:N]`` (or a number).

    Args:
        every_s: seconds between readings; None reads every frame.
        start_s: begin here (videos and folders).

    Raises:
        SourceError: with what is wrong and what to do, on one line.
    """
    if not isinstance(source, str | PathLike | int):
        raise SourceError(
            "A source is the path of a video, picture or folder, webcam[:N], or a camera's "
            f"number, got {type(source).__name__}. Save a picture to a file first."
        )
    if source == "":  # an unset variable of the shell; as a path it is the current folder
        raise SourceError("The source is empty. Give a video, picture, folder, or webcam[:N].")
    camera = re.fullmatch(r"webcam(?::(\d+))?", str(source))
    if isinstance(source, int) or camera:
        number = source if isinstance(source, int) else int((camera and camera[1]) or 0)
        return WebcamSource(number, every_s)
    path = Path(source)
    try:
        path.stat()
        is_folder = path.is_dir()
    except (OSError, ValueError, RuntimeError) as error:  # links in a loop, bad names
        raise problem(path, error) from error
    if is_folder:
        return FolderSource(path, every_s, start_s)
    if not path.is_file():
        raise SourceError(f"{path} is not a file or folder (a device?). Give a video file.")
    if is_picture(path):
        return ImageSource(path)
    return VideoSource(path, every_s, start_s)
