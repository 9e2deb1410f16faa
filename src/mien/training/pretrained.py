"""Weights to start from: of a hub by name, or of a file.

A network's file names what fits it: ``BACKBONE`` (a name of timm's or torchvision's
table) or ``backbone_name_of(network)``, ``backbone_of(network)`` (the part that takes
those weights) and, where names differ, ``fitted_state(network, state)`` or
``load_backbone(network, state)``, which answers how many tensors it took.
"""

from __future__ import annotations

import os
import urllib.error
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from importlib import import_module
from pathlib import Path
from types import ModuleType

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mien.errors import ModelError
from mien.networks.checkpoint import TrainedNetwork
from mien.networks.compact import INPUT_PX
from mien.networks.compact_body import CompactBody
from mien.networks.table import SYSTEMS, system_of
from mien.training.warm_start import restore
from mien.weights import BUNDLED, model_path
from mien.weights.download import models_directory

#: ``--weights`` that name no file, with the data that those weights have seen.
HUBS = ("imagenet", "kinetics")
#: Prefixes that wrappers of training put before every name (DDP, Lightning, others).
_WRAPPERS = ("module.", "model.", "network.", "backbone.", "_orig_mod.")


@dataclass(frozen=True)
class Loaded:
    """How many tensors of the network came from the weights, and of how many."""

    taken: int
    of: int
    source: str

    def __str__(self) -> str:
        return f"{self.taken} of {self.of} tensors from {self.source}"


def start_from(
    network: nn.Module, system: str, weights: str, pictures: Callable[[], Tensor]
) -> Loaded | None:
    """Loads ``weights`` into ``network``; None for ``scratch``.

    Args:
        weights: ``scratch``, ``imagenet``, ``kinetics``, ``bundled``, a checkpoint of mien's, a
            file with a state dict of torch's, or an ``.onnx`` of the bundled model's kind.
        pictures: gives some hundred ``(N, C, S, S)`` of the training, for what an ``.onnx``
            leaves out.

    Raises:
        ModelError: there is no such file, nothing fits, or the hub cannot be reached.
    """
    if weights == "scratch":
        return None
    if weights == BUNDLED or weights.endswith(".onnx"):
        return _of_bundled(network, system, weights, pictures)
    if weights not in HUBS:
        return _from_file(network, system, _file_of(weights))
    module = _module_of(system)
    name = backbone_name(module, network)
    if name is None or hub_data(name) != weights:
        offered = [hub_data(name)] if name else []
        raise ModelError(
            f"{system} has no weights named {weights!r} in a hub. "
            f"Valid: {', '.join(['scratch', *offered])}, or the path of a file."
        )
    return _into_backbone(network, module, hub_state(name), f"{name} ({weights})")


def _of_bundled(
    network: nn.Module, system: str, weights: str, pictures: Callable[[], Tensor]
) -> Loaded:
    module = _module_of(system)
    body = module.backbone_of(network) if hasattr(module, "backbone_of") else None
    if not isinstance(body, CompactBody):
        raise ModelError(
            f"{weights} is for networks over the compact backbone, which this {system} does not "
            "have. Use --set switches.backbone=compact with sfer-mdfae, --set "
            "switches.form=compact with landmark-cnn, or other weights."
        )
    path = model_path("expression") if weights == BUNDLED else _file_of(weights)
    if not path.is_file():
        raise ModelError(f"There are no weights {path}. Name a file, or give {BUNDLED}.")
    seen = F.interpolate(pictures(), (INPUT_PX, INPUT_PX), mode="bicubic", antialias=True)
    return Loaded(body.take(restore(path, seen)), len(network.state_dict()), path.name)


def backbone_name(module: ModuleType, network: nn.Module) -> str | None:
    """The hub's name of the weights that fit; None where there are none."""
    if hasattr(module, "backbone_name_of"):
        name: str | None = module.backbone_name_of(network)
        return name
    return getattr(module, "BACKBONE", None)


def _file_of(weights: str) -> Path:
    """A path as it is, or a file of that name among the fetched models."""
    path, fetched = Path(weights), models_directory() / weights
    if path.is_file() or not fetched.is_file():
        return path
    return fetched


def take_over(network: nn.Module, state: Mapping[str, Tensor]) -> int:
    """Copies every tensor whose name and shape fit (another number of classes keeps its
    fresh head); answers how many fitted."""
    own = network.state_dict()
    fitting = {k: v for k, v in state.items() if k in own and own[k].shape == v.shape}
    network.load_state_dict(fitting, strict=False)
    return len(fitting)


def hub_data(name: str) -> str:
    """What the hub's weights of this backbone were trained on."""
    return "kinetics" if name.startswith("r2plus1d") else "imagenet"


def hub_state(name: str) -> Mapping[str, Tensor]:
    """Weights of a backbone: from ``<models>/<name>.pth`` or fetched to it.

    Raises:
        ModelError: it is not there and cannot be fetched.
    """
    path = models_directory() / f"{name}.pth"
    if not path.is_file():
        _fetch(hub_url(name), path, name)
    return read_state(path)


def hub_url(name: str) -> str:
    """Address of a backbone's weights, as timm or torchvision give it."""
    if hub_data(name) == "kinetics" or "." not in name:
        from torchvision.models import get_model_weights

        return str(get_model_weights(name).DEFAULT.url)
    import timm

    settings = timm.get_pretrained_cfg(name)
    if settings is None:
        raise ModelError(f"timm has no weights named {name}.")
    if settings.url:
        return str(settings.url)
    return f"https://huggingface.co/{settings.hf_hub_id}/resolve/main/pytorch_model.bin"


def _fetch(url: str, path: Path, name: str) -> None:
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.hub.download_url_to_file(url, str(part), progress=False)
        os.replace(part, path)
    except (urllib.error.URLError, HTTPException, OSError, RuntimeError) as error:
        reason = getattr(error, "reason", None) or error
        raise ModelError(
            f"The weights {name} cannot be fetched from {url} ({reason}). Fetch that file on a "
            f"machine with a network and save it as {path}, or train with --weights scratch."
        ) from error


def read_state(path: Path) -> dict[str, Tensor]:
    """The tensors of a file of torch's, whatever its authors wrapped around them.

    Raises:
        ModelError: it is missing, no such file, or holds no tensors.
    """
    if not path.is_file():
        raise ModelError(
            f"There are no weights {path}, here or in {models_directory()}. Put the file there, "
            f"or give scratch, {', '.join(HUBS)}, {BUNDLED} or the path of a file."
        )
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises a dozen kinds for damaged files
        raise ModelError(
            f"{path} holds no weights that torch can read ({type(error).__name__}). Fetch or copy "
            "it anew, or name another file."
        ) from error
    for key in ("state_dict", "model_state_dict", "model", "weights", "net"):
        if isinstance(content, Mapping) and isinstance(content.get(key), Mapping):
            content = content[key]
    named = content if isinstance(content, Mapping) else {}
    tensors = {str(k): v for k, v in named.items() if isinstance(v, Tensor)}
    if not tensors:
        raise ModelError(f"{path} holds no tensors by name, so nothing can be taken from it.")
    return tensors


def _from_file(network: nn.Module, system: str, path: Path) -> Loaded:
    kept = _own_checkpoint(path)
    state = kept.weights if kept else read_state(path)
    count = len(network.state_dict())
    taken = 0
    for names in (state, _unwrapped(state)):
        if (taken := take_over(network, names)) >= count // 2:
            return Loaded(taken, count, str(path))
    if kept:
        raise ModelError(
            f"{path} is a checkpoint of {kept.system} with {dict(kept.switches)}: its weights do "
            f"not fit {system} as it is trained here ({taken} of {count} tensors). Name a "
            f"checkpoint of {system} with the same switches, or other weights."
        )
    return _into_backbone(network, _module_of(system), state, str(path))


def _own_checkpoint(path: Path) -> TrainedNetwork | None:
    try:
        return TrainedNetwork.read(path)
    except ModelError:
        return None


def _into_backbone(
    network: nn.Module, module: ModuleType, state: Mapping[str, Tensor], source: str
) -> Loaded:
    backbone = module.backbone_of(network) if hasattr(module, "backbone_of") else network
    state = _unwrapped(state)
    try:
        if hasattr(module, "load_backbone"):
            return Loaded(module.load_backbone(network, state), len(network.state_dict()), source)
        if hasattr(module, "fitted_state"):
            state = module.fitted_state(network, state)
    except ModelError as error:
        raise ModelError(f"{source} does not fit {type(network).__name__}: {error}") from error
    taken = take_over(backbone, state)
    if taken == 0:
        raise ModelError(
            f"No tensor of {source} fits {type(network).__name__}. "
            f"Expected names such as {', '.join(list(backbone.state_dict())[:3])}."
        )
    return Loaded(taken, len(network.state_dict()), source)


def _unwrapped(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Names without a prefix that all of them share."""
    names = dict(state)
    for _ in _WRAPPERS:
        prefix = next((w for w in _WRAPPERS if names and all(k.startswith(w) for k in names)), "")
        names = {k.removeprefix(prefix): v for k, v in names.items()}
    return names


def _module_of(system: str) -> ModuleType:
    if system not in SYSTEMS:
        system_of(system)
    return import_module(f"mien.networks.{SYSTEMS[system].module}")
