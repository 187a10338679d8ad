"""Sittings, accommodations, notices; steps and pauses of attempts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

LATE = sa.text("outcome = 'late'")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)


def states(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40)


def key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def in_attempt() -> tuple[sa.Column, ...]:
    return (
        sa.Column("step", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("step_until", TIME, nullable=True),
        sa.Column("paused_at", TIME, nullable=True),
        sa.Column("pause_until", TIME, nullable=True),
        sa.Column("on_break", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("break_used", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("watched", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("terms", JSON, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("scratch", JSON, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("answered", sa.Integer(), nullable=True),
    )


def in_exam() -> sa.Column:
    kinds = states("admission", "open", "registered")
    return sa.Column("admission", kinds, nullable=False, server_default="open")


def upgrade() -> None:
    # plain ALTER TABLE: SQLite from 3.35 knows it, and a copied table would lose its checks
    for column in in_attempt():
        op.add_column("attempt", column)
    paused = sa.text("paused_at IS NOT NULL")
    op.create_index(
        "ix_attempt_pausing",
        "attempt",
        ["pause_until"],
        sqlite_where=paused,
        postgresql_where=paused,
    )
    op.add_column("exam", in_exam())
    op.add_column("result", sa.Column("withheld", sa.String(length=2000), nullable=True))
    op.create_index(
        "ix_response_event_late",
        "response_event",
        ["attempt_id"],
        sqlite_where=LATE,
        postgresql_where=LATE,
    )
    _around_attempts()
    _sittings()


def _around_attempts() -> None:
    op.create_table(
        "attempt_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            states("noticekind", "message", "extended", "paused", "resumed", "ended"),
            nullable=False,
        ),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        to("attempt_notice", "attempt_id", "attempt"),
        to("attempt_notice", "by_id", "person"),
        key("attempt_notice"),
    )
    op.create_index(op.f("ix_attempt_notice_attempt_id"), "attempt_notice", ["attempt_id"])
    op.create_table(
        "presence",
        sa.Column("attempt_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("item", sa.String(length=12), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_presence")),
    )
    op.create_table(
        "attempt_silence",
        sa.Column("attempt_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("began_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", "began_at", name=op.f("pk_attempt_silence")),
    )
    op.create_table(
        "late_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("decided_at", TIME, nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        to("late_decision", "attempt_id", "attempt"),
        to("late_decision", "decided_by_id", "person"),
        key("late_decision"),
    )
    op.create_index(op.f("ix_late_decision_attempt_id"), "late_decision", ["attempt_id"])
    op.create_table(
        "recovery_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("received_by_id", sa.Integer(), nullable=True),
        to("recovery_file", "attempt_id", "attempt"),
        to("recovery_file", "received_by_id", "person"),
        key("recovery_file"),
        sa.UniqueConstraint(
            "attempt_id", "sha256", name=op.f("uq_recovery_file_attempt_id_sha256")
        ),
    )


def _sittings() -> None:
    op.create_table(
        "sitting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("state", states("sittingstate", "planned", "cancelled"), nullable=False),
        sa.Column("opens_at", TIME, nullable=False),
        sa.Column("closes_at", TIME, nullable=False),
        sa.Column(
            "window_rule", states("windowrule", "limits-start", "limits-end"), nullable=False
        ),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("access_code", sa.String(length=40), nullable=True),
        sa.Column("networks", JSON, nullable=False),
        sa.Column("authorise", sa.Boolean(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column("papers_round", sa.Integer(), nullable=False),
        sa.Column("papers_asked_at", TIME, nullable=True),
        sa.Column("papers_lacking", JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("cancelled_at", TIME, nullable=True),
        sa.Column("cancelled_by_id", sa.Integer(), nullable=True),
        sa.Column("cancel_reason", sa.String(length=1000), nullable=True),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_sitting_opens_before_it_closes")),
        to("sitting", "exam_id", "exam"),
        to("sitting", "revision_id", "exam_revision"),
        to("sitting", "created_by_id", "person"),
        to("sitting", "cancelled_by_id", "person"),
        key("sitting"),
        sa.UniqueConstraint("public_id", name=op.f("uq_sitting_public_id")),
    )
    op.create_index(op.f("ix_sitting_exam_id"), "sitting", ["exam_id"])
    _registrations()
    _entitlements()
    _happenings()


def _registrations() -> None:
    op.create_table(
        "registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("room", sa.String(length=80), nullable=False),
        sa.Column("seat", sa.String(length=40), nullable=False),
        sa.Column("authorised_at", TIME, nullable=True),
        sa.Column("authorised_by_id", sa.Integer(), nullable=True),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column("paper", JSON, nullable=True),
        sa.Column("seed", sa.String(length=32), nullable=True),
        sa.Column("attempt_id", sa.Integer(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        to("registration", "sitting_id", "sitting"),
        to("registration", "person_id", "person"),
        to("registration", "authorised_by_id", "person"),
        to("registration", "revision_id", "exam_revision"),
        to("registration", "attempt_id", "attempt"),
        key("registration"),
        sa.UniqueConstraint(
            "sitting_id", "person_id", name=op.f("uq_registration_sitting_id_person_id")
        ),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_registration_attempt_id")),
    )
    op.create_index(op.f("ix_registration_person_id"), "registration", ["person_id"])


def _entitlements() -> None:
    op.create_table(
        "accommodation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("time_factor", sa.String(length=20), nullable=False),
        sa.Column("break_minutes", sa.Integer(), nullable=False),
        sa.Column("extra_attempts", sa.Integer(), nullable=False),
        sa.Column("separate_room", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.String(length=1000), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("granted_at", TIME, nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", TIME, nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=1000), nullable=True),
        to("accommodation", "person_id", "person"),
        to("accommodation", "granted_by_id", "person"),
        to("accommodation", "withdrawn_by_id", "person"),
        key("accommodation"),
    )
    op.create_index(op.f("ix_accommodation_person_id"), "accommodation", ["person_id"])


def _happenings() -> None:
    op.create_table(
        "irregularity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            states("kind", "absence", "conduct", "device", "health", "identity", "other"),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        to("irregularity", "sitting_id", "sitting"),
        to("irregularity", "registration_id", "registration"),
        to("irregularity", "by_id", "person"),
        key("irregularity"),
    )
    op.create_index(op.f("ix_irregularity_sitting_id"), "irregularity", ["sitting_id"])
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("room", sa.String(length=80), nullable=True),
        sa.Column("fault", states("fault", "network", "power", "room", "site"), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("began_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("granted_seconds", sa.Integer(), nullable=True),
        sa.Column("reported_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", TIME, nullable=True),
        to("incident", "sitting_id", "sitting"),
        to("incident", "reported_by_id", "person"),
        to("incident", "decided_by_id", "person"),
        key("incident"),
    )
    op.create_index(op.f("ix_incident_sitting_id"), "incident", ["sitting_id"])


def downgrade() -> None:
    for table in (
        *("incident", "irregularity", "accommodation", "registration", "sitting"),
        *("recovery_file", "late_decision", "attempt_silence", "presence", "attempt_notice"),
    ):
        op.drop_table(table)
    op.drop_index("ix_response_event_late", "response_event")
    op.drop_column("result", "withheld")
    op.drop_column("exam", "admission")
    op.drop_index("ix_attempt_pausing", "attempt")
    for column in reversed(in_attempt()):
        op.drop_column("attempt", column.name)
