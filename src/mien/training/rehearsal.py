"""A stage without numbers, on torch's meta device: what a recipe tells wrongly about network,
losses and optimiser comes to light in a moment, before any data is read or file written."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Final

import torch
from torch import nn

from mien.errors import MienError, SettingsError
from mien.losses.table import loss_of
from mien.networks.output import NetworkOutput
from mien.networks.table import system_of
from mien.training.prepared_data import input_of
from mien.training.sampling import Share
from mien.training.system_recipe import OptimizerRecipe, SystemRecipe
from mien.training.system_training import optimizer_of

#: The data tell how many; whether a network can be built does not depend on it.
_CLASSES: Final = 7
#: What torch and the networks raise over a value of the wrong kind or size.
_FAULTS: Final = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError),
    *(RuntimeError, TypeError, ValueError),
)


@dataclass(frozen=True)
class Rehearsal:
    """Attributes:
    recipe: without stages.
    pictures: that the network sees at once.
    """

    recipe: SystemRecipe
    pictures: int

    def play(self) -> None:
        """Builds everything and shows the network one batch, as in training."""
        recipe, input = self.recipe, input_of(self.recipe)
        with torch.device("meta"), torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a layer is empty
            network = system_of(recipe.system).build(_CLASSES, **recipe.switches).train()
            given = [torch.zeros(self.pictures, *input.shape)]
            if input.landmarks:
                given.append(torch.zeros(self.pictures, input.landmarks, 2))
            seen = network(*given)
        terms = _judged(_zeros_like(seen), recipe.loss.terms)
        optimizer_of([network, *terms], recipe.optimizer)

    def fault(self) -> Exception | None:
        try:
            self.play()
        except (MienError, *_FAULTS) as error:
            return error
        return None

    def without_one(self) -> Iterator[tuple[str, Rehearsal]]:
        """Each key that could be to blame, and the same with its usual value."""
        recipe = self.recipe
        for name, value in recipe.switches.items():
            fewer = {key: v for key, v in recipe.switches.items() if key != name}
            yield f"switches.{name}={value}", replace(self, recipe=replace(recipe, switches=fewer))
        if self.pictures == 1:
            yield f"training.batch={recipe.training.batch}", replace(self, pictures=2)
        side = replace(recipe.data, side_px=system_of(recipe.system).input.side_px)
        if side != recipe.data:
            usual = replace(recipe, data=side)
            yield f"data.side_px={recipe.data.side_px}", replace(self, recipe=usual)
        plain = OptimizerRecipe()
        for item in (one for one in fields(plain) if one.name != "name"):
            told, default = (getattr(o, item.name) for o in (recipe.optimizer, plain))
            if told != default:
                optimizer = replace(recipe.optimizer, **{item.name: default})
                usual = replace(recipe, optimizer=optimizer)
                yield f"optimizer.{item.name}={told}", replace(self, recipe=usual)


def _zeros_like(seen: NetworkOutput) -> NetworkOutput:
    """On the processor: losses look at numbers, and what they are given is small."""
    features, heads = (
        None if part is None else torch.zeros(part.shape) for part in (seen.features, seen.heads)
    )
    return NetworkOutput(torch.zeros(seen.logits.shape), features, heads)


@torch.no_grad()
def _judged(output: NetworkOutput, weights: Mapping[str, float]) -> list[nn.Module]:
    """The losses; each that counts has found in the output what it needs."""
    width = output.features.shape[1] if output.features is not None else 0
    terms: list[nn.Module] = []
    for name, weight in weights.items():
        terms.append(loss_of(name, _CLASSES, width))
        if weight:
            terms[-1](output, torch.zeros(len(output.logits), dtype=torch.int64))
    return terms


def rehearse(recipe: SystemRecipe, share: Share) -> None:
    """Returns where the stage can be trained as far as its recipe tells.

    Args:
        recipe: without stages.
        share: of a process, which tells how many pictures a network sees at once.

    Raises:
        SettingsError: it cannot; the keys are told with which it could, were one of them
            another.
        ModelError: an unknown switch or loss, or values that the network itself refuses.
    """
    parts = share.world * share.accumulate
    rehearsal = Rehearsal(recipe, max(1, recipe.training.batch // parts))
    fault = rehearsal.fault()
    if fault is None:
        return
    if isinstance(fault, MienError):
        raise fault
    blamed = [key for key, other in rehearsal.without_one() if other.fault() is None]
    if len(blamed) > 1:
        blamed = [", or ".join(blamed)]
    reason = " ".join(str(fault).split()).rstrip(".") or type(fault).__name__
    raise SettingsError(
        f"{recipe.system} cannot be trained with {blamed[0] if blamed else 'these settings'}: "
        f"{reason}. Choose another value with --set."
    ) from fault
