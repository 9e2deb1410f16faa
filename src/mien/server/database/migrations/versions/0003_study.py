"""What learners study, answer and agree to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "enrolments",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("enrolled_at_s", sa.Double(), nullable=False),
        sa.Column("studied_at_s", sa.Double(), nullable=True),
        sa.Column("point_id", sa.Uuid(), nullable=True),
        sa.Column("video_s", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_enrolments_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_enrolments_course_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["point_id"],
            ["knowledge_points.id"],
            name=op.f("fk_enrolments_point_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("account_id", "course_id", name=op.f("pk_enrolments")),
    )
    op.create_index(op.f("ix_enrolments_course_id"), "enrolments", ["course_id"], unique=False)
    op.create_table(
        "point_progress",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("point_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at_s", sa.Double(), nullable=False),
        sa.Column("completed_at_s", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_point_progress_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["point_id"],
            ["knowledge_points.id"],
            name=op.f("fk_point_progress_point_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "point_id", name=op.f("pk_point_progress")),
    )
    op.create_index(
        op.f("ix_point_progress_point_id"), "point_progress", ["point_id"], unique=False
    )
    op.create_table(
        "quiz_answers",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("correct", sa.Boolean(), nullable=False),
        sa.Column("answered_at_s", sa.Double(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_quiz_answers_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["quiz_questions.id"],
            name=op.f("fk_quiz_answers_question_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_answers")),
    )
    op.create_index(
        "ix_quiz_answers_account_question",
        "quiz_answers",
        ["account_id", "question_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_quiz_answers_question_id"), "quiz_answers", ["question_id"], unique=False
    )
    op.create_table(
        "course_feelings",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("engaged_s", sa.Double(), nullable=False),
        sa.Column("distress_s", sa.Double(), nullable=False),
        sa.Column("known_s", sa.Double(), nullable=False),
        sa.Column("unread_s", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_course_feelings_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["courses.id"],
            name=op.f("fk_course_feelings_course_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "course_id", name=op.f("pk_course_feelings")),
    )
    op.create_table(
        "consents",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("stream", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("wording", sa.String(length=20), nullable=False),
        sa.Column("decided_at_s", sa.Double(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_consents_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_consents_course_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
        sa.UniqueConstraint(
            "account_id",
            "course_id",
            "stream",
            "number",
            name=op.f("uq_consents_account_id_course_id_stream_number"),
        ),
    )
    op.create_index(
        "ix_consents_account_course", "consents", ["account_id", "course_id"], unique=False
    )
    op.create_index(op.f("ix_consents_course_id"), "consents", ["course_id"], unique=False)


def downgrade() -> None:
    op.drop_table("consents")
    op.drop_table("course_feelings")
    op.drop_table("quiz_answers")
    op.drop_table("point_progress")
    op.drop_table("enrolments")
