"""``docs/ablations.md`` from the rows of ``benchmarks/results/ablations.json``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.markdown import table, with_interval
from benchmarks.right_answers import unpacked
from mien.metrics.comparison import mcnemar
from mien.metrics.intervals import wilson

Row = dict[str, Any]
HEADS = ("system", "variant", "parameters", "accuracy % (95 %)", "difference")


def right_of(row: Row) -> NDArray[np.bool_]:
    """Which pictures the run had right."""
    return unpacked(row["right"], row["pictures"])


def compared(runs: Sequence[Row], whole: Sequence[Row]) -> str:
    """Difference of the mean accuracies over the seeds that both have, percentage points, and
    for each seed McNemar's exact p."""
    by_seed = {row["seed"]: row for row in whole}
    pairs = [(row, by_seed[row["seed"]]) for row in runs if row["seed"] in by_seed]
    if not pairs:
        return "–"
    points = [a["accuracy_percent"] - b["accuracy_percent"] for a, b in pairs]
    tests = [mcnemar(right_of(b), right_of(a)).exact_p for a, b in pairs]
    return f"{np.mean(points):+.1f} (p {', '.join(f'{p:.2f}' for p in tests)})"


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
        difference = "" if name == first else compared(runs, whole)
        size = f"{runs[0]['parameters'] / 1e6:.2f} M"
        lines.append([f"`{system}`", name, size, "; ".join(told), difference])
    return lines


def page_of(rows: Sequence[Row], order: Sequence[tuple[str, str]]) -> str:
    """The whole page."""
    seeds = sorted({row["seed"] for row in rows})
    machines = ", ".join(sorted({row["processor"] for row in rows}))
    return f"""# Ablations on FER2013

The papers' ablations, at a size that fits two processor cores: 48-px grey pictures, a quarter of
the published channels, eight epochs from scratch, no other data. Accuracy on PrivateTest
(3,589 pictures) with its 95 % interval (Wilson), a figure a seed; the difference to
the whole network in percentage points, with McNemar's exact p on the same pictures, a p a seed.
An interval is 3 points wide: differences below 1.5 points are no finding. Networks so small,
trained so briefly, need not behave as the published ones.

{table(HEADS, cells_of(rows, order))}

Seeds run: {", ".join(str(seed) for seed in seeds)}. Machines: {machines}. Again:
`make prove-ablations`; rows: `benchmarks/results/ablations.json`.
"""
