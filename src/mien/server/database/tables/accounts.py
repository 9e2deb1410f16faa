"""People, where they are logged in, invitations and failed attempts."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, validates

from mien.server.database.tables.base import Base, Identified
from mien.server.folding import folded


class Account(Identified, Base):
    """A learner, teacher or administrator. Deleting the row erases all that is theirs.

    ``search_text`` is e-mail and name, folded whenever one is set: SQLite's LOWER knows
    ASCII only."""

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("role IN ('learner', 'teacher', 'administrator')", name="role"),
    )

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(255))
    created_at_s: Mapped[float]
    suspended_at_s: Mapped[float | None]
    search_text: Mapped[str] = mapped_column(Text, server_default="")

    @validates("email", "name")
    def _fold(self, column: str, value: str) -> str:
        texts = {"email": self.email or "", "name": self.name or "", column: value}
        self.search_text = folded("\n".join(texts.values()))
        return value


class LoginSession(Identified, Base):
    """One browser that is logged in. Only the token's hash is kept."""

    __tablename__ = "login_sessions"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    client: Mapped[str] = mapped_column(String(60))
    created_at_s: Mapped[float]
    last_seen_at_s: Mapped[float]
    expires_at_s: Mapped[float]


class Invitation(Identified, Base):
    """A code that lets one person register with a role. Only its hash is kept."""

    __tablename__ = "invitations"
    __table_args__ = (CheckConstraint("role IN ('teacher', 'administrator')", name="role"),)

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(200))
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    used_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    created_at_s: Mapped[float]
    expires_at_s: Mapped[float]
    used_at_s: Mapped[float | None]


class Attempt(Base):
    """Failures in a window of time, under a keyed hash of e-mail and address."""

    __tablename__ = "attempts"

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int]
    window_started_at_s: Mapped[float] = mapped_column(index=True)
    blocked_until_s: Mapped[float]
