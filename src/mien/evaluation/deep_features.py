"""Classical classifiers on the pooled vectors of one or several networks: a linear
support-vector machine or a random forest (scikit-learn), as HAFNet's feature-level
ensembles (concatenation) ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier  # has no types
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from mien.errors import DataError
from mien.evaluation.answers import Answers, aligned
from mien.expression.calibration import fit_temperature, softmax

Values = NDArray[np.float64]

#: Costs tried on the validation split; standardised deep features want small ones.
COSTS = (0.001, 0.01, 0.1)
#: Trees of the forest; more gain nothing on vectors of this size.
TREES = 300


def concatenated(answers: Sequence[Answers]) -> Values:
    """``(N, D1 + D2 + …)``: the vectors of several networks beside each other."""
    same = aligned(answers)
    return np.concatenate([a.features for a in same if a.features is not None], axis=1)


def linear_svm(x: Values, y: NDArray[np.int64], check_x: Values, check_y: Any, seed: int) -> Any:
    """One against the rest, on standardised features; the cost that is best on the
    validation split."""
    tried = []
    for cost in COSTS:
        model = make_pipeline(
            StandardScaler(), LinearSVC(C=cost, dual="auto", random_state=seed, max_iter=5000)
        ).fit(x, y)
        tried.append((float(model.score(check_x, check_y)), -cost, model))
    return max(tried, key=lambda t: t[:2])[2]


def random_forest(x: Values, y: NDArray[np.int64], check_x: Values, check_y: Any, seed: int) -> Any:
    """Breiman 2001, features as they are."""
    del check_x, check_y  # nothing is chosen
    return RandomForestClassifier(TREES, min_samples_leaf=2, random_state=seed, n_jobs=-1).fit(x, y)


#: By the name that ``--classifier`` takes.
CLASSIFIERS: dict[str, Callable[..., Any]] = {"svm": linear_svm, "forest": random_forest}


def classify(
    name: str,
    train: Sequence[Answers],
    validation: Sequence[Answers],
    test: Sequence[Answers],
    *,
    seed: int = 0,
) -> Answers:
    """What the classifier says of the test split.

    Args:
        name: a key of :data:`CLASSIFIERS`.
        train, validation, test: of one or several networks, with features.

    Returns:
        Shares ``(N, K)``: scores under a softmax whose temperature was fitted on the
        validation split.

    Raises:
        DataError: the training split lacks a class.
    """
    x, y = _readable(train)
    check_x, check_y = _readable(validation)
    classes = len(train[0].labels)
    absent = [train[0].labels[k] for k in range(classes) if k not in set(y.tolist())]
    if absent:
        raise DataError(f"The training split has no sample of {', '.join(absent)} to learn from.")
    model = CLASSIFIERS[name](x, y, check_x, check_y, seed)
    calibration = fit_temperature(_scores(model, check_x), check_y)
    judged = aligned(test)[0]
    shares = np.full((len(judged.truth), classes), np.nan)
    seen = ~judged.missed
    logits = _scores(model, concatenated(test)[seen])
    shares[seen] = softmax(logits / calibration.temperature)
    return replace(judged, shares=shares, logits=None, features=None)


def _readable(answers: Sequence[Answers]) -> tuple[Values, NDArray[np.int64]]:
    seen = ~answers[0].missed
    return concatenated(answers)[seen], answers[0].truth[seen]


def _scores(model: Any, x: Values) -> Values:
    """``(N, K)``: distances to the margins, or logarithms of the trees' shares."""
    if hasattr(model, "decision_function"):
        scores = np.asarray(model.decision_function(x), np.float64)
        return np.stack([-scores, scores], 1) if scores.ndim == 1 else scores
    return np.log(np.asarray(model.predict_proba(x), np.float64) + 1e-3)
