"""What a variant gains over the whole network, and whether that bears out what a paper claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.right_answers import unpacked
from mien.metrics.comparison import mcnemar, mean_interval
from mien.metrics.intervals import bootstrap

Row = dict[str, Any]
Interval = tuple[float, float]


@dataclass(frozen=True)
class Claim:
    """That the whole network is better than each of these variants of it.

    Attributes:
        words: what the paper says, and where.
    """

    system: str
    words: str
    variants: tuple[str, ...]


_SFER: Final = "section 4.5, figure 6"
CLAIMS: Final = (
    Claim("hafnet", "affinity and partition loss add to the accuracy (section 6.2; table VI has "
          "88.2 % without and 89.7 % with the affinity loss on RAF-DB)",
          ("no loss but cross-entropy", "affinity loss alone", "partition loss alone")),
    Claim("hafnet", "four heads are best of 1, 2, 4 and 8 (table III)",
          ("1 head", "2 heads", "8 heads")),
    Claim("sfer-mdfae", f"features of several scales are significantly better ({_SFER})",
          ("nm: last level alone",)),
    Claim("sfer-mdfae", f"MDPFA is effective ({_SFER})", ("np: without MDPFA",)),
    Claim("sfer-mdfae", f"KROA is effective, and superior to windows ({_SFER})",
          ("na: without fine attention", "rw: windows instead of regions")),
    Claim("sfer-mdfae", "an intermediate number of regions is best: fewer see too little, more "
          "bring noise (section 4.6; 15 of 49 in print, the same share of 9 here)",
          ("top 1", "top 6", "top 9: every region")),
)  # fmt: skip


@dataclass(frozen=True)
class Gain:
    """Of a variant over the whole, in percentage points.

    Attributes:
        mean: over the seeds that both have.
        pictures: 95 % by bootstrap over the same pictures: would other faces say the same?
        trainings: 95 % by Student's t over seeds, from two on: would other starts?
        p: McNemar's exact p on the same pictures, one a seed.
    """

    mean: float
    pictures: Interval
    trainings: Interval | None
    p: tuple[float, ...]


def right_of(row: Row) -> NDArray[np.bool_]:
    """Which pictures the run had right."""
    return unpacked(row["right"], row["pictures"])


def gain_of(runs: Sequence[Row], whole: Sequence[Row]) -> Gain | None:
    """None where the two have no seed in common."""
    by_seed = {row["seed"]: row for row in whole}
    pairs = [
        (right_of(row), right_of(by_seed[row["seed"]])) for row in runs if row["seed"] in by_seed
    ]
    if not pairs:
        return None
    gains = 100 * np.array([a.astype(float) - b for a, b in pairs])
    of_pictures, of_seeds = gains.mean(0), gains.mean(1)
    return Gain(
        float(gains.mean()),
        bootstrap(lambda rows: float(of_pictures[rows].mean()), gains.shape[1]),
        mean_interval(of_seeds) if len(pairs) > 1 else None,
        tuple(mcnemar(b, a).exact_p for a, b in pairs),
    )


def verdict_of(gain: Gain) -> str:
    """On the claim that the whole is better."""
    intervals = [gain.pictures] if gain.trainings is None else [gain.pictures, gain.trainings]
    once = ", in one training" if gain.trainings is None else ""
    if all(high < 0 for _, high in intervals):
        return f"as claimed{once}"
    if all(low > 0 for low, _ in intervals):
        return f"the other way round{once}"
    return "not told apart"
