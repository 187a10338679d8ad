"""What holders share of their certificates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _shares()
    _profiles()
    _badges()


def downgrade() -> None:
    for table in (
        "badge_assertion",
        "badge_class",
        "public_profile_item",
        "public_profile",
        "certificate_share",
    ):
        op.drop_table(table)


def _to(table: str, column: str, other: str, key: str = "id") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.{key}"], name=name)


def _shares() -> None:
    table = "certificate_share"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=True),
        sa.Column("withdrawn_at", TIME, nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        _to(table, "certificate_id", "certificate"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f(f"uq_{table}_token_hash")),
    )
    op.create_index(op.f(f"ix_{table}_certificate_id"), table, ["certificate_id"])


def _profiles() -> None:
    table = "public_profile"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("handle", sa.String(length=64), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("searchable", sa.Boolean(), nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        _to(table, "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("person_id", name=op.f(f"uq_{table}_person_id")),
        sa.UniqueConstraint("handle", name=op.f(f"uq_{table}_handle")),
    )
    table = "public_profile_item"
    op.create_table(
        table,
        sa.Column("profile_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("certificate_id", sa.Integer(), autoincrement=False, nullable=False),
        _to(table, "profile_id", "public_profile"),
        _to(table, "certificate_id", "certificate"),
        sa.PrimaryKeyConstraint("profile_id", "certificate_id", name=op.f(f"pk_{table}")),
    )


def _badges() -> None:
    op.create_table(
        "badge_class",
        sa.Column("token", sa.String(length=26), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_badge_class")),
    )
    table = "badge_assertion"
    op.create_table(
        table,
        sa.Column("certificate_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("token", sa.String(length=26), nullable=False),
        sa.Column("badge_token", sa.String(length=26), nullable=False),
        sa.Column("salt", sa.String(length=26), nullable=False),
        sa.Column("identity", sa.String(length=80), nullable=False),
        sa.Column("agreed_at", TIME, nullable=False),
        _to(table, "certificate_id", "certificate"),
        _to(table, "badge_token", "badge_class", "token"),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("token", name=op.f(f"uq_{table}_token")),
    )
