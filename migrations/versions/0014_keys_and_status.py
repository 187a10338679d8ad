"""Places in status lists, published lists, decisions of two people about keys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)


def states(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40)


def to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def freeze(table: str, dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [
            (
                f"CREATE TRIGGER freeze_{table}_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END"
            )
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        (
            f"CREATE FUNCTION freeze_{table}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$BEGIN RAISE EXCEPTION '{table} rows are never changed'; END$$"
        ),
        (
            f"CREATE TRIGGER freeze_{table} BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION freeze_{table}()"
        ),
    ]


def upgrade() -> None:
    op.create_table(
        "status_list",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_list")),
    )
    op.create_table(
        "status_place",
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "position >= 0 AND position < 131072", name=op.f("ck_status_place_inside")
        ),
        to("status_place", "list_id", "status_list"),
        sa.PrimaryKeyConstraint("public_id", name=op.f("pk_status_place")),
        sa.UniqueConstraint("list_id", "position", name=op.f("uq_status_place_list_id_position")),
    )
    op.create_table(
        "published_list",
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("purpose", states("purpose", "revocation", "suspension"), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("built_at", TIME, nullable=False),
        to("published_list", "list_id", "status_list"),
        sa.PrimaryKeyConstraint("list_id", "purpose", name=op.f("pk_published_list")),
    )
    _dual_control()
    for statement in freeze("status_place", op.get_bind().dialect.name):
        op.execute(statement)


def _dual_control() -> None:
    op.create_table(
        "dual_control",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column(
            "verdict",
            states("verdict", "approved", "rejected", "withdrawn", "expired"),
            nullable=True,
        ),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("executed_at", TIME, nullable=True),
        sa.CheckConstraint(
            "verdict IS NULL OR verdict <> 'approved'"
            " OR (decided_by_id IS NOT NULL AND decided_by_id <> proposed_by_id)",
            name=op.f("ck_dual_control_two_people"),
        ),
        to("dual_control", "proposed_by_id", "person"),
        to("dual_control", "decided_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dual_control")),
    )
    is_open = sa.text("verdict IS NULL")
    op.create_index(
        "uq_dual_control_open",
        "dual_control",
        ["kind", "subject"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def downgrade() -> None:
    op.drop_table("dual_control")
    for table in ("published_list", "status_place", "status_list"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION freeze_status_place()")
