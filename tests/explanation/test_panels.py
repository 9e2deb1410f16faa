"""Maps over faces, and their place on the sheet."""

import numpy as np

from mien.explanation.maps import Explanation
from mien.explanation.panels import PANEL_PX, clip_panels, laid_over, still_panels
from mien.explanation.sheet import Block, draw_sheet

GREY = np.full((48, 48, 3), 128, np.uint8)


def luma(picture: np.ndarray) -> np.ndarray:
    return picture @ np.array([0.299, 0.587, 0.114])


def test_the_largest_cell_is_the_brightest_where_it_lies() -> None:
    face = np.full((PANEL_PX, PANEL_PX, 3), 128, np.uint8)
    values = np.array([[0, 1, 0], [0, 0, 3], [2, 0, 0]], np.float32)
    seen = luma(laid_over(face, values))
    cells = seen[PANEL_PX // 6 :: PANEL_PX // 3, PANEL_PX // 6 :: PANEL_PX // 3][:3, :3]
    assert cells.argmax() == 5
    assert (np.argsort(cells.ravel())[-3:] == [1, 6, 5]).all()


def test_a_map_of_nothing_is_dark_everywhere() -> None:
    assert len(np.unique(laid_over(GREY, np.zeros((7, 7), np.float32)))) <= 3


def test_a_still_has_the_face_first() -> None:
    maps = {"a": np.eye(3, dtype=np.float32), "b": np.ones((7, 7), np.float32)}
    ((face, *others),) = still_panels(GREY, Explanation(np.array([1.0]), 0, maps))
    assert face.title == "face"
    assert [panel.title for panel in others] == ["a", "b"]


def test_a_clip_shows_its_time_with_the_share_of_attention() -> None:
    frames = np.stack([np.full((32, 32, 3), 10 * i, np.uint8) for i in range(16)])
    values = np.stack([np.zeros((2, 2)), np.ones((2, 2))]).astype(np.float32)
    found = Explanation(np.array([1.0]), 0, {"cam": values}, np.array([0.25, 0.75]))
    shown, cam = clip_panels(frames, found)
    assert [panel.bar for panel in shown] == [0.25] * 4 + [0.75] * 4
    assert [int(panel.picture[0, 0, 0]) for panel in shown][::7] == [0, 150]
    # Scaled over the whole time: the second half is bright, the first is not.
    bright = [float(luma(panel.picture).mean()) for panel in cam]
    assert min(bright[4:]) > max(bright[:4]) + 50


def test_the_sheet_holds_every_square() -> None:
    rows = still_panels(GREY, Explanation(np.array([1.0]), 0, {"a": np.eye(3, dtype=np.float32)}))
    one = draw_sheet("title", "note", [Block(("a very long name of a picture.jpg",), rows)])
    two = draw_sheet("title", "note", [Block(("a",), rows), Block(("b",), rows)])
    assert two.height - one.height >= PANEL_PX
    assert one.width > 2 * PANEL_PX
