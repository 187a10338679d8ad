"""Blueprints, sets of parallel forms, forms, their approvals; the form an attempt was given."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
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
        "blueprint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        to("blueprint", "created_by_id", "person"),
        key("blueprint"),
    )
    op.create_table(
        "blueprint_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("blueprint_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        to("blueprint_revision", "blueprint_id", "blueprint"),
        to("blueprint_revision", "created_by_id", "person"),
        key("blueprint_revision"),
        sa.UniqueConstraint(
            "blueprint_id", "number", name=op.f("uq_blueprint_revision_blueprint_id_number")
        ),
    )
    op.create_table(
        "form_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            states("setstate", "waiting", "assembled", "impossible", "out_of_time"),
            nullable=False,
        ),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("outcome", JSON, nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        to("form_set", "revision_id", "blueprint_revision"),
        to("form_set", "asked_by_id", "person"),
        key("form_set"),
    )
    op.create_index(op.f("ix_form_set_revision_id"), "form_set", ["revision_id"])
    _forms()
    # plain ALTER TABLE: SQLite knows it, and a copied table would lose its checks
    op.add_column("attempt", sa.Column("form_id", sa.Integer(), nullable=True))
    op.create_index("ix_attempt_form", "attempt", ["exam_id", "form_id"])


def _forms() -> None:
    op.create_table(
        "form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            states("formstate", "draft", "submitted", "approved", "withdrawn"),
            nullable=False,
        ),
        sa.Column("items", JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at", TIME, nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("returned_for", sa.String(length=2000), nullable=True),
        sa.Column("withdrawn_at", TIME, nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_for", sa.String(length=2000), nullable=True),
        to("form", "set_id", "form_set"),
        to("form", "created_by_id", "person"),
        to("form", "submitted_by_id", "person"),
        to("form", "withdrawn_by_id", "person"),
        key("form"),
        sa.UniqueConstraint("set_id", "name", "version", name=op.f("uq_form_set_id_name_version")),
    )
    op.create_table(
        "form_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", TIME, nullable=True),
        to("form_change", "form_id", "form"),
        to("form_change", "by_id", "person"),
        key("form_change"),
    )
    op.create_index(op.f("ix_form_change_form_id"), "form_change", ["form_id"])
    op.create_table(
        "form_approval",
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("approved_at", TIME, nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        to("form_approval", "form_id", "form"),
        to("form_approval", "approved_by_id", "person"),
        sa.PrimaryKeyConstraint("form_id", name=op.f("pk_form_approval")),
    )
    for statement in freeze("form_approval", op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.drop_index("ix_attempt_form", "attempt")
    op.drop_column("attempt", "form_id")
    for table in ("form_approval", "form_change", "form", "form_set"):
        op.drop_table(table)
    op.drop_table("blueprint_revision")
    op.drop_table("blueprint")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION freeze_form_approval()")
