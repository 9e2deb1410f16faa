"""Weights of face recognition for IR-50, by the key layouts in which they are shared.

======================= ========================================== =====================
layout                  a key                                      holds
======================= ========================================== =====================
face.evoLVe             ``body.7.res_layer.1.weight``              all 24 units in a row
POSTER and POSTER++     ``body2.0.res_layer.1.weight``             stages 1-3, sometimes 4
======================= ========================================== =====================

Both have ``input_layer`` (our stem) and ``output_layer`` (the embedding, left out), perhaps
below ``state_dict`` and perhaps with ``module.`` before each key, as DataParallel writes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from mien.errors import ModelError
from mien.networks.ir50 import IR

_PARTS = {"res_layer": "residual", "shortcut_layer": "shortcut"}
_UNIT = re.compile(r"body(\d?)\.(\d+)\.(\w+)\.(.+)")


@dataclass(frozen=True)
class Loaded:
    """What became of a file's weights.

    Attributes:
        layout: ``face.evoLVe`` or ``POSTER``.
        taken: how many tensors.
        left_out: keys of the file that IR-50 as a backbone has no place for.
        fresh: our tensors that the file does not hold; they keep their first values.
    """

    layout: str
    taken: int
    left_out: tuple[str, ...]
    fresh: tuple[str, ...]


def read_checkpoint(path: Path) -> Mapping[str, Tensor]:
    """The state of a shared file; only tensors are read, no code is run.

    Raises:
        ModelError: the file is missing, or holds no state.
    """
    if not path.is_file():
        raise ModelError(
            f"There is no file {path}. Weights of IR-50 trained on MS-Celeb-1M are shared by "
            "face.evoLVe (backbone_ir50_ms1m_epoch120.pth) and POSTER (ir50.pth); fetch one "
            "and name it, or train from scratch."
        )
    try:
        state: Any = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise ModelError(
            f"{path} is not a file of weights ({type(error).__name__}). Expected: what "
            "torch.save wrote of a state dict."
        ) from error
    if isinstance(state, Mapping) and isinstance(state.get("state_dict"), Mapping):
        state = state["state_dict"]
    if not isinstance(state, Mapping):
        raise ModelError(f"{path} holds {type(state).__name__}, not a state dict.")
    return {str(key).removeprefix("module."): value for key, value in state.items()}


def load_ir50(backbone: IR, state: Mapping[str, Tensor]) -> Loaded:
    """Fills a backbone from a state in either layout; nothing is changed where it fails.

    Raises:
        ModelError: another layout, another form of network, or another width.
    """
    own = backbone.state_dict()
    if any(".fc1." in key for key in state):
        raise ModelError("These are weights of IR-SE (squeeze-and-excitation); IR is expected.")
    named = {key: _own_name(key, backbone.units) for key in state}
    taken = {name: state[key] for key, name in named.items() if name in own}
    if "stem.0.weight" not in taken or "stages.0.0.residual.1.weight" not in taken:
        raise ModelError(
            "The file has neither face.evoLVe's keys (input_layer.0.weight, "
            "body.0.res_layer.1.weight) nor POSTER's (body1.0.res_layer.1.weight); it begins "
            f"with {', '.join(list(state)[:3]) or 'nothing'}."
        )
    # A longer network (IR-101, IR-152) has units that ours has no place for.
    strangers = [k for k, n in named.items() if k.startswith("body") and n not in own]
    if strangers:
        raise ModelError(
            f"The file holds another network: no place for {strangers[0]} in units "
            f"{'/'.join(map(str, backbone.units))}."
        )
    for name, tensor in taken.items():
        if tensor.shape != own[name].shape:
            raise ModelError(
                f"{name}: the file has {tuple(tensor.shape)}, the backbone "
                f"{tuple(own[name].shape)}. The published weights need backbone=ir50, "
                "width=64, channels=3."
            )
    backbone.load_state_dict({**own, **taken})
    flat = any(key.startswith("body.") for key in state)
    return Loaded(
        layout="face.evoLVe" if flat else "POSTER",
        taken=len(taken),
        left_out=tuple(key for key, name in named.items() if name not in own),
        # Counters of batches: not weights, and older files have none.
        fresh=tuple(n for n in own if n not in taken and not n.endswith("num_batches_tracked")),
    )


def _own_name(key: str, units: tuple[int, ...]) -> str | None:
    if key.startswith("input_layer."):
        return "stem." + key.removeprefix("input_layer.")
    match = _UNIT.fullmatch(key)
    if match is None or match[3] not in _PARTS:
        return None
    stage, unit = int(match[1] or 0) - 1, int(match[2])
    if stage < 0:
        stage = 0
        while stage < len(units) - 1 and unit >= units[stage]:
            unit -= units[stage]
            stage += 1
    return f"stages.{stage}.{unit}.{_PARTS[match[3]]}.{match[4]}"
