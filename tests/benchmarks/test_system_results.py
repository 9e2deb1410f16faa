"""The table of the systems' results says what the rows say, and refuses another recipe's run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")

from benchmarks.results_page import cells_of, page_of, time_section
from benchmarks.system_results import checkpoints_of

from mien.cli.systems import read_results
from mien.errors import SettingsError
from mien.training.recipe_file import (
    as_yaml,
    find_recipe,
    read_recipe,
    stages_of,
)

ROW: dict[str, Any] = {
    "system": "hafnet",
    "dataset": "ferplus",
    "recipe": "hafnet-fer2013-cpu",
    "accuracy_percent": 87.26,
    "accuracy": {"value": 87.26, "low": 86.05, "high": 88.38},
    "uar": {"value": 70.0, "low": 66.0, "high": 74.0},
    "ece": {"value": 1.25, "low": 1.0, "high": 2.0},
    "parameters": 11_112_000,
    "multiply_adds": 224_000_000,
    "train_images_per_s": 1302,
    "train_s": 3600.0,
    "processor": "A",
    "cores": 2,
    "commit": "0123456789ab+",
    "date": "2026-11-21",
}


def finished(folder: Path, *overrides: str) -> Path:
    """A run of HAFNet's small recipe as ``mien train`` leaves it, without its networks."""
    run = folder / "hafnet-fer2013-cpu"
    recipe = read_recipe(find_recipe(run.name), overrides)
    for name, stage in stages_of(recipe):
        place = run / name if name == "ferplus" else run
        place.mkdir(parents=True, exist_ok=True)
        (place / "recipe.yaml").write_text(as_yaml(stage))
        (place / "summary.json").write_text("{}")
    return run


def test_a_line_of_the_table() -> None:
    assert cells_of(ROW) == [
        "`hafnet`", "FER+", "87.3 (86.0–88.4)", "70.0 (66.0–74.0)", "0.013", "–", "11.11 M",
        "0.224 G", "1,302", "60 min", "`hafnet-fer2013-cpu`",
        "0123456+",
    ]  # fmt: skip
    published = cells_of({**ROW, "system": "sfer-mdfae"})
    assert published[5] == "92.8"
    assert cells_of({**ROW, "commit": "0123456789ab"})[-1] == "0123456"


def test_the_page_names_the_machine_and_the_command(tmp_path: Path) -> None:
    page = page_of([ROW])
    assert "A, 2 cores (2026-11-21)" in page
    assert "mien train SYSTEM --data fer2013.zip --recipe RECIPE" in page
    file = tmp_path / "results.json"
    file.write_text(json.dumps([ROW]))
    assert read_results(file) == [ROW]  # what `mien systems` shows


def test_networks_on_from_the_bundled_model_have_a_table_of_their_own() -> None:
    gain = {"value": -0.04, "low": -0.4, "high": 0.75}
    row = {**ROW, "recipe": "hafnet-fer2013-bundled", "start": "bundled", "gain": gain}
    row |= {"bundled": {"value": 87.3}, "mcnemar_p": 0.3146}
    page = page_of([ROW, row])
    apart = page.index("## On from the bundled model")
    assert page.index("`hafnet-fer2013-cpu`") < apart < page.index("`hafnet-fer2013-bundled`")
    assert page.count("`hafnet-fer2013-bundled`") == 1
    assert "| 0.013 | 87.3 | +0.0 (-0.4 to +0.8) | 0.31 | 60 min |" in page
    assert "On from the bundled model" not in page_of([ROW])


def test_both_stages_of_a_finished_run_are_judged(tmp_path: Path) -> None:
    run = finished(tmp_path)
    assert list(checkpoints_of(run)) == [
        ("ferplus", run / "ferplus" / "best.ckpt"),
        ("fer2013", run / "best.ckpt"),
    ]


def test_a_run_that_is_not_finished_is_refused(tmp_path: Path) -> None:
    run = finished(tmp_path)
    (run / "summary.json").unlink()
    with pytest.raises(SettingsError, match="not finished"):
        list(checkpoints_of(run))


def test_a_run_of_another_recipe_is_refused(tmp_path: Path) -> None:
    run = finished(tmp_path, "switches.width=24")
    with pytest.raises(SettingsError, match=r"switches\.width"):
        list(checkpoints_of(run))


def test_the_proof_of_time_is_told_with_its_chance() -> None:
    found = {"accuracy": 99.9, "interval": [99.64, 99.97], "order destroyed": 24.7}
    told = {"date": "d", "commit": "c", "processor": "p", "chance": 25.0, "test clips": 2000}
    section = time_section({**told, "size": {"frames": 16}, "networks": {"video": found}})
    assert "| video | 99.9 (99.6–100.0) | 24.7 |" in section
    assert "2,000 clips of 16 frames" in section
    assert "chance is 25 %" in section
