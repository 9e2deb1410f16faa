"""Where a network looks: Grad-CAM of its deep layers, and its own attention.

Grad-CAM (Selvaraju et al. 2017, arXiv:1610.02391): the channels of a layer weighted by the
mean gradient of one logit, summed, negative parts cut off; computed by captum.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import numpy as np
import torch
from captum.attr import LayerGradCam
from numpy.typing import NDArray
from torch import Tensor, nn

from mien.networks.table import system_of

Map = NDArray[np.float32]

#: Titles of the maps in ``NetworkOutput.attention``; with ``{}`` for the number of each
#: where a name holds several.
TITLES = {
    "heads": "head {}",
    "layer1": "spatial map 1",
    "layer2": "spatial map 2",
    "layer3": "spatial map 3",
    "layer4": "spatial map 4",
    "fine": "KROA's output",
    "kroa_regions": "regions chosen",
    "mdpfa_l1": "MDPFA L1",
    "mdpfa_l2": "MDPFA L2",
    "mdpfa_l3": "MDPFA L3",
    "mdpfa_l4": "MDPFA L4",
    "places": "attention",
    "spatial": "attention to places",
    "temporal": "attention to time",
}


@dataclass(frozen=True, eq=False)
class Explanation:
    """What one picture or clip made the network look at.

    Attributes:
        shares: ``(K,)`` calibrated probabilities.
        target: index of the explained label.
        maps: by title, ``(h, w)``, or ``(T', h, w)`` over the time of a clip; not negative.
        time: ``(T',)`` share of the attention that each span of a clip receives; empty
            where there is none.
    """

    shares: NDArray[np.float64]
    target: int
    maps: dict[str, Map] = field(default_factory=dict)
    time: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))


class _Logits(nn.Module):
    """What Grad-CAM differentiates."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, *given: Tensor) -> Tensor:
        logits: Tensor = self.network(*given).logits
        return logits


def explain_one(
    network: nn.Module,
    system: str,
    given: tuple[Tensor, ...],
    temperature: float = 1.0,
    target: int | None = None,
) -> Explanation:
    """Args:
    network: in evaluation mode.
    given: the picture ``(1, C, H, W)`` or clip ``(1, C, T, H, W)``, and landmarks
        ``(1, n, 2)`` where the network takes them.
    target: label to explain; None for the likeliest.
    """
    with torch.no_grad():
        output = network(*given)
    shares = (output.logits.double() / temperature).softmax(1)[0]
    chosen = int(shares.argmax()) if target is None else target
    maps: dict[str, Map] = {}
    layers = import_module(f"mien.networks.{system_of(system).module}").explained_layers(network)
    for title, layer in layers.items():
        maps[title] = grad_cam(network, layer, given, chosen)
    time = np.empty(0)
    for name, values in output.attention.items():
        one = values[0].float().cpu().numpy()
        if one.ndim == 1:
            time = one.astype(np.float64)
        else:
            maps.update(_titled(name, one, is_clip=given[0].ndim == 5))
    return Explanation(shares.cpu().numpy(), chosen, maps, time)


def grad_cam(network: nn.Module, layer: nn.Module, given: tuple[Tensor, ...], target: int) -> Map:
    """``(h, w)`` or ``(T', h, w)`` of the layer's own size, not negative."""
    cam: Any = LayerGradCam(_Logits(network), layer)
    found = cam.attribute(given, target=target, relu_attributions=True)
    return np.asarray(found[0, 0].detach().float().cpu().numpy(), np.float32)


def _titled(name: str, values: NDArray[Any], is_clip: bool) -> dict[str, Map]:
    """One map of a still, ``(n, h, w)`` of them, or one ``(T', h, w)`` of a clip."""
    title = TITLES.get(name, name)
    positive = np.maximum(np.asarray(values, np.float32), 0)
    if positive.ndim == 2 or is_clip:
        return {title: positive}
    numbered = title if "{}" in title else f"{title} {{}}"
    return {numbered.format(i): one for i, one in enumerate(positive, 1)}
