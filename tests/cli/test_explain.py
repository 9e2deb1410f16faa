"""``mien explain``: a sheet, or one line that says what is wrong."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

torch = pytest.importorskip("torch")

from mien.cli import app  # noqa: E402
from mien.errors import DataError, MienError, ModelError, SettingsError  # noqa: E402
from mien.network_input import NetworkInput  # noqa: E402
from mien.networks.checkpoint import TrainedNetwork  # noqa: E402
from mien.networks.table import SYSTEMS  # noqa: E402

RUN = CliRunner()


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    network = SYSTEMS["landmark-cnn"].build(3, width=8)
    file = tmp_path / "best.ckpt"
    shape = NetworkInput(24, landmarks=34)
    labels = ("anger", "happiness", "neutral")
    trained = TrainedNetwork("landmark-cnn", {"width": 8}, labels, shape, network.state_dict())
    file.write_bytes(trained.to_bytes())
    return file


@pytest.fixture
def face(tmp_path: Path) -> Path:
    file = tmp_path / "face.png"
    pixels = np.random.default_rng(0).integers(0, 255, (48, 48, 3), np.uint8)
    Image.fromarray(pixels).save(file)
    return file


def test_a_sheet_with_a_row_a_face(checkpoint: Path, face: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.png"
    result = RUN.invoke(
        app, ["explain", str(checkpoint), str(face), str(face), "--out", str(sheet)]
    )
    assert result.exit_code == 0, result.output
    with Image.open(sheet) as picture:
        assert picture.height > 2 * 112


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        ({"image": "none.png"}, DataError, "There is no .*none.png"),
        ({"image": "text.txt"}, DataError, "is no picture"),
        ({"image": "broken.png"}, DataError, "not a picture that can be read"),
        ({"checkpoint": "none.ckpt"}, ModelError, "There is no checkpoint"),
        ({"checkpoint": "text.txt"}, ModelError, "is not a checkpoint"),
        ({"extra": ["--target", "happines"]}, SettingsError, "Did you mean 'happiness'"),
        ({"extra": ["--find-faces"]}, DataError, "No face was found"),
        ({"out": "sheet.jpg"}, SettingsError, "must name a .png file"),
    ],
)
def test_what_cannot_be_used_is_one_line(
    checkpoint: Path,
    face: Path,
    tmp_path: Path,
    change: dict[str, object],
    kind: type[MienError],
    words: str,
) -> None:
    for name in ("text.txt", "broken.png"):
        (tmp_path / name).write_text("no picture")
    model = tmp_path / str(change.get("checkpoint", checkpoint.name))
    image = tmp_path / str(change.get("image", face.name))
    out = tmp_path / str(change.get("out", "sheet.png"))
    extra = [str(word) for word in change.get("extra", [])]  # type: ignore[attr-defined]
    with pytest.raises(kind, match=words) as caught:
        RUN.invoke(
            app,
            ["explain", str(model), str(image), "--out", str(out), *extra],
            catch_exceptions=False,
        )
    assert "\n" not in str(caught.value)
    assert not out.exists()
