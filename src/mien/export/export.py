"""One run of ``mien export``: a checkpoint in, a file out that runs without torch."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray

from mien.as_trained import told_of_data
from mien.datasets.sample import Sample
from mien.datasets.table import open_dataset
from mien.errors import DataError, ModelError, SettingsError, choose_from
from mien.evaluation.answers import judged_samples
from mien.evaluation.cross_validation import cross_validation_of
from mien.evaluation.provenance import processor_name
from mien.evaluation.trained_split import HeldOut, split_as_trained
from mien.export.judged_file import Feeds, FileFigures, figures_of, logits_of
from mien.export.network_file import OUTPUT, Deployed, check_parity, file_input, to_onnx
from mien.export.options import ExportOptions
from mien.export.quantisation import quantised
from mien.expression.calibration import Calibration, fit_temperature
from mien.expression.model_facts import CLIP_S, ModelFacts
from mien.expression.preprocessing import INPUT_PX, FaceCut
from mien.network_input import NetworkInput
from mien.networks.checkpoint import TrainedNetwork
from mien.networks.table import system_of
from mien.version import VERSION
from mien.whole_file import write_whole

#: Below even odds an answer is more often wrong than right, so it is not given.
THRESHOLD: Final = 0.5
#: A temperature needs a validation split of at least so many pictures.
_LEAST_TO_CALIBRATE: Final = 50
#: Pixels of all pictures from which ranges are taken: 512 faces of 48 px.
_RANGE_PIXELS: Final = 512 * 48 * 48
_LEAST_RANGE: Final = 32
#: Data sets whose pictures are 48-px grey squares, however large the network's input is.
_SMALL_GREY: Final = frozenset({"fer2013", "ferplus"})
#: Seconds of the data sets' clips (their papers), where not CLIP_S.
_CLIP_S: Final = {"daisee": 10.0}

#: Called with what is being done, batches done, and batches in all.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class ExportReport:
    """Attributes:
    parity: largest difference between network and file, see ``network_file.PARITY``.
    temperature: in the file.
    plain: figures of the file in 32 bits.
    int8: of the one in 8 bits, None where it was not made.
    """

    system: str
    file: str
    parity: float
    temperature: float
    split: str
    plain: FileFigures
    int8: FileFigures | None
    machine: str


def export(options: ExportOptions, progress: Progress = lambda *_: None) -> ExportReport:
    """Writes the file and its figures, each whole or not at all.

    Raises:
        MienError: with a one-line message; then nothing was written.
    """
    trained = TrainedNetwork.read(options.checkpoint)
    refuse_aligned(trained, options)
    refuse_strange_labels(options.mapping, trained.labels)
    with_landmarks = bool(trained.facts.get("landmarks", False))
    shape = file_input(trained, with_landmarks)
    facts_of(trained, shape, Calibration(), options)  # labels are told before the work
    samples = samples_of(trained, options)
    deployed = Deployed(trained, with_landmarks)
    model = to_onnx(deployed, shape)
    parity = check_parity(deployed, model, shape)
    final = model
    if options.int8:
        final = quantised(model, range_feeds(trained, samples, shape))
    temperature = trained.temperature
    if fits := some_of(samples, "validation", options.limit):
        temperature = fitted(final, trained, fits, shape, progress) or temperature

    def figures(file: onnx.ModelProto) -> FileFigures:
        said = judged(file, trained, samples, shape, options, progress)
        return figures_of(file, shape, *said)

    report = ExportReport(
        trained.system,
        options.out.name,
        parity,
        temperature,
        options.split if samples else "",
        figures(model),
        figures(final) if options.int8 else None,
        processor_name(),
    )
    facts = facts_of(trained, shape, Calibration(temperature), options)
    write(final, facts, trained, options, report)
    return report


def samples_of(trained: TrainedNetwork, options: ExportOptions) -> list[Sample]:
    """All samples, split as the network's training split them; empty without data.

    Raises:
        MienError: there is no such data, or nothing of the network's fold in it.
    """
    if not options.data:
        return []
    return split_as_trained(trained, open_dataset(options.data, dataset_of(trained, options)))


def refuse_aligned(trained: TrainedNetwork, options: ExportOptions) -> None:
    """Faces are levelled by their mesh when they are cut live, not laid by landmarks; clips
    are never aligned.

    Raises:
        ModelError: the network learned from aligned faces.
    """
    if told_of_data(trained).get("align", False) and not trained.input.frames:
        raise ModelError(
            f"{options.checkpoint} learned from faces aligned by landmarks, and an exported file "
            "is given faces that are not. Train it with --set data.align=false to export it; "
            "'mien evaluate' and 'mien explain' take it as it is."
        )


def refuse_strange_labels(mapping: Iterable[str], labels: Sequence[str]) -> None:
    """Raises SettingsError where a name is given to a label that the network does not have."""
    for label in mapping:
        if label not in labels:
            raise SettingsError(choose_from("--map's label", label, labels))


def dataset_of(trained: TrainedNetwork, options: ExportOptions) -> str | None:
    """The data set that the network learned from, unless another is named."""
    return options.dataset or trained.facts.get("dataset")


def some_of(samples: Sequence[Sample], split: str, limit: int) -> list[Sample]:
    """The labelled samples of a split, thinned evenly to a limit."""
    there = [s for s in samples if s.split == split and s.label >= 0]
    if not limit or len(there) <= limit:
        return there
    return [there[i] for i in np.linspace(0, len(there) - 1, limit).astype(int)]


def range_feeds(trained: TrainedNetwork, samples: Sequence[Sample], shape: NetworkInput) -> Feeds:
    """Training pictures from which the ranges of 8 bits are taken, in a fixed order."""
    learned = [s for s in samples if s.split == "train" and s.weight > 0]
    if not learned:
        raise DataError(
            "There are no training pictures to take the ranges of 8 bits from. Leave --int8 out, "
            "or name the data set that the network learned from."
        )
    count = max(_LEAST_RANGE, _RANGE_PIXELS // int(np.prod(shape.shape[1:])))
    order = np.random.default_rng(1).permutation(len(learned))[:count]
    feeds = Feeds(trained, [learned[i] for i in order], shape)
    # The tool wants batches of one size.
    whole = len(order) // feeds.batch * feeds.batch
    return Feeds(trained, [learned[i] for i in order[:whole]], shape) if whole else feeds


def fitted(
    model: onnx.ModelProto,
    trained: TrainedNetwork,
    samples: Sequence[Sample],
    shape: NetworkInput,
    progress: Progress,
) -> float | None:
    """The temperature of the file on the validation split; None where that is too small."""
    known = judged_samples(samples, "validation", trained.labels)
    if len(known.samples) < _LEAST_TO_CALIBRATE:
        return None
    feeds = Feeds(trained, known.samples, shape)
    said = logits_of(model, feeds, lambda done, total: progress("calibrating", done, total))
    return fit_temperature(said, known.truth).temperature


def judged(
    model: onnx.ModelProto,
    trained: TrainedNetwork,
    samples: Sequence[Sample],
    shape: NetworkInput,
    options: ExportOptions,
    progress: Progress,
) -> tuple[NDArray[np.float64] | None, NDArray[np.int64] | None]:
    """Logits and truth of the split that accuracy is told of; None without it."""
    chosen = some_of(samples, options.split, options.limit)
    if not chosen:
        return None, None
    known = judged_samples(chosen, options.split, trained.labels)
    feeds = Feeds(trained, known.samples, shape)
    said = logits_of(model, feeds, lambda done, total: progress("judging", done, total))
    return said, known.truth


def facts_of(
    trained: TrainedNetwork, shape: NetworkInput, calibration: Calibration, options: ExportOptions
) -> ModelFacts:
    """What the file says of its own use.

    Raises:
        ModelError: a label means nothing to mien.
    """
    dataset = str(trained.facts.get("dataset", ""))
    small = dataset in _SMALL_GREY
    facts = ModelFacts(
        labels=trained.labels,
        calibration=calibration,
        threshold=THRESHOLD,
        output=OUTPUT,
        input=shape,
        cut=FaceCut(picture_px=INPUT_PX, grey=True) if small else FaceCut(),
        illumination=str(trained.facts.get("illumination", "none")),
        landmarks=shape.landmarks > 0,
        mapping=options.mapping,
        clip_s=_CLIP_S.get(dataset, CLIP_S) if shape.frames else None,
        system=trained.system,
    )
    _ = facts.names
    return facts


def _folds_of(trained: TrainedNetwork) -> dict[str, Any]:
    """What tells the networks of one cross-validation from those of another: no recipe,
    which may name places on the machine of the training."""
    held = HeldOut.of(trained)
    if held is None:
        return {}
    digest = blake2b(cross_validation_of(trained).encode(), digest_size=8).hexdigest()
    return {"seed": held.seed, "cross_validation": digest}


def write(
    model: onnx.ModelProto,
    facts: ModelFacts,
    trained: TrainedNetwork,
    options: ExportOptions,
    report: ExportReport,
) -> None:
    """The file with its facts, and the figures beside it."""
    more: dict[str, Any] = {
        "paper": system_of(trained.system).paper,
        "dataset": trained.facts.get("dataset", ""),
        "trained": trained.facts.get("date", ""),
        "commit": trained.facts.get("commit", ""),
        "recipe": told_of_data(trained),
        **_folds_of(trained),
        "split": trained.facts.get("split"),
        "exported": datetime.now(UTC).date().isoformat(),
        "version": VERSION,
        "int8": options.int8,
    }
    for key, value in facts.to_metadata(**more).items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    figures = asdict(report) | {"exported": more["exported"], "version": VERSION}
    write_whole(options.out, model.SerializeToString())
    text = json.dumps(figures, indent=2, ensure_ascii=False) + "\n"
    write_whole(options.out.with_suffix(".json"), text.encode())
