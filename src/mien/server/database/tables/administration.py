"""The law gate and the log of what administrators and the server did."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from mien.server.database.tables.base import Base, Identified


class LegalBasis(Identified, Base):
    """Why expressions may be read here: without a row that has not ended, they are not."""

    __tablename__ = "legal_bases"

    jurisdiction: Mapped[str] = mapped_column(String(200))
    basis: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    recorded_at_s: Mapped[float]
    ended_at_s: Mapped[float | None]


class AuditEntry(Base):
    """Append-only (a trigger refuses changes). People stand in it as keyed hashes, so an
    erased account leaves no name behind."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    at_s: Mapped[float] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(16))
    action: Mapped[str] = mapped_column(String(60), index=True)
    subject: Mapped[str] = mapped_column(String(60))
    detail: Mapped[dict[str, str]] = mapped_column(JSON)
