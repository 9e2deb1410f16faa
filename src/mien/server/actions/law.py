"""The law gate: whether expressions may be read here, and by which record.

Inferring emotions of people in education is prohibited in the EU (AI Act, Art. 5(1)(f);
medical or safety reasons excepted; consent is no exception). So expressions are off until
an administrator records the deployment's jurisdiction and legal basis.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from mien.server.access import Caller
from mien.server.actions import audit
from mien.server.database.tables import LegalBasis
from mien.server.problems import Conflict, NotFound
from mien.server.schemas.accounts import AffectGate
from mien.server.schemas.law import LegalBasisDraft, LegalBasisView
from mien.server.services import Services
from mien.server.settings import Settings, is_loopback

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
    row = _in_force(session)
    if row is None:
        return AffectGate(allowed=False, reason=OFF)
    return AffectGate(allowed=True, reason=f"{row.jurisdiction}: {row.basis}")


def record_basis(
    session: Session, services: Services, caller: Caller, draft: LegalBasisDraft
) -> LegalBasisView:
    """Opens the gate.

    Raises:
        Conflict: while another basis is in force; end that one first.
    """
    if _in_force(session) is not None:
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
    """Closes the gate at once; the record stays."""
    row = session.get(LegalBasis, basis_id)
    if row is None or row.ended_at_s is not None:
        raise NotFound("There is no such legal basis in force.")
    row.ended_at_s = services.now_s()
    audit.record(session, services, caller.account, "legal-basis.end", row.id)


def history(session: Session) -> list[LegalBasisView]:
    """Every record, newest first."""
    rows = session.scalars(select(LegalBasis).order_by(LegalBasis.recorded_at_s.desc()))
    return [_view(row) for row in rows]


def _in_force(session: Session) -> LegalBasis | None:
    newest = select(LegalBasis).where(LegalBasis.ended_at_s.is_(None))
    return session.scalars(newest.order_by(LegalBasis.recorded_at_s.desc())).first()


def _view(row: LegalBasis) -> LegalBasisView:
    return LegalBasisView(
        id=row.id,
        jurisdiction=row.jurisdiction,
        basis=row.basis,
        recorded_at_s=row.recorded_at_s,
        ended_at_s=row.ended_at_s,
    )
