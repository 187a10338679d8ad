"""Items and their versions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column(
            "partition",
            sa.Enum(
                "practice",
                "practice_only",
                "secure",
                name="partition",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "in_review",
                "approved",
                "retired",
                name="itemstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("current", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "partition IN ('practice', 'practice_only', 'secure')", name=op.f("ck_item_partition")
        ),
        sa.CheckConstraint("current >= 1", name=op.f("ck_item_current")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("id", "partition", name=op.f("uq_item_id_partition")),
        sa.UniqueConstraint("ref", name=op.f("uq_item_ref")),
    )
    op.create_table(
        "item_ref",
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_ref_item_id_item")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_item_ref")),
    )
    with op.batch_alter_table("item_ref", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_ref_item_id"), ["item_id"], unique=False)

    op.create_table(
        "item_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("domain", sa.String(length=40), nullable=False),
        sa.Column("competency", sa.String(length=20), nullable=False),
        sa.Column("cognitive", sa.String(length=20), nullable=False),
        sa.Column("expected_p", sa.String(length=40), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("is_scorable", sa.Boolean(), nullable=False),
        sa.Column("is_bilingual", sa.Boolean(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_item_version_author_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_version_item_id_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_version")),
        sa.UniqueConstraint("item_id", "number", name=op.f("uq_item_version_item_id_number")),
    )
    with op.batch_alter_table("item_version", schema=None) as batch_op:
        batch_op.create_index(
            "ix_item_version_cell", ["domain", "competency", "cognitive"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("item_version", schema=None) as batch_op:
        batch_op.drop_index("ix_item_version_cell")

    op.drop_table("item_version")
    with op.batch_alter_table("item_ref", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_ref_item_id"))

    op.drop_table("item_ref")
    op.drop_table("item")
