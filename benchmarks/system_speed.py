"""Speed of the published systems: ``python -m benchmarks.system_speed FER2013.zip``
(``make prove-speed``; ten minutes, nothing else running).

Training: pictures a second of the recipes for two cores, and of their plain form (32-bit floats,
no cache, no channels-last, not compiled); the same steps, one by one from the loader to the
optimiser, the first ones left out. Inference: milliseconds of one picture or clip in ONNX Runtime
on one core, of the published size and of the recipe's.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, Final

from torch import Tensor

from benchmarks import machine
from benchmarks.markdown import table
from mien.export.judged_file import ms_a_face
from mien.export.network_file import Deployed, file_input, to_onnx
from mien.network_input import NetworkInput
from mien.networks.checkpoint import TrainedNetwork
from mien.networks.table import SYSTEMS, system_of
from mien.training.batches import Faces
from mien.training.hardware import hardware_of
from mien.training.prepared_data import PreparedData, input_of, prepare
from mien.training.recipe_file import find_recipe, read_recipe
from mien.training.system_recipe import SystemRecipe
from mien.training.train_system import train_system
from mien.whole_file import write_whole

OUT: Final = machine.ROOT / "benchmarks" / "results" / "system-speed"
PLAIN: Final = ("precision=fp32", "data.cache=false", "channels_last=false", "compile=false")
#: Steps of a run, and those at its beginning that compile and warm up.
STEPS, WARM = 20, 6
CLASSES: Final = 7


@dataclass
class Timed:
    """A data set that notes when a batch was begun."""

    faces: Faces
    batch: int
    begun_s: list[float] = field(default_factory=list[float])
    drawn_so_far: int = 0

    def __len__(self) -> int:
        return len(self.faces)

    def drawn(self, index: int, draw: int) -> dict[str, Tensor]:
        """As the data set's own."""
        if self.drawn_so_far % self.batch == 0:
            self.begun_s.append(time.perf_counter())
        self.drawn_so_far += 1
        return self.faces.drawn(index, draw)


def images_per_s(system: str, data: Path, settings: tuple[str, ...]) -> float:
    """Of whole training steps, by the median step."""
    wanted = ("stages=[]", f"max_steps={STEPS}", "data.workers=0", *settings)
    recipe = read_recipe(find_recipe(f"{system}-fer2013-cpu"), wanted)
    timed: list[Timed] = []

    def prepared(recipe: SystemRecipe, root: Path) -> PreparedData:
        found = prepare(recipe, root)
        timed.append(Timed(found.train, recipe.training.batch))
        return replace(found, train=timed[0])  # type: ignore[arg-type]  # what the loader asks

    with tempfile.TemporaryDirectory() as folder:
        train_system(recipe, {"": data}, Path(folder) / "run", hardware_of("cpu"), prepared)
    begun = timed[0].begun_s[WARM:]
    steps = [after - before for before, after in pairwise(begun)]
    return recipe.training.batch / median(steps)


def ms_of(system: str, switches: dict[str, Any], shape: NetworkInput) -> float:
    """Of one input, of a network with fresh weights, whose values cost no other time."""
    built = system_of(system).build(CLASSES, **switches)
    labels = tuple(f"class {k}" for k in range(CLASSES))
    trained = TrainedNetwork(system, switches, labels, shape, built.state_dict())
    given = file_input(trained, with_landmarks=bool(shape.landmarks))
    return ms_a_face(to_onnx(Deployed(trained, bool(shape.landmarks)), given), given)


def measured(data: Path) -> Iterator[dict[str, Any]]:
    """A row a system."""
    for name, system in SYSTEMS.items():
        row: dict[str, Any] = {"system": name}
        row["published_ms"] = ms_of(name, dict(system.switches), system.input)
        if not system.input.frames:  # no public clips can be had to train on
            recipe = read_recipe(find_recipe(f"{name}-fer2013-cpu"))
            row["small_ms"] = ms_of(name, dict(recipe.switches), input_of(recipe))
            row["plain_images_per_s"] = images_per_s(name, data, PLAIN)
            row["images_per_s"] = images_per_s(name, data, ())
        yield row


def page_of(told: dict[str, Any]) -> str:
    """The table."""
    heads = ("system", "ms, published size", "ms, recipe's size")
    heads += ("trained images/s, plain", "trained images/s", "")
    rows = []
    for row in told["systems"]:
        cells = [f"`{row['system']}`", f"{row['published_ms']:.1f}"]
        if "small_ms" in row:
            plain, ours = row["plain_images_per_s"], row["images_per_s"]
            cells += [
                f"{row['small_ms']:.1f}",
                f"{plain:.0f}",
                f"{ours:.0f}",
                f"{ours / plain:.1f}×",
            ]
        else:
            cells += ["–"] * 4
        rows.append(cells)
    return f"""# Speed of the published systems

Milliseconds of one picture (of a clip of 16 frames for the video network) in ONNX Runtime on one core, 32-bit floats; pictures
a second in training by the recipes `…-fer2013-cpu` on {told["cores"]} cores, plain (32-bit floats, no cache, no channels-last, not
compiled) and as the recipe says.

{table(heads, rows, numbers_from=1)}

{told["date"]}, commit {told["commit"]}, {told["processor"]}, load average {told["load_average"]}.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("data", type=Path)
    given = parser.parse_args()
    told = {**machine.describe(), "systems": list(measured(given.data))}
    write_whole(OUT.with_suffix(".json"), (json.dumps(told, indent=1) + "\n").encode())
    write_whole(OUT.with_suffix(".md"), page_of(told).encode())
    print(page_of(told))


if __name__ == "__main__":
    main()
