"""Accounts are found by names in any script, on SQLite too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_ACCOUNTS = sa.table(
    "accounts",
    sa.column("id", sa.Uuid()),
    sa.column("email", sa.String()),
    sa.column("name", sa.String()),
    sa.column("search_text", sa.Text()),
)


def upgrade() -> None:
    # Not as a copy, as SQLite alters otherwise: with the old table all that hangs on it goes.
    op.add_column(
        "accounts", sa.Column("search_text", sa.Text(), nullable=False, server_default="")
    )
    found = op.get_bind().execute(sa.select(_ACCOUNTS.c.id, _ACCOUNTS.c.email, _ACCOUNTS.c.name))
    folded = [{"account": row.id, "folded": f"{row.email}\n{row.name}".casefold()} for row in found]
    if folded:
        this = _ACCOUNTS.c.id == sa.bindparam("account")
        change = sa.update(_ACCOUNTS).where(this).values(search_text=sa.bindparam("folded"))
        op.get_bind().execute(change, folded)


def downgrade() -> None:
    op.drop_column("accounts", "search_text")
