"""Import batches."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)


def states(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40)


def key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


BATCH = ("reading", "ready", "importing", "done", "undoing", "undone", "cancelled", "failed")
FINDING = ("new", "same", "changed", "duplicate", "refused")
OUTCOME = ("created", "revised", "skipped", "refused", "retired", "restored", "stayed")


def upgrade() -> None:
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("files", JSON, nullable=False),
        sa.Column("state", states("batchstate", *BATCH), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("choices", JSON, nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("progress", JSON, nullable=False),
        sa.Column("others", JSON, nullable=False),
        sa.Column("problems", JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("read_at", TIME, nullable=True),
        sa.Column("confirmed_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("undone_at", TIME, nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("files_deleted_at", TIME, nullable=True),
        to("import_batch", "created_by_id", "person"),
        to("import_batch", "undone_by_id", "person"),
        key("import_batch"),
        sa.UniqueConstraint("public_id", name=op.f("uq_import_batch_public_id")),
    )
    op.create_index(op.f("ix_import_batch_sha256"), "import_batch", ["sha256"])
    op.create_index("ix_import_batch_created_at", "import_batch", ["created_at"])
    _items()
    _exports()


def _items() -> None:
    op.create_table(
        "imported_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=300), nullable=False),
        sa.Column("where", sa.String(length=200), nullable=False),
        sa.Column("native_kind", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("folder", JSON, nullable=False),
        sa.Column("finding", states("finding", *FINDING), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("notes", JSON, nullable=False),
        sa.Column("media", JSON, nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("has_changed", sa.Boolean(), nullable=False),
        sa.Column("has_lost", sa.Boolean(), nullable=False),
        sa.Column("identity", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("likeness", sa.String(length=64), nullable=False),
        sa.Column("twin_id", sa.Integer(), nullable=True),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.Column("outcome", states("outcome", *OUTCOME), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.CheckConstraint("number >= 0", name=op.f("ck_imported_item_number")),
        to("imported_item", "batch_id", "import_batch"),
        to("imported_item", "twin_id", "item"),
        to("imported_item", "item_id", "item"),
        key("imported_item"),
        sa.UniqueConstraint("batch_id", "number", name=op.f("uq_imported_item_batch_id_number")),
    )
    op.create_index("ix_imported_item_pending", "imported_item", ["batch_id", "outcome"])
    for column in ("identity", "digest", "likeness", "item_id"):
        op.create_index(op.f(f"ix_imported_item_{column}"), "imported_item", [column])


def _exports() -> None:
    op.create_table(
        "item_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("format", sa.String(length=40), nullable=False),
        sa.Column(
            "state", states("exportstate", "writing", "ready", "failed", "deleted"), nullable=False
        ),
        sa.Column("refs", JSON, nullable=False),
        sa.Column("has_secure", sa.Boolean(), nullable=False),
        sa.Column("notes", JSON, nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("storage_key", sa.String(length=200), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("ready_at", TIME, nullable=True),
        to("item_export", "created_by_id", "person"),
        key("item_export"),
        sa.UniqueConstraint("public_id", name=op.f("uq_item_export_public_id")),
    )
    op.create_index(op.f("ix_item_export_created_by_id"), "item_export", ["created_by_id"])


def downgrade() -> None:
    for table in ("item_export", "imported_item", "import_batch"):
        op.drop_table(table)
