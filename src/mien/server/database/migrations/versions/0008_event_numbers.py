"""Numbers of events are never given twice, on SQLite too."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    _copy_events(autoincrement=True)


def downgrade() -> None:
    _copy_events(autoincrement=False)


def _copy_events(*, autoincrement: bool) -> None:
    """SQLite alters by copying. A plain INTEGER PRIMARY KEY goes on after the highest number
    that is left, AUTOINCREMENT after the highest that ever was. PostgreSQL counts by itself."""
    if op.get_bind().dialect.name != "sqlite":
        return
    options = {"sqlite_autoincrement": autoincrement}
    with op.batch_alter_table("events", recreate="always", table_kwargs=options):
        pass
