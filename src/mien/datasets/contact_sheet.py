"""One picture that shows a data set: faces of every class, and twins across splits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from mien.datasets.check import NO_LABEL, SPLITS, DataCheck
from mien.datasets.crop import read_crop
from mien.datasets.sample import Sample
from mien.errors import DataError
from mien.labels import labels_of

_FACE_PX = 72
_GAP_PX = 4
_TITLE_PX = 190
_COLUMNS = 14
_MARGIN_PX = 16
_TEXT_PX = 15
_PAPER, _INK, _FAINT = (255, 255, 255), (30, 30, 34), (110, 110, 118)
_TWINS = "twins across splits"
#: Rows of twins; each is a pair side by side.
_TWIN_ROWS = 2


def contact_sheet(
    samples: Sequence[Sample], found: DataCheck, title: str, seed: int = 0
) -> Image.Image:
    """Rows of faces drawn at random, one a class with its counts, then near-duplicates that
    lie in different splits, pair by pair. Files that cannot be read are left out."""
    rows = _class_rows(samples, found, seed)
    pairs = _across(samples, found, seed)
    per_row = _COLUMNS // 2
    for i in range(0, len(pairs), per_row):
        faces = [samples[place] for pair in pairs[i : i + per_row] for place in pair]
        rows.append((_TWINS, "pairs, side by side", faces))
    width = 2 * _MARGIN_PX + _TITLE_PX + _COLUMNS * (_FACE_PX + _GAP_PX)
    step = _FACE_PX + 2 * _GAP_PX
    sheet = Image.new("RGB", (width, 3 * _MARGIN_PX + _TEXT_PX + len(rows) * step), _PAPER)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(_TEXT_PX)
    draw.text((_MARGIN_PX, _MARGIN_PX), f"{title}  ({' / '.join(SPLITS)})", _INK, font)
    for number, (name, detail, faces) in enumerate(rows):
        top = 2 * _MARGIN_PX + _TEXT_PX + number * step
        draw.text((_MARGIN_PX, top + 12), name, _INK, font)
        draw.text((_MARGIN_PX, top + 36), detail, _FAINT, ImageFont.load_default(_TEXT_PX - 3))
        _paste(sheet, faces, top, paired=name == _TWINS)
    return sheet


_Row = tuple[str, str, list[Sample]]


def _class_rows(samples: Sequence[Sample], found: DataCheck, seed: int) -> list[_Row]:
    random = np.random.default_rng(seed)
    lost = {name for name, _ in found.unreadable}
    rows = []
    classes = labels_of(samples[0].label_set)
    for label, name in [*enumerate(classes), (-1, NO_LABEL)]:
        if name not in found.counts:
            continue
        members = [s for s in samples if s.label == label and s.name not in lost]
        chosen = random.permutation(len(members))[:_COLUMNS]
        detail = " / ".join(f"{count:,}" for count in found.counts[name].values())
        rows.append((name, detail, [members[i] for i in chosen]))
    return rows


def _across(samples: Sequence[Sample], found: DataCheck, seed: int) -> NDArray[np.int64]:
    pairs = found.near.pairs if found.near is not None else np.empty((0, 2), np.int64)
    apart = [samples[i].split != samples[j].split for i, j in pairs]
    kept = pairs[np.array(apart, bool)]
    order = np.random.default_rng(seed).permutation(len(kept))
    chosen: NDArray[np.int64] = kept[order[: _TWIN_ROWS * _COLUMNS // 2]]
    return chosen


def _paste(sheet: Image.Image, faces: Sequence[Sample], top: int, *, paired: bool) -> None:
    for column, sample in enumerate(faces):
        try:
            pixels, _ = read_crop(sample, _FACE_PX, frames=1)
        except DataError:
            continue
        face = Image.fromarray(pixels[0] if pixels.ndim == 4 else pixels)
        # The second of a pair stands against the first.
        nudge = -_GAP_PX if paired and column % 2 else 0
        left = _MARGIN_PX + _TITLE_PX + column * (_FACE_PX + _GAP_PX) + nudge
        sheet.paste(face, (left, top))
