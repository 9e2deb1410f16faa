"""Loss and accuracy over the epochs, as rows and as a picture."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

Row = Mapping[str, float | int | str]

#: Okabe & Ito's palette for colour-blind readers: blue, vermilion, bluish green.
_TRAIN, _VALIDATION, _UAR = "#0072B2", "#D55E00", "#009E73"


def as_csv(rows: Sequence[Row]) -> bytes:
    """A header and a row an epoch."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: _short(v) for k, v in row.items()} for row in rows)
    return text.getvalue().encode()


def _short(value: float | int | str) -> float | int | str:
    return float(f"{value:.7g}") if isinstance(value, float) else value


def as_svg(rows: Sequence[Row], title: str) -> bytes:
    """Two panels: loss in training and validation; accuracy and UAR in validation."""
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    epochs = [float(row["epoch"]) for row in rows]

    def draw(axes: Any, key: str, label: str, colour: str) -> None:
        values = [float(row[key]) for row in rows]
        axes.plot(epochs, values, color=colour, label=label, marker="o", markersize=2.5)

    draw(left, "train_loss", "training (with its extra terms)", _TRAIN)
    draw(left, "validation_loss", "validation (cross-entropy)", _VALIDATION)
    draw(right, "validation_accuracy", "accuracy", _VALIDATION)
    draw(right, "validation_uar", "UAR (mean recall)", _UAR)
    best = max(rows, key=lambda row: float(row["validation_accuracy"]))
    right.annotate(
        f"best {float(best['validation_accuracy']):.2%}, epoch {best['epoch']}",
        (float(best["epoch"]), float(best["validation_accuracy"])),
        xytext=(0, 8),
        textcoords="offset points",
        ha="center",
    )
    right.margins(y=0.2)
    right.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    for axes, name in ((left, "loss"), (right, "validation")):
        axes.set(xlabel="epoch", title=name)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(alpha=0.3)
        axes.legend(frameon=False, fontsize=8)
    figure.suptitle(title)
    stream = io.BytesIO()
    canvas: Any = FigureCanvasSVG(figure)
    canvas.print_svg(stream, metadata={"Date": None})
    return stream.getvalue()
