"""``docs/results.md``, from the results that are kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks import machine
from benchmarks.markdown import table, with_interval
from mien.networks.table import SYSTEMS
from mien.weights import BUNDLED
from mien.whole_file import write_whole

JSON: Final = machine.ROOT / "docs" / "results.json"
PAGE: Final = machine.ROOT / "docs" / "results.md"
ENSEMBLES: Final = machine.ROOT / "benchmarks" / "results" / "ensembles.json"
PROOF: Final = machine.ROOT / "benchmarks" / "results" / "time-proof.json"
NAMES: Final = {"fer2013": "FER2013", "ferplus": "FER+"}
#: What others report that can be reproduced, one network without further data, percent.
ELSEWHERE: Final = {
    "fer2013": ("73.28", "VGGNet, Khaireddin & Chen 2021, arXiv:2105.03588"),
    "ferplus": ("84.99", "VGG13 on the votes, Barsoum et al. 2016, arXiv:1608.01041"),
}


#: Of the table.
HEADS = (
    "system",
    "data",
    "accuracy % (95 %)",
    "UAR % (95 %)",
    "ECE",
    "printed %",
    "parameters",
    "multiply-adds",
    "trained images/s",
    "in",
    "recipe",
    "commit",
)


def cells_of(row: dict[str, Any]) -> list[str]:
    """One line of the table."""
    published = SYSTEMS[row["system"]].published.get(row["dataset"])
    return [
        f"`{row['system']}`",
        NAMES[row["dataset"]],
        *_cells(row),
        f"{published:.1f}" if published else "–",
        f"{row['parameters'] / 1e6:.2f} M",
        f"{row['multiply_adds'] / 1e9:.3f} G",
        f"{row['train_images_per_s']:,}",
        f"{row['train_s'] / 60:.0f} min",
        f"`{row['recipe']}`",
        row["commit"][:7] + "+" * row["commit"].endswith("+"),
    ]


#: Of the table of those that go on from the model that ships.
GAIN_HEADS: Final = (
    "system",
    "data",
    "accuracy % (95 %)",
    "UAR % (95 %)",
    "ECE",
    "the bundled model alone %",
    "gain (95 %)",
    "p",
    "in",
    "recipe",
    "commit",
)


def gain_cells_of(row: dict[str, Any]) -> list[str]:
    """One line of that table."""
    return [
        *cells_of(row)[:5],
        f"{row['bundled']['value']:.1f}",
        _gained(row),
        f"{row['mcnemar_p']:.2g}",
        *cells_of(row)[-3:],
    ]


def bundled_section(rows: Sequence[dict[str, Any]]) -> str:
    """Networks that start from the model that ships."""
    if not rows:
        return ""
    return f"""
## On from the bundled model

The same systems over the trunk of the expression model that ships, with its weights to start from (`--weights bundled`). It
has learned from the same training split and nothing else, for as long as `recipes/bundled-*.yaml` say, and was chosen on
PublicTest too; so the accuracy is its merit first, and what the system's own parts add is the gain over it: the same
pictures of PrivateTest, the same mirror image, paired bootstrap, McNemar's exact p.

{table(GAIN_HEADS, map(gain_cells_of, rows))}
"""


def page_of(rows: list[dict[str, Any]]) -> str:
    """The whole page."""
    elsewhere = "\n".join(
        f"- {NAMES[name]}: {figure} % ({source})" for name, (figure, source) in ELSEWHERE.items()
    )
    bundled = [row for row in rows if row.get("start") == BUNDLED]
    others = [row for row in rows if row not in bundled]
    machines = sorted({f"{r['processor']}, {r['cores']} cores ({r['date']})" for r in rows})
    return f"""# Results of the published systems

One protocol: trained from scratch, but for the second table, on FER2013's training split (no other data; weights of others
were not to be had), chosen on PublicTest, judged once on PrivateTest; FER+ on those of its pictures whose largest vote is an
emotion with more than half of the votes. One mirror image at test time. In brackets 95 % intervals
(Wilson for accuracy, bootstrap for UAR). The networks are **not of the published size**: recipes `…-cpu` are made for two
processor cores, 48-px grey pictures, and few epochs. The published sizes have recipes of their own and want a GPU.

{table(HEADS, map(cells_of, others))}

Printed is the paper's own figure for its full size, often with pre-trained weights. Reproducible ones of others, a single
network without further data:

{elsewhere}

Trained on: {"; ".join(machines)}. Times are the median epoch's, times their number. Every figure again:

```sh
mien train SYSTEM --data fer2013.zip --recipe RECIPE
python -m benchmarks.system_results runs/RECIPE --data fer2013.zip
```

A + behind a commit: with changes that were committed after it. Seeds, epochs and everything else of a row:
[results.json](results.json).
{bundled_section(bundled)}"""


def time_section(proof: dict[str, Any]) -> str:
    """What the proof of the video network found: ``benchmarks.time_proof``."""
    heads = ("`r2plus1d-attention`, reduced", "accuracy % (95 %)", "frames in random order")
    rows = [
        (
            name,
            with_interval(found["accuracy"], *found["interval"]),
            f"{found['order destroyed']:.1f}",
        )
        for name, found in proof["networks"].items()
    ]
    return f"""
## Does the video network learn time?

No public clips could be had. `python -m benchmarks.time_proof` makes {proof["test clips"]:,} clips of {proof["size"]["frames"]} frames from faces of
PrivateTest, moved in four ways that hold the same pictures in another order, and asks networks that learned from faces of the
training split; chance is {proof["chance"]:.0f} %. The frame-wise twin is the same network that sees one frame at a time.

{table(heads, rows)}

{proof["date"]}, commit {proof["commit"]}, {proof["processor"]}.
"""


def ensemble_section(rows: Sequence[Mapping[str, Any]]) -> str:
    """What the networks say together: ``benchmarks.ensemble_results``."""
    heads = ("data", "decided by", "accuracy %", "UAR %", "ECE", "over the best one", "p")
    lines = []
    for row in rows:
        first = row["singles"][0]
        lines.append([NAMES[row["dataset"]], f"`{first['title']}` alone", *_cells(first), "", ""])
        lines += [
            [
                NAMES[row["dataset"]],
                f"{one['kind']} of {len(row['networks'])}",
                *_cells(one),
                _gained(one),
                f"{one['mcnemar_p']:.2g}",
            ]
            for one in row["ensembles"]
        ]
    names = ", ".join(f"`{name}`" for name in sorted(rows[0]["networks"]))
    return f"""
## Together

Ensembles of {names} of the table above. The one that they are compared with is the best on PublicTest; there the
weights are fitted too. p: McNemar's exact test on the same pictures of PrivateTest.

{table(heads, lines)}

Again: `python -m benchmarks.ensemble_results runs/RECIPE runs/RECIPE … --data fer2013.zip`.
"""


def _cells(one: Mapping[str, Any]) -> list[str]:
    """Accuracy, UAR and ECE of a network or an ensemble."""
    return [
        with_interval(**one["accuracy"]),
        with_interval(**one["uar"]),
        f"{one['ece']['value'] / 100:.3f}",
    ]


def _gained(one: Mapping[str, Any]) -> str:
    """Points over the one that it is compared with."""
    return "{value:+z.1f} ({low:+z.1f} to {high:+z.1f})".format(**one["gain"])


def kept(file: Path) -> Any:
    """What a file of results holds; nothing where there is none."""
    return json.loads(file.read_text()) if file.is_file() else None


def write_page() -> None:
    """The page anew."""
    text = page_of(kept(JSON) or [])
    for file, section in ((ENSEMBLES, ensemble_section), (PROOF, time_section)):
        found = kept(file)
        text += section(found) if found else ""
    write_whole(PAGE, text.encode())
