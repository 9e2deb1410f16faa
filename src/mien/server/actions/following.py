"""The learners whose studies go on now, in the memory of the one process that judges them.

Nothing here is needed to go on after a crash: what is not in memory is read again from the
stored batches.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mien.adaptation.lately import Judged, Recent, kept_from_s, reference_lately
from mien.adaptation.study import Visit
from mien.assessment.reference import Reference
from mien.assessment.settings import AssessmentSettings
from mien.observations import Observation
from mien.server.actions.study_time import (
    BREAK_S,
    FIRST_S,
    StoredReadings,
    batches_of,
    joined,
    observations_of,
    visit_of,
)
from mien.server.database.tables import ObservationBatch

#: Learners remembered, about 60 kB each (600 MB); the one without news for longest goes first, and
#: is read again from the database when it comes back, which more learners at once would all be.
REMEMBERED: Final = 10_000
#: The newest batch ended so long ago at most: its own ten seconds, and its way.
LATE_S: Final = 20.0

Learner = tuple[UUID, UUID]


@dataclass
class Following:
    """The end of one study, and what the first minute said of the learner.

    Attributes:
        first: readings of the first minute, until the reference is made of them.
        last_started_at_s: of the newest batch; an older one cannot simply be added.
        judged: what the rules have said of it already.
        quiet_to_s: seconds since 1970; before that nothing is to be offered.
    """

    began_at_s: float
    first: list[Observation] = field(default_factory=list[Observation])
    reference: Reference = field(default_factory=Reference)
    settled: bool = False
    observations: list[Observation] = field(default_factory=list[Observation])
    visits: list[Visit] = field(default_factory=list[Visit])
    seen_before: bool = False
    last_started_at_s: float = float("-inf")
    judged: Judged = field(default_factory=Judged)
    quiet_to_s: float = float("-inf")

    @property
    def recent(self) -> Recent:
        """What the rules are given."""
        return Recent(self.observations, self.visits, self.reference, self.seen_before)

    def add(self, batch: StoredReadings, settings: AssessmentSettings, affect: bool) -> None:
        """Goes on with one batch, which must not be older than the last."""
        found = observations_of(batch, self.began_at_s, probabilities=False)
        self.last_started_at_s = batch.started_at_s
        self.observations = sorted([*self.observations, *found], key=lambda o: o.time_s)
        self.visits = joined(self.visits, visit_of(batch, self.began_at_s))
        self.seen_before = self.seen_before or any(o.has_face for o in found)
        self._settle(found, settings, affect)
        oldest_s = kept_from_s(self.visits[-1].end_s, settings)
        self.observations = [o for o in self.observations if o.time_s >= oldest_s]
        self.visits = [v for v in self.visits if v.end_s >= oldest_s]

    def _settle(
        self, found: Sequence[Observation], settings: AssessmentSettings, affect: bool
    ) -> None:
        if self.settled:
            return
        self.first.extend(found)
        self.reference = reference_lately(self.first, settings, affect=affect)
        sighted = [o.time_s for o in self.first if o.has_face]
        end_s = self.first[-1].time_s
        if sighted and end_s >= sighted[0] + settings.reference.span_s:
            self.settled, self.first = True, []


class Followings:
    """Everybody who studies now."""

    def __init__(self) -> None:
        self._kept = OrderedDict[Learner, Following]()

    def get(self, learner: Learner) -> Following | None:
        """What is remembered of a learner."""
        return self._kept.get(learner)

    def learners(self) -> list[Learner]:
        """Everybody who is remembered."""
        return list(self._kept)

    def keep_only(self, learners: Collection[Learner]) -> None:
        """Forgets everybody else: whoever was erased leaves nothing here either."""
        for learner in set(self._kept) - set(learners):
            del self._kept[learner]

    def put(self, learner: Learner, following: Following) -> None:
        """Remembers, and forgets whoever has had no news for longest."""
        self._kept[learner] = following
        self._kept.move_to_end(learner)
        if len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)

    def clear(self) -> None:
        """Everything: somebody else may have judged meanwhile."""
        self._kept.clear()


def read_again(
    session: Session,
    learner: Learner,
    began_at_s: float,
    now_s: float,
    settings: AssessmentSettings,
    affect: bool,
) -> Following:
    """A following made from the stored batches."""
    following = Following(began_at_s)
    end_s = now_s - began_at_s
    # A batch is up to ten seconds long, and what is kept begins inside one.
    last_s = max(end_s - kept_from_s(end_s - LATE_S, settings), FIRST_S) + LATE_S
    for batch in batches_of(session, *learner, began_at_s, now_s, last_s=last_s):
        following.add(batch, settings, affect)
    return following


def first_started_at_s(session: Session, learner: Learner, now_s: float) -> float:
    """When a study began that is not remembered: at the first batch of the last half hour,
    ``now_s`` where there is none."""
    row = ObservationBatch
    first = select(func.min(row.started_at_s)).where(
        row.account_id == learner[0],
        row.course_id == learner[1],
        row.started_at_s > now_s - BREAK_S,
    )
    found = session.scalar(first)
    return now_s if found is None else found
