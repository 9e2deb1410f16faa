"""The file form of a course: ``course.json`` in a zip, its media beside it."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from mien.server.schemas.courses import CourseDraft, LessonDraft, PointDraft
from mien.server.schemas.text import Body

#: Raised when a file of an older version can no longer be read as it is.
FORMAT_VERSION: Final = 1


class MediaEntry(Body):
    """A file: in the zip it is ``media/<name>``."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,80}\.(png|jpg|webp|svg|mp4|webm)$")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class LessonDocument(LessonDraft):
    """``video`` is a name of ``media`` or an https address."""

    video: Annotated[str, Field(max_length=500)] = ""
    points: Annotated[list[PointDraft], Field(max_length=500, default_factory=list)]


class CourseDocument(Body):
    """A whole course without anything of its learners."""

    format: Literal["mien-course"] = "mien-course"
    version: Literal[1] = FORMAT_VERSION
    course: CourseDraft
    lessons: Annotated[list[LessonDocument], Field(max_length=200, default_factory=list)]
    media: Annotated[list[MediaEntry], Field(max_length=500, default_factory=list)]
