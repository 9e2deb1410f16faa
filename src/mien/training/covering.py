"""Fits the answer to "is the face covered?" on faces that are covered on purpose.

What covers is drawn, not photographed: half-planes, ellipses and boxes filled with one
grey, a gradient, noise, or a piece of another face, which looks like a hand's skin. The
threshold is set on FER2013's PublicTest so that 2 % of its uncovered faces are called
covered; pieces of other faces are then the only filling, the hardest to tell.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from torch import Tensor

from mien.networks.covering import CoveringNet
from mien.training.augmentation import degrade, geometry, light

#: Below this share of the face nothing is called covered: a hand at the chin.
COVERED_SHARE = 0.3
#: Of uncovered faces, how many may be called covered.
FALSE_ALARMS = 0.02
#: Faces for the fit; half as many again did not change the figures.
FACES = 9000
SIDE = 48
FILLINGS = ("flat", "gradient", "noise", "skin", "skin")

_ROWS, _COLUMNS = np.mgrid[0:SIDE, 0:SIDE]
#: The face in the crop: an ellipse of 34 by 44 px (the mesh is 0.878 of the side high).
FACE = ((_ROWS - 24) / 22) ** 2 + ((_COLUMNS - 24) / 17) ** 2 < 1


@dataclass(frozen=True)
class Covering:
    """How well covered faces are told, on faces that were not learned from.

    Attributes:
        threshold: of the probability.
        auc: area under the ROC curve, uncovered against at least 30 % covered.
        false_alarms: share of the uncovered called covered.
        found_third, found_half: share found of those covered by 30 % and by 50 % or more.
    """

    threshold: float
    auc: float
    false_alarms: float
    found_third: float
    found_half: float


def shape_of_cover(random: np.random.Generator) -> NDArray[np.bool_]:
    """A half-plane, an ellipse or a box, ``(48, 48)``."""
    kind = random.integers(3)
    if kind == 0:
        angle, offset = random.uniform(0, 2 * np.pi), random.uniform(-8, 8)
        along = np.cos(angle) * (_COLUMNS - 24) + np.sin(angle) * (_ROWS - 24)
        return np.asarray(along > offset)
    if kind == 1:
        (x, y), (a, b) = random.uniform(8, 40, 2), random.uniform(8, 20, 2)
        return np.asarray(((_COLUMNS - x) / a) ** 2 + ((_ROWS - y) / b) ** 2 < 1)
    (x, y), (w, h) = random.integers(0, 28, 2), random.integers(14, 34, 2)
    inside = (x <= _COLUMNS) & (x + w > _COLUMNS) & (y <= _ROWS) & (y + h > _ROWS)
    return np.asarray(inside, np.bool_)


def filling(
    kind: str, others: NDArray[np.float32], random: np.random.Generator
) -> NDArray[np.float32]:
    """What covers, ``(48, 48)`` in [0, 1]; ``others`` are faces ``(N, 48, 48)``."""
    if kind == "skin":
        side = int(random.integers(10, 24))
        row, column = random.integers(0, SIDE - side, 2)
        piece = others[random.integers(len(others)), row : row + side, column : column + side]
        return np.asarray(cv2.resize(piece, (SIDE, SIDE)), np.float32)
    flat = np.full((SIDE, SIDE), random.uniform(0.0 if kind == "flat" else 0.2, 0.8))
    if kind == "gradient":
        slope_x, slope_y = random.uniform(-0.015, 0.015, 2)
        flat = flat + slope_x * (_COLUMNS - 24) + slope_y * (_ROWS - 24)
    if kind == "noise":
        flat = flat + random.normal(0, 0.12, flat.shape)
    return flat.clip(0, 1).astype(np.float32)


def covered_faces(
    faces: NDArray[np.float32], kinds: tuple[str, ...], random: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Faces ``(N, 48, 48)`` partly covered, and the share of each face that is."""
    result, shares = faces.copy(), np.zeros(len(faces))
    for index in range(len(faces)):
        shape = shape_of_cover(random)
        kind = kinds[random.integers(len(kinds))]
        result[index][shape] = filling(kind, faces, random)[shape]
        shares[index] = (shape & FACE).sum() / FACE.sum()
    return result, shares


@torch.no_grad()
def pooled(network: CoveringNet, faces: NDArray[np.float32]) -> NDArray[np.float64]:
    batches = torch.from_numpy(faces)[:, None].split(256)
    return torch.cat([network.stages(batch)[0] for batch in batches]).double().numpy()


def fit_covering(
    network: CoveringNet, learn: NDArray[np.uint8], check: NDArray[np.uint8], seed: int = 1
) -> Covering:
    """Sets ``network.covered`` from training faces, and the threshold from others.

    Args:
        learn, check: ``(N, 48, 48)`` uint8 faces of the training and validation splits.
    """
    random, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    chosen = learn[random.permutation(len(learn))[:FACES]]
    varied = varied_faces(torch.from_numpy(chosen)[:, None].float() / 255, generator)
    covered, shares = covered_faces(varied, FILLINGS, random)
    covered = covered[shares >= COVERED_SHARE]
    features = pooled(network.eval(), np.concatenate([varied, covered]))
    truth = np.r_[np.zeros(len(varied)), np.ones(len(covered))]
    mean, deviation = features.mean(0), features.std(0) + 1e-6
    # C was compared for 0.01, 0.1 and 1 on the check split: within 0.003 AUC.
    model = LogisticRegression(C=0.1, max_iter=500).fit((features - mean) / deviation, truth)
    weight = model.coef_[0] / deviation
    with torch.no_grad():
        network.covered.weight.copy_(torch.from_numpy(weight)[None])
        network.covered.bias.fill_(float(model.intercept_[0] - weight @ mean))
    return judge_covering(network, np.asarray(check, np.float32) / np.float32(255), None)


def varied_faces(faces: Tensor, generator: torch.Generator) -> NDArray[np.float32]:
    """Light, turn and blur of the expression training; nothing covers yet."""
    moved = geometry(light(faces, generator), generator, 15)
    return degrade(moved, generator).clamp(0, 1)[:, 0].numpy()


def judge_covering(
    network: CoveringNet, faces: NDArray[np.float32], threshold: float | None, seed: int = 2
) -> Covering:
    """Figures on faces ``(N, 48, 48)`` in [0, 1]; None sets the threshold here."""
    covered, shares = covered_faces(faces, ("skin",), np.random.default_rng(seed))
    clear, hidden = (_probability(network, part) for part in (faces, covered))
    if threshold is None:
        threshold = float(np.quantile(clear, 1 - FALSE_ALARMS))
    third = hidden[shares >= COVERED_SHARE]
    truth = np.r_[np.zeros(len(clear)), np.ones(len(third))]
    return Covering(
        threshold=threshold,
        auc=float(roc_auc_score(truth, np.r_[clear, third])),
        false_alarms=float((clear > threshold).mean()),
        found_third=float((third > threshold).mean()),
        found_half=float((hidden[shares >= 0.5] > threshold).mean()),
    )


@torch.no_grad()
def _probability(network: CoveringNet, faces: NDArray[np.float32]) -> NDArray[np.float64]:
    batches = torch.from_numpy(faces)[:, None].split(256)
    return torch.cat([network(batch)[2] for batch in batches])[:, 0].double().numpy()
