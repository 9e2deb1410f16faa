"""``lesson.yaml``: the knowledge points of a lesson by time."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from mien.errors import SettingsError, choose_from

_CLOCK: Final = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2}(?:\.\d+)?)")


@dataclass(frozen=True)
class KnowledgePoint:
    """One point of the lesson in seconds of the recording, ``start_s`` in, ``end_s`` out.

    Raises:
        SettingsError: for no title, or an end that is not after the start.
    """

    title: str
    start_s: float
    end_s: float

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise SettingsError("A knowledge point needs a title.")
        if not (math.isfinite(self.start_s) and math.isfinite(self.end_s)):
            raise SettingsError(f"Times of {self.title!r} must be finite numbers of seconds.")
        if self.start_s < 0:
            raise SettingsError(f"{self.title!r} starts before 0, at {self.start_s:g} s.")
        if self.end_s <= self.start_s:
            raise SettingsError(
                f"{self.title!r} ends at {self.end_s:g} s, which is not after its start "
                f"at {self.start_s:g} s."
            )


@dataclass(frozen=True)
class Lesson:
    """A lesson; its points are in order of time, do not overlap, and have different titles.

    Raises:
        SettingsError: for overlapping points or a title used twice.
    """

    title: str
    points: tuple[KnowledgePoint, ...] = ()

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.points, key=lambda p: p.start_s))
        for before, after in itertools.pairwise(ordered):
            if after.start_s < before.end_s:
                raise SettingsError(
                    f"Knowledge points overlap: {before.title!r} ends at {before.end_s:g} s, "
                    f"{after.title!r} starts at {after.start_s:g} s."
                )
        titles = [p.title for p in ordered]
        for title in titles:
            if titles.count(title) > 1:
                raise SettingsError(f"Two knowledge points are called {title!r}; rename one.")
        object.__setattr__(self, "points", ordered)

    def title_at(self, time_s: float) -> str:
        """Title of the point at a time, '' between points."""
        return next((p.title for p in self.points if p.start_s <= time_s < p.end_s), "")


class _Loader(yaml.BaseLoader):
    """Leaves every value as its text: YAML 1.1 would read 1:30 as 90 and 1:30.5 or 01:30 as
    something else. Of a key that stands twice it would silently take the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key in (k for k, _ in node.value if isinstance(k, yaml.ScalarNode)):
            if key.value in seen:
                raise SettingsError(
                    f"Line {key.start_mark.line + 1}: the key {key.value!r} stands a second "
                    "time. Leave one of them out."
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def lesson_of(given: Lesson | str | Path | None) -> Lesson | None:
    """A lesson as it is, or that of a file; None for none.

    Raises:
        SettingsError: for anything else, and what :func:`load_lesson` raises.
    """
    if given is None or isinstance(given, Lesson):
        return given
    if isinstance(given, str | Path):
        return load_lesson(given)
    raise SettingsError(
        f"lesson must be a Lesson or the path of a lesson.yaml, got {type(given).__name__}."
    )


def load_lesson(path: str | Path) -> Lesson:
    """Reads a lesson file with the keys ``title`` and ``points`` (``title``, ``start``,
    ``end``; seconds, ``mm:ss`` or ``h:mm:ss``, in quotes or not).

    Raises:
        SettingsError: with the file, the place and what was expected.
    """
    path = Path(path)
    try:
        return _lesson(yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_Loader))
    except OSError as error:
        raise SettingsError(
            f"Lesson file {path} cannot be read: {error.strerror}. Check the path."
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"Lesson file {path} is not UTF-8 text. Save it as UTF-8.") from error
    except yaml.YAMLError as error:
        detail = " ".join(str(error).split())
        raise SettingsError(f"Lesson file {path} is not YAML: {detail}") from error
    except RecursionError as error:
        raise SettingsError(
            f"Lesson file {path} is nested too deep. 'points' is a list of {{title, start, end}}."
        ) from error
    except SettingsError as error:
        raise SettingsError(f"Lesson file {path}: {error}") from error


def _lesson(content: object) -> Lesson:
    body = _mapping(content, "The file", ("title", "points"))
    points = body.get("points")
    if not isinstance(points, list) or not points:
        raise SettingsError("'points' must be a list of at least one {title, start, end}.")
    title = body.get("title", "")
    if not isinstance(title, str):
        raise SettingsError(f"'title' must be a text, got {title!r}.")
    return Lesson(title, tuple(_point(p, n) for n, p in enumerate(points, start=1)))


def _point(content: object, number: int) -> KnowledgePoint:
    place = f"Point {number}"
    body = _mapping(content, place, ("title", "start", "end"))
    for key in ("title", "start", "end"):
        if not isinstance(body.get(key), str) or not str(body[key]).strip():
            raise SettingsError(f"{place} needs {key!r}.")
    return KnowledgePoint(
        str(body["title"]).strip(),
        parse_time(str(body["start"]), f"{place}: 'start'"),
        parse_time(str(body["end"]), f"{place}: 'end'"),
    )


def _mapping(content: object, place: str, valid: tuple[str, ...]) -> Mapping[str, object]:
    if not isinstance(content, Mapping):
        raise SettingsError(f"{place} must be a mapping with {', '.join(valid)}, got {content!r}.")
    for key in content:
        if key not in valid:
            raise SettingsError(choose_from(f"{place}: key", key, valid))
    return content


def parse_time(text: str, what: str = "time") -> float:
    """Seconds of ``"90"``, ``"90.5"``, ``"1:30"`` or ``"0:01:30"``.

    Raises:
        SettingsError: for anything else.
    """
    clock = _CLOCK.fullmatch(text.strip())
    if clock:
        hours, minutes, seconds = (float(part or 0) for part in clock.groups())
        in_range = seconds < 60 and (minutes < 60 or clock[1] is None)
        if in_range:
            return 3600 * hours + 60 * minutes + seconds
    elif re.fullmatch(r"-?\d+(\.\d+)?", text.strip()):
        return float(text)
    raise SettingsError(f"{what} must be seconds, mm:ss or h:mm:ss, got {text!r}.")
