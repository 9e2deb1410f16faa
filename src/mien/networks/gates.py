"""The compact network without its gates (squeeze-and-excitation).

Gates help a network to learn. Once it has, they say nearly the same to every face, but each
costs a look at a whole map before the next convolution may begin: a seventh to a quarter of
the time of a face in 8 bits. What they say on average goes into the normalisation before
them; some epochs of training settle the rest.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mien.networks.compact import CompactNet, Residual, SqueezeExcitation


@torch.no_grad()
def without_gates(network: CompactNet, faces: Tensor) -> CompactNet:
    """A network without gates that answers nearly as ``network`` does, and exactly so where
    its gates say the same to every face.

    Args:
        network: left as it is.
        faces: ``(N, 1, 48, 48)`` in [0, 1]; what the gates say to them is averaged.
    """
    plain = CompactNet(
        network.width,
        network.dropout.p,
        blocks=network.blocks,
        side_px=network.side_px,
        gated=False,
    )
    said = _mean_gains(network, faces)
    plain.load_state_dict({k: v for k, v in network.state_dict().items() if ".excite." not in k})
    for place, gain in said.items():
        norm = plain.get_submodule(f"{place}.second.1")
        norm.get_parameter("weight").mul_(gain)
        norm.get_parameter("bias").mul_(gain)
    return plain


def _mean_gains(network: CompactNet, faces: Tensor) -> dict[str, Tensor]:
    """What each block's gate says on average, ``(C,)``, by the block's name."""
    said: dict[str, Tensor] = {}
    handles = []
    for name, block in network.named_modules():
        gate = block.excite if isinstance(block, Residual) else None
        if not isinstance(gate, SqueezeExcitation):
            continue

        def note(module: nn.Module, seen: tuple[Tensor], _: Tensor, *, name: str = name) -> None:
            assert isinstance(module, SqueezeExcitation)
            said[name] = module.gains(seen[0]).mean(0)

        handles.append(gate.register_forward_hook(note))
    was_training = network.training
    network.eval()(faces)
    network.train(was_training)
    for handle in handles:
        handle.remove()
    return said
