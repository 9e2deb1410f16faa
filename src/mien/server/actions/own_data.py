"""All that is kept of a person, to take along.

It walks :data:`EXPORTED`, and a test walks every table of the schema: one that
speaks of an account and is not here fails it.
"""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, inspect, or_, select
from sqlalchemy.orm import Session

from mien.server.access import Caller
from mien.server.actions import erasure
from mien.server.csv_text import csv_text
from mien.server.database.tables import (
    Account,
    Attempt,
    AuditEntry,
    Base,
    ClassSnapshot,
    Consent,
    Course,
    CourseConduct,
    CourseFeeling,
    DueAssessment,
    Enrolment,
    Event,
    HelpRequest,
    InterventionDay,
    Invitation,
    KnowledgePoint,
    LearnerStatus,
    LegalBasis,
    Lesson,
    LoginSession,
    Media,
    ObservationBatch,
    Offer,
    OfferSwitch,
    PointProgress,
    QuizAnswer,
    QuizQuestion,
    SelfReport,
)
from mien.server.security.lockout import log_in_limits
from mien.server.security.tokens import pseudonym
from mien.server.services import Services

Format = Literal["json", "csv"]
SPOOL_BYTES: Final = 16 * 1024 * 1024
#: Rows in memory at once; one of readings is a few kilobytes.
ROWS: Final = 200
ABOUT: Final = (
    "Everything that this server keeps of you. Times that end in _at_s are seconds since 1970 "
    "(UTC). Left out are the password's and the sessions' hashes, which would only help a "
    "thief, and who else stands in a row, such as whom you invited. Uploaded files of courses come "
    "with the course's own export."
)


@dataclass(frozen=True)
class Table:
    """One table of the export: its rows of an account, and columns that are secrets."""

    entity: type[Base]
    secret: frozenset[str] = field(default_factory=frozenset)


def own(table: Any, account: UUID) -> ColumnElement[bool]:
    """Rows with the account in any of the columns that name one."""
    named = [c for c in inspect(table).columns if _names_an_account(c)]
    return or_(*(column == account for column in named))


def _names_an_account(column: Any) -> bool:
    return any(key.target_fullname == "accounts.id" for key in column.foreign_keys)


def _taught(account: UUID) -> Select[Any]:
    return select(Course.id).where(Course.teacher_id == account)


def _lessons(account: UUID) -> Select[Any]:
    return select(Lesson.id).where(Lesson.course_id.in_(_taught(account)))


def _points(account: UUID) -> Select[Any]:
    return select(KnowledgePoint.id).where(KnowledgePoint.lesson_id.in_(_lessons(account)))


#: Every table that can hold something of a person, in the export's order.
EXPORTED: Final[tuple[Table, ...]] = (
    Table(Account, frozenset({"password_hash"})),
    Table(LoginSession, frozenset({"token_hash"})),
    Table(Invitation, frozenset({"code_hash"})),
    Table(LegalBasis),
    Table(Enrolment),
    Table(PointProgress),
    Table(QuizAnswer),
    Table(CourseFeeling),
    Table(Consent),
    Table(ObservationBatch),
    Table(DueAssessment),
    Table(SelfReport),
    Table(LearnerStatus),
    Table(Offer),
    Table(OfferSwitch),
    Table(HelpRequest),
    Table(Event),
    Table(AuditEntry),
    Table(Attempt, frozenset({"key"})),
    Table(Course),
    Table(CourseConduct),
    Table(Lesson),
    Table(KnowledgePoint),
    Table(QuizQuestion),
    Table(Media),
)
#: Tables without a person in them: they speak of groups, or of the deployment.
IMPERSONAL: Final[tuple[type[Base], ...]] = (ClassSnapshot, InterventionDay)


def export(session: Session, services: Services, caller: Caller, wanted: Format) -> IO[bytes]:
    """The export, at its beginning; a large one lies on disk, never whole in memory."""
    file = SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - the answer closes it
    if wanted == "csv":
        _write_zip(session, services, caller, file)
    else:
        _write_json(session, services, caller, file)
    file.seek(0)
    return file


def _write_json(session: Session, services: Services, caller: Caller, file: IO[bytes]) -> None:
    head = {"about": ABOUT, "made_at_s": services.now_s()}
    file.write(json.dumps(head)[:-1].encode() + b', "tables": {')
    for number, table in enumerate(EXPORTED):
        name = json.dumps(table.entity.__tablename__).encode()
        file.write((b",\n" if number else b"\n") + name + b": [")
        for place, row in enumerate(rows_of(session, services, caller, table)):
            file.write((b",\n" if place else b"\n") + json.dumps(row, ensure_ascii=False).encode())
        file.write(b"]")
    file.write(b"\n}}\n")


def _write_zip(session: Session, services: Services, caller: Caller, file: IO[bytes]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("about.txt", ABOUT + "\n")
        for table in EXPORTED:
            columns = _columns(table)
            with packed.open(f"{table.entity.__tablename__}.csv", "w", force_zip64=True) as part:
                part.write(csv_text(columns, ()).encode())
                for row in rows_of(session, services, caller, table):
                    part.write(csv_text(columns, [row], header=False).encode())


def _columns(table: Table) -> list[str]:
    names = [attribute.key for attribute in inspect(table.entity).column_attrs]
    return [name for name in names if name not in table.secret]


def _people(table: Table) -> set[str]:
    return {c.key for c in inspect(table.entity).columns if _names_an_account(c)}


def rows_of(
    session: Session, services: Services, caller: Caller, table: Table
) -> Iterator[dict[str, Any]]:
    """The caller's rows of one table, JSON-safe."""
    columns, people = _columns(table), _people(table)
    chosen = select(*(getattr(table.entity, name) for name in columns))
    query = chosen.where(_mine(session, services, caller, table.entity))
    for row in session.execute(query.execution_options(yield_per=ROWS)):
        yield {
            # Who else stands in the row, such as who was invited, is theirs.
            name: None if name in people and value != caller.account else _plain(value)
            for name, value in zip(columns, row, strict=True)
        }


def _mine(
    session: Session, services: Services, caller: Caller, entity: type[Base]
) -> ColumnElement[bool]:
    """Which rows are the caller's: by a key to the account, or by what stands for it."""
    account, hashed = caller.account, pseudonym(services.secret, caller.account)
    if entity is Account:
        return Account.id == account
    if entity is AuditEntry:
        return or_(AuditEntry.actor == hashed, AuditEntry.subject == hashed)
    if entity is Attempt:
        email = session.scalar(select(Account.email).where(Account.id == account)) or ""
        keys = [key for _, key in log_in_limits(services.secret, email, caller.address)]
        return Attempt.key.in_(keys)
    if entity is Event:
        return Event.id.in_(erasure.events_of(session, account))
    by_course: dict[type[Base], ColumnElement[bool]] = {
        CourseConduct: CourseConduct.course_id.in_(_taught(account)),
        Lesson: Lesson.course_id.in_(_taught(account)),
        Media: Media.course_id.in_(_taught(account)),
        KnowledgePoint: KnowledgePoint.lesson_id.in_(_lessons(account)),
        QuizQuestion: QuizQuestion.point_id.in_(_points(account)),
    }
    return by_course[entity] if entity in by_course else own(entity, account)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value) if isinstance(value, UUID) else value


def file_name(services: Services, wanted: Format) -> str:
    """``mien-2025-07-14.zip``: nobody's name."""
    day = datetime.fromtimestamp(services.now_s(), UTC).date().isoformat()
    return f"mien-{day}.{'zip' if wanted == 'csv' else 'json'}"
