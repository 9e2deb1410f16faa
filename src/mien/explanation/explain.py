"""One run of ``mien explain``: a network and pictures in, a sheet out."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from mien.as_trained import faces_as_trained
from mien.datasets.crop import read_crop
from mien.datasets.sample import Sample
from mien.errors import SettingsError, choose_from
from mien.explanation.inputs import samples_to_explain
from mien.explanation.maps import Explanation, explain_one
from mien.explanation.options import ExplanationOptions
from mien.explanation.panels import clip_panels, still_panels
from mien.explanation.sheet import Block, draw_sheet
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
    network = trained.network()
    faces = faces_as_trained(trained, samples)
    blocks = []
    for place, sample in enumerate(samples):
        item = faces[place]
        given = given_of(item, trained.input.landmarks)
        found = explain_one(network, trained.system, given, trained.temperature, target)
        blocks.append(block_of(sample, trained, found))
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


def block_of(sample: Sample, trained: TrainedNetwork, found: Explanation) -> Block:
    """What was said of one picture, and its squares."""
    shape = trained.input
    pixels, _ = read_crop(sample, shape.side_px, 3, shape.frames)
    picture: NDArray[np.uint8] = np.asarray(pixels)
    rows = clip_panels(picture, found) if shape.frames else still_panels(picture, found)
    order = np.argsort(-found.shares)[:_TOLD]
    told = [*order, *([found.target] if found.target not in order else [])]
    lines = [
        f"{'> ' if i == found.target else '   '}{trained.labels[i]} {found.shares[i]:.0%}"
        for i in told
    ]
    return Block((sample.name, *lines), rows)
