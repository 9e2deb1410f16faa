"""``docs/ablations.md`` from the rows of ``benchmarks/results/ablations.json``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.ablation_gain import CLAIMS, Gain, Row, gain_of, right_of, verdict_of
from benchmarks.markdown import table, with_interval
from mien.metrics.intervals import wilson

HEADS = (
    "system",
    "variant",
    "parameters",
    "accuracy % (95 %)",
    "difference (95 % over pictures)",
    "95 % over trainings",
    "p",
)
CLAIM_HEADS = ("system", "the paper says", "without it: variant", "variant's gain", "here")


def compared(gain: Gain | None) -> list[str]:
    """Difference with its interval over pictures, that over trainings, and each seed's p."""
    if gain is None:
        return ["–"] * 3
    low, high = gain.pictures
    return [
        f"{gain.mean:+z.1f} ({low:+z.1f} to {high:+z.1f})",
        "–" if gain.trainings is None else "{:+z.1f} to {:+z.1f}".format(*gain.trainings),
        ", ".join("<0.001" if p < 0.001 else f"{p:.3f}" for p in gain.p),
    ]


def runs_of(rows: Sequence[Row], system: str, name: str) -> list[Row]:
    """Of one variant, a seed each."""
    return [row for row in rows if (row["system"], row["variant"]) == (system, name)]


def gains_of(rows: Sequence[Row], order: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Gain]:
    """Of each variant that was run beside the whole, the first of its system."""
    first: dict[str, str] = {}
    gains = {}
    for system, name in order:
        whole = runs_of(rows, system, first.setdefault(system, name))
        gain = gain_of(runs_of(rows, system, name), whole) if name != first[system] else None
        if gain is not None:
            gains[system, name] = gain
    return gains


def cells_of(
    rows: Sequence[Row],
    order: Sequence[tuple[str, str]],
    gains: Mapping[tuple[str, str], Gain],
) -> list[list[str]]:
    """A line a variant that was run."""
    lines = []
    for system, name in order:
        runs = runs_of(rows, system, name)
        if not runs:
            continue
        first = next(variant for of, variant in order if of == system)
        told = []
        for row in runs:
            right = right_of(row)
            low, high = wilson(int(right.sum()), len(right))
            told.append(with_interval(row["accuracy_percent"], 100 * low, 100 * high))
        difference = [""] * 3 if name == first else compared(gains.get((system, name)))
        size = f"{runs[0]['parameters'] / 1e6:.2f} M"
        lines.append([f"`{system}`", name, size, "; ".join(told), *difference])
    return lines


def claims_of(gains: Mapping[tuple[str, str], Gain]) -> list[list[str]]:
    """A line a claim and variant that was run beside the whole."""
    lines = []
    for claim in CLAIMS:
        said = claim.words
        for name in claim.variants:
            gain = gains.get((claim.system, name))
            if gain is None:
                continue
            lines.append([f"`{claim.system}`", said, name, compared(gain)[0], verdict_of(gain)])
            said = ""  # told once
    return lines


def page_of(rows: Sequence[Row], order: Sequence[tuple[str, str]]) -> str:
    """The whole page."""
    seeds = sorted({row["seed"] for row in rows})
    gains = gains_of(rows, order)
    machines = ", ".join(sorted({row["processor"] for row in rows}))
    return f"""# Ablations on FER2013

The papers' ablations, at a size that fits two processor cores: 48-px grey pictures, a quarter of
the published channels, eight epochs from scratch, no other data. Accuracy on PrivateTest
(3,589 pictures) with its 95 % interval (Wilson), a figure a seed; the difference of the means to
the whole network in percentage points, with its interval over pictures (paired bootstrap: would
other faces say the same?) and over trainings (Student's t over seeds: would other starts?), and
McNemar's exact p on the same pictures, a p a seed. A claim holds here where both intervals lie on
its side of zero. Networks so small, trained so briefly, need not behave as the published ones.

{table(HEADS, cells_of(rows, order, gains))}

## Do the papers' claims hold?

Each says that the whole network is better than the variant.

{table(CLAIM_HEADS, claims_of(gains))}

Seeds run: {", ".join(str(seed) for seed in seeds)}. Machines: {machines}. Again:
`make prove-ablations`; rows: `benchmarks/results/ablations.json`.
"""
