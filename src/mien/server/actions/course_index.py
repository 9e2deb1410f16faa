"""Keeps what a search looks through, whenever a course changes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from mien.server.database.tables import Account, Course
from mien.server.folding import folded
from mien.server.services import Services


def touch(session: Session, services: Services, course: Course) -> None:
    """Notes a change: its time, and the text that a search looks through."""
    course.changed_at_s = services.now_s()
    session.flush()
    teacher = session.get_one(Account, course.teacher_id)
    titles = [o.title for o in course.lessons]
    titles += [p.title for o in course.lessons for p in o.points]
    texts = [course.title, course.summary, teacher.name, *course.tags, *titles]
    course.search_text = folded("\n".join(texts))
