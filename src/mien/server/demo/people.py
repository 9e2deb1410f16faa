"""The demonstration's accounts and course, made where they are missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select

from mien.server.access import Caller
from mien.server.actions import courses, exchange
from mien.server.actions.media import Upload
from mien.server.database.tables import Account, Course
from mien.server.demo.course import load_course, load_drawings
from mien.server.permissions import Role
from mien.server.services import Services

#: RFC 2606 keeps .example free of real people.
DEMO_DOMAIN: Final = "demo.example"


@dataclass(frozen=True)
class DemoPerson:
    """Printed at the start; only ever on loopback."""

    role: Role
    name: str
    password: str

    @property
    def email(self) -> str:
        """To log in with."""
        return f"{self.role}@{DEMO_DOMAIN}"


DEMO_PEOPLE: Final = (
    DemoPerson(Role.LEARNER, "Lena Learner", "learn-signals"),
    DemoPerson(Role.TEACHER, "Theo Teacher", "teach-signals"),
    DemoPerson(Role.ADMINISTRATOR, "Ada Administrator", "admin-signals"),
)


def furnish(services: Services) -> None:
    """Makes the three accounts and the published course, unless they are there."""
    ids = {person.role: _account(services, person) for person in DEMO_PEOPLE}
    teacher = Caller(Role.TEACHER, "127.0.0.1", ids[Role.TEACHER])
    document = load_course()
    with services.database.reading() as session:
        there = select(Course.id).where(
            Course.teacher_id == teacher.account, Course.title == document.course.title
        )
        if session.scalars(there).first() is not None:
            return
    uploads = {name: _upload(services, content) for name, content in load_drawings().items()}
    try:
        course_id = exchange.import_document(services, teacher, document, uploads)
    finally:
        for upload in uploads.values():
            upload.drop()
    with services.database.writing() as session:
        courses.publish(session, services, teacher, course_id, True)


def _account(services: Services, person: DemoPerson) -> UUID:
    with services.database.reading() as session:
        known = session.scalar(select(Account.id).where(Account.email == person.email))
    if known is not None:
        return known
    account = Account(
        email=person.email,
        name=person.name,
        role=person.role,
        password_hash=services.passwords.hash(person.password),
        created_at_s=services.now_s(),
    )
    with services.database.writing() as session:
        session.add(account)
        session.flush()
        return account.id


def _upload(services: Services, content: bytes) -> Upload:
    upload = Upload(services)
    upload.write([content])
    return upload
