"""The video backbone against torchvision's own, and the rule for its middle channels."""

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torchvision.models.video import r2plus1d_18  # noqa: E402

from mien.errors import ModelError  # noqa: E402
from mien.networks.r2plus1d import R2Plus1D, load_kinetics  # noqa: E402

torch.set_num_threads(1)


def test_at_full_size_it_answers_as_torchvisions() -> None:
    torch.manual_seed(0)
    theirs = r2plus1d_18().eval()
    ours = R2Plus1D().eval()
    load_kinetics(ours, theirs.state_dict())
    clip = torch.rand(1, 3, 8, 16, 16)
    with torch.no_grad():
        wanted = theirs.layer4(theirs.layer3(theirs.layer2(theirs.layer1(theirs.stem(clip)))))
        torch.testing.assert_close(ours(clip), wanted)


@pytest.mark.parametrize(("frames", "side"), [(16, 32), (8, 16), (5, 20)])
def test_shapes_at_any_size(frames: int, side: int) -> None:
    backbone = R2Plus1D("r2plus1d_10", 8).eval()
    out = backbone(torch.rand(2, 3, frames, side, side))
    # Stages 2-4 halve time, rounding up; the stem halves places too.
    assert out.shape == (2, 64, -(-frames // 8), -(-side // 16), -(-side // 16))


def test_original_middle_channels_keep_the_parameters_of_a_full_convolution() -> None:
    with torch.device("meta"):
        backbone = R2Plus1D(middle="original")
    middles = {
        name: (m[0].in_channels, m[0].out_channels, m[3].out_channels)
        for name, m in backbone.named_modules()
        if isinstance(m, nn.Sequential) and len(m) == 4
    }
    # 27 c d / (9 c + 3 d), by hand: 64 -> 64: 144; 64 -> 128: 230; 128 -> 128: 288.
    assert middles["layer1.0.conv1.0"] == (64, 144, 64)
    assert middles["layer2.0.conv1.0"] == (64, 230, 128)
    assert middles["layer2.0.conv2.0"] == (128, 288, 128)
    for inward, middle, outward in middles.values():
        split = 9 * inward * middle + 3 * middle * outward
        assert split == pytest.approx(27 * inward * outward, rel=0.005)


def test_other_sizes_refuse_the_weights() -> None:
    with torch.device("meta"):
        state = r2plus1d_18().state_dict()
    with pytest.raises(ModelError, match="width=64"):
        load_kinetics(R2Plus1D("r2plus1d_18", 8), state)
    with pytest.raises(ModelError, match="absent in the file"):
        load_kinetics(R2Plus1D("r2plus1d_10", 8), {})


def test_unknown_forms_are_told() -> None:
    with pytest.raises(ModelError, match="r2plus1d_18"):
        R2Plus1D("r2plus1d_34")
    with pytest.raises(ModelError, match="original"):
        R2Plus1D(middle="kinetics")
