"""``docs/ablations.md`` from the rows of ``benchmarks/results/ablations.json``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.markdown import table, with_interval
from benchmarks.right_answers import unpacked
from mien.metrics.comparison import mcnemar, mean_interval
from mien.metrics.intervals import bootstrap, wilson

Row = dict[str, Any]
HEADS = (
    "system",
    "variant",
    "parameters",
    "accuracy % (95 %)",
    "difference (95 % over pictures)",
    "95 % over trainings",
    "p",
)


def right_of(row: Row) -> NDArray[np.bool_]:
    """Which pictures the run had right."""
    return unpacked(row["right"], row["pictures"])


def compared(runs: Sequence[Row], whole: Sequence[Row]) -> list[str]:
    """Of the mean accuracies over the seeds that both have: their difference in percentage points
    with its interval over pictures (paired bootstrap) and, from two seeds on, over trainings
    (Student's), and for each seed McNemar's exact p."""
    by_seed = {row["seed"]: row for row in whole}
    pairs = [
        (right_of(row), right_of(by_seed[row["seed"]])) for row in runs if row["seed"] in by_seed
    ]
    if not pairs:
        return ["–"] * 3
    gains = 100 * np.array([a.astype(float) - b for a, b in pairs])
    of_pictures, of_seeds = gains.mean(0), gains.mean(1)
    pictures = bootstrap(lambda rows: float(of_pictures[rows].mean()), gains.shape[1])
    seeds = "–" if len(pairs) < 2 else "{:+.1f} to {:+.1f}".format(*mean_interval(of_seeds))
    return [
        f"{gains.mean():+.1f} ({pictures[0]:+.1f} to {pictures[1]:+.1f})",
        seeds,
        ", ".join(f"{mcnemar(b, a).exact_p:.2f}" for a, b in pairs),
    ]


def cells_of(rows: Sequence[Row], order: Sequence[tuple[str, str]]) -> list[list[str]]:
    """A line a variant that was run."""
    lines = []
    for system, name in order:
        runs = [r for r in rows if (r["system"], r["variant"]) == (system, name)]
        if not runs:
            continue
        first = next(variant for of, variant in order if of == system)
        whole = [r for r in rows if (r["system"], r["variant"]) == (system, first)]
        told = []
        for row in runs:
            right = right_of(row)
            low, high = wilson(int(right.sum()), len(right))
            told.append(with_interval(row["accuracy_percent"], 100 * low, 100 * high))
        difference = [""] * 3 if name == first else compared(runs, whole)
        size = f"{runs[0]['parameters'] / 1e6:.2f} M"
        lines.append([f"`{system}`", name, size, "; ".join(told), *difference])
    return lines


def page_of(rows: Sequence[Row], order: Sequence[tuple[str, str]]) -> str:
    """The whole page."""
    seeds = sorted({row["seed"] for row in rows})
    machines = ", ".join(sorted({row["processor"] for row in rows}))
    return f"""# Ablations on FER2013

The papers' ablations, at a size that fits two processor cores: 48-px grey pictures, a quarter of
the published channels, eight epochs from scratch, no other data. Accuracy on PrivateTest
(3,589 pictures) with its 95 % interval (Wilson), a figure a seed; the difference of the means to
the whole network in percentage points, with its interval over pictures (paired bootstrap: would
other faces say the same?) and over trainings (Student's t over seeds: would other starts?), and
McNemar's exact p on the same pictures, a p a seed. A claim holds here where both intervals lie on
its side of zero. Networks so small, trained so briefly, need not behave as the published ones.

{table(HEADS, cells_of(rows, order))}

Seeds run: {", ".join(str(seed) for seed in seeds)}. Machines: {machines}. Again:
`make prove-ablations`; rows: `benchmarks/results/ablations.json`.
"""
