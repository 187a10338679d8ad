"""Receipts of verifications."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "verification_receipt",
        sa.Column("token", sa.String(length=26), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", JSON, nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("storage_key", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_verification_receipt")),
        sa.UniqueConstraint("number", name=op.f("uq_verification_receipt_number")),
        sa.UniqueConstraint("sha256", name=op.f("uq_verification_receipt_sha256")),
    )
    op.create_index(op.f("ix_verification_receipt_asked_at"), "verification_receipt", ["asked_at"])


def downgrade() -> None:
    op.drop_table("verification_receipt")
