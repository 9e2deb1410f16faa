"""Judges the bundled expression model and writes its card.

``python -m mien.evaluation.bundled --data fer2013.zip`` reads PrivateTest; nothing
is chosen here: checkpoint, temperature and threshold come from the export.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from PIL import Image

from mien.datasets.fer2013 import FER2013Data, read_fer2013
from mien.evaluation.card import write_card, write_readme_table
from mien.evaluation.curve import write_curve
from mien.evaluation.live_crops import contact_sheet, cut_again, mean_faces
from mien.evaluation.provenance import commit_of, processor_name
from mien.evaluation.robustness import CHANGES
from mien.expression.glare import hidden_by
from mien.expression.judging import logits_of
from mien.expression.recognizer import Recognizer
from mien.labels import FER2013, FERPLUS
from mien.metrics.accuracy import accuracy, unweighted_recall
from mien.metrics.calibration import expected_calibration_error, risk_coverage
from mien.metrics.intervals import bootstrap, wilson
from mien.weights import model_path
from mien.whole_file import write_whole

#: Test faces that are pasted into pictures; a seeded sample keeps it to minutes.
LIVE_SAMPLE = 1000
#: Calls timed one by one after a warm-up.
TIMED_CALLS = 500
#: Coverages at which the risk is told.
COVERAGES = (1.0, 0.95, 0.9, 0.8, 0.7, 0.5)

Labels = NDArray[np.int64]


def share(right: NDArray[np.bool_]) -> dict[str, Any]:
    """A share with its Wilson interval; NaN of nothing."""
    return {
        "value": float(right.mean()) if len(right) else float("nan"),
        "interval": wilson(int(right.sum()), len(right)),
        "count": len(right),
    }


def judge_ferplus(recognizer: Recognizer, truth: Labels, logits: Any) -> dict[str, Any]:
    """Accuracy, UAR, recalls, calibration and abstention on FER+ majority labels."""
    shares = recognizer.facts.calibration.apply(logits)
    said, sure = shares.argmax(1), shares.max(1)
    right = said == truth
    coverage, risk = risk_coverage(sure, right)
    answered = sure >= recognizer.facts.threshold
    classes = len(FERPLUS)
    uar = unweighted_recall(truth, said, classes)
    interval = bootstrap(lambda r: unweighted_recall(truth[r], said[r], classes), len(truth))
    return {
        "ferplus_accuracy": share(right),
        "ferplus_uar": {"value": uar, "interval": interval, "count": len(truth)},
        "ferplus_recalls": {name: share(right[truth == k]) for k, name in enumerate(FERPLUS)},
        "ece": {
            "value": expected_calibration_error(sure, right),
            "interval": bootstrap(
                lambda r: expected_calibration_error(sure[r], right[r]), len(truth)
            ),
            "count": len(truth),
        },
        "abstention": {
            "threshold": recognizer.facts.threshold,
            "unknown_share": float(1 - answered.mean()),
            "accuracy_of_answers": share(right[answered]),
        },
        "risk_coverage": [
            {"coverage": c, "risk": float(risk[np.searchsorted(coverage, c - 1e-9)])}
            for c in COVERAGES
        ],
    }


def recall_of_rows(truth: Labels, said: Labels, rows: Labels) -> float:
    """UAR of FER2013's classes on some rows, for the bootstrap."""
    return unweighted_recall(truth[rows], said[rows], len(FER2013))


def judge_views(
    recognizer: Recognizer, model: Path, test: FER2013Data
) -> dict[str, dict[str, Any]]:
    """Both heads, looking once and with the mirror image."""
    truth, keep = test.majority()
    crops = test.images.astype(np.float32) / 255
    result = {}
    for name, flip in (("once", False), ("with_flip", True)):
        logits = logits_of(model, crops, flip=flip, threads=2)
        figures = judge_ferplus(recognizer, truth[keep], logits["ferplus"][keep])
        seven = logits["fer2013"].argmax(1)
        figures["fer2013_accuracy"] = share(seven == test.labels)
        figures["fer2013_uar"] = {
            "value": unweighted_recall(test.labels, seven, len(FER2013)),
            "interval": bootstrap(
                partial(recall_of_rows, test.labels, seven),
                len(seven),
            ),
            "count": len(seven),
        }
        result[name] = figures
    return result


def judge_robustness(
    model: Path, images: Any, truth: Labels, covered_threshold: float | None
) -> dict[str, dict[str, Any]]:
    """FER+ majority accuracy under each change, whatever is called hidden, and how many
    are told to be covered or over-exposed by the network; None where it cannot tell."""
    crops = images.astype(np.float32) / 255
    rows = {}
    for name, change in CHANGES.items():
        changed = change(crops)
        answers = logits_of(model, changed, threads=2)
        said = answers["ferplus"].argmax(1)
        rows[name] = share(said == truth) | {
            "uar": unweighted_recall(truth, said, len(FERPLUS)),
            **_hidden(answers, changed, covered_threshold),
        }
    return rows


def _hidden(answers: Mapping[str, Any], crops: Any, threshold: float | None) -> dict[str, Any]:
    """Shares of the crops that the network calls hidden, by the reason that is told."""
    if threshold is None:
        return {"called_covered": None, "called_overexposed": None}
    hidden = answers["covered"][:, 0] > threshold
    reasons = np.array([hidden_by(crop) for crop in crops])
    return {
        f"called_{reason}": share(hidden & (reasons == reason))
        for reason in ("covered", "overexposed")
    }


def judge_live(model: Path, images: Any, truth: Labels, pictures: Path) -> dict[str, Any]:
    """The pasted faces: what is lost by finding and cutting again. The sheet of single
    faces stays in ``runs/`` (the data set's pictures are not ours to publish)."""
    rows = np.sort(np.random.default_rng(0).choice(len(images), LIVE_SAMPLE, replace=False))
    images, truth = images[rows], truth[rows]
    live = cut_again(images)
    before = logits_of(model, images.astype(np.float32) / 255, threads=2)["ferplus"].argmax(1)
    after = logits_of(model, live.crops, threads=2)["ferplus"].argmax(1)
    missed_as_wrong = np.where(live.found, after, -1)
    Path("runs").mkdir(exist_ok=True)
    Image.fromarray(contact_sheet(images, live)).save("runs/crops.png")
    pictures.mkdir(parents=True, exist_ok=True)
    Image.fromarray(mean_faces(images, live)).save(pictures / "mean-crops.png")
    found = live.found
    return {
        "faces": LIVE_SAMPLE,
        "missed_share": float(1 - found.mean()),
        "original_all": share(before == truth),
        "live_all_missed_wrong": share(missed_as_wrong == truth),
        "original_of_found": share(before[found] == truth[found]),
        "live_of_found": share(after[found] == truth[found]),
    }


def time_one_face(recognizer: Recognizer) -> dict[str, float]:
    """Milliseconds a face, batch of one, one core."""
    crop = np.random.default_rng(0).random((1, 48, 48), np.float32)
    spent = []
    for _ in range(TIMED_CALLS + 20):
        start = time.perf_counter()
        recognizer.probabilities(crop)
        spent.append((time.perf_counter() - start) * 1e3)
    return {"median": float(np.median(spent[20:])), "least": min(spent[20:])}


def form_of_file(model: Path) -> dict[str, Any]:
    """Parameters (normalisations folded), and whether convolutions are in 8 bits."""
    graph = onnx.load(model).graph
    grids = ("_scale", "_zero_point")
    stored = [t for t in graph.initializer if not t.name.endswith(grids)]
    return {
        "parameters": sum(int(np.prod(t.dims)) for t in stored),
        "eight_bits": any(node.op_type == "DequantizeLinear" for node in graph.node),
    }


def judge(data: Path, model: Path, pictures: Path) -> dict[str, Any]:
    """Everything that the card says."""
    recognizer = Recognizer(model)
    test = read_fer2013(data, "test")
    truth, keep = test.majority()
    views = judge_views(recognizer, model, test)
    facts: Mapping[str, Any] = recognizer.facts.__dict__
    check = read_fer2013(data, "validation")
    labels, known = check.majority()
    crops = check.images[known].astype(np.float32) / 255
    said = logits_of(model, crops, threads=2)["ferplus"].argmax(1)
    return {
        "model": "expression.onnx",
        "date": date.today().isoformat(),
        "commit": commit_of(),
        "machine": {"processor": processor_name(), "python": platform.python_version()},
        "form": form_of_file(model),
        "size_bytes": model.stat().st_size,
        "temperature": facts["calibration"].temperature,
        "milliseconds_a_face": time_one_face(recognizer),
        "validation": {"ferplus_accuracy": accuracy(labels[known], said)},
        **views["once"],
        "with_flip": views["with_flip"],
        "robustness": judge_robustness(
            model, test.images[keep], truth[keep], facts["covered_threshold"]
        ),
        "live": judge_live(model, test.images[keep], truth[keep], pictures),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--root", type=Path, default=Path())
    arguments = parser.parse_args()
    root: Path = arguments.root
    card = judge(arguments.data, model_path("expression"), root / "docs/pictures")
    text = json.dumps(card, indent=2) + "\n"
    for place in ("src/mien/weights/expression.json", "benchmarks/results/bundled-expression.json"):
        write_whole(root / place, text.encode())
    write_card(card, root / "docs/model-cards/expression.md")
    write_readme_table(card, root / "README.md")
    logs = sorted((root / "runs").glob("bundled-*/log.csv"))
    # The whole course or none: a later stage alone is not how the model came to be.
    if logs and logs[0].parent.name == "bundled-1":
        results = root / "benchmarks/results/bundled-training.csv"
        write_curve(logs, results, root / "docs/pictures/bundled-training.svg")
    shown = {k: card[k] for k in ("ferplus_accuracy", "ferplus_uar", "fer2013_accuracy", "ece")}
    print(json.dumps(shown, indent=2))


if __name__ == "__main__":
    main()
