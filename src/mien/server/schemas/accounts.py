"""Accounts, log-ins and invitations on the wire."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from mien.server.permissions import Role
from mien.server.schemas.text import Body, Email, Line, NewPassword, Password


class Registration(Body):
    """Makes a learner; with an invitation, what it says."""

    email: Email
    name: Line
    password: NewPassword
    invitation: Annotated[str, Field(max_length=100)] = ""


class LogIn(Body):
    email: Email
    password: Password


class PasswordChange(Body):
    present: Password
    new: NewPassword


class Confirmation(Body):
    """The present password, before a grave change."""

    password: Password


class Rename(Body):
    name: Line


class Suspension(Body):
    suspended: bool


class AccountView(BaseModel):
    id: UUID
    email: str
    name: str
    role: Role
    created_at_s: float


class AccountRow(AccountView):
    """An account as administrators see it."""

    suspended_at_s: float | None


class AffectGate(BaseModel):
    """Whether expressions may be read in this deployment at all, and why (not)."""

    allowed: bool
    reason: str


class SessionView(BaseModel):
    """Who is logged in (None: nobody) and what the page must say everywhere."""

    account: AccountView | None
    demo: bool
    affect: AffectGate


class LoginView(BaseModel):
    """A browser where the account is logged in; ``present`` is the one that asks."""

    id: UUID
    client: str
    created_at_s: float
    last_seen_at_s: float
    present: bool


class InvitationDraft(Body):
    role: Literal["teacher", "administrator"] = "teacher"
    note: Annotated[Line, Field(max_length=200)]
    days: Annotated[int, Field(ge=1, le=90)] = 14


class InvitationView(BaseModel):
    id: UUID
    role: Role
    note: str
    created_at_s: float
    expires_at_s: float
    used_at_s: float | None


class InvitationMade(InvitationView):
    """With the code, which is shown this once."""

    code: str
