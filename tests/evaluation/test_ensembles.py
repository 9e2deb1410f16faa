"""Hand-worked votes and weights."""

import numpy as np
import pytest
from scipy.optimize import minimize

from mien.errors import DataError, ModelError
from mien.evaluation.answers import Answers
from mien.evaluation.ensembles import fit_weights, together
from mien.evaluation.options import ENSEMBLE_NAMES
from simulated import answers

LABELS = ("a", "b", "c")


def said(*rows, labels=LABELS) -> Answers:
    count = len(rows)
    names = tuple(str(i) for i in range(count))
    return Answers(labels, names, np.zeros(count, np.int64), np.array(rows, float))


def test_every_decision_ensemble_has_its_name() -> None:
    from mien.evaluation.ensembles import ENSEMBLES

    assert set(ENSEMBLES) == set(ENSEMBLE_NAMES) - {"features"}


def test_majority_by_hand() -> None:
    first = said([0.5, 0.4, 0.1], [0.9, 0.1, 0.0])
    second = said([0.5, 0.4, 0.1], [0.1, 0.9, 0.0])
    third = said([0.0, 1.0, 0.0], [0.2, 0.3, 0.5])
    voted = together([first, second, third], "majority")
    assert voted.said.tolist() == [0, 1]  # two votes to one; a three-way tie by the mean
    assert voted.shares[0] == pytest.approx([2 / 3, 1 / 3, 0], abs=1e-5)
    averaged = together([first, second, third], "average")
    assert averaged.said.tolist() == [1, 1]
    np.testing.assert_allclose(voted.shares.sum(1), 1)


def test_weighted_by_hand() -> None:
    both = together([said([0.8, 0.2, 0]), said([0.2, 0.8, 0])], "weighted", np.array([0.75, 0.25]))
    assert both.shares[0] == pytest.approx([0.65, 0.35, 0])


def test_weights_are_those_of_a_general_optimiser() -> None:
    three = [answers(s, seed=i) for i, s in enumerate((0.5, 1.5, 2.0))]
    weights = fit_weights(three)
    assert weights.sum() == pytest.approx(1)
    likely = np.stack([a.shares[np.arange(600), a.truth] for a in three])

    def loss(free):
        w = np.exp(free) / np.exp(free).sum()
        return -np.log(w @ likely).mean()

    best = minimize(loss, np.zeros(3), method="Nelder-Mead", options={"xatol": 1e-6}).x
    np.testing.assert_allclose(weights, np.exp(best) / np.exp(best).sum(), atol=2e-3)


def test_a_useless_network_gets_no_weight() -> None:
    assert fit_weights([answers(4.0, seed=1), answers(-4.0, seed=2)])[1] < 0.02


def test_one_networks_missed_face_is_missed_by_all() -> None:
    one = said([0.5, 0.4, 0.1], [0.9, 0.1, 0.0])
    blind = said([np.nan] * 3, [0.1, 0.2, 0.7])
    for how in ("majority", "average", "weighted"):
        assert together([one, blind], how).missed.tolist() == [True, False]


def test_orders_of_classes_are_brought_together() -> None:
    turned = said([0.1, 0.3, 0.6], labels=("c", "a", "b"))
    assert together([said([0.1, 0.9, 0]), turned], "average").shares[0] == pytest.approx(
        [0.2, 0.75, 0.05]
    )
    with pytest.raises(ModelError, match="different classes"):
        together([said([1, 0, 0]), said([1, 0, 0], labels=("a", "b", "x"))], "average")
    with pytest.raises(DataError, match="different samples"):
        together([said([1, 0, 0]), said([1, 0, 0], [1, 0, 0])], "average")
