"""The five published systems by name. Reading this table imports no torch: a network's
own file is imported when it is built.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from mien.errors import ModelError
from mien.network_input import NetworkInput

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class System:
    """One published network.

    Attributes:
        name: in commands, recipes and results.
        title: for people.
        paper: authors, title, year.
        module: file under ``mien.networks`` that has ``build(classes, **switches)``,
            which returns an ``nn.Module`` from ``(B, *input.shape)`` (and landmarks
            ``(B, n, 2)`` where ``input.landmarks``) to ``NetworkOutput``.
        input: of the published form.
        switches: every switch of ``build`` with its default (ablations, forms).
        printed_parameters: the paper's figure (parameters, not millions), or None.
        printed_macs: the paper's multiply-adds, or None.
        published: accuracy by data set as printed, percent.
    """

    name: str
    title: str
    paper: str
    module: str
    input: NetworkInput
    switches: Mapping[str, Any] = field(default_factory=dict)
    printed_parameters: float | None = None
    printed_macs: float | None = None
    published: Mapping[str, float] = field(default_factory=dict)

    def build(self, classes: int, **switches: Any) -> nn.Module:
        """The network with fresh weights.

        Raises:
            ModelError: a switch that this system does not have.
        """
        unknown = set(switches) - set(self.switches)
        if unknown:
            raise ModelError(
                f"{self.name} has no switch {', '.join(sorted(unknown))}. "
                f"Valid: {', '.join(self.switches) or 'none'}."
            )
        network: nn.Module = import_module(f"mien.networks.{self.module}").build(
            classes, **{**self.switches, **switches}
        )
        return network


SYSTEMS: dict[str, System] = {
    "hafnet": System(
        name="hafnet",
        title="HAFNet",
        paper="Vayadande et al.: Enhancing Facial Expression Recognition in Education "
        "with Hybrid Attention-Driven Feature Clustering",
        module="hafnet",
        input=NetworkInput(224),
        switches={
            "combine": "chain",
            "heads": 4,
            "stem": "imagenet",
            "channels": 3,
            "width": 64,
        },
        printed_parameters=19.72e6,
        published={"rafdb": 89.70, "affectnet7": 65.69, "affectnet8": 62.09},
    ),
    "cbam-resnet50": System(
        name="cbam-resnet50",
        title="CBAM-ResNet-50",
        paper="Aly, Ghallab, Fathi 2023: Enhancing Facial Expression Recognition System in "
        "Online Learning Context Using Efficient Deep Learning Model",
        module="cbam_resnet50",
        input=NetworkInput(224),
        switches={
            "cbam": True,
            "average_shortcut": True,
            "stem": "imagenet",
            "channels": 3,
            "width": 64,
        },
        published={"rafdb": 86.72, "fer2013": 73.43, "ckplus": 94.58, "kdef": 96.27},
    ),
    "sfer-mdfae": System(
        name="sfer-mdfae",
        title="SFER-MDFAE",
        paper="Shou et al. 2024: A Student Facial Expression Recognition Model Based on "
        "Multi-Scale and Deep Fine-Grained Feature Attention Enhancement",
        module="sfer_mdfae",
        input=NetworkInput(224),
        switches={
            "multiscale": True,
            "mdpfa": True,
            "fine": "kroa",
            "top_n": 15,
            "heads": 8,
            "kernel": "auto",
            "backbone": "ir50",
            "width": 64,
            "stem": "arcface",
            "side_px": 112,
            "dropout": 0.0,
            "channels": 3,
        },
        printed_parameters=31.975e6,
        printed_macs=6.362e9,
        published={
            "fer2013": 76.18,
            "ferplus": 92.75,
            "rafdb": 92.93,
            "affectnet7": 67.86,
            "scfed": 93.74,
        },
    ),
    "landmark-cnn": System(
        name="landmark-cnn",
        title="Landmark-guided self-attention CNN",
        paper="Khalid, Rahman, Ali, Saqia 2025: Fine-Tuned CNNs with Self-Attention Mechanism "
        "for Enhanced Facial Expression Recognition",
        module="landmark_cnn",
        input=NetworkInput(48, landmarks=34),
        switches={
            "form": "small",
            "activation": "elu",
            "landmark_bias": True,
            "channel_attention": True,
            "dropout": 0.5,
            "width": 32,
            "stem": "imagenet",
            "channels": 3,
        },
        published={"fer2013": 83.0},
    ),
    "r2plus1d-attention": System(
        name="r2plus1d-attention",
        title="R(2+1)D with spatio-temporal attention",
        paper="Singh et al.: Facial Expression Recognition in Video Using 3D-CNN Deep Features "
        "Discrimination",
        module="r2plus1d_attention",
        # Mean and deviation of torchvision's Kinetics-400 presets.
        input=NetworkInput(
            112,
            frames=16,
            mean=(0.43216, 0.394666, 0.37645),
            deviation=(0.22803, 0.22145, 0.216989),
        ),
        switches={
            "attention": True,
            "heads": 1,
            "backbone": "r2plus1d_18",
            "width": 64,
            "middle": "torchvision",
            "channels": 3,
        },
        printed_macs=38.66e9,
        published={"dfew": 59.28, "afew": 59.63, "daisee": 58.62},
    ),
}


def system_of(name: str) -> System:
    """Raises ModelError, listing the valid names, for any other."""
    if name not in SYSTEMS:
        raise ModelError(f"There is no system {name!r}. Valid: {', '.join(SYSTEMS)}.")
    return SYSTEMS[name]
