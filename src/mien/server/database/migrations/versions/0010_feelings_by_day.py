"""Seconds of feelings are kept by day, so that they go when their readings go."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_DAY_S = 86_400
_SECONDS = ("engaged_s", "distress_s", "known_s", "unread_s")


def _table(name: str, *more: sa.ColumnClause[Any]) -> sa.TableClause:
    learner = (sa.column(name, sa.Uuid()) for name in ("account_id", "course_id"))
    return sa.table(name, *learner, *more)


def _seconds() -> list[sa.ColumnClause[Any]]:
    return [sa.column(name, sa.Double()) for name in _SECONDS]


_FEELINGS = _table("course_feelings", *_seconds())
_BY_DAY = _table("course_feelings", *_seconds(), sa.column("day", sa.Integer()))
_STATUSES = _table("learner_statuses", sa.column("seen_at_s", sa.Double()))


def upgrade() -> None:
    # Older rows do not say of which days they are: they count as of the day on which the
    # learner was last seen; where that is not known any more, they should have gone.
    seen = sa.and_(
        *(_FEELINGS.c[name] == _STATUSES.c[name] for name in ("account_id", "course_id"))
    )
    old = sa.select(_FEELINGS, _STATUSES.c.seen_at_s).join(_STATUSES, seen)
    rows = [dict(row) for row in op.get_bind().execute(old).mappings()]
    for row in rows:
        row["day"] = int(row.pop("seen_at_s") // _DAY_S)
    _make_anew(sa.Column("day", sa.Integer(), nullable=False))
    if rows:
        op.get_bind().execute(sa.insert(_BY_DAY), rows)


def downgrade() -> None:
    sums = [sa.func.sum(_FEELINGS.c[name]).label(name) for name in _SECONDS]
    learner = (_FEELINGS.c.account_id, _FEELINGS.c.course_id)
    found = op.get_bind().execute(sa.select(*learner, *sums).group_by(*learner)).mappings()
    rows = [dict(row) for row in found]
    _make_anew()
    if rows:
        op.get_bind().execute(sa.insert(_FEELINGS), rows)


def _make_anew(*key: sa.Column[Any]) -> None:
    """The table, empty, with more in its key. Nothing hangs on it."""
    op.drop_table("course_feelings")
    op.create_table(
        "course_feelings",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        *key,
        *(sa.Column(name, sa.Double(), nullable=False) for name in _SECONDS),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"],
                [f"{name}s.id"],
                name=op.f(f"fk_course_feelings_{name}_id"),
                ondelete="CASCADE",
            )
            for name in ("account", "course")
        ),
        sa.PrimaryKeyConstraint(
            *("account_id", "course_id"),
            *(column.name for column in key),
            name=op.f("pk_course_feelings"),
        ),
    )
