"""Every table, so that one import knows the whole schema."""

from __future__ import annotations

from mien.server.database.tables.accounts import Account, Attempt, Invitation, LoginSession
from mien.server.database.tables.adaptation import HelpRequest, Offer, OfferSwitch
from mien.server.database.tables.administration import AuditEntry, LegalBasis
from mien.server.database.tables.base import Base
from mien.server.database.tables.courses import (
    Course,
    KnowledgePoint,
    Lesson,
    Media,
    QuizQuestion,
)
from mien.server.database.tables.governance import (
    AuditExpiry,
    InterventionDay,
    RetentionPeriod,
    RetentionRun,
)
from mien.server.database.tables.live import (
    ClassSnapshot,
    CourseConduct,
    Event,
    LearnerStatus,
    WatchedTopic,
)
from mien.server.database.tables.observation import (
    DueAssessment,
    ObservationBatch,
    SelfReport,
)
from mien.server.database.tables.study import (
    Consent,
    CourseFeeling,
    Enrolment,
    PointProgress,
    QuizAnswer,
)

__all__ = [
    "Account",
    "Attempt",
    "AuditEntry",
    "AuditExpiry",
    "Base",
    "ClassSnapshot",
    "Consent",
    "Course",
    "CourseConduct",
    "CourseFeeling",
    "DueAssessment",
    "Enrolment",
    "Event",
    "HelpRequest",
    "InterventionDay",
    "Invitation",
    "KnowledgePoint",
    "LearnerStatus",
    "LegalBasis",
    "Lesson",
    "LoginSession",
    "Media",
    "ObservationBatch",
    "Offer",
    "OfferSwitch",
    "PointProgress",
    "QuizAnswer",
    "QuizQuestion",
    "RetentionPeriod",
    "RetentionRun",
    "SelfReport",
    "WatchedTopic",
]
