"""What all tables share. Times are float seconds since 1970 (UTC), as everywhere in mien."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import Double, MetaData, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Every constraint has a name, so that migrations can drop it on both databases."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {float: Double}
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Identified:
    """A random identifier: it cannot be guessed, and tells no count."""

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
