from __future__ import annotations

import numpy as np
import pytest

from mien.datasets.relabelling import relabelled
from mien.datasets.sample import Sample
from mien.errors import SettingsError

PIXEL = np.zeros((1, 1), np.uint8)


def plus(label: int, votes: list[float]) -> Sample:
    shares = np.array(votes, np.float32)
    return Sample(str(label), label, "ferplus", "train", PIXEL, votes=shares)


def test_ferplus_in_the_classes_of_fer2013_by_hand() -> None:
    happy = plus(1, [0, 0.6, 0, 0, 0, 0, 0, 0.4])
    contempt = plus(7, [0, 0, 0, 0, 0, 0, 0, 1])
    unsure = plus(-1, [0.5, 0, 0, 0.5, 0, 0, 0, 0])
    found = relabelled([happy, contempt, unsure], "fer2013")
    assert [s.label for s in found] == [3, -1]
    assert found[0].votes == pytest.approx([0, 0, 0, 1, 0, 0, 0])
    assert found[0].weight == pytest.approx(0.6)
    assert found[1].votes == pytest.approx([0, 0, 0, 0, 0.5, 0, 0.5])
    assert found[1].weight == 1
    assert {s.label_set for s in found} == {"fer2013"}
    assert happy.label == 1


def test_same_set_is_left_alone_and_strangers_are_refused() -> None:
    happy = plus(1, [0, 1, 0, 0, 0, 0, 0, 0])
    assert relabelled([happy], "ferplus") == [happy]
    with pytest.raises(SettingsError, match="no counterpart"):
        relabelled([happy], "daisee")
