"""How a report was made, and what it cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mien.instruments import Instruments
from mien.report.charts.figure import percent
from mien.report.sections import ResultLike, as_class, floor_of
from mien.version import VERSION

AFFECT_OFF = (
    "Affect is switched off: no expression was computed. What follows rests on the presence of "
    "a face and on head pose only. In the EU, inferring emotions of people in education is "
    "prohibited (AI Act, Art. 5(1)(f)) except for medical or safety reasons."
)
AFFECT_ON = (
    "Expressions were read. In the EU, inferring emotions of people in education is prohibited "
    "(AI Act, Art. 5(1)(f)) except for medical or safety reasons; consent is no exception. Run "
    "mien with --no-affect for presence and head pose only."
)
#: Which rules spoke: those of expressions only where these are read.
RULES_ON = (
    "The six learning states are made by open rules that no study has validated; the five "
    "assessments follow the published thresholds below."
)
RULES_OFF = "The assessments of focus and involvement follow the published thresholds below."


def method_of(result: ResultLike, card: Mapping[str, Any]) -> list[str]:
    """How it was made, and what it cannot say."""
    every = result.source.every_s
    sampled = f"every {every:g} s" if every else "in every frame"
    told = [
        f"Pictures were read {sampled} by presentation time; "
        f"{result.source.undecodable} could not be decoded. Each face was found (detector "
        f"{result.instruments.detector}), followed and measured on this machine by mien {VERSION}; "
        "no picture is in these files.",
        "A person's number holds for this recording only. An absent face may mean a person who "
        "looks elsewhere, takes notes or has left, or a fault of the camera. "
        f"{RULES_ON if result.affect else RULES_OFF} Nothing here is fit for grades.",
    ]
    if as_class(result):
        floor = floor_of(result)
        told.append(
            f"A class is told in groups: readings count where at least {floor.people} faces were "
            f"seen at once and {floor.cell} of them said the same, or where there was none at all."
        )
    if result.affect:
        told.append(model_sentence(result.instruments, card))
        told.append(AFFECT_ON)
    return told


def model_sentence(instruments: Instruments, card: Mapping[str, Any]) -> str:
    """Which model read expressions, and how far it can be trusted."""
    if not instruments.model:
        return card_sentence(card)
    looked_at = "clips" if instruments.clips else "pictures"
    return (
        f"Expressions were read from {looked_at} by the model {instruments.model}, which is not "
        "the bundled one: its accuracy is not known here; mien evaluate tells it. Below its "
        "threshold it says unknown."
    )


def card_sentence(card: Mapping[str, Any]) -> str:
    """What the expression model's card says of its accuracy."""
    accuracy = card.get("ferplus_accuracy")
    if not isinstance(accuracy, Mapping):
        return "The expression model carries no card: its accuracy is not known."
    low, high = (percent(bound) for bound in accuracy["interval"])
    made = f" of {card['date']}" if card.get("date") else ""
    return (
        f"The bundled expression model{made} is right on {percent(accuracy['value'])} (95 % "
        f"interval {low} to {high}) of FER+'s test pictures, and less often on other cameras, "
        "ages and light. Below its threshold it says unknown."
    )


def settings_rows(settings: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """The thresholds as rows ``(name, value)``."""
    rows: list[tuple[str, str]] = []
    for name, value in settings.items():
        if isinstance(value, Mapping):
            rows.extend(settings_rows(value, f"{prefix}{name}."))
        else:
            rows.append(
                (f"{prefix}{name}", f"{value:g}" if isinstance(value, float) else str(value))
            )
    return rows
