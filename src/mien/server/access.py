"""Who asks, how they relate to the thing in the path, and whether the table allows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Request, params
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from mien.server.database.statements import among
from mien.server.database.tables import (
    Account,
    Course,
    Enrolment,
    HelpRequest,
    KnowledgePoint,
    Lesson,
    LoginSession,
    Media,
    Offer,
    QuizQuestion,
)
from mien.server.permissions import Relation, Role, allowed, role_may_ever
from mien.server.problems import Forbidden, NotFound, Problem, SignInNeeded, TooManyRequests
from mien.server.security.cookies import presented_token
from mien.server.security.page_account import other_account, page_account
from mien.server.security.tokens import keyed_hash
from mien.server.services import Services

#: How old ``last_seen_at_s`` may be: one write in so long instead of one a request.
SEEN_EVERY_S: Final = 300.0


@dataclass(frozen=True)
class Caller:
    """Who asks; a visitor has no account."""

    role: Role
    address: str
    account_id: UUID | None = None
    login_id: UUID | None = None
    wait_s: float = 0.0

    @property
    def account(self) -> UUID:
        """The account of a caller that the table let in as signed in."""
        if self.account_id is None:
            raise SignInNeeded("Log in first.")
        return self.account_id

    @property
    def refusal(self) -> Problem | None:
        """Why this caller is not heard at all: not signed in, or too often."""
        if self.wait_s > 0:
            return TooManyRequests("Too many requests. Wait a moment.", retry_after_s=self.wait_s)
        return SignInNeeded("Log in first.") if self.account_id is None else None


def services_of(request: Request) -> Services:
    """What the app holds."""
    services: Services = request.app.state.services
    return services


def caller_of(request: Request) -> Caller:
    """Reads the cookie; a bad, ended or idle one is a visitor. Refuses another's page."""
    services = services_of(request)
    address = request.client.host if request.client else ""
    caller = _signed_in(services, presented_token(request, services.settings), address)
    who = str(caller.account_id or address)
    wait_s = services.pace.wait_s(who, services.now_s())
    if wait_s > 0:
        raise TooManyRequests("Too many requests. Wait a moment.", retry_after_s=wait_s)
    refusal = other_account(page_account(request), caller.account_id)
    if refusal is not None:
        raise refusal
    return caller


def callers_of(
    session: Session, services: Services, asked: Sequence[tuple[str | None, str]]
) -> list[Caller]:
    """Many callers, by token and address, in one query; too frequent ones have ``wait_s``."""
    now_s = services.now_s()
    hashes = [keyed_hash(services.secret, "session", token) if token else b"" for token, _ in asked]
    presented = among(session, LoginSession.token_hash, {h for h in hashes if h})
    rows = session.execute(logins_in_force(services, now_s).where(presented)).all()
    found = {login.token_hash: (login, Role(role)) for login, role in rows}
    callers = list[Caller]()
    for token_hash, (_, address) in zip(hashes, asked, strict=True):
        login, role = found.get(token_hash, (None, Role.VISITOR))
        who = str(login.account_id) if login else address
        wait_s = services.pace.wait_s(who, now_s)
        if login is None:
            callers.append(Caller(role, address, wait_s=wait_s))
            continue
        if now_s - login.last_seen_at_s > SEEN_EVERY_S:
            login.last_seen_at_s = now_s
        callers.append(Caller(role, address, login.account_id, login.id, wait_s))
    return callers


def logins_in_force(services: Services, now_s: float) -> Select[LoginSession, str]:
    """Log-ins that have not ended, of accounts that are not suspended, and their roles."""
    return (
        select(LoginSession, Account.role)
        .join(Account)
        .where(
            LoginSession.expires_at_s > now_s,
            LoginSession.last_seen_at_s > now_s - services.settings.session_idle_s,
            Account.suspended_at_s.is_(None),
        )
    )


def _signed_in(services: Services, token: str | None, address: str) -> Caller:
    visitor = Caller(Role.VISITOR, address)
    if token is None:
        return visitor
    now_s = services.now_s()
    token_hash = keyed_hash(services.secret, "session", token)
    with services.database.reading() as session:
        query = logins_in_force(services, now_s).where(LoginSession.token_hash == token_hash)
        row = session.execute(query).one_or_none()
        if row is None:
            return visitor
        login, role = row
        caller = Caller(Role(role), address, login.account_id, login.id)
        stale = now_s - login.last_seen_at_s > SEEN_EVERY_S
    if stale:
        with services.database.writing() as session:
            seen = session.get(LoginSession, caller.login_id)
            if seen is not None:
                seen.last_seen_at_s = now_s
    return caller


def open_transaction(request: Request) -> Iterator[Session]:
    """One transaction a request, committed before the answer is sent."""
    database = services_of(request).database
    with database.reading() if request.method == "GET" else database.writing() as session:
        yield session


AnyServices = Annotated[Services, Depends(services_of)]
AnyCaller = Annotated[Caller, Depends(caller_of)]
#: ``scope="function"``: the commit is done before the client hears of success.
Transaction = Annotated[Session, Depends(open_transaction, scope="function")]


def allow(action: str) -> params.Depends:
    """A route's dependency: lets in who :data:`PERMISSIONS` allows."""
    return params.Depends(Gate(action))


class Gate:
    """401 for visitors, 404 where the caller may not even read it, else 403."""

    def __init__(self, action: str) -> None:
        self.action = action

    def __call__(self, request: Request, caller: AnyCaller) -> None:
        self.admit_role(caller)
        named = [name for name in RELATIONS if name in request.path_params]
        if not named:
            return
        # A transaction of its own: an upload takes minutes, and SQLite has one writer.
        with services_of(request).database.reading() as session:
            for name in named:
                found = RELATIONS[name](session, caller, request.path_params[name])
                self.admit(caller, found)

    def admit_role(self, caller: Caller) -> None:
        """Refuses roles that may do it to nothing, before anything is loaded."""
        if role_may_ever(self.action, caller.role):
            return
        if caller.role is Role.VISITOR:
            raise SignInNeeded("Log in first.")
        raise Forbidden(f"A {caller.role} may not do this.")

    def admit(self, caller: Caller, relation: Relation) -> None:
        """Refuses this relation to the thing unless the table allows it."""
        if allowed(self.action, caller.role, relation):
            return
        if not allowed("course.read", caller.role, relation):
            raise NotFound("There is nothing here, or it is not for you.")
        raise Forbidden(_why(relation))


class InBulk(Gate):
    """A gate that names the action; who may is asked of the same table in the one
    transaction that takes many requests at once (:mod:`mien.server.intake`)."""

    async def __call__(self) -> None:  # type: ignore[override]
        """Lets everybody through to the intake."""


def _why(relation: Relation) -> str:
    if relation is Relation.OPEN:
        return "Join the course first."
    if relation is Relation.OWN:
        return "This is your own course; only learners do this."
    return "This belongs to somebody else."


def _of_course(session: Session, caller: Caller, course: Course | None) -> Relation:
    if course is None:
        raise NotFound("There is nothing here, or it is not for you.")
    if course.teacher_id == caller.account_id:
        return Relation.OWN
    if session.get(Enrolment, (caller.account_id, course.id)) is not None:
        return Relation.ENROLLED
    return Relation.OPEN if course.published else Relation.FOREIGN


def _course(session: Session, caller: Caller, id_: object) -> Relation:
    return _of_course(session, caller, session.get(Course, _uuid(id_)))


def _lesson(session: Session, caller: Caller, id_: object) -> Relation:
    return _of_course(
        session,
        caller,
        session.scalar(select(Course).join(Lesson).where(Lesson.id == _uuid(id_))),
    )


def _point(session: Session, caller: Caller, id_: object) -> Relation:
    query = select(Course).join(Lesson).join(KnowledgePoint)
    found = session.scalar(query.where(KnowledgePoint.id == _uuid(id_)))
    return _of_course(session, caller, found)


def _question(session: Session, caller: Caller, id_: object) -> Relation:
    query = select(Course).join(Lesson).join(KnowledgePoint).join(QuizQuestion)
    found = session.scalar(query.where(QuizQuestion.id == _uuid(id_)))
    return _of_course(session, caller, found)


def _media(session: Session, caller: Caller, id_: object) -> Relation:
    query = select(Course).join(Media, Media.course_id == Course.id)
    return _of_course(session, caller, session.scalar(query.where(Media.id == _uuid(id_))))


def _login(session: Session, caller: Caller, id_: object) -> Relation:
    login = session.get(LoginSession, _uuid(id_))
    if login is None or login.account_id != caller.account_id:
        return Relation.FOREIGN
    return Relation.OWN


def _offer(session: Session, caller: Caller, id_: object) -> Relation:
    offer = session.get(Offer, _uuid(id_))
    own = offer is not None and offer.account_id == caller.account_id
    return Relation.OWN if own else Relation.FOREIGN


def _help(session: Session, caller: Caller, id_: object) -> Relation:
    """The teacher who is called owns the call; the learner who calls is enrolled."""
    call = session.get(HelpRequest, _uuid(id_))
    course = session.get(Course, call.course_id) if call else None
    if call is None or course is None:
        return Relation.FOREIGN
    if course.teacher_id == caller.account_id:
        return Relation.OWN
    return Relation.ENROLLED if call.account_id == caller.account_id else Relation.FOREIGN


def _account(_session: Session, caller: Caller, id_: object) -> Relation:
    return Relation.OWN if _uuid(id_) == caller.account_id else Relation.FOREIGN


def _uuid(text: object) -> UUID:
    try:
        return UUID(str(text))
    except ValueError:
        raise NotFound("There is nothing here, or it is not for you.") from None


#: Name of a path parameter -> how the caller relates to what it names. A path with an
#: identifier that is not here fails the test that walks the routes.
RELATIONS: Final[dict[str, Callable[[Session, Caller, object], Relation]]] = {
    "course_id": _course,
    "lesson_id": _lesson,
    "point_id": _point,
    "question_id": _question,
    "media_id": _media,
    "login_id": _login,
    "offer_id": _offer,
    "help_id": _help,
    "account_id": _account,
}
