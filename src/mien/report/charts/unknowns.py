"""How much is unknown, and why: never left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mien.observations import Observation
from mien.report.charts.figure import LEFT, RIGHT, WIDTH, Figure, percent, rect, svg, text
from mien.report.readings import Readings

TITLE = "What is unknown, and why"
ROW = 28
#: Reasons in plain words.
REASONS = {
    "unsure": "the model was not sure enough",
    "small": "the face was too small",
    "blurred": "the face was blurred",
    "dark": "it was too dark",
    "overexposed": "it was too bright",
    "turned": "the head was turned away",
    "covered": "the face was covered",
    "cut off": "the face was cut off by the edge",
    "no face": "no face was found at that instant",
}


def unknown_shares(observations: Sequence[Observation]) -> dict[str, float | None]:
    """``expression``: unknown readings of all faces read; ``face``: instants without a
    face. None where there is nothing to count."""
    said = [o.expression for o in observations if o.expression is not None]
    instants = {o.time_s for o in observations}
    empty = {o.time_s for o in observations if not o.has_face}
    return {
        "expression": sum(e.is_unknown for e in said) / len(said) if said else None,
        "face": len(empty) / len(instants) if instants else None,
    }


def reasons_of(observations: Sequence[Observation], affect: bool) -> Counter[str]:
    """Rows of the observations' table that are unknown, by reason."""
    counts: Counter[str] = Counter()
    for row in observations:
        if not row.has_face:
            counts["no face"] += 1
        elif affect and row.expression is not None and row.expression.is_unknown:
            counts[row.expression.reason] += 1
        elif not affect and row.quality is not None and not row.quality.readable:
            counts[row.quality.reason] += 1
    return counts


def withheld_told(readings: Readings) -> str:
    """What cannot be counted in a class, as the end of a sentence."""
    return f"; {readings.withheld} more are withheld: too few to show" if readings.withheld else ""


def unknown_figure(readings: Readings, affect: bool) -> Figure:
    """A bar a reason, of what may be told; what is withheld is counted beside it."""
    counts, total = reasons_of(readings.told, affect), len(readings.told)
    kept_back = withheld_told(readings)
    if not total:
        return Figure(TITLE, f"There is no reading to show{kept_back}.", "")
    body, rows = [], []
    left, span = LEFT + 170, WIDTH - LEFT - 170 - RIGHT - 60
    for line, (reason, count) in enumerate(counts.most_common()):
        y = 6 + line * ROW
        body.append(text(left - 8, y + 14, REASONS.get(reason, reason), "end"))
        body.append(rect(left, y, span * count / total, ROW - 10, "url(#unknown)"))
        body.append(text(left + span * count / total + 6, y + 14, percent(count / total)))
        rows.append((REASONS.get(reason, reason), str(count), percent(count / total)))
    unknown = sum(counts.values())
    noun = "reading is" if total == 1 else "readings are"
    told = f"{unknown} of {total} {noun} unknown ({percent(unknown / total)}){kept_back}."
    picture = svg(12 + len(counts) * ROW, "".join(body), TITLE) if counts else ""
    return Figure(TITLE, told, picture, ("Reason", "Readings", "Share of all"), rows)
