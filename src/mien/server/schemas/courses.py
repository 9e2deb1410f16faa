"""Courses on the wire. A *draft* is what its teacher writes, a *view* what is studied."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from mien.server.schemas.text import Body, Difficulty, Line, Prose, Seconds, Tag, Words

Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=20)]


class QuestionDraft(Body):
    """A choice question; ``correct`` are indices of ``options``. With the ``id`` of an old
    question it replaces that one, and its answers stay."""

    id: UUID | None = None
    prompt: Annotated[Words, Field(min_length=1, max_length=5000)]
    options: Annotated[
        list[Annotated[Words, Field(min_length=1, max_length=1000)]],
        Field(min_length=2, max_length=8),
    ]
    correct: Annotated[list[Annotated[int, Field(ge=0, le=7)]], Field(min_length=1, max_length=8)]
    explanation: Annotated[Prose, Field(max_length=5000)] = ""

    @model_validator(mode="after")
    def _indices_exist(self) -> Self:
        if len(set(self.correct)) != len(self.correct) or max(self.correct) >= len(self.options):
            raise ValueError("correct must be different indices of options, from 0")
        return self


class PointDraft(Body):
    """A knowledge point; prose is Markdown with $maths$. ``start_s`` and ``end_s`` mark it
    in the lesson's video."""

    title: Line
    difficulty: Difficulty = 2
    body: Prose
    fuller: Prose = ""
    easier: Prose = ""
    story: Prose = ""
    start_s: Seconds | None = None
    end_s: Seconds | None = None
    questions: Annotated[list[QuestionDraft], Field(max_length=20, default_factory=list)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.start_s is None) != (self.end_s is None):
            raise ValueError("start_s and end_s go together")
        if self.start_s is not None and self.end_s is not None and self.end_s <= self.start_s:
            raise ValueError("end_s must be after start_s")
        return self


#: Of what was read, to be sent with a change of it: where it is another by then, the change is
#: refused (409 ``changed_since``). Left out, the change overwrites whatever is there.
Version = Annotated[str | None, Field(max_length=64)]


class PointChange(PointDraft):
    version: Version = None


class LessonDraft(Body):
    title: Line
    introduction: Prose = ""


class LessonChange(LessonDraft):
    version: Version = None


class CourseDraft(Body):
    title: Line
    summary: Annotated[Prose, Field(max_length=5000)] = ""
    language: Language = "en"
    tags: Annotated[list[Tag], Field(max_length=12, default_factory=list)]


class CourseChange(CourseDraft):
    version: Version = None


class Publication(Body):
    published: bool


class LessonOrder(Body):
    id: UUID
    points: Annotated[list[UUID], Field(max_length=500)]


class CourseOrder(Body):
    """Every lesson and point of the course, once, in their new order; a point may move to
    another lesson."""

    lessons: Annotated[list[LessonOrder], Field(max_length=200)]


class MarkdownText(Body):
    text: Prose
    course_id: UUID | None = None


class RenderedText(BaseModel):
    """``problems``: which formulas are shown as their source, and why."""

    html: str
    problems: list[str]


class VideoAddress(Body):
    """An https address on one of the deployment's video hosts; only browsers fetch it."""

    url: Annotated[str, Field(max_length=500)]


class PersonView(BaseModel):
    """What others see of a person."""

    id: UUID
    name: str


class CourseCard(BaseModel):
    """A course in a list. ``difficulty`` is the mean of its points."""

    id: UUID
    title: str
    summary_html: str
    language: str
    tags: list[str]
    teacher: PersonView
    published: bool
    own: bool
    enrolled: bool
    points: int
    difficulty: float | None
    changed_at_s: float


class PointOutline(BaseModel):
    id: UUID
    title: str
    difficulty: int
    start_s: float | None
    end_s: float | None
    opened: bool
    completed: bool


class LessonOutline(BaseModel):
    id: UUID
    title: str
    has_video: bool
    points: list[PointOutline]


class CourseView(CourseCard):
    """A course with its table of contents and the caller's progress."""

    lessons: list[LessonOutline]


class OptionView(BaseModel):
    html: str


class QuestionView(BaseModel):
    """A question as a learner sees it: what is right is not in it. ``answered_correctly``
    is of the last try."""

    id: UUID
    prompt_html: str
    options: list[OptionView]
    several: bool
    answered_correctly: bool | None


class PointView(PointOutline):
    """A point in full; '' where its teacher wrote nothing."""

    body_html: str
    fuller_html: str
    easier_html: str
    story_html: str
    questions: list[QuestionView]


class VideoView(BaseModel):
    """Where the browser finds the video: here, or at a host that the deployment allows."""

    url: str
    uploaded: bool


class LessonView(BaseModel):
    id: UUID
    course_id: UUID
    title: str
    introduction_html: str
    video: VideoView | None
    points: list[PointView]


class PointSource(PointDraft):
    """A point as it was written; ``version`` is another after every change of it."""

    id: UUID
    version: str


class LessonSource(LessonDraft):
    """A lesson as it was written; ``version`` is of its title and introduction."""

    id: UUID
    version: str
    video: VideoView | None
    points: list[PointSource]


class MediaView(BaseModel):
    """A file of a course; in Markdown: ``![words](media:name)``."""

    id: UUID
    name: str
    content_type: str
    size_bytes: int
    url: str


class CourseSource(CourseDraft):
    """All that the teacher wrote, as it was written; ``version`` is of title, summary,
    language and tags."""

    id: UUID
    version: str
    published: bool
    lessons: list[LessonSource]
    media: list[MediaView]
