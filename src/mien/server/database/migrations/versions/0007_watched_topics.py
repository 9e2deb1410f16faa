"""Which classes are watched, so that the others need not be drawn each second."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "watched_topics",
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("until_s", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("topic", name=op.f("pk_watched_topics")),
    )


def downgrade() -> None:
    op.drop_table("watched_topics")
