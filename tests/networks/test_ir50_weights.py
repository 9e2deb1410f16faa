"""Shared weights of IR-50, in state dicts made here in the layouts of their owners."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor, nn  # noqa: E402

from mien.errors import ModelError  # noqa: E402
from mien.networks.ir50 import IR  # noqa: E402
from mien.networks.ir50_weights import load_ir50, read_checkpoint  # noqa: E402

torch.set_num_threads(1)

WIDTH = 2
#: Units a stage of IR-50 (face.evoLVe, ``get_blocks(50)``).
STAGES = ((2, 2, 3), (2, 4, 4), (4, 8, 14), (8, 16, 3))


def _foreign_unit(inward: int, outward: int, stride: int) -> nn.Module:
    """A ``bottleneck_IR`` of face.evoLVe: names and order of its layers."""
    unit = nn.Module()
    unit.shortcut_layer = (
        nn.MaxPool2d(1, stride)
        if inward == outward
        else nn.Sequential(
            nn.Conv2d(inward, outward, 1, stride, bias=False), nn.BatchNorm2d(outward)
        )
    )
    unit.res_layer = nn.Sequential(
        nn.BatchNorm2d(inward),
        nn.Conv2d(inward, outward, 3, 1, 1, bias=False),
        nn.PReLU(outward),
        nn.Conv2d(outward, outward, 3, stride, 1, bias=False),
        nn.BatchNorm2d(outward),
    )
    return unit


def _foreign_network() -> tuple[nn.Module, list[nn.Sequential]]:
    torch.manual_seed(3)
    network = nn.Module()
    network.input_layer = nn.Sequential(
        nn.Conv2d(3, WIDTH, 3, 1, 1, bias=False), nn.BatchNorm2d(WIDTH), nn.PReLU(WIDTH)
    )
    network.output_layer = nn.Sequential(nn.BatchNorm2d(8 * WIDTH), nn.Linear(8 * WIDTH, 4))
    stages = [
        nn.Sequential(
            _foreign_unit(inward, outward, 2),
            *(_foreign_unit(outward, outward, 1) for _ in range(units - 1)),
        )
        for inward, outward, units in STAGES
    ]
    for tensor in [*network.state_dict().values(), *(t for s in stages for t in s.parameters())]:
        if tensor.is_floating_point():
            tensor.data.uniform_(0.1, 0.5)
    return network, stages


def _foreign_answer(network: nn.Module, stages: list[nn.Sequential], x: Tensor) -> Tensor:
    y = network.input_layer.eval()(x)
    for stage in stages:
        for unit in stage.eval():
            y = unit.res_layer(y) + unit.shortcut_layer(y)
    return y


def _evolve(network: nn.Module, stages: list[nn.Sequential]) -> dict[str, Tensor]:
    network.body = nn.Sequential(*(unit for stage in stages for unit in stage))
    return dict(network.state_dict())


def _poster(network: nn.Module, stages: list[nn.Sequential], count: int) -> dict[str, Tensor]:
    for number, stage in enumerate(stages[:count], 1):
        setattr(network, f"body{number}", stage)
    return dict(network.state_dict())


def test_face_evolve_layout_gives_the_same_maps() -> None:
    network, stages = _foreign_network()
    state = _evolve(network, stages)
    assert "body.7.res_layer.1.weight" in state  # as in the shared file
    backbone = IR("ir50", WIDTH).eval()
    loaded = load_ir50(backbone, state)
    assert (loaded.layout, loaded.fresh) == ("face.evoLVe", ())
    assert loaded.left_out
    assert all(key.startswith("output_layer.") for key in loaded.left_out)
    x = torch.rand(2, 3, 32, 32)
    with torch.no_grad():
        torch.testing.assert_close(backbone(x)[-1], _foreign_answer(network, stages, x))


def test_poster_layout_fills_its_three_stages() -> None:
    network, stages = _foreign_network()
    state = _poster(network, stages, 3)
    assert "body3.13.res_layer.4.running_mean" in state
    backbone = IR("ir50", WIDTH).eval()
    loaded = load_ir50(backbone, state)
    assert loaded.layout == "POSTER"
    assert loaded.fresh
    assert all(name.startswith("stages.3.") for name in loaded.fresh)
    x = torch.rand(2, 3, 32, 32)
    with torch.no_grad():
        torch.testing.assert_close(backbone(x)[2], _foreign_answer(network, stages[:3], x))


def test_poster_layout_with_a_fourth_stage_is_whole() -> None:
    network, stages = _foreign_network()
    assert load_ir50(IR("ir50", WIDTH), _poster(network, stages, 4)).fresh == ()


@pytest.mark.parametrize("wrapped", [False, True])
def test_files_with_wrappers_are_read(tmp_path: Path, wrapped: bool) -> None:
    state = _evolve(*_foreign_network())
    content = {f"module.{k}": v for k, v in state.items()} if wrapped else state
    torch.save({"state_dict": content} if wrapped else content, tmp_path / "ir50.pth")
    read = read_checkpoint(tmp_path / "ir50.pth")
    assert set(read) == set(state)
    assert load_ir50(IR("ir50", WIDTH), read).fresh == ()


def test_files_that_are_none_are_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no file .*ir50\.pth"):
        read_checkpoint(tmp_path / "ir50.pth")
    (tmp_path / "text.pth").write_text("no weights")
    with pytest.raises(ModelError, match="not a file of weights"):
        read_checkpoint(tmp_path / "text.pth")
    torch.save([1, 2], tmp_path / "list.pth")
    with pytest.raises(ModelError, match="holds list"):
        read_checkpoint(tmp_path / "list.pth")


def test_other_networks_are_refused_and_change_nothing() -> None:
    state = _evolve(*_foreign_network())
    backbone = IR("ir50", WIDTH)
    before = {k: v.clone() for k, v in backbone.state_dict().items()}
    for wrong, told in (
        ({**state, "body.0.res_layer.5.fc1.weight": torch.zeros(1)}, "IR-SE"),
        ({**state, "body.24.res_layer.1.weight": torch.zeros(1)}, r"body\.24"),
        ({"conv1.weight": torch.zeros(1)}, "begins with conv1"),
        ({**state, "input_layer.0.weight": torch.zeros(9, 3, 3, 3)}, "width=64"),
    ):
        with pytest.raises(ModelError, match=told):
            load_ir50(backbone, wrong)
    after = backbone.state_dict()
    assert all(bool((before[key] == after[key]).all()) for key in before)
