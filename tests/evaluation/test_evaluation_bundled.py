"""The figures of the card, on logits whose answers are known by hand."""

from pathlib import Path

import numpy as np
import pytest

from mien.evaluation.bundled import judge_ferplus, share, time_one_face
from mien.evaluation.provenance import commit_of
from mien.expression.recognizer import Recognizer


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer()


def test_share_has_its_interval_and_count() -> None:
    # Newcombe 1998, table I: 81 of 263 is 0.2553 to 0.3662
    figure = share(np.arange(263) < 81)
    assert figure["count"] == 263
    assert figure["value"] == pytest.approx(81 / 263)
    assert figure["interval"] == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_judging_by_hand(recognizer: Recognizer) -> None:
    # Sure and right twice, sure and wrong once, wholly undecided (1/8 < threshold) once.
    logits = np.zeros((4, 8))
    logits[[0, 1, 2], [0, 1, 1]] = 60.0
    truth = np.array([0, 1, 2, 0])
    figures = judge_ferplus(recognizer, truth, logits)
    # the undecided one is answered with the first class, which happens to be right
    assert figures["ferplus_accuracy"]["value"] == 0.75
    assert figures["ferplus_uar"]["value"] == pytest.approx(2 / 3)  # of 1, 1 and 0
    surprise = figures["ferplus_recalls"]["surprise"]
    assert (surprise["value"], surprise["count"]) == (0.0, 1)
    # Wilson for 0 of n: 0 to z² / (n + z²)
    assert surprise["interval"] == pytest.approx((0, 3.8415 / 4.8415), abs=1e-4)
    assert np.isnan(figures["ferplus_recalls"]["fear"]["value"])
    assert figures["abstention"]["unknown_share"] == pytest.approx(0.25)
    assert figures["abstention"]["accuracy_of_answers"]["value"] == pytest.approx(2 / 3)
    # bins: three at confidence 1 with 2/3 right, one at 1/8 that is right
    assert figures["ece"]["value"] == pytest.approx(0.75 / 3 + 0.25 * 7 / 8, abs=1e-6)
    risk = {p["coverage"]: p["risk"] for p in figures["risk_coverage"]}
    assert risk[1.0] == pytest.approx(0.25)
    assert risk[0.5] == 0.0


def test_time_is_of_one_face(recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mien.evaluation.bundled.TIMED_CALLS", 10)
    spent = time_one_face(recognizer)
    assert 0 < spent["least"] <= spent["median"] < 1000


def test_no_commit_outside_a_checkout(tmp_path: Path) -> None:
    assert commit_of(tmp_path) == ""
