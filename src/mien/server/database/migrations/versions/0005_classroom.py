"""Observations, offers, calls for help, and the live class."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("at_s", sa.Double(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_at_s"), "events", ["at_s"], unique=False)
    op.create_index("ix_events_topic", "events", ["topic", "id"], unique=False)
    op.create_table(
        "offer_switches",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_offer_switches_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "kind", name=op.f("pk_offer_switches")),
    )
    op.create_table(
        "class_snapshots",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("at_s", sa.Double(), nullable=False),
        sa.Column("view", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["courses.id"],
            name=op.f("fk_class_snapshots_course_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_snapshots")),
    )
    op.create_index(
        "ix_class_snapshots_course", "class_snapshots", ["course_id", "at_s"], unique=False
    )
    op.create_table(
        "course_conducts",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("thresholds", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["courses.id"],
            name=op.f("fk_course_conducts_course_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("course_id", name=op.f("pk_course_conducts")),
    )
    op.create_table(
        "help_requests",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("point_id", sa.Uuid(), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at_s", sa.Double(), nullable=False),
        sa.Column("accepted_at_s", sa.Double(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("closed_at_s", sa.Double(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_help_requests_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["courses.id"],
            name=op.f("fk_help_requests_course_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["point_id"],
            ["knowledge_points.id"],
            name=op.f("fk_help_requests_point_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_requests")),
    )
    op.create_index(
        op.f("ix_help_requests_account_id"), "help_requests", ["account_id"], unique=False
    )
    op.create_index(
        "ix_help_requests_queue", "help_requests", ["course_id", "closed_at_s"], unique=False
    )
    op.create_table(
        "learner_statuses",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("point_id", sa.Uuid(), nullable=True),
        sa.Column("study_began_at_s", sa.Double(), nullable=False),
        sa.Column("seen_at_s", sa.Double(), nullable=False),
        sa.Column("states", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_learner_statuses_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["courses.id"],
            name=op.f("fk_learner_statuses_course_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["point_id"],
            ["knowledge_points.id"],
            name=op.f("fk_learner_statuses_point_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("account_id", "course_id", name=op.f("pk_learner_statuses")),
    )
    op.create_index(
        op.f("ix_learner_statuses_course_id"), "learner_statuses", ["course_id"], unique=False
    )
    op.create_table(
        "observation_batches",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("point_id", sa.Uuid(), nullable=True),
        sa.Column("started_at_s", sa.Double(), nullable=False),
        sa.Column("received_at_s", sa.Double(), nullable=False),
        sa.Column("interval_s", sa.Double(), nullable=False),
        sa.Column("lost_readings", sa.Integer(), nullable=False),
        sa.Column("readings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_observation_batches_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["courses.id"],
            name=op.f("fk_observation_batches_course_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["point_id"],
            ["knowledge_points.id"],
            name=op.f("fk_observation_batches_point_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("account_id", "batch_id", name=op.f("pk_observation_batches")),
    )
    op.create_index(
        op.f("ix_observation_batches_course_id"), "observation_batches", ["course_id"], unique=False
    )
    op.create_index(
        op.f("ix_observation_batches_received_at_s"),
        "observation_batches",
        ["received_at_s"],
        unique=False,
    )
    op.create_index(
        "ix_observation_batches_study",
        "observation_batches",
        ["account_id", "course_id", "started_at_s"],
        unique=False,
    )
    op.create_table(
        "offers",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("point_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at_s", sa.Double(), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("answered_at_s", sa.Double(), nullable=True),
        sa.Column("effect", sa.JSON(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_offers_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_offers_course_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["point_id"],
            ["knowledge_points.id"],
            name=op.f("fk_offers_point_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    op.create_index(op.f("ix_offers_course_id"), "offers", ["course_id"], unique=False)
    op.create_index(
        "ix_offers_study", "offers", ["account_id", "course_id", "made_at_s"], unique=False
    )
    op.create_table(
        "self_reports",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("point_id", sa.Uuid(), nullable=True),
        sa.Column("feeling", sa.String(length=20), nullable=False),
        sa.Column("said_at_s", sa.Double(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_self_reports_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["courses.id"],
            name=op.f("fk_self_reports_course_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["point_id"],
            ["knowledge_points.id"],
            name=op.f("fk_self_reports_point_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_self_reports")),
    )
    op.create_index(op.f("ix_self_reports_course_id"), "self_reports", ["course_id"], unique=False)
    op.create_index(
        "ix_self_reports_study",
        "self_reports",
        ["account_id", "course_id", "said_at_s"],
        unique=False,
    )
    op.create_table(
        "due_assessments",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("point_id", sa.Uuid(), nullable=True),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_due_assessments_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["courses.id"],
            name=op.f("fk_due_assessments_course_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_assessments")),
    )


def downgrade() -> None:
    op.drop_table("due_assessments")
    op.drop_index("ix_self_reports_study", table_name="self_reports")
    op.drop_index(op.f("ix_self_reports_course_id"), table_name="self_reports")
    op.drop_table("self_reports")
    op.drop_index("ix_offers_study", table_name="offers")
    op.drop_index(op.f("ix_offers_course_id"), table_name="offers")
    op.drop_table("offers")
    op.drop_index("ix_observation_batches_study", table_name="observation_batches")
    op.drop_index(op.f("ix_observation_batches_received_at_s"), table_name="observation_batches")
    op.drop_index(op.f("ix_observation_batches_course_id"), table_name="observation_batches")
    op.drop_table("observation_batches")
    op.drop_index(op.f("ix_learner_statuses_course_id"), table_name="learner_statuses")
    op.drop_table("learner_statuses")
    op.drop_index("ix_help_requests_queue", table_name="help_requests")
    op.drop_index(op.f("ix_help_requests_account_id"), table_name="help_requests")
    op.drop_table("help_requests")
    op.drop_table("course_conducts")
    op.drop_index("ix_class_snapshots_course", table_name="class_snapshots")
    op.drop_table("class_snapshots")
    op.drop_table("offer_switches")
    op.drop_index("ix_events_topic", table_name="events")
    op.drop_index(op.f("ix_events_at_s"), table_name="events")
    op.drop_table("events")
