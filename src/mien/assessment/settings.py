"""Every threshold of the rules, with the published value or our argued choice as default."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass

from mien.errors import SettingsError, choose_from


def _positive(owner: object, *names: str) -> None:
    for name in names:
        value = getattr(owner, name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
            raise _wrong(owner, name, "a number above 0", value)
        if not math.isfinite(value):
            raise _wrong(owner, name, "a finite number", value)


def _share(owner: object, *names: str) -> None:
    for name in names:
        value = getattr(owner, name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise _wrong(owner, name, "a share from 0 to 1", value)


def _whole(owner: object, least: int, *names: str) -> None:
    for name in names:
        value = getattr(owner, name)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise _wrong(owner, name, f"a whole number of at least {least}", value)


def _wrong(owner: object, name: str, expected: str, got: object) -> SettingsError:
    place = type(owner).__name__.removesuffix("Settings").lower()
    return SettingsError(f"{place}.{name} must be {expected}, got {got!r}.")


@dataclass(frozen=True)
class TimelineSettings:
    """How readings become time. ``max_gap_steps`` (usual steps between readings) and
    ``min_gap_s``: a longer gap is *no data*: a lost frame or two is bridged, a stopped
    camera is not. ``lone_step_s``: what a single reading stands for. ``max_step_s``: no
    reading stands for longer, however rare they are (ours: a face says nothing of the
    minute after next)."""

    max_gap_steps: float = 3.0
    min_gap_s: float = 2.0
    lone_step_s: float = 1.0
    max_step_s: float = 60.0

    def __post_init__(self) -> None:
        _positive(self, "max_gap_steps", "min_gap_s", "lone_step_s", "max_step_s")


@dataclass(frozen=True)
class ReferenceSettings:
    """A person's own neutral: medians of the first ``span_s`` (first minute), known from
    ``min_reading_s`` of readings on. A resting expression needs half of the minute
    (``min_resting_s``), so that a short clip is not taken for somebody's usual face."""

    span_s: float = 60.0
    min_reading_s: float = 5.0
    min_resting_s: float = 30.0

    def __post_init__(self) -> None:
        _positive(self, "span_s", "min_reading_s", "min_resting_s")


@dataclass(frozen=True)
class FocusSettings:
    """Windows of 10 s; unseen for more than half (systems.md §2, paper's values)."""

    window_s: float = 10.0
    unseen_share: float = 0.5

    def __post_init__(self) -> None:
        _positive(self, "window_s")
        _share(self, "unseen_share")


@dataclass(frozen=True)
class DifficultySettings:
    """30 observations in a row (the paper) at its *preset interval*, which it does not
    name: 1 s is ours, so that 30 observations last half a minute. A run of which more
    than ``max_unknown_share`` is unknown says nothing."""

    observations: int = 30
    observation_interval_s: float = 1.0
    max_unknown_share: float = 0.5

    def __post_init__(self) -> None:
        _whole(self, 1, "observations")
        _positive(self, "observation_interval_s")
        _share(self, "max_unknown_share")


@dataclass(frozen=True)
class EngagementSettings:
    """Share of happy or surprised; the window is ours, the paper names none."""

    window_s: float = 60.0
    max_unknown_share: float = 0.5

    def __post_init__(self) -> None:
        _positive(self, "window_s")
        _share(self, "max_unknown_share")


@dataclass(frozen=True)
class InvolvementSettings:
    """Bowed for more than half of the time (the paper); angle and window are ours.

    20 degrees: looking from the top to the bottom of a screen moves the head by about
    10 to 15, mesh pose errs by about 5, a book or telephone on the desk asks for 30 and
    more; 20 lies between. Relative to the person's own neutral pose.
    """

    window_s: float = 60.0
    bow_angle_deg: float = 20.0
    bowed_share: float = 0.5
    max_unknown_share: float = 0.5

    def __post_init__(self) -> None:
        _positive(self, "window_s", "bow_angle_deg")
        _share(self, "bowed_share", "max_unknown_share")
        if self.bow_angle_deg >= 90:
            raise _wrong(self, "bow_angle_deg", "below 90 degrees", self.bow_angle_deg)


@dataclass(frozen=True)
class PreferenceSettings:
    """The balance (engaged minus distressed share) must be this much higher than the
    next one's to speak of a preference; ours: below one reading in ten is noise."""

    min_difference: float = 0.1
    max_unknown_share: float = 0.5

    def __post_init__(self) -> None:
        _share(self, "min_difference", "max_unknown_share")


@dataclass(frozen=True)
class ClassroomSettings:
    """Six classroom states; our rule, checked by no study.

    ``perclos``: eyes closed 15 % of a minute or more is drowsy (PERCLOS, Wierwille et
    al. 1994; minute and limit in Dinges et al. 1998). ``closed_eye_share``: closed is
    below this share of the person's own open eyes; an aspect ratio of 0.2 against 0.3
    open (Soukupova and Cech 2016) is 0.67, a little lower is cautious.
    ``yawn_mouth_ratio`` for ``yawn_s``: an open mouth that outlasts a syllable.
    ``away_yaw_deg``: 30 leaves a second screen's edge in front. Shares: more than half
    for bored, confused, happy; ``attending_share`` for dedicated.
    """

    window_s: float = 10.0
    perclos_window_s: float = 60.0
    perclos: float = 0.15
    closed_eye_share: float = 0.6
    yawn_mouth_ratio: float = 0.6
    yawn_s: float = 1.5
    away_yaw_deg: float = 30.0
    majority: float = 0.5
    attending_share: float = 0.9
    max_unknown_share: float = 0.5

    def __post_init__(self) -> None:
        _positive(self, "window_s", "perclos_window_s", "yawn_mouth_ratio", "yawn_s")
        _positive(self, "away_yaw_deg")
        _share(self, "perclos", "closed_eye_share", "majority", "attending_share")
        _share(self, "max_unknown_share")


@dataclass(frozen=True)
class GroupSettings:
    """A class is told from ``min_people`` on (10; floor 5); within a row, a state of
    fewer than ``min_cell`` people is withheld, and so is what would give it away.
    ``moment_share``: from this share of a class on, a moment is worth a look."""

    min_people: int = 10
    min_cell: int = 3
    moment_share: float = 0.3

    def __post_init__(self) -> None:
        _whole(self, 5, "min_people")
        _whole(self, 1, "min_cell")
        _share(self, "moment_share")


@dataclass(frozen=True)
class AssessmentSettings:
    """All thresholds; without arguments the published ones and our defaults."""

    timeline: TimelineSettings = field(default_factory=TimelineSettings)
    reference: ReferenceSettings = field(default_factory=ReferenceSettings)
    focus: FocusSettings = field(default_factory=FocusSettings)
    difficulty: DifficultySettings = field(default_factory=DifficultySettings)
    engagement: EngagementSettings = field(default_factory=EngagementSettings)
    involvement: InvolvementSettings = field(default_factory=InvolvementSettings)
    preference: PreferenceSettings = field(default_factory=PreferenceSettings)
    classroom: ClassroomSettings = field(default_factory=ClassroomSettings)
    group: GroupSettings = field(default_factory=GroupSettings)

    def to_dict(self) -> dict[str, dict[str, float]]:
        """All values by rule, JSON-safe; :func:`load_settings` reads it back."""
        return asdict(self)


def load_settings(mapping: Mapping[str, object]) -> AssessmentSettings:
    """Settings from nested mappings such as ``{"focus": {"window_s": 20}}``.

    Raises:
        SettingsError: for an unknown key (naming the nearest valid one) or a bad value.
    """
    defaults = AssessmentSettings()
    sections = {f.name: getattr(defaults, f.name) for f in fields(defaults)}
    for name, values in mapping.items():
        if name not in sections:
            raise SettingsError(choose_from("Settings section", name, sections))
        sections[name] = _section(name, type(sections[name]), values)
    return AssessmentSettings(**sections)


def _section(name: str, kind: type[object], values: object) -> object:
    assert is_dataclass(kind)
    valid = [f.name for f in fields(kind)]
    if not isinstance(values, Mapping):
        raise SettingsError(
            f"Settings section {name!r} must be a mapping of {', '.join(valid)}, got {values!r}."
        )
    for key in values:
        if key not in valid:
            raise SettingsError(choose_from(f"Setting of {name!r}", key, valid))
    return kind(**values)
