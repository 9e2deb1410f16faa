"""Covered faces: how they are made, and that the answer learns to tell them."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from mien.networks.compact import CompactNet  # noqa: E402
from mien.networks.covering import CoveringNet  # noqa: E402
from mien.training import covering  # noqa: E402


def faces(count: int) -> np.ndarray:
    """Grey ovals with dark eyes and a mouth on a light ground, each a little different."""
    random = np.random.default_rng(7)
    rows, columns = np.mgrid[0:48, 0:48]
    drawn = []
    for _ in range(count):
        dx, dy = random.integers(-2, 3, 2)
        face = np.where(np.roll(covering.FACE, (dy, dx), (0, 1)), 0.6, 0.9)
        for x, y, w, h in ((17, 19, 3, 2), (31, 19, 3, 2), (24, 35, 7, 2)):
            part = (abs(columns - x - dx) < w) & (abs(rows - y - dy) < h)
            face = np.where(part, 0.2, face)
        drawn.append(face + random.normal(0, 0.02, face.shape))
    return np.stack(drawn).clip(0, 1).astype(np.float32)


def test_the_face_fills_its_ellipse() -> None:
    assert covering.FACE.sum() == pytest.approx(np.pi * 22 * 17, rel=0.01)
    assert not covering.FACE[0].any()
    assert covering.FACE[24, 8:41].all()


def test_the_share_is_of_the_face_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    left = np.mgrid[0:48, 0:48][1] < 24
    monkeypatch.setattr(covering, "shape_of_cover", lambda _: left)
    clear = faces(2)
    covered, shares = covering.covered_faces(clear, ("flat",), np.random.default_rng(0))
    assert shares == pytest.approx([0.5, 0.5], abs=0.03)
    assert np.array_equal(covered[:, :, 24:], clear[:, :, 24:])
    assert all(np.ptp(face[:, :24]) == 0 for face in covered)


@pytest.mark.parametrize("kind", sorted(set(covering.FILLINGS)))
def test_fillings_stay_in_range(kind: str) -> None:
    drawn = covering.filling(kind, faces(3), np.random.default_rng(1))
    assert drawn.shape == (48, 48)
    assert drawn.dtype == np.float32
    assert 0 <= drawn.min() <= drawn.max() <= 1


def test_even_an_untrained_trunk_tells_plain_covers() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(3)
    network = CoveringNet(CompactNet(16, 0.0)).eval()
    learn, check = ((faces(n) * 255).astype(np.uint8) for n in (300, 120))
    found = covering.fit_covering(network, learn, check)
    assert found.auc > 0.9
    assert found.false_alarms <= covering.FALSE_ALARMS + 1 / 120
    assert found.found_half >= found.found_third
    # An answer that looks at nothing is at even odds: the figure rests on the covers.
    blind = CoveringNet(CompactNet(16, 0.0)).eval()
    with torch.no_grad():
        blind.covered.weight.zero_()
    assert covering.judge_covering(blind, check / np.float32(255), None).auc == 0.5


@pytest.mark.parametrize("side_px", [48, 56])
def test_the_expression_stays_what_it_was(side_px: int) -> None:
    torch.manual_seed(4)
    network = CompactNet(8, 0.0, side_px=side_px).eval()
    x = torch.rand(2, 1, 48, 48)
    with torch.no_grad():
        for mine, own in zip(CoveringNet(network).eval()(x)[:2], network(x), strict=True):
            torch.testing.assert_close(mine, own)
