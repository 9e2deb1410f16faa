"""The thresholds by which a course's rules judge: shown to everybody, set by the teacher."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from mien.assessment.settings import AssessmentSettings, load_settings
from mien.errors import SettingsError, choose_from
from mien.server.access import Caller
from mien.server.actions import audit
from mien.server.database.statements import add_unless_there, among
from mien.server.database.tables import CourseConduct
from mien.server.problems import NotAccepted
from mien.server.schemas.report import ThresholdsDraft, ThresholdsView
from mien.server.services import Services

Values = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Threshold:
    """What a threshold means, and between which values a course may set it.

    The live rules look at the last ten minutes, so no window may be longer than five.
    """

    sentence: str
    least: float
    most: float


#: ``group.name`` -> its meaning and bounds. The floor of a group can only be raised.
THRESHOLDS: Final[Mapping[str, Threshold]] = {
    "focus.window_s": Threshold("Seconds over which a face is watched for.", 5, 300),
    "focus.unseen_share": Threshold(
        "Unseen for more than this share of the window is out of view.", 0.1, 1
    ),
    "difficulty.observations": Threshold(
        "So many readings of anger or distress in a row say that a point is hard.", 5, 150
    ),
    "difficulty.observation_interval_s": Threshold(
        "Seconds between two readings that count for difficulty.", 0.5, 2
    ),
    "difficulty.max_unknown_share": Threshold(
        "With a greater unknown share nothing is said of difficulty.", 0, 0.5
    ),
    "engagement.window_s": Threshold(
        "Seconds over which the share of happy or surprised readings is taken.", 10, 300
    ),
    "engagement.max_unknown_share": Threshold(
        "With a greater unknown share nothing is said of engagement.", 0, 0.5
    ),
    "involvement.window_s": Threshold("Seconds over which a lowered head is looked for.", 10, 300),
    "involvement.bow_angle_deg": Threshold(
        "Degrees below the learner's own neutral from which a head counts as lowered.", 10, 60
    ),
    "involvement.bowed_share": Threshold(
        "Lowered for more than this share of the known time is passive.", 0.1, 1
    ),
    "involvement.max_unknown_share": Threshold(
        "With a greater unknown share nothing is said of involvement.", 0, 0.5
    ),
    "group.min_people": Threshold(
        "Groups of fewer people are not told; it can be raised, not lowered.", 10, 1000
    ),
    "group.min_cell": Threshold(
        "States of fewer people are withheld, and what would give them away; it can be "
        "raised, not lowered.",
        3,
        100,
    ),
    "group.moment_share": Threshold(
        "From this share of the people at a point on, a moment is worth a look.", 0.1, 1
    ),
}
_PUBLISHED: Final = AssessmentSettings()
GROUPS: Final = tuple(dict.fromkeys(name.partition(".")[0] for name in THRESHOLDS))


def settings_of(session: Session, course_id: UUID) -> AssessmentSettings:
    """The course's thresholds; the published ones where the teacher set none."""
    return settings_by_course(session, [course_id])[course_id]


def settings_by_course(
    session: Session, courses: Collection[UUID]
) -> dict[UUID, AssessmentSettings]:
    """The thresholds of each course, in one query."""
    query = select(CourseConduct.course_id, CourseConduct.thresholds)
    rows = session.execute(query.where(among(session, CourseConduct.course_id, courses)))
    set_by_teachers = {row.course_id: row.thresholds for row in rows}
    return {
        course: load_settings(own) if (own := set_by_teachers.get(course)) else _PUBLISHED
        for course in courses
    }


def read(session: Session, course_id: UUID) -> ThresholdsView:
    """What is in force in a course, beside the published values."""
    conduct = session.get(CourseConduct, course_id)
    return ThresholdsView(
        values=shown(load_settings(conduct.thresholds if conduct else {})),
        defaults=shown(AssessmentSettings()),
        explained={name: threshold.sentence for name, threshold in THRESHOLDS.items()},
        bounds={name: (t.least, t.most) for name, t in THRESHOLDS.items()},
    )


def conduct_of(session: Session, course_id: UUID) -> CourseConduct:
    """How a course is conducted, to be changed; made where its teacher changed nothing yet."""
    add_unless_there(session, CourseConduct, course_id=course_id, live=True, thresholds={})
    return session.get_one(CourseConduct, course_id)


def change(
    session: Session, services: Services, caller: Caller, course_id: UUID, draft: ThresholdsDraft
) -> ThresholdsView:
    """Sets a course's thresholds; they count from the next readings on.

    Raises:
        NotAccepted: for an unknown name or a value out of bounds, naming the valid ones.
    """
    try:
        wanted = checked(draft.values)
        load_settings(wanted)
    except SettingsError as error:
        raise NotAccepted(str(error)) from error
    conduct_of(session, course_id).thresholds = wanted
    changed = ", ".join(f"{g}.{n}={v:g}" for g, of in wanted.items() for n, v in of.items())
    audit.record(
        session, services, caller.account, "thresholds.change", course_id, differing=changed
    )
    session.flush()
    return read(session, course_id)


def shown(settings: AssessmentSettings) -> Values:
    """The thresholds that courses may set."""
    every, found = settings.to_dict(), Values()
    for name in THRESHOLDS:
        group, _, key = name.partition(".")
        found.setdefault(group, {})[key] = every[group][key]
    return found


def checked(values: Mapping[str, Mapping[str, float]]) -> Values:
    """What differs from the defaults; whole numbers stay whole.

    Raises:
        SettingsError: naming the valid choices.
    """
    defaults, differing = shown(AssessmentSettings()), Values()
    for group, of_group in values.items():
        if group not in defaults:
            raise SettingsError(choose_from("Thresholds of", group, GROUPS))
        for key, value in of_group.items():
            if key not in defaults[group]:
                raise SettingsError(choose_from(f"Threshold of {group!r}", key, defaults[group]))
            exact = _in_bounds(f"{group}.{key}", value, defaults[group][key])
            if exact != defaults[group][key]:
                differing.setdefault(group, {})[key] = exact
    return differing


def _in_bounds(name: str, value: float, default: float) -> float:
    limits = THRESHOLDS[name]
    whole = isinstance(default, int)
    if not limits.least <= value <= limits.most or (whole and value != int(value)):
        kind = "a whole number" if whole else "a number"
        raise SettingsError(
            f"{name} must be {kind} from {limits.least:g} to {limits.most:g}, got {value:g}."
        )
    return int(value) if whole else value
