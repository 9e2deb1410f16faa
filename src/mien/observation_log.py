"""Observations held as numbers instead of objects: 160 bytes a row instead of 1,600.

Two hours of one face, read every half second, are 2.5 MB; that is why the memory of a
run does not grow with the length of the recording. Numbers have the 32 bits that the
tables keep (times 64), so states that are told of a run, of one that was resumed and of
the table that is written are the same to the last digit.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, overload

from mien.labels import READABLE
from mien.observations import Expression, HeadPose, Observation, Quality

_NAN: Final = math.nan
#: Floats of a row: box (4), score, pose (3), eyes, mouth, quality (5), shares.
_FLOATS: Final = 15 + len(READABLE)
#: Integers of a row: person, and the words for quality, expression and its reason.
_INTS: Final = 4
#: What stands for None among the integers: below every number of a person.
_NONE: Final = -(2**31)
_NO_BOX: Final = (_NAN,) * 4
_NO_POSE: Final = (_NAN,) * 3
_NO_QUALITY: Final = (_NAN,) * 5
_NO_SHARES: Final = (_NAN,) * len(READABLE)


class ObservationLog(Sequence[Observation]):
    """Grows at its end; an observation is made anew, equal to the one that was added but
    for the rounding to 32 bits, whenever it is asked for. Equal to any sequence of the same
    observations."""

    def __init__(self, observations: Iterable[Observation] = ()) -> None:
        self._times_s, self._floats, self._ints = array("d"), array("f"), array("i")
        self._words: list[str] = []
        self._codes: dict[str, int] = {}
        self.extend(observations)

    def append(self, one: Observation) -> None:
        """Adds a row."""
        pose, quality, said = one.pose, one.quality, one.expression
        self._times_s.append(one.time_s)
        self._floats.extend(
            (
                *(one.box_px or _NO_BOX),
                _number(one.score),
                *((pose.yaw_deg, pose.pitch_deg, pose.roll_deg) if pose else _NO_POSE),
                _number(one.eye_openness),
                _number(one.mouth_openness),
                *(_measures(quality) if quality else _NO_QUALITY),
                *(_shares(said) if said and said.probabilities else _NO_SHARES),
            )
        )
        self._ints.extend(
            (
                _NONE if one.person_id is None else one.person_id,
                self._code(quality.reason) if quality else _NONE,
                self._code(said.label) if said else _NONE,
                self._code(said.reason) if said else _NONE,
            )
        )

    def extend(self, observations: Iterable[Observation]) -> None:
        """Adds rows."""
        for one in observations:
            self.append(one)

    def _code(self, word: str) -> int:
        code = self._codes.get(word)
        if code is None:
            code = self._codes[word] = len(self._words)
            self._words.append(word)
        return code

    def __len__(self) -> int:
        return len(self._times_s)

    def __iter__(self) -> Iterator[Observation]:
        index = 0
        while index < len(self):  # rows that are added meanwhile come too, as in a list
            yield self._row(index)
            index += 1

    @overload
    def __getitem__(self, index: int) -> Observation: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Observation]: ...
    def __getitem__(self, index: int | slice) -> Observation | Sequence[Observation]:
        places = range(len(self))[index]
        if isinstance(places, range):
            return [self._row(place) for place in places]
        return self._row(places)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # it grows

    def __repr__(self) -> str:
        return f"<ObservationLog of {len(self)} observations>"

    @property
    def times_s(self) -> Sequence[float]:
        """The time of each row, without making observations."""
        return self._times_s[:]

    def _row(self, index: int) -> Observation:
        floats = self._floats[index * _FLOATS : (index + 1) * _FLOATS]
        person, poor, label, why = self._ints[index * _INTS : (index + 1) * _INTS]
        x, y, width, height, score, yaw, pitch, roll, eyes, mouth = floats[:10]
        size, sharpness, brightness, contrast, visible = floats[10:15]
        said = None
        if label != _NONE:
            shares = zip(READABLE, floats[15:], strict=True)
            known = {name: share for name, share in shares if share == share}
            said = Expression(self._words[label], known, self._words[why])
        return Observation(
            time_s=self._times_s[index],
            person_id=None if person == _NONE else person,
            box_px=None if x != x else (x, y, width, height),
            score=_known(score),
            pose=None if yaw != yaw else HeadPose(yaw, pitch, roll),
            eye_openness=_known(eyes),
            mouth_openness=_known(mouth),
            quality=None
            if poor == _NONE
            else Quality(size, sharpness, brightness, contrast, visible, self._words[poor]),
            expression=said,
        )


def as_kept(observations: Iterable[Observation]) -> tuple[Observation, ...]:
    """The observations with the precision that logs and tables keep."""
    return tuple(ObservationLog(observations))


def _number(value: float | None) -> float:
    return _NAN if value is None else value


def _known(value: float) -> float | None:
    return None if value != value else value


def _measures(quality: Quality) -> tuple[float, ...]:
    return (
        quality.size_px,
        quality.sharpness,
        quality.brightness,
        quality.contrast,
        quality.visible,
    )


def _shares(said: Expression) -> tuple[float, ...]:
    return tuple(said.probabilities.get(name, _NAN) for name in READABLE)
