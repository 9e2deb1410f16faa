"""Temperature scaling on logits whose right temperature is known."""

import numpy as np
import pytest

from mien.expression.calibration import Calibration, fit_temperature, softmax


def test_softmax_by_hand() -> None:
    np.testing.assert_allclose(softmax(np.array([[0.0, np.log(3.0)]])), [[0.25, 0.75]])
    assert np.isfinite(softmax(np.array([[1e4, -1e4]]))).all()


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_finds_the_temperature_that_made_the_labels(temperature: float) -> None:
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, (20_000, 4))
    shares = softmax(logits / temperature)
    labels = np.array([random.choice(4, p=row) for row in shares])
    assert fit_temperature(logits, labels).temperature == pytest.approx(temperature, rel=0.05)


def test_bias_moves_shares() -> None:
    calibration = Calibration(2.0, (0.0, float(np.log(3.0))))
    np.testing.assert_allclose(calibration.apply(np.zeros((1, 2))), [[0.25, 0.75]])
