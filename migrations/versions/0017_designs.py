"""Designs of certificates: drafts, frozen versions, choices, pages to look at."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ABSENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
TIME = sa.DateTime(timezone=True)
STATES = ("draft", "active", "retired")
FROZEN = "certificate_design_version"


def upgrade() -> None:
    op.add_column("certificate", sa.Column("design", ABSENT, nullable=True))
    _designs()
    _versions()
    _choices()
    _renderings()


def downgrade() -> None:
    _refuse_what_0016_would_misread()
    for table in ("certificate_rendering", "certificate_design_choice", FROZEN):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION freeze_{FROZEN}()")
    op.drop_table("certificate_design")
    op.drop_column("certificate", "design")


def _refuse_what_0016_would_misread() -> None:
    """An older version would look for the text of these certificates in other places."""
    bind = op.get_bind()
    issued = "SELECT count(*) FROM certificate WHERE design IS NOT NULL"
    found = bind.execute(sa.text(issued)).scalar_one()
    if found:
        raise RuntimeError(
            f"The register holds certificates with a design of their own ({found}). The older "
            "version would misread them, so the database stays as it is. Restore a backup made "
            "before the upgrade instead."
        )


def _designs() -> None:
    op.create_table(
        "certificate_design",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("draft", JSON, nullable=False),
        sa.Column("checked", sa.String(length=64), nullable=True),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="designstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", TIME, nullable=False),
        _key("certificate_design", "made_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_design")),
        sa.UniqueConstraint("key", name=op.f("uq_certificate_design_key")),
    )
    op.create_index(op.f("ix_certificate_design_state"), "certificate_design", ["state"])


def _versions() -> None:
    op.create_table(
        FROZEN,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("design_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("layout", sa.Integer(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("activated_at", TIME, nullable=False),
        sa.Column("activated_by_id", sa.Integer(), nullable=True),
        _key(FROZEN, "design_id", "certificate_design"),
        _key(FROZEN, "activated_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{FROZEN}")),
        sa.UniqueConstraint("design_id", "version", name=op.f(f"uq_{FROZEN}_design_id_version")),
    )
    refused = f"{FROZEN} rows are never changed"
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER freeze_{FROZEN}_{verb.lower()} BEFORE {verb} ON {FROZEN} "
                f"BEGIN SELECT RAISE(ABORT, '{refused}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION freeze_{FROZEN}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$BEGIN RAISE EXCEPTION '{refused}'; END$$"
    )
    op.execute(
        f"CREATE TRIGGER freeze_{FROZEN} BEFORE UPDATE OR DELETE ON {FROZEN} "
        f"FOR EACH ROW EXECUTE FUNCTION freeze_{FROZEN}()"
    )


def _choices() -> None:
    table = "certificate_design_choice"
    op.create_table(
        table,
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=True),
        sa.Column("design_id", sa.Integer(), nullable=False),
        sa.Column("chosen_at", TIME, nullable=False),
        sa.Column("chosen_by_id", sa.Integer(), nullable=True),
        _key(table, "exam_id", "exam"),
        _key(table, "design_id", "certificate_design"),
        _key(table, "chosen_by_id", "person"),
        sa.PrimaryKeyConstraint("scope", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_exam_id"), table, ["exam_id"])


def _renderings() -> None:
    table = "certificate_rendering"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=26), nullable=False),
        sa.Column("design_id", sa.Integer(), nullable=True),
        sa.Column("certificate_id", sa.Integer(), nullable=True),
        sa.Column("wanted", JSON, nullable=False),
        sa.Column("found", JSON, nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        _key(table, "design_id", "certificate_design"),
        _key(table, "certificate_id", "certificate"),
        _key(table, "asked_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("token", name=op.f(f"uq_{table}_token")),
    )
    for column in ("design_id", "certificate_id", "asked_at"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)
