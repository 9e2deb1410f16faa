"""The values that flow through mien: Frame, Face, Expression, Observation, LearningState.

All are immutable. Times are float seconds of the presentation time stamp, boxes
``(x, y, width, height)`` in pixels of the frame, angles degrees, images RGB.
``None`` never means "neutral": an unread expression is labelled ``unknown``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mien.errors import SettingsError
from mien.labels import READABLE, UNKNOWN

#: Probabilities read from a float32 network sum to one within this.
_SUM_TOLERANCE: Final = 1e-3

Box = tuple[float, float, float, float]


def _finite(name: str, value: float) -> None:
    if not math.isfinite(value):
        raise SettingsError(f"{name} must be a finite number, got {value!r}.")


def _unit(name: str, value: float) -> None:
    if not 0.0 <= value <= 1.0:
        raise SettingsError(f"{name} must lie in 0 to 1, got {value!r}.")


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture of a source.

    Attributes:
        image: ``(H, W, 3)`` uint8, RGB, upright.
        time_s: presentation time, seconds from the start of the source.
        index: place among the frames that were sampled, from 0.
        name: file name for image folders, else ''.
    """

    image: NDArray[np.uint8]
    time_s: float
    index: int = 0
    name: str = ""

    def __post_init__(self) -> None:
        if self.image.ndim != 3 or self.image.shape[2] != 3 or self.image.dtype != np.uint8:
            raise SettingsError(
                f"Frame.image must be (H, W, 3) uint8, got {self.image.shape} {self.image.dtype}."
            )
        _finite("time_s", self.time_s)


@dataclass(frozen=True)
class HeadPose:
    """Head pose in OpenCV's camera frame; 0, 0, 0 looks into the camera.

    Attributes:
        yaw_deg: positive to the person's left (the right of an unmirrored image).
        pitch_deg: negative = head down.
        roll_deg: positive = head tilted clockwise in the image.
    """

    yaw_deg: float
    pitch_deg: float
    roll_deg: float

    def __post_init__(self) -> None:
        for name in ("yaw_deg", "pitch_deg", "roll_deg"):
            value = getattr(self, name)
            _finite(name, value)
            if not -180.0 <= value <= 180.0:
                raise SettingsError(f"{name} must lie in -180 to 180, got {value!r}.")


@dataclass(frozen=True)
class Quality:
    """How well a face can be read.

    Attributes:
        size_px: geometric mean of the box sides.
        sharpness: 0 (blurred) to 1.
        brightness: mean luma of the face, 0 to 1.
        contrast: standard deviation of the luma, 0 to 0.5.
        visible: estimated share of the face that is in the frame and uncovered, 0 to 1.
        reason: why the face is too poor to read, '' when it is readable:
            one of ``small``, ``blurred``, ``dark``, ``overexposed``, ``turned``,
            ``covered``, ``cut off``.
    """

    size_px: float
    sharpness: float
    brightness: float
    contrast: float
    visible: float
    reason: str = ""

    @property
    def readable(self) -> bool:
        return not self.reason


@dataclass(frozen=True, eq=False)
class Face:
    """A face in one frame; the mesh stays in memory and is never written.

    Attributes:
        box_px: ``(x, y, width, height)``.
        score: the detector's confidence, 0 to 1.
        mesh_px: ``(468, 3)`` float32, x and y in pixels of the frame, z in the
            same scale (negative towards the camera); None without a mesh.
        pose, eye_openness, mouth_openness: see :class:`Observation`.
    """

    box_px: Box
    score: float
    mesh_px: NDArray[np.float32] | None = None
    pose: HeadPose | None = None
    eye_openness: float | None = None
    mouth_openness: float | None = None
    quality: Quality | None = None

    def __post_init__(self) -> None:
        for value in self.box_px:
            _finite("box_px", value)
        if self.box_px[2] <= 0 or self.box_px[3] <= 0:
            raise SettingsError(f"box_px needs a positive width and height, got {self.box_px}.")
        _unit("score", self.score)


@dataclass(frozen=True)
class Expression:
    """A calibrated reading of one face, or ``unknown`` with its reason.

    Attributes:
        label: one of :data:`mien.labels.READABLE`, or ``unknown``.
        probabilities: share of each class of the network, summing to 1; empty where
            the face was too poor to be looked at.
        reason: why it is unknown: ``unsure``, ``waiting`` (a clip is not yet whole) or a
            reason of :class:`Quality`.
    """

    label: str
    probabilities: Mapping[str, float] = field(default_factory=dict[str, float])
    reason: str = ""

    def __post_init__(self) -> None:
        if self.label not in (*READABLE, UNKNOWN):
            raise SettingsError(
                f"Expression {self.label!r} is unknown to mien; valid: "
                f"{', '.join((*READABLE, UNKNOWN))}."
            )
        if self.probabilities and abs(sum(self.probabilities.values()) - 1) > _SUM_TOLERANCE:
            raise SettingsError("Expression.probabilities must sum to 1.")

    @property
    def confidence(self) -> float:
        """Probability of the likeliest expression, 0 where none was computed."""
        return max(self.probabilities.values(), default=0.0)

    @property
    def is_unknown(self) -> bool:
        return self.label == UNKNOWN


@dataclass(frozen=True)
class Observation:
    """What was seen of one person at one instant; one row of the table.

    An instant without any face is one Observation with ``person_id=None``.

    Attributes:
        time_s: presentation time in seconds.
        person_id: the track's number from 1, or None: no face was found.
        box_px, score: of the face; None without one.
        pose: None without a mesh.
        eye_openness: eye aspect ratio, mean of both eyes (about 0.3 open, < 0.2 closed).
        mouth_openness: mouth aspect ratio (about 0 closed, > 0.6 yawning).
        quality: None without a face.
        expression: None where affect is switched off or there is no face.
    """

    time_s: float
    person_id: int | None = None
    box_px: Box | None = None
    score: float | None = None
    pose: HeadPose | None = None
    eye_openness: float | None = None
    mouth_openness: float | None = None
    quality: Quality | None = None
    expression: Expression | None = None

    def __post_init__(self) -> None:
        _finite("time_s", self.time_s)
        if self.person_id is None and self.expression is not None:
            raise SettingsError("An observation without a face cannot carry an expression.")

    @classmethod
    def of_face(
        cls, time_s: float, person_id: int, face: Face, expression: Expression | None
    ) -> Observation:
        """The row of one face at one instant."""
        return cls(
            time_s=time_s,
            person_id=person_id,
            box_px=face.box_px,
            score=face.score,
            pose=face.pose,
            eye_openness=face.eye_openness,
            mouth_openness=face.mouth_openness,
            quality=face.quality,
            expression=expression,
        )

    @property
    def has_face(self) -> bool:
        return self.person_id is not None


@dataclass(frozen=True)
class LearningState:
    """What a rule says of one person (or the class) over one interval.

    Attributes:
        rule: the rule's name: ``focus``, ``difficulty``, ``engagement``,
            ``involvement``, ``preference`` or ``classroom_state``.
        state: the rule's word for what it found, or ``unknown``.
        start_s, end_s: the interval in seconds, ``start_s <= end_s``.
        person_id: None for the class as a whole.
        value: the figure behind the state, such as a share; None where unknown.
        counts: how many observations said what, such as ``{"seen": 12, "absent": 8}``.
        unknown_share: share of the interval's observations that were unknown, 0 to 1.
        reason: one plain sentence with its numbers.
        knowledge_point: title of the lesson's point at the interval, '' without one.
        validated: False for rules of our own that no study has checked.
    """

    rule: str
    state: str
    start_s: float
    end_s: float
    person_id: int | None
    value: float | None
    counts: Mapping[str, int]
    unknown_share: float
    reason: str
    knowledge_point: str = ""
    validated: bool = True

    def __post_init__(self) -> None:
        if self.end_s < self.start_s:
            raise SettingsError(f"end_s {self.end_s} lies before start_s {self.start_s}.")
        _unit("unknown_share", self.unknown_share)
