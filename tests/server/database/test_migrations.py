"""The schema on both databases: up, down and up again, with rows in it."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import delete, inspect, select, text
from sqlalchemy.orm import Session

from mien.server.actions import events
from mien.server.database.engine import Database
from mien.server.database.tables import (
    Account,
    Base,
    Course,
    CourseFeeling,
    Enrolment,
    Event,
    KnowledgePoint,
    LearnerStatus,
    Lesson,
)
from mien.server.database.upgrade import (
    _config,
    current_revision,
    downgrade,
    newest_revision,
    require_newest,
    upgrade,
)

REVISIONS = [s.revision for s in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]


def test_revisions_are_one_line_in_order() -> None:
    assert [f"{number:04}" for number in range(1, len(REVISIONS) + 1)] == REVISIONS


def test_migrations_make_what_the_tables_say(blank_database: Database) -> None:
    upgrade(blank_database)
    with blank_database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def fill(database: Database) -> None:
    with database.writing() as session:
        anna, theo = (
            Account(email=f"{name}@example.org", name=name, role=role, password_hash="",
                    created_at_s=1.5)
            for name, role in (("anna", "learner"), ("theo", "teacher"))
        )  # fmt: skip
        session.add_all([anna, theo])
        session.flush()
        course = Course(teacher_id=theo.id, title="Größe", summary="", language="de", tags=["a"],
                        published=True, search_text="", created_at_s=0, changed_at_s=0)  # fmt: skip
        session.add(course)
        session.flush()
        lesson = Lesson(course_id=course.id, position=0, title="L", introduction="")
        session.add(lesson)
        session.flush()
        session.add(KnowledgePoint(lesson_id=lesson.id, position=0, title="P", difficulty=1,
                                   body="", fuller="", easier="", story=""))  # fmt: skip
        session.add(Enrolment(account_id=anna.id, course_id=course.id, enrolled_at_s=0))


def titles(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Course.title)))


def test_down_to_courses_and_up_again_keeps_the_rows(blank_database: Database) -> None:
    upgrade(blank_database)
    fill(blank_database)
    downgrade(blank_database, "0002")
    assert current_revision(blank_database) == "0002"
    assert titles(blank_database) == ["Größe"]
    upgrade(blank_database)
    require_newest(blank_database)
    assert titles(blank_database) == ["Größe"]
    with blank_database.reading() as session:
        assert session.scalars(select(Enrolment)).all() == []  # its table was gone
        assert session.scalars(select(Account.created_at_s)).all() == [1.5, 1.5]


def test_step_by_step_down_to_nothing_and_up(blank_database: Database) -> None:
    upgrade(blank_database)
    fill(blank_database)
    for revision in [*REVISIONS[-2::-1], "base"]:
        downgrade(blank_database, revision)
    assert set(inspect(blank_database.engine).get_table_names()) <= {"alembic_version"}
    for revision in REVISIONS:
        upgrade(blank_database, revision)
    fill(blank_database)
    assert current_revision(blank_database) == newest_revision()


def test_what_fails_half_way_leaves_the_old_schema(
    blank_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(blank_database, "0001")
    from alembic import op

    real = op.create_table

    def fail_late(name: str, *rest: object, **options: object) -> object:
        if name == "quiz_questions":
            raise RuntimeError("power cut")
        return real(name, *rest, **options)

    monkeypatch.setattr(op, "create_table", fail_late)
    with pytest.raises(RuntimeError, match="power cut"):
        upgrade(blank_database, "0002")
    monkeypatch.undo()
    assert current_revision(blank_database) == "0001"
    assert "courses" not in inspect(blank_database.engine).get_table_names()
    upgrade(blank_database)


def emitted(database: Database, *kinds: str) -> list[int]:
    """Numbers of the events that a topic then holds."""
    with database.writing() as session:
        for kind in kinds:
            events.emit(session, "t", kind, {}, 1.5)
        return [event.id for event in events.after(session, 0, "t")]


def test_event_numbers_go_on_where_the_old_schema_left_them(blank_database: Database) -> None:
    upgrade(blank_database, "0007")
    assert emitted(blank_database, "help", "class", "class") == [1, 2, 3]
    upgrade(blank_database)
    with blank_database.writing() as session:
        kept = events.after(session, 0)
        assert [(e.topic, e.at_s, e.kind, e.payload) for e in kept[:1]] == [("t", 1.5, "help", {})]
        session.execute(delete(Event).where(Event.kind == "class"))
    assert emitted(blank_database, "class") == [1, 4]
    names = {index["name"] for index in inspect(blank_database.engine).get_indexes("events")}
    assert names == {"ix_events_at_s", "ix_events_topic"}


def test_accounts_of_the_old_schema_are_found(blank_database: Database) -> None:
    upgrade(blank_database, "0008")
    with blank_database.writing() as session:
        session.execute(
            text(
                "INSERT INTO accounts (id, email, name, role, password_hash, created_at_s) "
                f"VALUES ('{uuid4().hex}', 'anna@example.org', 'Анна', 'learner', '', 1.5)"
            )
        )
    upgrade(blank_database)
    with blank_database.reading() as session:
        assert session.scalars(select(Account.search_text)).all() == ["anna@example.org\nанна"]


def test_every_foreign_key_says_what_becomes_of_it() -> None:
    """Erasing a person must never fail, nor leave a row behind that points to nobody."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            assert key.ondelete in ("CASCADE", "SET NULL"), f"{table.name}.{key.parent.name}"


def test_sqlite_enforces_foreign_keys_and_overwrites_what_is_erased(
    blank_database: Database,
) -> None:
    if not blank_database.is_sqlite:
        pytest.skip("settings of SQLite")
    with blank_database.reading() as session:
        for pragma, wanted in (("foreign_keys", 1), ("secure_delete", 1), ("journal_mode", "wal")):
            assert session.scalar(text(f"PRAGMA {pragma}")) == wanted


def test_feelings_of_the_old_schema_count_as_of_when_they_were_last_seen(
    blank_database: Database,
) -> None:
    upgrade(blank_database)
    fill(blank_database)
    downgrade(blank_database, "0009")
    with blank_database.writing() as session:
        anna, course = session.execute(select(Enrolment.account_id, Enrolment.course_id)).one()
        theo = session.scalars(select(Account.id).where(Account.name == "theo")).one()
        for person in (anna, theo):  # of theo nothing says when
            values = f"'{_stored(session, person)}', '{_stored(session, course)}', 1, 2, 3, 4"
            session.execute(text(f"INSERT INTO course_feelings VALUES ({values})"))
        session.add(
            LearnerStatus(
                account_id=anna, course_id=course, seen_at_s=86_400 * 20_000.9,
                study_began_at_s=0.0, states=[],
            )
        )  # fmt: skip
    upgrade(blank_database)
    with blank_database.reading() as session:
        (kept,) = session.scalars(select(CourseFeeling)).all()
        assert (kept.account_id, kept.day, kept.engaged_s, kept.unread_s) == (anna, 20_000, 1, 4)
    downgrade(blank_database, "0009")
    with blank_database.reading() as session:
        found = session.execute(text("SELECT engaged_s, unread_s FROM course_feelings")).all()
    assert found == [(1, 4)]


def _stored(session: Session, identifier: UUID) -> str:
    """As the database keeps it: SQLite has no type for such."""
    return identifier.hex if session.get_bind().dialect.name == "sqlite" else str(identifier)
