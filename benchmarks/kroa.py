"""Key region-oriented attention against dense attention of the same size, forward and
backward: ``python -m benchmarks.kroa``, one core (``--device cuda`` for a GPU).

Dense is the same module with every region chosen: the same projections, heads and LePE, one
scaled dot-product attention over all patches. Each figure is the least of several
interleaved rounds, which a busy machine disturbs least.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from benchmarks import machine
from mien.networks.kroa import KROA, REGIONS
from mien.whole_file import write_whole

OUT = machine.ROOT / "benchmarks" / "results"
#: Side of the map, channels, batch: L4, L3, L2 and L1 of the published network, and L4 with
#: the batch of its recipe.
SIZES = ((7, 512, 8), (7, 512, 64), (14, 256, 8), (28, 128, 8), (56, 64, 2))
#: The paper's, and 1 and 40 at the ends.
TOP_NS = (1, 10, 15, 30, 40)
ROUNDS = 7


def milliseconds(module: KROA, x: Tensor, *, backward: bool) -> float:
    """Of one call, with the gradients of input and parameters where asked."""
    y = x.detach().requires_grad_(backward)
    module.zero_grad(set_to_none=True)
    _wait(x)
    start = time.perf_counter()
    with torch.set_grad_enabled(backward):
        out = module(y)[0]
        if backward:
            out.backward(torch.ones_like(out))
    _wait(x)
    return (time.perf_counter() - start) * 1e3


def _wait(x: Tensor) -> None:
    if x.is_cuda:
        torch.cuda.synchronize()


def compared(
    side: int, channels: int, batch: int, top_n: int, device: str, rounds: int
) -> dict[str, Any]:
    """Least milliseconds of dense, gather, mask and what ``auto`` takes."""
    torch.manual_seed(0)
    x = torch.randn(batch, channels, side, side, device=device)
    modules = {"dense": KROA(channels, REGIONS**2)}
    modules |= {kernel: KROA(channels, top_n, kernel=kernel) for kernel in ("gather", "mask")}
    for module in modules.values():
        module.load_state_dict(modules["dense"].state_dict())
        module.to(device)
    row: dict[str, Any] = {"side": side, "channels": channels, "batch": batch, "top_n": top_n}
    patches = (side // REGIONS) ** 2
    row["patches"] = patches
    row["auto"] = "gather" if KROA(channels, top_n)._gathers(patches) else "mask"
    for name, backward in (("forward_ms", False), ("forward_backward_ms", True)):
        best = dict.fromkeys(modules, float("inf"))
        for _ in range(rounds):
            for kind, module in modules.items():
                best[kind] = min(best[kind], milliseconds(module, x, backward=backward))
        row[name] = {kind: round(value, 3) for kind, value in best.items()}
        row[name]["dense over auto"] = round(best["dense"] / best[row["auto"]], 2)
    return row


def page(result: dict[str, Any]) -> str:
    """The result to read."""
    lines = [
        "# Key region-oriented attention against dense attention",
        "",
        "`python -m benchmarks.kroa`. Milliseconds of the whole module (projections, attention,",
        "LePE), the least of interleaved rounds. *dense* attends to all 49 regions; *gather* and",
        "*mask* are two ways to attend to `n` of them, the same numbers; the one that KROA takes",
        "itself is **bold**. The last column is dense over that one: above 1, sparsity pays.",
        "",
        f"{result['processor']}, {result['threads']} thread(s), {result['device']}, torch "
        f"{result['torch']}, {result['date']}, commit {result['commit']}, load "
        f"{result['load_average'][0]}.",
    ]
    for title, name in (("Forward", "forward_ms"), ("Forward and backward", "forward_backward_ms")):
        lines += ["", f"## {title}", ""]
        lines += ["| map | batch | patches a region | n | dense | gather | mask | gain |"]
        lines += ["|-|-|-|-|-|-|-|-|"]
        for row in result["rows"]:
            times = row[name]
            cells = [
                f"**{times[kind]:.2f}**" if kind == row["auto"] else f"{times[kind]:.2f}"
                for kind in ("dense", "gather", "mask")
            ]
            lines.append(
                f"| {row['side']}² × {row['channels']} | {row['batch']} | {row['patches']} | "
                f"{row['top_n']} | {' | '.join(cells)} | {times['dense over auto']:.2f} |"
            )
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--out", type=Path, default=OUT)
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    rows = []
    for size in SIZES:
        for top_n in TOP_NS:
            rows.append(compared(*size, top_n, chosen.device, chosen.rounds))
            print(json.dumps(rows[-1]), flush=True)
    device = torch.cuda.get_device_name() if chosen.device.startswith("cuda") else chosen.device
    result = {
        **machine.describe(),
        "torch": torch.__version__,
        "device": device,
        "threads": chosen.threads,
        "rows": rows,
    }
    name = "kroa" if chosen.device == "cpu" else "kroa-gpu"
    write_whole(chosen.out / f"{name}.json", (json.dumps(result, indent=1) + "\n").encode())
    write_whole(chosen.out / f"{name}.md", page(result).encode())


if __name__ == "__main__":
    main()
