"""What items may hold beyond their first kinds: exact points; and what is not saved yet."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "item_unsaved",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column(
            "fields", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_item_unsaved_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_unsaved")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_item_unsaved_person_id_key")),
    )
    if op.get_bind().dialect.name == "postgresql":
        text = sa.String(20)
        op.alter_column("item_version", "points", type_=text, postgresql_using="points::text")
    else:
        exchange("CAST(points AS TEXT)", sa.String(20))


def downgrade() -> None:
    """Points with decimals are rounded up: none may fall to nothing."""
    op.drop_table("item_unsaved")
    if op.get_bind().dialect.name == "postgresql":
        using = "ceil(points::numeric)::integer"
        op.alter_column("item_version", "points", type_=sa.Integer(), postgresql_using=using)
    else:
        whole = "CAST(points AS INTEGER)"
        exchange(f"{whole} + (CAST(points AS REAL) > {whole})", sa.Integer())


def exchange(value: str, kind: sa.types.TypeEngine) -> None:
    # plain ALTER TABLE: a copied table would lose its checks and triggers
    op.add_column("item_version", sa.Column("exact", kind, nullable=False, server_default="1"))
    op.execute(f"UPDATE item_version SET exact = {value}")
    op.drop_column("item_version", "points")
    op.execute("ALTER TABLE item_version RENAME COLUMN exact TO points")
