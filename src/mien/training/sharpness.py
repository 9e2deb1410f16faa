"""Sharpness-aware minimisation around any optimiser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer


class SharpnessAware(Optimizer):
    """SAM (Foret et al. 2021, arXiv:2010.01412, eq. 2): the gradient is taken at
    w + ρ·g/‖g‖₂, the step is made from w. Costs a second pass a step.

    Args:
        base: makes the step; its groups and state are this one's.
        rho: radius ρ.
    """

    def __init__(self, base: Optimizer, rho: float) -> None:
        self.base, self.rho = base, rho
        super().__init__(base.param_groups, base.defaults)
        self.param_groups = base.param_groups
        self.state = base.state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.base.load_state_dict(state_dict)
        self.param_groups, self.state = self.base.param_groups, self.base.state

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """``closure`` computes loss and gradients; it is called twice.

        Returns:
            The loss before the step.
        """
        if closure is None:
            raise ValueError("sharpness-aware minimisation needs a closure")
        closure = torch.enable_grad()(closure)
        loss = closure()
        held = [p for g in self.param_groups for p in g["params"] if p.grad is not None]
        norm = torch.stack([p.grad.norm() for p in held]).norm()
        before: list[Tensor] = [p.detach().clone() for p in held]
        for parameter in held:
            parameter.add_(parameter.grad, alpha=float(self.rho / (norm + 1e-12)))
        closure()
        for parameter, value in zip(held, before, strict=True):
            parameter.copy_(value)
        self.base.step()
        return loss
