"""The law gate: whether expressions may be read here, and by which record.

Inferring emotions of people in education is prohibited in the EU (AI Act, Art. 5(1)(f);
medical or safety reasons excepted; consent is no exception). So expressions are off until
an administrator records the deployment's jurisdiction and legal basis.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from mien.server.access import Caller
from mien.server.actions import audit
from mien.server.database.statements import wait_for_lock
from mien.server.database.tables import LegalBasis
from mien.server.problems import Conflict, NotFound
from mien.server.schemas.accounts import AffectGate
from mien.server.schemas.law import LegalBasisDraft, LegalBasisView
from mien.server.services import Services
from mien.server.settings import Settings, is_loopback

#: Of PostgreSQL's advisory locks, ours (the letters "laws"): one basis at a time.
LAW_LOCK: Final = 0x6C617773
OFF = (
    "Expressions are not read: no administrator has recorded a legal basis for it. In the EU, "
    "inferring emotions of people in education is prohibited (AI Act, Art. 5(1)(f)), except "
    "for medical or safety reasons; consent is no exception."
)
DEMONSTRATION = "Expressions are read because this is a demonstration on this one machine."


def affect_allowed(session: Session, settings: Settings) -> AffectGate:
    """Whether this deployment may read expressions at all. Ask it with every batch: the
    basis may end at any time."""
    if settings.demo and is_loopback(settings.host):
        return AffectGate(allowed=True, reason=DEMONSTRATION)
    rows = _in_force(session)
    if not rows:
        return AffectGate(allowed=False, reason=OFF)
    return AffectGate(allowed=True, reason=f"{rows[0].jurisdiction}: {rows[0].basis}")


def record_basis(
    session: Session, services: Services, caller: Caller, draft: LegalBasisDraft
) -> LegalBasisView:
    """Opens the gate.

    Raises:
        Conflict: while another basis is in force; end that one first.
    """
    wait_for_lock(session, LAW_LOCK)
    if _in_force(session):
        raise Conflict("A legal basis is in force. End it before you record another.")
    row = LegalBasis(
        jurisdiction=draft.jurisdiction,
        basis=draft.basis,
        recorded_by=caller.account,
        recorded_at_s=services.now_s(),
    )
    session.add(row)
    session.flush()
    audit.record(session, services, caller.account, "legal-basis.record", row.id)
    return _view(row)


def end_basis(session: Session, services: Services, caller: Caller, basis_id: UUID) -> None:
    """Closes the gate at once; the record stays. Should there be more than one in force, as
    earlier versions could record at the same instant, all end: the gate is closed."""
    wait_for_lock(session, LAW_LOCK)
    rows = _in_force(session)
    if basis_id not in {row.id for row in rows}:
        raise NotFound("There is no such legal basis in force.")
    for row in rows:
        row.ended_at_s = services.now_s()
        audit.record(session, services, caller.account, "legal-basis.end", row.id)


def history(session: Session) -> list[LegalBasisView]:
    """Every record, newest first."""
    rows = session.scalars(select(LegalBasis).order_by(LegalBasis.recorded_at_s.desc()))
    return [_view(row) for row in rows]


def _in_force(session: Session) -> Sequence[LegalBasis]:
    """Newest first."""
    query = select(LegalBasis).where(LegalBasis.ended_at_s.is_(None))
    return session.scalars(query.order_by(LegalBasis.recorded_at_s.desc())).all()


def _view(row: LegalBasis) -> LegalBasisView:
    return LegalBasisView(
        id=row.id,
        jurisdiction=row.jurisdiction,
        basis=row.basis,
        recorded_at_s=row.recorded_at_s,
        ended_at_s=row.ended_at_s,
    )
