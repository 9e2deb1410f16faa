"""The sheet shows the crop that the network saw."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from mien.datasets.alignment import TEMPLATE_112  # noqa: E402
from mien.datasets.sample import Sample  # noqa: E402
from mien.explanation import explain as run  # noqa: E402
from mien.explanation.options import ExplanationOptions  # noqa: E402
from mien.explanation.sheet import Block, draw_sheet  # noqa: E402
from mien.landmark_finder import LandmarkFinder  # noqa: E402
from mien.network_input import NetworkInput  # noqa: E402
from mien.networks.checkpoint import TrainedNetwork  # noqa: E402
from mien.networks.table import SYSTEMS  # noqa: E402

LABELS = ("anger", "happiness", "neutral")
SIDE_PX = 112
NOISE = np.random.default_rng(0).integers(0, 256, (SIDE_PX, SIDE_PX, 3), np.uint8)
#: A face that stands on its head: every point is its goal, turned by half a circle. Eyes,
#: nose and mouth are numbers 11, 12, 8, 9 and 10 of the landmark network's 34.
ON_ITS_HEAD = np.zeros((34, 2), np.float32)
ON_ITS_HEAD[[11, 12, 8, 9, 10]] = SIDE_PX - 1 - TEMPLATE_112


def checkpoint(folder: Path, told: dict[str, Any], channels: int = 3, **facts: Any) -> Path:
    torch.manual_seed(0)
    switches = {"width": 8, "channels": channels}
    network = SYSTEMS["landmark-cnn"].build(3, **switches)
    half = (0.5,) * channels
    shape = NetworkInput(SIDE_PX, channels, landmarks=34, mean=half, deviation=half)
    facts = {"recipe": {"data": told}, **facts}
    trained = TrainedNetwork(
        "landmark-cnn", switches, LABELS, shape, network.state_dict(), 1.0, facts
    )
    file = folder / "best.ckpt"
    file.write_bytes(trained.to_bytes())
    return file


@pytest.fixture
def explained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Of a checkpoint, pixels and landmarks: the first square of the sheet, ``(S, S, 3)``."""
    monkeypatch.setenv("MIEN_CACHE_DIR", str(tmp_path / "cache"))

    def of(file: Path, pixels: np.ndarray, landmarks_px: np.ndarray | None) -> np.ndarray:
        sample = Sample(
            "face", -1, f"classes:{','.join(LABELS)}", "test", pixels, landmarks_px=landmarks_px
        )
        drawn: list[Block] = []

        def draw(heading: str, note: str, blocks: list[Block]) -> Any:
            drawn.extend(blocks)
            return draw_sheet(heading, note, blocks)

        monkeypatch.setattr(run, "samples_to_explain", lambda *_: [sample])
        monkeypatch.setattr(run, "draw_sheet", draw)
        run.explain(ExplanationOptions(file, (Path("face.png"),)))
        return drawn[0].rows[0][0].picture.astype(int)

    return of


def test_an_aligned_face_is_shown_aligned(tmp_path: Path, explained: Any) -> None:
    seen = explained(checkpoint(tmp_path, {"align": True}), NOISE, ON_ITS_HEAD)
    # Half a turn lays pixels on pixels; interpolation may round by a level.
    assert np.abs(seen - NOISE[::-1, ::-1]).max() <= 1


def test_without_alignment_the_face_is_shown_as_it_is(tmp_path: Path, explained: Any) -> None:
    seen = explained(checkpoint(tmp_path, {"align": False}), NOISE, ON_ITS_HEAD)
    assert (seen == NOISE).all()


def test_landmarks_are_found_for_a_network_of_aligned_faces(
    tmp_path: Path, explained: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture to explain brings none, though the data set's owners gave them."""
    monkeypatch.setattr(LandmarkFinder, "find", lambda *_: ON_ITS_HEAD)
    file = checkpoint(tmp_path, {"align": True, "landmarks": "given"})
    assert np.abs(explained(file, NOISE, None) - NOISE[::-1, ::-1]).max() <= 1


def test_evened_light_is_shown_in_the_networks_own_colours(tmp_path: Path, explained: Any) -> None:
    """Two close greys, each on half of the picture, are black and white when equalised."""
    halves = np.full((SIDE_PX, SIDE_PX, 3), 100, np.uint8)
    halves[:, SIDE_PX // 2 :] = 110
    file = checkpoint(tmp_path, {}, channels=1, illumination="histogram")
    seen = explained(file, halves, None)
    assert (seen[:, : SIDE_PX // 2] == 0).all()
    assert (seen[:, SIDE_PX // 2 :] == 255).all()
