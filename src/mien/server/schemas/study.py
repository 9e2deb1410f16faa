"""Studying on the wire."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from mien.server.schemas.courses import CourseCard
from mien.server.schemas.text import Body, Seconds


class Place(Body):
    """Where the learner is: a point, and a time of the lesson's video."""

    point_id: UUID
    video_s: Seconds | None = None


class Completion(Body):
    completed: bool


class Answer(Body):
    chosen: Annotated[list[Annotated[int, Field(ge=0, le=7)]], Field(max_length=8)]


class Verdict(BaseModel):
    """Told by the question's own key; nothing that was observed goes into it."""

    correct: bool
    correct_options: list[int]
    explanation_html: str


class Resume(BaseModel):
    """Where a learner left a course; the first point where they never began."""

    lesson_id: UUID
    point_id: UUID
    point_title: str
    video_s: float | None


class Study(BaseModel):
    """A course that the caller studies."""

    course: CourseCard
    enrolled_at_s: float
    studied_at_s: float | None
    completed_points: int
    resume: Resume | None


class Recommendation(BaseModel):
    """A course and, in plain words, why it is shown."""

    course: CourseCard
    reason: str
