"""Retention periods, an audit log that retention alone may shorten, days of interventions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "retention_periods",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_retention_periods")),
    )
    op.create_table(
        "retention_runs",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at_s", sa.Double(), nullable=False),
        sa.Column("removed", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_runs")),
    )
    op.create_table(
        "audit_expiries",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("before_s", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_expiries")),
    )
    op.create_table(
        "intervention_days",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["courses.id"],
            name=op.f("fk_intervention_days_course_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("course_id", "day", name=op.f("pk_intervention_days")),
    )
    _run(_SQLITE_EXPIRING if _is_sqlite() else _POSTGRESQL_EXPIRING)


def downgrade() -> None:
    _run(_SQLITE_NEVER if _is_sqlite() else _POSTGRESQL_NEVER)
    op.drop_table("intervention_days")
    op.drop_table("audit_expiries")
    op.drop_table("retention_runs")
    op.drop_table("retention_periods")


#: What may go is older than the time that retention names within its transaction.
_EXPIRED = "SELECT 1 FROM audit_expiries WHERE OLD.at_s < before_s"
_REFUSAL = "'audit entries are never changed'"
_SQLITE_EXPIRING = [
    "DROP TRIGGER audit_entries_no_delete",
    "CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries "
    f"WHEN NOT EXISTS ({_EXPIRED}) BEGIN SELECT RAISE(ABORT, {_REFUSAL}); END",
]
_SQLITE_NEVER = [
    "DROP TRIGGER audit_entries_no_delete",
    "CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries "
    f"BEGIN SELECT RAISE(ABORT, {_REFUSAL}); END",
]
_POSTGRESQL_EXPIRING = [
    "CREATE OR REPLACE FUNCTION audit_entries_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
    f"BEGIN IF TG_OP = 'DELETE' AND EXISTS ({_EXPIRED}) THEN RETURN OLD; END IF; "
    f"RAISE EXCEPTION {_REFUSAL}; END $$",
]
_POSTGRESQL_NEVER = [
    "CREATE OR REPLACE FUNCTION audit_entries_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
    f"BEGIN RAISE EXCEPTION {_REFUSAL}; END $$",
]


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _run(statements: list[str]) -> None:
    for statement in statements:
        op.execute(statement)
