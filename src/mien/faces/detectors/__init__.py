"""The detectors by name: a plain table. To add one: a file, a line here, a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from mien.errors import SettingsError, choose_from
from mien.faces.detectors.blazeface import BlazeFace
from mien.faces.detectors.detection import Detection, Detector
from mien.faces.detectors.haar import Haar
from mien.faces.detectors.yunet import YuNet

#: Tiles along the shorter side in a classroom: finds faces down to about 4 % of it.
CLASSROOM_TILES: Final = 2

DETECTORS: Final[dict[str, Callable[[], Detector]]] = {
    "blazeface": lambda: BlazeFace("full"),
    "blazeface-short": lambda: BlazeFace("short"),
    "blazeface-tiles": lambda: BlazeFace("full", tiles=CLASSROOM_TILES),
    "yunet": lambda: YuNet(),
    "haar": lambda: Haar(),
}


def open_detector(name: str) -> Detector:
    """The detector of that name.

    Raises:
        SettingsError: for an unknown name; the message lists the valid ones.
        ModelError: when its model file is missing; the message says how to get it.
    """
    if name not in DETECTORS:
        raise SettingsError(choose_from("Detector", name, DETECTORS))
    return DETECTORS[name]()


__all__ = ["DETECTORS", "Detection", "Detector", "open_detector"]
