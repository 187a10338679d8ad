"""Keys of machines, watch lists and checks of whole tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("state IN ('asked', 'agreed')")


def state(*values: str) -> sa.Enum:
    return sa.Enum(*values, native_enum=False, length=40)


def upgrade() -> None:
    _keys()
    _tables()
    _watches()
    _webhooks()


def downgrade() -> None:
    for table in (
        "webhook_delivery",
        "webhook",
        "watch_event",
        "certificate_watch",
        "table_check_row",
        "table_check",
        "api_use",
        "api_key",
    ):
        op.drop_table(table)


def _keys() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_api_key_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_api_key_public_id")),
        sa.UniqueConstraint("sha256", name=op.f("uq_api_key_sha256")),
    )
    op.create_index(op.f("ix_api_key_person_id"), "api_key", ["person_id"])
    op.create_table(
        "api_use",
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name=op.f("fk_api_use_key_id_api_key")),
        sa.PrimaryKeyConstraint("key_id", "day", name=op.f("pk_api_use")),
    )


def _tables() -> None:
    op.create_table(
        "table_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("storage_key", sa.String(length=120), nullable=True),
        sa.Column("state", state("reading", "ready", "running", "done", "failed"), nullable=False),
        sa.Column("problem", JSON, nullable=True),
        sa.Column("seen", JSON, nullable=False),
        sa.Column("number_column", sa.Integer(), nullable=True),
        sa.Column("name_column", sa.Integer(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("results", JSON, nullable=False),
        sa.Column("receipt", sa.String(length=26), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("forgotten_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_table_check_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_check")),
        sa.UniqueConstraint("public_id", name=op.f("uq_table_check_public_id")),
    )
    op.create_index(op.f("ix_table_check_person_id"), "table_check", ["person_id"])
    op.create_index(op.f("ix_table_check_created_at"), "table_check", ["created_at"])
    op.create_table(
        "table_check_row",
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("since", MOMENT, nullable=True),
        sa.Column("notes", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["check_id"], ["table_check.id"], name=op.f("fk_table_check_row_check_id_table_check")
        ),
        sa.PrimaryKeyConstraint("check_id", "place", name=op.f("pk_table_check_row")),
    )


def _watches() -> None:
    op.create_table(
        "certificate_watch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("watcher_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=300), nullable=False),
        sa.Column(
            "state", state("asked", "agreed", "declined", "withdrawn", "ended"), nullable=False
        ),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("expiry_told_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_certificate_watch_certificate_id_certificate"),
        ),
        sa.ForeignKeyConstraint(
            ["watcher_id"], ["person.id"], name=op.f("fk_certificate_watch_watcher_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_watch")),
        sa.UniqueConstraint("public_id", name=op.f("uq_certificate_watch_public_id")),
    )
    op.create_index(
        op.f("ix_certificate_watch_certificate_id"), "certificate_watch", ["certificate_id"]
    )
    op.create_index(op.f("ix_certificate_watch_watcher_id"), "certificate_watch", ["watcher_id"])
    op.create_index(
        "uq_certificate_watch_open",
        "certificate_watch",
        ["certificate_id", "watcher_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "watch_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("watch_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", state("agreed", "declined", "withdrawn", "status", "expiring"), nullable=False
        ),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("told", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["watch_id"],
            ["certificate_watch.id"],
            name=op.f("fk_watch_event_watch_id_certificate_watch"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_event")),
        sa.UniqueConstraint("public_id", name=op.f("uq_watch_event_public_id")),
    )
    op.create_index(op.f("ix_watch_event_watch_id"), "watch_event", ["watch_id"])


def _webhooks() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("gave_up", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_webhook_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
        sa.UniqueConstraint("public_id", name=op.f("uq_webhook_public_id")),
    )
    op.create_index(op.f("ix_webhook_person_id"), "webhook", ["person_id"])
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("state", state("waiting", "delivered", "failed"), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("tried_at", MOMENT, nullable=True),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["watch_event.id"], name=op.f("fk_webhook_delivery_event_id_watch_event")
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name=op.f("fk_webhook_delivery_webhook_id_webhook")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
    )
    op.create_index(op.f("ix_webhook_delivery_webhook_id"), "webhook_delivery", ["webhook_id"])
    op.create_index(op.f("ix_webhook_delivery_event_id"), "webhook_delivery", ["event_id"])
