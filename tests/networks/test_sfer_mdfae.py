"""SFER-MDFAE: the published size, every switch, gradients to every parameter."""

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

from mien.errors import ModelError  # noqa: E402
from mien.networks.sfer_mdfae import SFERMDFAE, backbone_of, build, load_backbone  # noqa: E402
from mien.networks.table import system_of  # noqa: E402

torch.set_num_threads(1)

#: Small and whole: maps of 14, 7, 4 and 2 places.
SMALL: dict[str, Any] = {"backbone": "ir18", "width": 8, "side_px": 28}


@pytest.fixture(scope="module")
def published() -> SFERMDFAE:
    with torch.device("meta"):
        return build(7).eval()


def test_parameters_are_the_printed_ones(published: SFERMDFAE) -> None:
    printed = system_of("sfer-mdfae").printed_parameters
    assert printed == 31.975e6  # table 4
    counted = sum(p.numel() for p in published.parameters())
    assert counted == pytest.approx(printed, rel=0.02)


def test_multiply_adds_are_the_printed_ones(published: SFERMDFAE) -> None:
    printed = system_of("sfer-mdfae").printed_macs
    assert printed == 6.362e9  # table 4
    with FlopCounterMode(display=False) as counter:
        published(torch.empty(1, 3, 224, 224, device="meta"))
    # The counter counts a multiplication and an addition each.
    assert counter.get_total_flops() / 2 == pytest.approx(printed, rel=0.02)


def test_shapes_of_the_published_form(published: SFERMDFAE) -> None:
    out = published(torch.empty(2, 3, 224, 224, device="meta"))
    assert out.logits.shape == (2, 7)
    assert out.features is not None
    assert out.features.shape == (2, 64 + 128 + 256 + 512 + 512)
    sides = {name: m.shape[-1] for name, m in out.attention.items()}
    assert sides == {
        "mdpfa_l1": 56, "mdpfa_l2": 28, "mdpfa_l3": 14, "mdpfa_l4": 7, "kroa_regions": 7, "fine": 7,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("switches", "width"),
    [
        ({}, 120 + 64),
        ({"multiscale": False}, 64 + 64),
        ({"mdpfa": False}, 64),
        ({"fine": "none"}, 120),
        ({"fine": "windowed"}, 120 + 64),
        ({"fine": "windowed", "side_px": 56}, 120 + 64),
        ({"multiscale": False, "fine": "none"}, 64),
        ({"side_px": 24, "stem": "small"}, 120 + 64),
        ({"channels": 1, "heads": 4, "dropout": 0.5}, 120 + 64),
        ({"backbone": "compact", "width": 32, "channels": 1, "side_px": 48}, 256 + 128),
    ],
)
def test_gradients_reach_every_parameter(switches: dict[str, Any], width: int) -> None:
    torch.manual_seed(0)
    network = build(5, **{**SMALL, **switches}).train()
    out = network(torch.rand(3, switches.get("channels", 3), 40, 40))
    assert out.logits.shape == (3, 5)
    assert out.features is not None
    assert out.features.shape == (3, width)
    out.logits.square().sum().backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name


@pytest.mark.parametrize("top_n", [1, 10, 15, 20, 30, 40, 49])
def test_every_top_n_of_the_paper(top_n: int) -> None:
    torch.manual_seed(0)
    network = build(
        7, top_n=top_n, backbone="ir18", width=8, side_px=56, stem="small", kernel="gather"
    ).eval()
    with torch.no_grad():
        out = network(torch.rand(2, 3, 48, 48))
    # Each region chooses top_n of 49.
    torch.testing.assert_close(
        out.attention["kroa_regions"].sum((1, 2)), torch.full((2,), top_n * 1.0)
    )


def test_attention_carries_no_gradient() -> None:
    out = build(7, **SMALL)(torch.rand(2, 3, 28, 28))
    assert not any(m.requires_grad for m in out.attention.values())


def test_the_inside_size_is_the_mean_of_pixels_at_half() -> None:
    network = build(7, **SMALL).eval()
    x = torch.rand(1, 3, 56, 56)
    halved = x.unflatten(2, (28, 2)).unflatten(4, (28, 2)).mean((3, 5))
    with torch.no_grad():
        torch.testing.assert_close(network(x).logits, network(halved).logits)


def test_pictures_of_a_batch_do_not_touch_each_other() -> None:
    network = build(7, **SMALL).eval()
    x = torch.rand(3, 3, 28, 28)
    with torch.no_grad():
        torch.testing.assert_close(network(x).logits[1:2], network(x[1:2]).logits)


def test_switches_out_of_range_are_told() -> None:
    with pytest.raises(ModelError, match="windowed"):
        build(7, fine="window")
    with pytest.raises(ModelError, match="nothing is left"):
        build(7, mdpfa=False, fine="none")
    with pytest.raises(ModelError, match="side_px"):
        build(7, backbone="ir18", width=8, side_px=176)
    with pytest.raises(ModelError, match=r"'ir100'.*ir50, ir18, compact"):
        build(7, backbone="ir100")
    with pytest.raises(ModelError, match="grey pictures"):
        build(7, backbone="compact")
    with pytest.raises(ModelError, match="no switch topn"):
        system_of("sfer-mdfae").build(7, topn=15)


def test_the_backbone_is_told() -> None:
    network = build(7, **SMALL)
    assert backbone_of(network) is network.backbone


def test_the_compact_backbone_takes_no_weights_of_face_recognition() -> None:
    network = build(7, backbone="compact", width=16, side_px=48, channels=1)
    with pytest.raises(ModelError, match="Use --weights bundled"):
        load_backbone(network, {"input_layer.0.weight": torch.zeros(1)})
