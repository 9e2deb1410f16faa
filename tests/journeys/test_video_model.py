"""A video network from its checkpoint to a lesson's report, by the two commands."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet
import pytest

torch = pytest.importorskip("torch")

from contracts.test_systems import REDUCED, built  # noqa: E402
from mien.labels import ENGAGEMENT_LEVELS, UNKNOWN  # noqa: E402
from mien.networks.checkpoint import TrainedNetwork  # noqa: E402
from mien.networks.table import SYSTEMS  # noqa: E402

NAME = "r2plus1d-attention"


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "mien", *(str(a) for a in arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=200)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a network that says *high* of everything: what is asked here is the way, and a lesson
    that is read with a network of chance could prove nothing of it."""
    torch.manual_seed(0)
    network = built(NAME, len(ENGAGEMENT_LEVELS)).eval()
    with torch.no_grad():
        network.classifier.weight.zero_()
        network.classifier.bias.copy_(torch.tensor([0.0, 0.0, 5.0, 0.0]))
    reduced = REDUCED[NAME]
    shape = replace(SYSTEMS[NAME].input, side_px=reduced.side_px, frames=reduced.frames)
    trained = TrainedNetwork(
        NAME, reduced.switches, ENGAGEMENT_LEVELS, shape, network.state_dict(), 1.0,
        {"dataset": "dfew"},
    )  # fmt: skip
    path = tmp_path_factory.mktemp("video") / "best.ckpt"
    path.write_bytes(trained.to_bytes())
    return path


def test_levels_of_engagement_from_clips_of_a_followed_face(
    checkpoint: Path, shared: Path, tmp_path: Path
) -> None:
    file, out = tmp_path / "video.onnx", tmp_path / "out"
    done = run("export", checkpoint, "--out", file)
    assert done.returncode == 0, done.stderr
    video = shared / "data/faces/WolfgangLanger_Pexels.mp4"
    done = run("analyze", video, "--out", out, "--video-model", file, "--every", 0.25)
    assert done.returncode == 0, done.stderr
    said = pyarrow.parquet.read_table(out / "observations.parquet").to_pylist()
    first = [row for row in said if row["time_s"] < 4.9]
    later = [row for row in said if row["time_s"] > 5.5]
    # A clip lasts five seconds: before the first is whole nothing is known.
    assert {row["expression"] for row in first} == {UNKNOWN}
    assert {row["expression"] for row in later} == {"high"}
    states = json.loads((out / "summary.json").read_text())["assessment"]["states"]
    assert "high" in {s["state"] for s in states if s["rule"] == "engagement_level"}
    page = (out / "report.html").read_text()
    assert "read from clips by the model video.onnx" in page


def test_a_video_network_is_no_model_of_pictures(checkpoint: Path, tmp_path: Path) -> None:
    file = tmp_path / "video.onnx"
    assert run("export", checkpoint, "--out", file).returncode == 0
    picture = tmp_path / "none.png"
    done = run("recognize", picture, "--model", file)
    assert done.returncode != 0
    assert "--video-model" in done.stderr
    assert "Traceback" not in done.stderr
