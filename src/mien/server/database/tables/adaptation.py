"""What was offered to learners, and their calls to the teacher."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from mien.server.database.tables.base import Base, Identified


class Offer(Identified, Base):
    """One offer: why it was made, how it was taken, and whether the minutes after it were
    better. Kept, and shown to the learner."""

    __tablename__ = "offers"
    __table_args__ = (Index("ix_offers_study", "account_id", "course_id", "made_at_s"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    course_id: Mapped[UUID] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), index=True
    )
    point_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("knowledge_points.id", ondelete="SET NULL")
    )
    kind: Mapped[str] = mapped_column(String(20))
    step: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)
    made_at_s: Mapped[float]
    answer: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(200))
    answered_at_s: Mapped[float | None]
    effect: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class OfferSwitch(Base):
    """A kind of offer that a learner switched off; a row means off."""

    __tablename__ = "offer_switches"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)


class HelpRequest(Identified, Base):
    """A learner calls the teacher: the one way in which a name reaches a teacher."""

    __tablename__ = "help_requests"
    __table_args__ = (Index("ix_help_requests_queue", "course_id", "closed_at_s"),)

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    point_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("knowledge_points.id", ondelete="SET NULL")
    )
    question: Mapped[str] = mapped_column(Text)
    asked_at_s: Mapped[float]
    accepted_at_s: Mapped[float | None]
    answer: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(20))
    closed_at_s: Mapped[float | None]
