"""How a learner stands, on the wire."""

from __future__ import annotations

from pydantic import BaseModel

from mien.server.schemas.adaptation import HelpView, OfferView


class StateNow(BaseModel):
    """The latest state of one rule; ``at_s`` is seconds since 1970."""

    state: str
    reason: str
    value: float | None
    unknown_share: float
    at_s: float


class Standing(BaseModel):
    """What may be observed now, the states by rule, and what waits for the learner."""

    presence: bool
    affect: bool
    states: dict[str, StateNow]
    offer: OfferView | None
    help: HelpView | None
