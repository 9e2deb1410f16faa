"""What is drawn, where, and what stays untouched."""

from __future__ import annotations

import numpy as np
import pytest

from mien.labels import FERPLUS
from mien.observations import Expression, HeadPose, Quality
from mien.report.drawing import FaceDrawing, draw_face, draw_faces
from mien.report.face_contours import CONTOURS
from mien.report.face_marks import axes_of_pose, dashes
from mien.report.lettering import shorten, text_width_px, write_text
from mien.report.palette import EXPRESSION_HEX, colour_of, rgb
from mien.report.panel import Panel, bars_of, headline
from mien.report.placement import best_place, crossings, shares_hidden

SHARES = dict(zip(FERPLUS, (0.05, 0.65, 0.1, 0.05, 0.05, 0.04, 0.03, 0.03), strict=True))
HAPPY = Expression("happiness", SHARES)
UNSURE = Expression("unknown", SHARES, "unsure")
BOX = (300.0, 100.0, 80.0, 90.0)


def grey(height: int = 360, width: int = 640) -> np.ndarray:
    return np.full((height, width, 3), 120, np.uint8)


def has(image: np.ndarray, colour: tuple[int, int, int]) -> bool:
    return bool((image == colour).all(-1).any())


def test_box_takes_the_colour_of_the_expression() -> None:
    drawn = draw_face(grey(), box_px=BOX, label_text="face 1", expression=HAPPY)
    top = drawn[100, 302:378]
    assert (top == (0xE6, 0x9F, 0x00)).all()


def test_the_picture_itself_and_everything_far_from_the_face_stay_as_they_were() -> None:
    image = grey()
    drawn = draw_face(image, box_px=BOX, label_text="face 1", expression=HAPPY)
    assert (image == 120).all()
    assert drawn.shape == image.shape
    assert drawn.dtype == np.uint8
    assert (drawn[:, :100] == 120).all()
    assert (drawn[300:] == 120).all()


def test_nothing_lies_on_the_face_but_its_own_box() -> None:
    drawn = draw_face(grey(), box_px=BOX, label_text="face 1", expression=HAPPY)
    assert (drawn[105:185, 305:375] == 120).all()


def test_unknown_is_dashed_and_light_and_its_bars_are_hollow() -> None:
    known = draw_face(grey(), box_px=BOX, label_text="face 1", expression=HAPPY)
    unknown = draw_face(grey(), box_px=BOX, label_text="face 1", expression=UNSURE)
    top = unknown[100, 300:380].astype(int).sum(-1)
    assert (top > 3 * 200).any()  # light dashes ...
    assert (top < 3 * 60).any()  # ... with dark gaps
    orange = np.array(rgb(EXPRESSION_HEX["happiness"]))
    filled, hollow = (int((i == orange).all(-1)[:, 385:].sum()) for i in (known, unknown))
    assert filled > 2 * hollow > 0


def test_without_affect_the_box_is_whole_and_no_bar_is_drawn() -> None:
    drawn = draw_face(grey(), box_px=BOX, label_text="face 1")
    assert (drawn[100, 302:378] == colour_of("unknown")).all()
    assert not any(has(drawn, rgb(code)) for code in EXPRESSION_HEX.values())


def test_mesh_is_drawn_at_its_points_only() -> None:
    mesh = np.zeros((468, 3), np.float32)
    mesh[:] = (340, 145, 0)
    mesh[10] = (340, 120, 0)
    drawn = draw_face(grey(), box_px=BOX, label_text="", mesh_px=mesh)
    assert drawn[120, 340].sum() > 3 * 130
    assert (drawn[150:185, 310:370] == 120).all()


def test_pose_arrow_points_where_the_head_looks() -> None:
    left = draw_face(grey(), box_px=BOX, label_text="", pose=HeadPose(40, 0, 0))
    yellow = np.argwhere((left == (240, 228, 66)).all(-1))
    # 0.45 sqrt(80 * 90) sin 40° = 24.5 px to the right of the middle, 340.
    assert abs(yellow[:, 1].max() - 364.5) < 6
    assert abs(yellow[:, 0].mean() - 145) < 3


@pytest.mark.parametrize(
    ("pose", "row", "expected"),
    [
        (HeadPose(0, 0, 0), 0, (1, 0)),
        (HeadPose(0, 0, 0), 1, (0, -1)),
        (HeadPose(0, 0, 0), 2, (0, 0)),
        (HeadPose(30, 0, 0), 2, (0.5, 0)),  # to the right of the picture
        (HeadPose(0, -30, 0), 2, (0, 0.5)),  # down
        (HeadPose(0, 0, 90), 1, (1, 0)),  # clockwise: up becomes right
    ],
)
def test_axes_by_hand(pose: HeadPose, row: int, expected: tuple[float, float]) -> None:
    np.testing.assert_allclose(axes_of_pose(pose)[row], expected, atol=1e-12)


@pytest.mark.parametrize("side", [200, 1000, 4000])
def test_bars_grow_with_the_picture_and_stay_inside(side: int) -> None:
    box = (side * 0.05, side * 0.05, side * 0.2, side * 0.2)
    drawn = draw_face(grey(side, side), box_px=box, label_text="face 1", expression=HAPPY)
    orange = (drawn == rgb(EXPRESSION_HEX["happiness"])).all(-1)
    orange[: int(side * 0.27), : int(side * 0.27)] = False
    rows = np.flatnonzero(orange.any(1))
    assert rows.size >= 0.02 * side


@pytest.mark.parametrize(
    "box", [(0, 0, 200, 200), (-50, -50, 400, 400), (150, 150, 90, 90), (500, 500, 20, 20)]
)
def test_faces_at_and_over_the_edge_can_be_drawn(box: tuple[float, ...]) -> None:
    drawn = draw_face(
        grey(200, 200),
        box_px=box,  # type: ignore[arg-type]
        label_text="face 1",
        expression=UNSURE,
        pose=HeadPose(10, 10, 10),
        state_text="state: puzzled\nfocus: attentive",
    )
    assert drawn.shape == (200, 200, 3)
    assert (drawn != 120).any()


def test_tiny_pictures_can_be_drawn() -> None:
    assert draw_face(
        grey(16, 24), box_px=(2, 2, 8, 8), label_text="face", expression=HAPPY
    ).shape == (16, 24, 3)


def test_no_panel_hides_another_face() -> None:
    boxes = [(40.0 + 150 * i, 140.0, 70.0, 80.0) for i in range(4)]
    faces = [FaceDrawing(b, f"face {i}", expression=HAPPY) for i, b in enumerate(boxes)]
    drawn = draw_faces(grey(), faces)
    for x, y, w, h in ((round(v) for v in b) for b in boxes):
        assert (drawn[y + 5 : y + h - 5, x + 5 : x + w - 5] == 120).all()


def test_best_place_is_beside_the_face_and_inside() -> None:
    place = best_place((100, 50), (640, 360), (200, 100, 80, 80), gap_px=4)
    assert place.box_px == (284, 100, 100, 50)
    assert place.covered == 0
    at_the_right_edge = best_place((100, 50), (640, 360), (560, 100, 80, 80), gap_px=4)
    assert at_the_right_edge.box_px == (456, 100, 100, 50)


def test_best_place_avoids_faces_and_panels_that_stand() -> None:
    beside = (284.0, 100.0, 100.0, 50.0)
    own = (200.0, 100.0, 80.0, 80.0)
    for faces, panels in ([[beside], []], [[], [beside]]):
        place = best_place((100, 50), (640, 360), own, faces, panels)
        assert (shares_hidden(np.array([beside, own]), np.array([place.box_px])) == 0).all()


def test_shares_hidden_by_hand() -> None:
    hidden = np.array([(0.0, 0.0, 10.0, 10.0), (20.0, 0.0, 10.0, 20.0)])
    by = np.array([(5.0, 5.0, 20.0, 10.0), (100.0, 0.0, 5.0, 5.0)])
    np.testing.assert_allclose(shares_hidden(hidden, by), [[0.25, 0.25], [0.0, 0.0]])


def test_crossings_by_hand() -> None:
    own = np.array((0.0, 0.0, 10.0, 10.0))
    between = np.array([(40.0, 0.0, 10.0, 10.0)])
    tried = np.array([(80.0, 0.0, 20.0, 10.0), (0.0, 80.0, 20.0, 10.0)])
    assert crossings(tried, own, between).tolist() == [True, False]


def test_dashes_begin_and_end_with_ink() -> None:
    pieces = dashes(np.array([0.0, 0.0]), np.array([50.0, 0.0]), 10.0)
    np.testing.assert_allclose([p[:, 0] for p in pieces], [[0, 10], [20, 30], [40, 50]])


def test_headlines() -> None:
    poor = Quality(30, 0.5, 0.1, 0.1, 1.0, "dark")
    assert headline(HAPPY, None) == "happiness 65 %"
    assert headline(UNSURE, None) == "unknown (unsure)"
    assert headline(Expression("unknown", {}, "dark"), poor) == "unknown (dark)"
    assert headline(None, poor) == "hard to see (dark)"
    assert headline(None, None) == ""


def test_few_bars_are_the_likeliest_and_no_probabilities_give_none() -> None:
    assert bars_of(HAPPY, 2) == (("happiness", 0.65), ("surprise", 0.1))
    assert [name for name, _ in bars_of(HAPPY, 8)] == list(FERPLUS)
    assert bars_of(Expression("unknown", {}, "small"), 8) == ()


def test_panel_is_as_wide_as_its_longest_line() -> None:
    short, long = (Panel((text,), (), "", 20).size_px for text in ("ab", "ab" * 10))
    assert long[0] - short[0] == pytest.approx(
        text_width_px("ab" * 10, 20) - text_width_px("ab", 20), abs=1
    )
    assert long[1] == short[1]


def test_text_is_cut_at_the_edge_of_the_picture() -> None:
    image = grey(40, 40)
    write_text(image, "wide words", (30, 10), 20, (255, 255, 255))
    write_text(image, "wide words", (-30, 30), 20, (255, 255, 255))
    write_text(image, "outside", (80, 80), 20, (255, 255, 255))
    assert (image[:, 30:] != 120).any()
    assert (image[12:28, :28] == 120).all()


def test_long_text_is_shortened_with_a_sign() -> None:
    cut = shorten("a rather long piece of text", 20, 100)
    assert cut.endswith("…")
    assert text_width_px(cut, 20) <= 100
    assert shorten("short", 20, 100) == "short"


def test_contours_stay_within_the_mesh_and_outlines_are_closed() -> None:
    assert all(0 <= i < 468 for chain in CONTOURS.values() for i in chain)
    assert all(chain[0] == chain[-1] for name, chain in CONTOURS.items() if name != "nose")
    assert all(len(set(c)) >= len(c) - 1 for c in CONTOURS.values())
