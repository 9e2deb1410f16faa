"""Ensembles of the systems: what is compared with what, and how the page tells it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

from benchmarks.ensemble_results import row_of, validated
from benchmarks.results_page import ensemble_section

from mien.evaluation.answers import Answers


def answers(right: list[bool]) -> Answers:
    """Of two classes, all of the first, each said with 0.9."""
    shares = np.array([[0.9, 0.1] if r else [0.1, 0.9] for r in right])
    names = tuple(str(i) for i in range(len(right)))
    return Answers(("happiness", "sadness"), names, np.zeros(len(right), np.int64), shares)


def test_the_ensemble_is_compared_with_the_first() -> None:
    first = answers([True] * 5 + [False] * 15)
    other = answers([False] * 20)
    ensemble = answers([True] * 15 + [False] * 5)
    row = row_of([("a", first, 1.0), ("b", other, 1.0), ("average of 2", ensemble, 1.0)])
    assert row["title"] == "average of 2"
    assert row["accuracy"]["value"] == 75
    assert row["gain"]["value"] == 50
    # ten changes, all for the better: 2 / 2^10
    assert row["mcnemar_p"] == pytest.approx(2 / 1024)


def test_the_best_epoch_on_validation_counts(tmp_path: Path) -> None:
    log = "epoch,validation_accuracy\n1,0.5\n2,0.71\n3,0.7\n"
    (tmp_path / "log.csv").write_text(log)
    assert validated(tmp_path / "best.ckpt") == 0.71


def test_its_part_of_the_page() -> None:
    def figures(value: float) -> dict[str, Any]:
        interval = {"value": value, "low": value - 1, "high": value + 1}
        return {"accuracy": interval, "uar": interval, "ece": interval | {"value": 1.2}}

    gain = {"value": 1.5, "low": -0.2, "high": 3.1}
    one = {"kind": "average", "title": "average of 2", "gain": gain, "mcnemar_p": 0.04321}
    section = ensemble_section(
        [
            {
                "dataset": "ferplus",
                "networks": ["hafnet", "cbam-resnet50"],
                "singles": [{"title": "hafnet"} | figures(86), {"title": "cbam"} | figures(85)],
                "ensembles": [one | figures(87.5)],
            }
        ]
    )
    assert "Ensembles of `cbam-resnet50`, `hafnet`" in section
    assert (
        "| FER+ | `hafnet` alone | 86.0 (85.0–87.0) | 86.0 (85.0–87.0) | 0.012 |  |  |" in section
    )
    assert (
        "| FER+ | average of 2 | 87.5 (86.5–88.5) | 87.5 (86.5–88.5) | 0.012 "
        "| +1.5 (-0.2 to +3.1) | 0.043 |" in section
    )
