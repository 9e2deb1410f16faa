"""What the bundled model's training goes on from."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from mien.errors import ModelError
from mien.networks.compact import CompactNet
from mien.training.bundled_start import kept_in

RECIPE = {"width": 8, "dropout": 0.0, "blocks": (1, 1, 1), "side_px": 48}


def test_the_averaged_weights_are_read(tmp_path: Path) -> None:
    network = CompactNet(8, 0.0, blocks=(1, 1, 1), side_px=48)
    kept = {"weights": network.state_dict(), "recipe": RECIPE}
    torch.save(kept, tmp_path / "best.pt")
    found = kept_in(tmp_path / "best.pt").state_dict()
    assert all(torch.equal(found[name], value) for name, value in network.state_dict().items())


@pytest.mark.parametrize(
    "state",
    [
        None,
        {"network": {}},
        {"recipe": {**RECIPE, "width": "wide"}, "weights": {}},
        {"recipe": {**RECIPE, "width": 16}, "weights": CompactNet(8, 0.0).state_dict()},
    ],
    ids=["no checkpoint", "a run to resume", "another kind", "another size"],
)
def test_another_file_is_one_line(tmp_path: Path, state: object) -> None:
    path = tmp_path / "best.pt"
    if state is None:
        path.write_bytes(b"no checkpoint")
    else:
        torch.save(state, path)
    with pytest.raises(ModelError, match=f"{path} is not a best.pt"):
        kept_in(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"There is no checkpoint .*best\.pt"):
        kept_in(tmp_path / "best.pt")
