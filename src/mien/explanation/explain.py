"""One run of ``mien explain``: a network and pictures in, a sheet out."""

from __future__ import annotations

import io

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mien.as_trained import faces_as_trained, told_of_data
from mien.datasets.cache import cache_directory
from mien.errors import SettingsError, choose_from
from mien.explanation.inputs import samples_to_explain
from mien.explanation.maps import Explanation, explain_one
from mien.explanation.options import ExplanationOptions
from mien.explanation.panels import clip_panels, still_panels
from mien.explanation.sheet import Block, draw_sheet
from mien.landmark_finder import with_landmarks
from mien.network_input import NetworkInput
from mien.networks.checkpoint import TrainedNetwork

#: Probabilities told of each picture.
_TOLD = 3
_NOTE = (
    "Bright: more. Each map is scaled to itself (a clip's over its whole time), so maps show "
    "where, not how much. Grad-CAM is of the label marked with >."
)
_NOTE_CLIP = _NOTE + " Bars: share of the attention to each span of time."


def explain(options: ExplanationOptions) -> bytes:
    """The sheet as PNG.

    Raises:
        ModelError, DataError, SettingsError: with a one-line message.
    """
    trained = TrainedNetwork.read(options.checkpoint)
    target = target_of(trained, options.target)
    samples = samples_to_explain(options.images, trained.input, trained.labels, options.find_faces)
    if told_of_data(trained).get("align", False):
        # Pictures named here bring no landmarks, also where those of the data set did.
        samples = with_landmarks(samples, cache_directory())
    network = trained.network()
    faces = faces_as_trained(trained, samples)
    blocks = []
    for place, sample in enumerate(samples):
        item = faces[place]
        given = given_of(item, trained.input.landmarks)
        found = explain_one(network, trained.system, given, trained.temperature, target)
        seen = picture_seen(item["image"], trained.input)
        blocks.append(block_of(sample.name, seen, trained, found))
    note = _NOTE_CLIP if trained.input.frames else _NOTE
    heading = f"{trained.system}: {options.checkpoint}"
    stream = io.BytesIO()
    draw_sheet(heading, note, blocks).save(stream, "PNG")
    return stream.getvalue()


def target_of(trained: TrainedNetwork, label: str | None) -> int | None:
    """Index of the label to explain; None for each picture's likeliest.

    Raises:
        SettingsError: the network has no such label.
    """
    if label is None:
        return None
    if label not in trained.labels:
        raise SettingsError(choose_from("Label", label, trained.labels))
    return trained.labels.index(label)


def given_of(item: dict[str, Tensor], landmarks: int) -> tuple[Tensor, ...]:
    """A batch of one, as the network takes it."""
    image = item["image"][None]
    return (image, item["landmarks"][None]) if landmarks else (image,)


def picture_seen(image: Tensor, shape: NetworkInput) -> NDArray[np.uint8]:
    """``(S, S, 3)`` or ``(T, S, S, 3)`` RGB: what the network is given, aligned and with its
    light evened as it was, without the normalisation.

    Args:
        image: ``(C, S, S)`` or ``(C, T, S, S)``, normalised.
    """
    channels_last = image.movedim(0, -1)
    pixels = channels_last * torch.tensor(shape.deviation) + torch.tensor(shape.mean)
    whole = (pixels * 255).round().clamp(0, 255).to(torch.uint8)
    return np.asarray(whole.expand(*whole.shape[:-1], 3).numpy(), np.uint8)


def block_of(
    name: str, picture: NDArray[np.uint8], trained: TrainedNetwork, found: Explanation
) -> Block:
    """What was said of one picture, and its squares."""
    rows = clip_panels(picture, found) if trained.input.frames else still_panels(picture, found)
    order = np.argsort(-found.shares)[:_TOLD]
    told = [*order, *([found.target] if found.target not in order else [])]
    lines = [
        f"{'> ' if i == found.target else '   '}{trained.labels[i]} {found.shares[i]:.0%}"
        for i in told
    ]
    return Block((name, *lines), rows)
