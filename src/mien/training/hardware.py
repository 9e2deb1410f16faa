"""Where a training runs: device, precision, and how many processes share it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import torch

from mien.errors import SettingsError, choose_from
from mien.training.sampling import Share
from mien.training.system_recipe import SystemRecipe

DEVICES = ("auto", "cpu", "cuda")
_PRECISIONS = {"bf16": "bf16-mixed", "fp16": "16-mixed", "fp32": "32-true"}
#: bf16 costs precision, so it must take clearly less time than fp32: a fifth less.
_WORTH: Final = 0.8
_TRIES: Final = 5


@dataclass(frozen=True)
class Hardware:
    """Attributes:
    device: ``cpu`` or ``cuda``.
    world: processes in all; ``torchrun`` tells it.
    local_world: of them on this machine.
    rank: of this process.
    """

    device: str
    world: int = 1
    local_world: int = 1
    rank: int = 0

    def share(self, recipe: SystemRecipe) -> Share:
        """The part of each batch that this process takes."""
        return Share(self.rank, self.world, recipe.training.accumulate)

    def trainer_settings(self, recipe: SystemRecipe) -> dict[str, Any]:
        """Arguments of Lightning's ``Trainer``.

        Raises:
            SettingsError: a precision that the device or the optimiser cannot do.
        """
        precision = recipe.training.precision
        if precision == "auto":
            precision = "bf16" if gains_by_bf16(self.device) else "fp32"
        if precision == "fp16" and self.device == "cpu":
            raise SettingsError("fp16 needs a GPU. Use --set precision=bf16 or precision=fp32.")
        if precision == "fp16" and recipe.optimizer.sam_rho:
            raise SettingsError(
                "Sharpness-aware steps cannot scale fp16's losses. Use --set precision=bf16."
            )
        if recipe.optimizer.sam_rho and recipe.training.accumulate > 1:
            raise SettingsError(
                "Sharpness-aware steps see one part of a batch only. Use --set accumulate=1."
            )
        settings: dict[str, Any] = {
            "accelerator": "gpu" if self.device == "cuda" else "cpu",
            "devices": self.local_world,
            "num_nodes": self.world // self.local_world,
            "precision": _PRECISIONS[precision],
            "sync_batchnorm": self.device == "cuda" and self.world > 1,
        }
        if self.world > 1:
            from lightning.pytorch.strategies import DDPStrategy

            backend = "nccl" if self.device == "cuda" else "gloo"
            settings["strategy"] = DDPStrategy(process_group_backend=backend)
        return settings


@cache
def gains_by_bf16(device: str) -> bool:
    """Whether convolutions are quicker in bf16 there. A GPU says it; a processor is tried
    out, because having the instructions is not enough: against fp32 a network's convolutions
    ran 1.8 times as fast on an AMD Zen 5, and 0.65 times on an Intel Xeon of the fourth or
    fifth generation whose matrix unit the virtual machine hides."""
    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    # torch has no public question for processors; without the instructions bf16 is emulated.
    asked = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    if not any(bool(getattr(torch.cpu, name, lambda: False)()) for name in asked):
        return False
    return _step_s(torch.bfloat16) < _WORTH * _step_s(torch.float32)


@torch.enable_grad()  # whoever asks may be computing without
def _step_s(kind: torch.dtype) -> float:
    """Seconds of one convolution, forward and backward, of a usual size: the least of a few,
    which other programs disturb least."""
    seen = torch.zeros(16, 64, 32, 32, dtype=kind, requires_grad=True)
    kernel = torch.zeros(64, 64, 3, 3, dtype=kind, requires_grad=True)
    picture = seen.contiguous(memory_format=torch.channels_last)
    spent: list[float] = []
    for _ in range(_TRIES):
        start = time.perf_counter()
        torch.nn.functional.conv2d(picture, kernel, padding=1).sum().backward()
        spent.append(time.perf_counter() - start)
    return min(spent)


def hardware_of(device: str) -> Hardware:
    """The named device, or the best that there is; processes as ``torchrun`` set them up.

    Raises:
        SettingsError: an unknown device, or a GPU that is not there.
    """
    if device not in DEVICES:
        raise SettingsError(choose_from("Device", device, DEVICES))
    if device == "cuda" and not torch.cuda.is_available():
        raise SettingsError("torch finds no CUDA GPU here. Use --device cpu.")
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    told = {k: int(os.environ.get(k, v)) for k, v in _TORCHRUN.items()}
    return Hardware(device, told["WORLD_SIZE"], told["LOCAL_WORLD_SIZE"], told["RANK"])


#: What ``torchrun`` tells each process, with the values of a process on its own.
_TORCHRUN = {"WORLD_SIZE": 1, "LOCAL_WORLD_SIZE": 1, "RANK": 0}
