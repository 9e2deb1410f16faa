"""The landmark CNN's three forms: shapes as documented, and what landmarks change."""

import pytest

torch = pytest.importorskip("torch")

from mien.errors import ModelError  # noqa: E402
from mien.networks.landmark_cnn import (  # noqa: E402
    Cells,
    SmallBody,
    backbone_name_of,
    backbone_of,
    build,
    enlarged,
)

torch.set_num_threads(1)


def test_cells_of_six_by_six_are_the_printed_pool() -> None:
    x = torch.arange(36.0).view(1, 1, 6, 6)
    expected = torch.tensor([[7, 9, 11, 19, 21, 23, 31, 33, 35]], dtype=torch.float32)
    torch.testing.assert_close(Cells()(x), expected)


@pytest.mark.parametrize("side", [3, 4, 6, 8, 9])
def test_every_place_lies_in_a_cell(side: int) -> None:
    for place in range(side):
        x = torch.zeros(1, 1, side, side)
        x[0, 0, place, place] = 1.0
        assert Cells()(x).shape == (1, 9)
        assert float(Cells()(x).max()) == 1.0


def test_small_pictures_are_enlarged_and_others_left() -> None:
    x = torch.rand(1, 3, 48, 48)
    assert enlarged(x, 96).shape == (1, 3, 96, 96)
    assert enlarged(x, 24) is x
    # Bilinear: the mean of a ramp stays.
    ramp = torch.arange(48.0).expand(1, 1, 48, 48)
    torch.testing.assert_close(enlarged(ramp, 96).mean(), ramp.mean())


def test_stages_of_the_small_form() -> None:
    with torch.device("meta"):
        body = SmallBody(3, 32, torch.nn.ELU)
        x, shapes = torch.zeros(1, 3, 48, 48), []
        for layer in body.layers:
            x = layer(x)
            shapes.append(tuple(x.shape[1:]))
    assert shapes == [
        (32, 48, 48),
        (32, 24, 24),
        (64, 24, 24),
        (64, 24, 24),
        (64, 12, 12),
        (128, 12, 12),
        (128, 12, 12),
        (128, 6, 6),
        (256, 6, 6),
        (256, 6, 6),
    ]


@pytest.mark.parametrize(
    ("switches", "side_px", "cells", "features"),
    [
        ({}, 48, 6, 256),
        ({"width": 8, "channels": 1}, 64, 8, 64),
        ({"form": "resnet50"}, 48, 3, 2048),
        ({"form": "resnet50"}, 224, 7, 2048),
        ({"form": "resnet50", "stem": "small"}, 48, 6, 2048),
        ({"form": "resnet50", "stem": "compact"}, 32, 3, 2048),
        ({"form": "inceptionv3"}, 48, 3, 2048),
        ({"form": "inceptionv3"}, 299, 8, 2048),
        ({"form": "compact", "width": 48, "channels": 1}, 48, 7, 192),
        ({"form": "compact", "width": 16, "channels": 1}, 96, 7, 64),
    ],
)
def test_shapes(switches: dict[str, object], side_px: int, cells: int, features: int) -> None:
    channels = switches.get("channels", 3)
    with torch.device("meta"):
        network = build(7, **switches).eval()  # type: ignore[arg-type]
        out = network(torch.zeros(2, channels, side_px, side_px), torch.zeros(2, 34, 2))
    assert out.attention["places"].shape == (2, cells, cells)
    assert out.features.shape == (2, features)
    assert out.logits.shape == (2, 7)


def attended(network: torch.nn.Module, landmarks: torch.Tensor | None) -> torch.Tensor:
    with torch.no_grad():
        return network(torch.full((1, 1, 48, 48), 0.5), landmarks).attention["places"][0]


def test_attention_goes_where_the_landmarks_are() -> None:
    torch.manual_seed(0)
    network = build(7, width=8, channels=1).eval()
    landmarks = torch.full((1, 34, 2), -1.0)
    landmarks[0, 9] = torch.tensor([1.5 / 6, 4.5 / 6])  # left mouth corner
    plain, guided = attended(network, None), attended(network, landmarks)
    # One cell's logit is raised by 1: p -> p e / (p e + 1 - p), but for its neighbours' rise.
    assert float(guided[4, 1]) > 2 * float(plain[4, 1])
    assert int(guided.argmax()) == 4 * 6 + 1
    torch.testing.assert_close(guided.sum(), torch.tensor(1.0))


def test_no_landmarks_are_as_unknown_ones() -> None:
    network = build(7, width=8, channels=1).eval()
    unknown = torch.full((1, 34, 2), -1.0)
    torch.testing.assert_close(attended(network, None), attended(network, unknown))


def test_without_the_bias_landmarks_are_not_looked_at() -> None:
    network = build(7, width=8, channels=1, landmark_bias=False).eval()
    torch.testing.assert_close(
        attended(network, None), attended(network, torch.full((1, 34, 2), 0.5))
    )


def test_switches_change_the_parts() -> None:
    network = build(7, width=8, activation="relu", channel_attention=False)
    kinds = {type(part).__name__ for part in network.modules()}
    assert "ReLU" in kinds
    assert not kinds & {"ELU", "ChannelAttention"}


@pytest.mark.parametrize("form", ["resnet50", "inceptionv3"])
def test_the_named_weights_are_of_the_backbone(form: str) -> None:
    import timm

    with torch.device("meta"):
        network = build(7, form=form)
        name = backbone_name_of(network)
        assert name is not None
        plain = timm.create_model(name, num_classes=0).state_dict()
    assert list(backbone_of(network).state_dict()) == list(plain)


@pytest.mark.parametrize(
    ("switches", "message"),
    [
        ({"form": "resnet18"}, r"'resnet18'.*small, resnet50, inceptionv3, compact"),
        ({"activation": "gelu"}, r"'gelu'.*elu, relu"),
    ],
)
def test_switches_out_of_range_are_refused(switches: dict[str, str], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        build(7, **switches)  # type: ignore[arg-type]
