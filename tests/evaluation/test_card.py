"""The card's page: what it says of targets, and that it is the shipped file's card."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import onnx
import pytest

from mien.evaluation.card import (
    README_MARKS,
    risk_svg,
    targets_table,
    with_interval,
    write_card,
    write_readme_table,
)
from mien.weights import model_path

pytest.importorskip("torch")
from mien.evaluation.bundled import form_of_file

ROOT = Path(__file__).resolve().parents[2]


def figure(value: float) -> dict[str, Any]:
    return {"value": value, "interval": (value - 0.01, value + 0.01), "count": 100}


def views(accuracy: float, ece: float) -> dict[str, Any]:
    return {
        "ferplus_accuracy": figure(accuracy),
        "ferplus_uar": figure(0.72),
        "fer2013_accuracy": figure(0.70),
        "ece": figure(ece),
    }


@pytest.fixture
def card() -> dict[str, Any]:
    """Met: UAR exactly, time; FER+ accuracy with the mirror image only."""
    return {
        "form": {"parameters": 2_433_475, "eight_bits": True},
        **views(0.88, 0.05),
        "with_flip": views(0.90, 0.04),
        "milliseconds_a_face": {"median": 1.4, "least": 1.2},
        "ferplus_recalls": {"fear": figure(0.5)},
        "abstention": {
            "threshold": 0.5,
            "unknown_share": 0.1,
            "accuracy_of_answers": figure(0.93),
        },
        "risk_coverage": [{"coverage": 1.0, "risk": 0.15}, {"coverage": 0.5, "risk": 0.0}],
        "robustness": {
            "as it is": figure(0.88)
            | {"uar": 0.7, "called_covered": figure(0.02), "called_overexposed": figure(0.0)},
            "dark": figure(0.6)
            | {"uar": 0.4, "called_covered": figure(0.31), "called_overexposed": figure(0.04)},
        },
        "live": {
            "faces": 10,
            "missed_share": 0.2,
            "original_of_found": figure(0.9),
            "live_of_found": figure(0.8),
            "live_all_missed_wrong": figure(0.64),
        },
        "temperature": 0.8,
        "size_bytes": 3_100_000,
        "machine": {"processor": "one"},
        "commit": "abc",
        "date": "2026-01-01",
    }


def test_interval_in_words() -> None:
    assert with_interval(figure(0.5)) == "50.0 % (49.0 % to 51.0 %)"


def test_met_and_missed(card: dict[str, Any]) -> None:
    rows = {line.split("|")[1].strip(): line for line in targets_table(card).splitlines()}
    assert rows["FER+ majority accuracy"].endswith("≥ 89.0 %: met with the mirror image alone |")
    assert rows["FER+ UAR over eight classes"].endswith("≥ 72.0 %: met |")
    assert rows["FER2013 accuracy, seven classes"].endswith("≥ 71.0 %: **missed** |")
    assert rows["ECE on FER+ majority, 15 bins"].endswith("≤ 3.0 %: **missed** |")
    assert rows["milliseconds a face, one core, one face"].endswith("≤ 1.5: met |")


def test_a_slow_network_misses(card: dict[str, Any]) -> None:
    card["milliseconds_a_face"] = {"median": 1.6, "least": 1.1}
    assert targets_table(card).endswith("≤ 1.5: **missed** |")


def test_readme_changes_between_its_marks_only(card: dict[str, Any], tmp_path: Path) -> None:
    begin, end = README_MARKS
    page = tmp_path / "README.md"
    page.write_text(f"above\n{begin}\nold\n{end}\nbelow\n", encoding="utf-8")
    for _ in range(2):  # a second time changes nothing more
        write_readme_table(card, page)
        text = page.read_text(encoding="utf-8")
        assert text == f"above\n{begin}\n{targets_table(card)}\n{end}\nbelow\n"


def test_curve_is_xml_and_its_ends_lie_where_they_should(card: dict[str, Any]) -> None:
    circles = ElementTree.fromstring(risk_svg(card)).findall("{http://www.w3.org/2000/svg}circle")
    # full coverage at the left edge and 15 % risk at the top; half at the right, no risk below
    assert [(c.get("cx"), c.get("cy")) for c in circles] == [("40", "30"), ("460", "170")]


def test_page_holds_every_part(card: dict[str, Any], tmp_path: Path) -> None:
    write_card(card, tmp_path / "deep/expression.md")
    page = (tmp_path / "deep/expression.md").read_text(encoding="utf-8")
    for part in (
        "of 2.4 million parameters",
        "in 8 bits",
        "| fear | 50.0 % (49.0 % to 51.0 %) | 100 |",
        "| dark | 60.0 % (59.0 % to 61.0 %) | 40.0 % | 31.0 % | 4.0 % |",
        "it calls 2.0 % (1.0 % to 3.0 %) covered",
        "20.0 % of them",
        "3.10 MB",
        "abc",
    ):
        assert part in page
    assert (tmp_path / "deep/expression-risk.svg").is_file()


def test_the_shipped_card_is_of_the_shipped_model() -> None:
    shipped = json.loads((ROOT / "src/mien/weights/expression.json").read_text())
    path = model_path("expression")
    (entry,) = (p for p in onnx.load(path).metadata_props if p.key == "mien")
    facts = json.loads(entry.value)
    assert shipped["size_bytes"] == path.stat().st_size
    assert shipped["form"] == form_of_file(path)
    assert shipped["temperature"] == facts["temperature"]
    assert shipped["abstention"]["threshold"] == facts["threshold"]
    assert with_interval(shipped["ferplus_accuracy"]) in (
        ROOT / "docs/model-cards/expression.md"
    ).read_text(encoding="utf-8")
