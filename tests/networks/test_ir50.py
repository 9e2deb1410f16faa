"""IR-50 by hand: a unit's arithmetic, its shortcut, the stages' shapes."""

import pytest

torch = pytest.importorskip("torch")

from mien.errors import ModelError  # noqa: E402
from mien.networks.ir50 import IR, UNITS, Unit  # noqa: E402

torch.set_num_threads(1)


def _identity_convolutions(unit: Unit) -> None:
    """Both convolutions pass each channel on; batch norms are identities in eval."""
    with torch.no_grad():
        for index in (1, 3):
            unit.residual[index].weight.zero_()
            for channel in range(unit.residual[index].weight.shape[0]):
                unit.residual[index].weight[channel, channel, 1, 1] = 1
        for index in (0, 4):
            unit.residual[index].eps = 0.0


def test_a_unit_by_hand() -> None:
    unit = Unit(1, 1, 1).eval()
    _identity_convolutions(unit)
    x = torch.tensor([[[[4.0, -8.0]]]])
    # residual = PReLU(x) with slope 1/4: 4, -2; plus the shortcut 4, -8; no activation after.
    torch.testing.assert_close(unit(x), torch.tensor([[[[8.0, -10.0]]]]))


def test_a_striding_unit_takes_every_second_place() -> None:
    unit = Unit(1, 1, 2).eval()
    _identity_convolutions(unit)
    x = torch.arange(16.0).view(1, 1, 4, 4)
    expected = 2 * torch.tensor([[[[0.0, 2.0], [8.0, 10.0]]]])
    torch.testing.assert_close(unit(x), expected)


def test_batch_norm_comes_before_the_first_convolution() -> None:
    unit = Unit(1, 1, 1).eval()
    _identity_convolutions(unit)
    with torch.no_grad():
        unit.residual[0].running_mean.fill_(3.0)
    # residual = PReLU(5 - 3) = 2, shortcut = 5: the shortcut is not normalised.
    assert unit(torch.full((1, 1, 1, 1), 5.0)).item() == pytest.approx(7.0)


@pytest.mark.parametrize(("stem", "side"), [("arcface", 32), ("small", 16)])
def test_shapes_of_the_maps(stem: str, side: int) -> None:
    maps = IR("ir18", width=8, stem=stem).eval()(torch.rand(2, 3, side, side))
    assert [tuple(m.shape) for m in maps] == [
        (2, 8, 16, 16),
        (2, 16, 8, 8),
        (2, 32, 4, 4),
        (2, 64, 2, 2),
    ]


def test_the_published_form_has_24_units_and_50_layers() -> None:
    assert UNITS["ir50"] == (3, 4, 14, 3)
    with torch.device("meta"):
        backbone = IR()
    # InsightFace's IR-50 without its embedding layer: 2 convolutions a unit, the stem,
    # and the fully connected layer that is left out make 50.
    threes = [m for m in backbone.modules() if getattr(m, "kernel_size", None) == (3, 3)]
    assert len(threes) + 1 == 50


def test_unknown_forms_are_told() -> None:
    with pytest.raises(ModelError, match="ir50"):
        IR("ir5")
    with pytest.raises(ModelError, match="arcface"):
        IR("ir18", stem="imagenet")
